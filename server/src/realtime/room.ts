import type { StreamId } from '@latchbox/shared';
import type { StoredEvent } from '../database/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { LiveConnection } from './connection.ts';
import { frameOf } from './frame.ts';
import { FrameGate } from './frame-gate.ts';
import type { Gathering } from './gathering.ts';

/** Signals that a subscriber keeps while it does not get them live; older ones are let go. */
const KEPT_SIGNALS = 100;

/**
 * `opening`: about to be answered. `catching_up`: reads what came before, straight from the log. `live`: gets what the pump
 * gives to the room. `paused`: its connection does not read fast enough. `ended`: over, also when another took its place.
 */
export type SubscriptionPhase = 'opening' | 'catching_up' | 'live' | 'paused' | 'ended';

/** One connection's delivery of one stream. */
export class Subscription {
  readonly connection: LiveConnection;
  readonly room: Room;
  phase: SubscriptionPhase = 'opening';
  /** Everything up to here was sent to this connection. While `live`, the room knows. */
  cursor: number;
  /** Delivery began after this one, */
  readonly from: number;
  /** and the client asked for that; else it began at the head. */
  readonly asked: boolean;
  /** Counts the replays that were begun, so that one that was paused in the middle of a read does not go on beside the next. */
  replay = 0;
  /** When it was answered, in the order of `Call`. */
  answered = Number.POSITIVE_INFINITY;
  /** Signals that came while it was not live. */
  signals: string[] | undefined = undefined;

  constructor(
    connection: LiveConnection,
    room: Room,
    start: { readonly from: number; readonly asked: boolean },
  ) {
    this.connection = connection;
    this.room = room;
    this.cursor = start.from;
    this.from = start.from;
    this.asked = start.asked;
  }
}

export interface RoomDeps {
  readonly clock: Clock;
  readonly gathering: Gathering;
  /** Told of connections that do not read fast enough, after the frame went to everybody. */
  readonly onSlow: (connection: LiveConnection) => void;
  readonly counts: { frames: number; deliveries: number };
}

/** The subscribers of one stream on this server. A frame is encoded once for all of them. */
export class Room {
  readonly stream: StreamId;
  /** Null for an agent's stream. */
  readonly inboxId: string | null;
  /** Whoever gets everything as it comes. */
  readonly live = new Set<Subscription>();
  /** Whoever is still reading what came before, or is paused. Most of the time nobody. */
  readonly behind = new Set<Subscription>();
  /** Newest sequence number that was given to the room; −1 before the first read. */
  cursor = -1;
  /** Newest sequence number that left: a subscriber who leaves goes on from here. */
  sent = -1;
  /** Subscriptions, and calls that are about to make one; at 0 the room is closed. */
  uses = 0;
  closed = false;
  /** The pump's read that is under way. */
  reading: Promise<void> | undefined = undefined;
  /** Set when something was appended during that read. */
  again = false;
  /** Set when something may stand in the log that was not offered. */
  look = false;
  /** What was appended here and waits to be told. */
  offered: StoredEvent[] = [];
  readonly #deps: RoomDeps;
  readonly #gate: FrameGate;
  #head: { readonly seq: number; readonly json: string } | undefined = undefined;

  constructor(stream: StreamId, deps: RoomDeps) {
    this.stream = stream;
    this.inboxId = stream.startsWith('inbox:') ? stream.slice('inbox:'.length) : null;
    this.#deps = deps;
    this.#gate = new FrameGate(deps.clock, deps.gathering, (items) => this.#leave(items));
  }

  /** The next event of the stream, for everybody who is live. */
  pushEvent(seq: number, json: string): void {
    this.cursor = seq;
    this.#gate.add(json);
  }

  /** Something volatile: for whoever is live now, and kept for whoever soon is. */
  pushSignal(json: string): void {
    for (const subscription of this.behind) keepSignal(subscription, json);
    if (this.live.size > 0) this.#gate.add(json);
  }

  /** From here on the subscription gets everything after the room's cursor, which must be its own. */
  join(subscription: Subscription): void {
    // What still gathers is before the cursor: it is for the others only.
    this.#gate.flush();
    this.behind.delete(subscription);
    this.live.add(subscription);
    subscription.phase = 'live';
    const { signals, connection } = subscription;
    subscription.signals = undefined;
    if (signals !== undefined && !connection.peer.send(frameOf(signals))) this.#deps.onSlow(connection);
  }

  /** The subscription goes on later, from its cursor. */
  putBehind(subscription: Subscription, phase: 'catching_up' | 'paused'): void {
    if (subscription.phase === 'ended') return;
    if (this.live.delete(subscription)) subscription.cursor = this.sent;
    this.behind.add(subscription);
    subscription.phase = phase;
  }

  leave(subscription: Subscription): void {
    this.live.delete(subscription);
    this.behind.delete(subscription);
    subscription.phase = 'ended';
    subscription.signals = undefined;
  }

  close(): void {
    this.closed = true;
    this.#gate.close();
  }

  /** This room's part of a head beat. */
  headJson(): string {
    if (this.#head?.seq !== this.sent)
      this.#head = { seq: this.sent, json: `{"stream":"${this.stream}","seq":${this.sent}}` };
    return this.#head.json;
  }

  #leave(items: readonly string[]): void {
    this.sent = this.cursor;
    if (this.live.size === 0) return;
    const frame = frameOf(items);
    let slow: LiveConnection[] | undefined;
    this.#deps.gathering.writing(() => {
      for (const { connection } of this.live)
        if (!connection.peer.send(frame)) (slow ??= []).push(connection);
    });
    this.#deps.counts.frames += 1;
    this.#deps.counts.deliveries += this.live.size;
    // Only now: pausing takes subscribers out of rooms.
    if (slow !== undefined) for (const connection of slow) this.#deps.onSlow(connection);
  }
}

function keepSignal(subscription: Subscription, json: string): void {
  const kept = (subscription.signals ??= []);
  kept.push(json);
  if (kept.length > KEPT_SIGNALS) kept.shift();
}
