import { refuse, type StreamId, type UpInput, type UpResult } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Database } from '../database/database.ts';
import { eventsAfter } from '../database/event-log.ts';
import type { Log } from '../lib/log.ts';
import type { LiveConnection } from './connection.ts';
import type { Members, Memberships } from './memberships.ts';
import type { Pump } from './pump.ts';
import { catchUp } from './replay.ts';
import { type Room, Subscription } from './room.ts';

/** A cursor that is further behind than this loads afresh instead. */
const MAX_BEHIND = 5_000;

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

type Asked = UpInput<'stream.subscribe'>;
export type Subscribed = Omit<UpResult<'stream.subscribe'>, 'present'>;

const NONE: readonly Subscription[] = [];

/** Which connection gets which stream. */
export class Subscriptions {
  readonly #deps: SubscriptionDeps;
  /** A handful each: an array is smaller than a map, and there are thousands of these. */
  readonly #of = new Map<LiveConnection, readonly Subscription[]>();
  /** Whose reading failed; they are tried again with the next look at the database. */
  readonly #failed = new Set<Subscription>();

  constructor(deps: SubscriptionDeps) {
    this.#deps = deps;
  }

  /** What an own subscription that stands answers to one who asks for just the same; undefined when there is none. */
  sameAs(connection: LiveConnection, { stream, after }: Asked, order: number): Subscribed | undefined {
    const standing = this.#find(connection, stream);
    // Once it was answered, asking again means that something was missed.
    if (standing === undefined || standing.answered < order) return undefined;
    const { logEpoch } = this.#deps;
    const { asked, from, room } = standing;
    const same = after === null ? !asked : asked && after.seq === from && after.logEpoch === logEpoch;
    return same ? { logEpoch, from, head: room.cursor } : undefined;
  }

  /**
   * Checks the cursor and takes the place of an older subscription to the stream. Nothing is delivered before `start`, so that
   * the answer arrives first. Throws `not_found`, `resync`.
   */
  async prepare(
    connection: LiveConnection,
    { stream, after }: Asked,
  ): Promise<{ subscription: Subscription; answer: Subscribed }> {
    const { pump, logEpoch } = this.#deps;
    await mayRead(this.#deps, connection, stream);
    if (after !== null && after.logEpoch !== logEpoch) throw refuse('resync');
    const room = await pump.open(stream);
    try {
      if (after !== null) await checkCursor(this.#deps, room, after.seq);
      // The connection may have ended during the reads.
      if (connection.end !== undefined) throw refuse('closed');
    } catch (error) {
      pump.release(room);
      throw error;
    }
    // From here on without a wait: nothing is given to the room in between.
    this.end(connection, stream);
    const from = after?.seq ?? room.cursor;
    const subscription = new Subscription(connection, room, { from, asked: after !== null });
    room.behind.add(subscription);
    this.#of.set(connection, this.#all(connection).concat(subscription));
    return { subscription, answer: { logEpoch, from, head: room.cursor } };
  }

  start(subscription: Subscription): void {
    if (subscription.phase === 'ended') return;
    subscription.room.putBehind(subscription, 'catching_up');
    catchUp(this.#deps, subscription).catch((error: unknown) => {
      this.#deps.log.warn('A replay could not be read', { stream: subscription.room.stream, error });
      if (subscription.phase === 'catching_up') this.#failed.add(subscription);
    });
  }

  end(connection: LiveConnection, stream: StreamId): void {
    const subscription = this.#find(connection, stream);
    if (subscription !== undefined) this.#drop(subscription);
  }

  endAll(connection: LiveConnection): void {
    for (const subscription of this.#all(connection)) this.#drop(subscription);
  }

  /** Everything stops until `resume`; what is missed then is read from the log. */
  pause(connection: LiveConnection): void {
    for (const subscription of this.#all(connection))
      if (subscription.phase !== 'opening') subscription.room.putBehind(subscription, 'paused');
  }

  resume(connection: LiveConnection): void {
    for (const subscription of this.#all(connection))
      if (subscription.phase === 'paused') this.start(subscription);
  }

  /** Ends the deliveries of whoever is no member any more. */
  keepMembers(inboxId: string, members: Members): void {
    const room = this.#deps.pump.room(`inbox:${inboxId}`);
    if (room === undefined) return;
    for (const subscription of [...room.live, ...room.behind])
      if (!members.has(subscription.connection.holder.agentId)) this.#drop(subscription);
  }

  /** Tries again where reading failed. */
  retry(): void {
    const again = [...this.#failed];
    this.#failed.clear();
    for (const subscription of again) this.start(subscription);
  }

  /**
   * Where the connection's streams stand, as JSON for a head beat; undefined while it is slow, because that would fill it
   * further. Only what is live: the head of a stream that is being replayed would look like a gap.
   */
  headsOf(connection: LiveConnection): string[] | undefined {
    const heads: string[] = [];
    for (const { phase, room } of this.#all(connection)) {
      if (phase === 'paused') return undefined;
      if (phase === 'live') heads.push(room.headJson());
    }
    return heads;
  }

  #all(connection: LiveConnection): readonly Subscription[] {
    return this.#of.get(connection) ?? NONE;
  }

  #find(connection: LiveConnection, stream: StreamId): Subscription | undefined {
    return this.#all(connection).find(({ room }) => room.stream === stream);
  }

  #drop(subscription: Subscription): void {
    const { connection, room } = subscription;
    if (subscription.phase === 'ended') return;
    const rest = this.#all(connection).filter((other) => other !== subscription);
    if (rest.length === 0) this.#of.delete(connection);
    else this.#of.set(connection, rest);
    this.#failed.delete(subscription);
    room.leave(subscription);
    this.#deps.pump.release(room);
  }
}

/** An inbox's stream is for its members, an agent's for that agent alone. */
async function mayRead(deps: SubscriptionDeps, { holder }: LiveConnection, stream: StreamId): Promise<void> {
  const [kind, id = ''] = stream.split(':');
  if (kind === 'agent') {
    if (id !== holder.agentId) throw refuse('not_found');
    return;
  }
  // As fresh as the database: every removal raises the version that this compares. A later one is found by the pump.
  const members = await deps.memberships.confirmSoon(id);
  if (!members.has(holder.agentId)) await authorize(deps.db.read, holder.agentId, 'read', { inboxId: id });
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
