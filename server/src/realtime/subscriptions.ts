import { refuse, type StreamId, type UpInput, type UpResult } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Database } from '../database/database.ts';
import { eventsAfter } from '../database/event-log.ts';
import type { Log } from '../lib/log.ts';
import type { LiveConnection } from './connection.ts';
import { eventJson, framesOf } from './frame.ts';
import type { Members, Memberships } from './memberships.ts';
import { BATCH, type Pump } from './pump.ts';
import type { Room } from './room.ts';
import { Subscription } from './subscription.ts';

/** A cursor that is further behind than this loads afresh instead. */
export const MAX_BEHIND = 5_000;

export interface SubscriptionDeps {
  readonly db: Pick<Database, 'read'>;
  readonly log: Log;
  readonly logEpoch: string;
  readonly pump: Pump;
  readonly memberships: Memberships;
  /** Called when a connection does not read as fast as it is written to. */
  readonly onSlow: (connection: LiveConnection) => void;
  /** Called when what was read from the log has a gap: the client must load afresh. */
  readonly onGap: (connection: LiveConnection) => void;
}

type Subscribed = Omit<UpResult<'stream.subscribe'>, 'present'>;
type Asked = UpInput<'stream.subscribe'>;

export interface Subscriptions {
  /** What a subscription that stands answers to one who asks for just the same; undefined when something else was asked. */
  sameAs(subscription: Subscription, after: Asked['after']): Subscribed | undefined;
  /**
   * Checks the cursor and takes the place of an older subscription to the stream. Nothing is delivered before `start`, so that
   * the answer arrives first. Throws `not_found`, `resync`.
   */
  prepare(
    connection: LiveConnection,
    input: Asked,
  ): Promise<{ subscription: Subscription; answer: Subscribed }>;
  start(subscription: Subscription): void;
  end(connection: LiveConnection, stream: StreamId): void;
  endAll(connection: LiveConnection): void;
  /** Everything stops until `resume`; what is missed then is read from the log. */
  pause(connection: LiveConnection): void;
  resume(connection: LiveConnection): void;
  /** Ends the deliveries of whoever is no member any more. */
  keepMembers(inboxId: string, members: Members): void;
  /** Tries again where reading failed. */
  retry(): void;
}

export function createSubscriptions(deps: SubscriptionDeps): Subscriptions {
  const { pump, log, logEpoch } = deps;
  /** Whose reading failed; they are tried again with the next look at the database. */
  const failed = new Set<Subscription>();

  const drop = (subscription: Subscription): void => {
    const { connection, room } = subscription;
    if (subscription.phase === 'ended') return;
    connection.subscriptions = connection.subscriptions.filter((other) => other !== subscription);
    failed.delete(subscription);
    room.leave(subscription);
    pump.release(room);
  };

  const start = (subscription: Subscription): void => {
    if (subscription.phase === 'ended') return;
    subscription.room.step(subscription, 'catching_up');
    catchUp(deps, subscription).catch((error: unknown) => {
      log.warn('A replay could not be read', { stream: subscription.room.stream, error });
      if (subscription.phase === 'catching_up') failed.add(subscription);
    });
  };

  return {
    sameAs({ from, asked, room }, after) {
      const same = after === null ? !asked : asked && after.seq === from && after.logEpoch === logEpoch;
      return same ? { logEpoch, from, head: room.cursor } : undefined;
    },

    async prepare(connection, { stream, after }) {
      await mayRead(deps, connection, stream);
      if (after !== null && after.logEpoch !== logEpoch) throw refuse('resync');
      const room = await pump.open(stream);
      try {
        if (after !== null) await checkCursor(deps, room, after.seq);
      } catch (error) {
        pump.release(room);
        throw error;
      }
      // From here on without a wait: nothing is given to the room in between.
      const older = connection.subscriptionTo(stream);
      if (older !== undefined) drop(older);
      const from = after?.seq ?? room.cursor;
      const subscription = new Subscription(connection, room, { from, asked: after !== null });
      room.behind.add(subscription);
      connection.subscriptions = [...connection.subscriptions, subscription];
      return { subscription, answer: { logEpoch, from, head: room.cursor } };
    },

    start,

    end(connection, stream) {
      const subscription = connection.subscriptionTo(stream);
      if (subscription !== undefined) drop(subscription);
    },

    endAll(connection) {
      for (const subscription of connection.subscriptions) drop(subscription);
    },

    pause(connection) {
      for (const subscription of connection.subscriptions)
        if (subscription.phase !== 'opening') subscription.room.step(subscription, 'paused');
    },

    resume(connection) {
      for (const subscription of connection.subscriptions)
        if (subscription.phase === 'paused') start(subscription);
    },

    keepMembers(inboxId, members) {
      const room = pump.room(`inbox:${inboxId}`);
      if (room === undefined) return;
      const gone = [...room.live, ...room.behind].filter(
        ({ connection }) => !members.has(connection.holder.agentId),
      );
      // What gathers was written while they were members, or is a signal within its second.
      for (const subscription of gone) drop(subscription);
    },

    retry() {
      const again = [...failed];
      failed.clear();
      for (const subscription of again) start(subscription);
    },
  };
}

/** An inbox's stream is for its members, an agent's for that agent alone. */
async function mayRead(deps: SubscriptionDeps, { holder }: LiveConnection, stream: StreamId): Promise<void> {
  const [kind, id = ''] = stream.split(':');
  if (kind === 'agent') {
    if (id !== holder.agentId) throw refuse('not_found');
    return;
  }
  // In this order: a removal after the check is a newer version, which the pump and the next look find.
  await deps.memberships.confirm(id);
  await authorize(deps.db.read, holder.agentId, 'read', { inboxId: id });
}

/** Throws `resync` for a place in the log that cannot be gone on from. */
async function checkCursor({ db, pump }: SubscriptionDeps, room: Room, seq: number): Promise<void> {
  // A client may have read more than the pump has yet.
  if (seq > room.cursor) await pump.advance(room);
  if (seq > room.cursor || room.cursor - seq > MAX_BEHIND) throw refuse('resync');
  if (seq === room.cursor) return;
  const [next] = await eventsAfter(db.read, room.stream, seq, 1);
  if (next?.seq !== seq + 1) throw refuse('resync');
}

/** Reads and sends what comes before the room's cursor, then joins the room: never interleaved, no gap, nothing twice. */
async function catchUp(deps: SubscriptionDeps, subscription: Subscription): Promise<void> {
  const { room } = subscription;
  const replay = ++subscription.replay;
  const goesOn = (): boolean => subscription.phase === 'catching_up' && subscription.replay === replay;
  while (goesOn()) {
    if (subscription.cursor === room.cursor) {
      // No wait between this comparison and the join: the pump cannot move in between.
      room.join(subscription);
      return;
    }
    const events = await eventsAfter(deps.db.read, room.stream, subscription.cursor, BATCH);
    // After the read, as in the pump: nothing goes to somebody who lost access before it was written.
    if (room.inboxId !== null) await deps.memberships.confirm(room.inboxId);
    if (!goesOn()) return;
    const items: string[] = [];
    let seq = subscription.cursor;
    for (const event of events) {
      // Beyond the room's cursor the pump delivers.
      if (event.seq > room.cursor) break;
      if (event.seq !== seq + 1) return deps.onGap(subscription.connection);
      seq = event.seq;
      items.push(eventJson(room.stream, event));
    }
    if (items.length === 0) return deps.onGap(subscription.connection);
    sendReplay(deps, subscription, items);
    // An embedded database answers without leaving the turn: a long replay lets the others have theirs.
    if (events.length === BATCH) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function sendReplay(
  { onSlow }: SubscriptionDeps,
  subscription: Subscription,
  items: readonly string[],
): void {
  const { peer } = subscription.connection;
  for (const { frame, count } of framesOf(items)) {
    subscription.cursor += count;
    if (peer.send(frame)) continue;
    onSlow(subscription.connection);
    return;
  }
}
