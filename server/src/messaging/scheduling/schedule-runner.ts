/**
 * Sends scheduled replies when their time has come, through the one door (L8). Every server with the role `worker` looks. The reply is stored and
 * its schedule marked as sent in one transaction, by compare-and-set: whoever dies in between has done neither, whoever comes second
 * does nothing, and what was canceled is not sent.
 */
import { LatchboxError } from '@latchbox/shared';
import type { Database, Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import {
  changeSchedule,
  dueSchedules,
  type ScheduleChange,
  type StoredSchedule,
} from '../../database/scheduled.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import type { SendDoor } from '../api.ts';
import { tellSchedule } from './schedule.ts';
import { tellStopped } from './tell-stopped.ts';

export interface ScheduleRunnerDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  readonly sendDoor: Pick<SendDoor, 'sendOnce'>;
  /** Ms between two looks. */
  readonly every: number;
}

/** So many in one look at most; the next one follows at once. */
const BATCH = 50;
/** Ms until one is looked at again whose conversation somebody else holds. */
const HELD_AGAIN = 2_000;
/** Ms until one is tried again that failed for a reason of the server's own. */
const TROUBLE_AGAIN = 30_000;

export function createScheduleRunner(deps: ScheduleRunnerDeps): Loop {
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Scheduled replies were not looked for; the next look comes',
    async look(isOver) {
      for (let full = true; full && !isOver(); ) {
        const due = await dueSchedules(deps.db.read, await deps.db.now(), BATCH);
        for (const one of due) if (!isOver()) await sendOne(deps, one);
        full = due.length === BATCH;
      }
    },
  });
}

async function sendOne(deps: ScheduleRunnerDeps, due: StoredSchedule): Promise<void> {
  const { scheduled, reply } = due;
  const { id, conversationId, author, lastSeen } = scheduled;
  try {
    await deps.sendDoor.sendOnce(
      { agentId: author.id, agentName: author.name },
      {
        ...reply,
        conversationId,
        clientId: id,
        lastSeen,
        attachments: reply.attachments?.map((file) => file.id),
        job: (tx, { position }) => claim(tx, deps, due, position),
      },
    );
  } catch (error) {
    await afterRefusal(deps, due, error);
  }
}

/** Runs inside the transaction that stores the reply; what was canceled or sent meanwhile stores none. */
async function claim(
  tx: Tx,
  deps: ScheduleRunnerDeps,
  { scheduled: { id }, seen }: StoredSchedule,
  position: number,
): Promise<void> {
  if (!(await changeSchedule(tx, id, ['waiting'], { state: 'sent', position }, seen))) throw new NotWaiting();
  await tellSchedule(tx, deps, id);
}

/** Somebody was faster: its author canceled or changed it, or another server sent it. */
class NotWaiting extends Error {}

async function afterRefusal(deps: ScheduleRunnerDeps, due: StoredSchedule, error: unknown): Promise<void> {
  if (error instanceof NotWaiting) return;
  const { id } = due.scheduled;
  const change = (now: number): ScheduleChange => {
    if (LatchboxError.is(error, 'lock_held'))
      return { state: 'waiting', reason: 'lock_held', dueAt: now + HELD_AGAIN };
    if (LatchboxError.is(error) && error.retry === 'never') return { state: 'stopped', reason: error.code };
    deps.log.error('A scheduled reply was not sent; it is tried again', { id, error: String(error) });
    return { state: 'waiting', dueAt: now + TROUBLE_AGAIN };
  };
  try {
    await deps.db.inTransaction(async (tx) => {
      const next = change(tx.now);
      // Told when it stops; that it waits a little longer shows when somebody looks.
      if ((await changeSchedule(tx, id, ['waiting'], next, due.seen)) && next.state === 'stopped')
        await tellStopped(tx, deps, id);
    });
  } catch (trouble) {
    deps.log.error('A scheduled reply could not be put off; the next look tries again', {
      id,
      error: String(trouble),
    });
  }
}
