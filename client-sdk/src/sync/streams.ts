import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import { LatchboxError } from '@latchbox/shared/errors';
import type { Commands } from '../connection/commands.ts';
import type { Core } from '../core.ts';

export type Present = UpResult<'stream.subscribe'>['present'];

interface Stream {
  readonly id: string;
  /** The last event that was applied; null before the first subscription was answered. */
  seq: number | null;
  /** Everything after this number was or will be delivered: what was read before it may have missed events. */
  since: number;
  /** Where the stream stood when the running delivery was asked for; null while that is not answered. */
  head: number | null;
  /** Events that came before the answer that says where delivery starts. */
  readonly early: StreamEvent[];
  /** Counts the subscriptions, so that the answer to an older one is recognised. */
  round: number;
  /** Where this stream stood at the last head beat that was ahead of it. */
  behindAt: number | null;
}

export interface StreamParts {
  /** Exactly the next event of its stream. */
  apply(event: StreamEvent): void;
  /** Too far behind, or another log: everything read from this stream must be read afresh. */
  reload(stream: string): void;
  /** The agent may not see this stream (any more). */
  refused(stream: string): void;
  /** Delivery has begun; what was known before is as old as it may be. */
  started(stream: string): void;
  /** Everything up to the head is applied, or who is there was told. */
  subscribed(stream: string, present: Present): void;
}

/**
 * The subscribed streams and how far each was read. Applies events in order, one after the other: what is older is
 * ignored, a gap is asked for again from the cursor, and a cursor that the server cannot use leads to a reload.
 */
export class Streams {
  readonly #core: Core;
  readonly #commands: Commands;
  readonly #parts: StreamParts;
  readonly #streams = new Map<string, Stream>();
  #epoch: string | undefined;
  #up = false;

  constructor(core: Core, commands: Commands, parts: StreamParts) {
    this.#core = core;
    this.#commands = commands;
    this.#parts = parts;
  }

  /** A connection is up: subscribes to exactly these streams, each from where it was read to. */
  up(logEpoch: string, ids: readonly string[]): void {
    this.#up = true;
    const other = this.#epoch !== undefined && this.#epoch !== logEpoch;
    this.#epoch = logEpoch;
    for (const id of Array.from(this.#streams.keys())) if (!ids.includes(id)) this.#streams.delete(id);
    for (const id of ids) {
      const known = this.#streams.get(id);
      if (known !== undefined && other) {
        known.seq = null;
        this.#parts.reload(id);
      }
      this.add(id);
    }
  }

  down(): void {
    this.#up = false;
    for (const stream of this.#streams.values()) {
      stream.head = null;
      stream.round += 1;
      stream.early.length = 0;
    }
  }

  add(id: string): void {
    const stream = this.#streams.get(id) ?? {
      id,
      seq: null,
      since: 0,
      head: null,
      early: [],
      round: 0,
      behindAt: null,
    };
    this.#streams.set(id, stream);
    this.#subscribe(stream);
  }

  /** The agent may not see this stream any more; the server has ended its delivery. */
  remove(id: string): void {
    this.#streams.delete(id);
  }

  has(id: string): boolean {
    return this.#streams.has(id);
  }

  /** True when everything that happened before this connection was made is applied. */
  isCurrent(id: string): boolean {
    const stream = this.#streams.get(id);
    return this.#up && stream?.seq != null && stream.head !== null && stream.seq >= stream.head;
  }

  /** How far a stream was read; undefined before its delivery has begun. */
  position(id: string): number | undefined {
    return this.#streams.get(id)?.seq ?? undefined;
  }

  /** True when something read at `seq` may miss events between there and the start of delivery, wherever that will be. */
  missed(id: string, logEpoch: string, seq: number): boolean {
    const stream = this.#streams.get(id);
    return logEpoch !== this.#epoch || stream === undefined || stream.seq === null || seq < stream.since;
  }

  event(event: StreamEvent): void {
    const stream = this.#streams.get(event.stream);
    if (stream === undefined) return;
    if (stream.seq === null) {
      stream.early.push(event);
      return;
    }
    if (event.seq <= stream.seq) return;
    if (event.seq > stream.seq + 1) {
      // A gap. While a subscription is under way its replay fills it.
      if (stream.head !== null) this.#subscribe(stream);
      return;
    }
    const wasCurrent = this.isCurrent(stream.id);
    stream.seq = event.seq;
    this.#core.scope.run('An event could not be applied.', () => this.#parts.apply(event));
    if (!wasCurrent && this.isCurrent(stream.id)) this.#parts.subscribed(stream.id, null);
  }

  /** A head beat: a stream that is behind twice at the same place has lost its last events. */
  heads(heads: readonly { readonly stream: string; readonly seq: number }[]): void {
    for (const { stream: id, seq } of heads) {
      const stream = this.#streams.get(id);
      if (stream === undefined || stream.head === null) continue;
      const behind = stream.seq !== null && seq > stream.seq;
      if (behind && stream.behindAt === stream.seq) this.#subscribe(stream);
      else stream.behindAt = behind ? stream.seq : null;
    }
  }

  #subscribe(stream: Stream): void {
    if (!this.#up || this.#epoch === undefined) return;
    const round = (stream.round += 1);
    const epoch = this.#epoch;
    stream.head = null;
    stream.behindAt = null;
    const after = stream.seq === null ? null : { logEpoch: epoch, seq: stream.seq };
    this.#commands.call('stream.subscribe', { stream: stream.id, after }, { onLoss: 'reject' }).then(
      (answer) => {
        if (stream.round === round) this.#subscribed(stream, answer);
      },
      (error: unknown) => {
        if (stream.round === round) this.#refused(stream, error);
      },
    );
  }

  #subscribed(stream: Stream, answer: UpResult<'stream.subscribe'>): void {
    stream.head = answer.head;
    if (stream.seq === null) {
      stream.seq = stream.since = answer.from;
      for (const event of stream.early.splice(0)) this.event(event);
      this.#parts.started(stream.id);
    }
    this.#parts.subscribed(stream.id, answer.present);
  }

  #refused(stream: Stream, error: unknown): void {
    if (LatchboxError.is(error, 'resync')) {
      stream.seq = null;
      this.#parts.reload(stream.id);
      this.#subscribe(stream);
    } else if (LatchboxError.is(error, 'not_found', 'forbidden')) {
      this.#streams.delete(stream.id);
      this.#parts.refused(stream.id);
    } else if (!LatchboxError.is(error, 'offline', 'closed')) {
      this.#core.log({
        level: 'warn',
        message: `Subscribing to ${stream.id} failed; trying again.`,
        data: error,
      });
      const again = this.#core.runtime.setTimer(2_000, () => {
        off();
        if (this.#streams.get(stream.id) === stream && stream.head === null) this.#subscribe(stream);
      });
      const off = this.#core.scope.onEnd(again);
    }
  }
}
