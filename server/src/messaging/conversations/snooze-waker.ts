/**
 * Opens snoozed conversations when their time has come. Every server looks; the compare-and-set in the row lets one of them do
 * it, so that a server that was killed keeps nothing asleep.
 */
import type { Database } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { dueSnoozes, endSnooze } from '../../database/snoozes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import { addActivity } from '../entries/activity.ts';

export interface SnoozeWakerDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  /** Ms between two looks. */
  readonly every: number;
}

/** So many wake in one look at most; the next one follows at once. */
const BATCH = 100;

export function createSnoozeWaker(deps: SnoozeWakerDeps): Loop {
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Snoozed conversations were not looked for; the next look comes',
    async look(isOver) {
      while (!isOver() && (await wakeSome(deps, isOver)) === BATCH);
    },
  });
}

/** Wakes up to a batch; answers how many were opened here or by another server. */
async function wakeSome(deps: SnoozeWakerDeps, stopped: () => boolean): Promise<number> {
  const due = await dueSnoozes(deps.db.read, await deps.db.now(), BATCH);
  let awake = 0;
  for (const conversationId of due) {
    if (stopped()) break;
    if (await wakeOne(deps, conversationId)) awake += 1;
  }
  return awake;
}

/** False: it could not be opened. One that is stuck must not keep the others asleep. */
async function wakeOne(deps: SnoozeWakerDeps, conversationId: string): Promise<boolean> {
  try {
    // One transaction each: nobody else's write waits for a whole Monday morning.
    await deps.db.inTransaction(async (tx) => {
      await holdConversation(tx, conversationId);
      if (!(await endSnooze(tx, conversationId))) return;
      await addActivity(tx, deps, null, conversationId, { type: 'status', to: 'open' });
    });
    return true;
  } catch (error) {
    deps.log.error('A snoozed conversation was not opened; the next look tries again', {
      conversationId,
      error: String(error),
    });
    return false;
  }
}
