import { newestPosition } from '../database/conversation-writes.ts';
import type { Database } from '../database/database.ts';
import { insideTransaction } from '../database/with-time.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Author, Messaging, SendDoor } from '../messaging/api.ts';
import type { Channel } from '../messaging/channel.ts';
import { createMessaging } from '../messaging/messaging.ts';
import { createOutboxWorker, type OutboxWorker } from '../messaging/outbox-worker.ts';
import { createSendDoor } from '../messaging/send.ts';
import type { DemoStep } from './history.ts';
import { type DemoPeople, of } from './people.ts';

export interface PlayDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The channel by which replies leave, on the given database: deliveries are dated, too. */
  readonly channelOn: (db: Database) => Channel;
}

/** Steps that share a commit: about 20 ms of work on a busy machine, so that nobody else waits for long. */
const TOGETHER = 15;

/**
 * Lets the steps happen, in their order and at their times, through the same doors as everything else: messages are received,
 * replies pass the send door and leave through the outbox. Steps that happened already (a process died half-way) change
 * nothing.
 */
export async function play(deps: PlayDeps, people: DemoPeople, steps: readonly DemoStep[]): Promise<void> {
  const conversations = new Map<string, string>();
  for (let from = 0; from < steps.length; from += TOGETHER) {
    await deps.db.inTransaction(async (tx) => {
      let now = 0;
      const past: Clock = {
        now: () => now,
        monotonic: () => deps.clock.monotonic(),
        setTimer: (ms, fire) => deps.clock.setTimer(ms, fire),
      };
      const stage = setStage(deps, people, conversations, insideTransaction(tx, past), past);
      for (const step of steps.slice(from, from + TOGETHER)) {
        now = step.at;
        await act(stage, step);
      }
    });
  }
}

interface Stage {
  readonly db: Database;
  readonly messaging: Messaging;
  readonly door: SendDoor;
  readonly outbox: OutboxWorker;
  readonly people: DemoPeople;
  /** Ids of the conversations by their keys. */
  readonly conversations: Map<string, string>;
}

function setStage(
  { log, channelOn }: PlayDeps,
  people: DemoPeople,
  conversations: Map<string, string>,
  db: Database,
  clock: Clock,
): Stage {
  // Nobody listens yet, and nobody asks for cursors.
  const deps = { db, wake: () => undefined, logEpoch: '' };
  const messaging = createMessaging(deps);
  const door = createSendDoor({
    ...deps,
    // The worker is driven below: every reply leaves at the time it was written.
    poke: () => undefined,
    endLock: () => Promise.resolve(false),
    activity: () => undefined,
  });
  const outbox = createOutboxWorker({ ...deps, clock, log, channels: [channelOn(db)], random: () => 0 });
  return { db, messaging, door, outbox, people, conversations };
}

async function act(stage: Stage, step: DemoStep): Promise<void> {
  const { messaging, door, people, conversations } = stage;
  const { id: clientId } = step;
  if (step.did === 'wrote') {
    const { conversationId } = await messaging.receive({
      inboxId: of(people.inboxes, step.inbox).id,
      channel: 'simulator',
      providerId: clientId,
      from: step.customer,
      subject: step.subject,
      body: step.body,
      conversationId: conversations.get(step.in) ?? null,
    });
    conversations.set(step.in, conversationId);
    return;
  }
  const author: Author = of(people.agents, step.by);
  const conversationId = of(conversations, step.in);
  switch (step.did) {
    case 'replied':
      await door.sendOnce(author, {
        conversationId,
        clientId,
        lastSeen: undefined,
        body: step.body,
        then: step.then,
      });
      return await stage.outbox.drain();
    case 'noted':
      await messaging.addNote(author, { conversationId, clientId, body: step.body });
      return;
    case 'assigned':
      return await messaging.assign(author, {
        conversationId,
        assigneeId: of(people.agents, step.to).agentId,
      });
    case 'archived':
      return await messaging.setStatus(author, { conversationId, status: 'archived' });
    case 'read': {
      const read = (await newestPosition(stage.db.read, conversationId)) ?? 0;
      return await messaging.mark(author, { conversationId, read });
    }
  }
}
