import type { StreamId } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import { frameOf } from './frame.ts';
import { FrameGate } from './frame-gate.ts';
import type { LiveConnection } from './connection.ts';
import type { Subscription } from './subscription.ts';

/** Signals that a subscriber keeps while it does not get them live; older ones are let go. */
const KEPT_SIGNALS = 100;

export interface RoomDeps {
  readonly clock: Clock;
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
  readonly #deps: RoomDeps;
  readonly #gate: FrameGate;
  #head: { readonly seq: number; readonly json: string } | undefined = undefined;

  constructor(stream: StreamId, deps: RoomDeps) {
    this.stream = stream;
    this.inboxId = stream.startsWith('inbox:') ? stream.slice('inbox:'.length) : null;
    this.#deps = deps;
    this.#gate = new FrameGate(deps.clock, (items) => this.#leave(items));
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

  flush(): void {
    this.#gate.flush();
  }

  /** From here on the subscription gets everything after the room's cursor, which must be its own. */
  join(subscription: Subscription): void {
    // What still gathers is before the cursor: it is for the others only.
    this.#gate.flush();
    this.behind.delete(subscription);
    this.live.add(subscription);
    subscription.phase = 'live';
    const { signals } = subscription;
    subscription.signals = undefined;
    if (signals !== undefined && !subscription.connection.peer.send(frameOf(signals)))
      this.#deps.onSlow(subscription.connection);
  }

  /** The subscription goes on later, from its cursor. */
  step(subscription: Subscription, phase: 'catching_up' | 'paused'): void {
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
    for (const { connection } of this.live) if (!connection.peer.send(frame)) (slow ??= []).push(connection);
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
