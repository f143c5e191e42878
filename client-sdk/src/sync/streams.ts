import { fromWireError, type WireError } from '@latchbox/shared/error-codes';
import type { StreamId } from '@latchbox/shared/model/scalars';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { Commands, Voice } from '../connection/commands.ts';
import type { Core } from '../core.ts';
import type { Present } from './there.ts';

type Given = NonNullable<UpResult<'hello'>['streams']>;

interface Stream {
  /** The last event that was applied; null: nothing was read yet. */
  seq: number | null;
  /** Events that came before the answer that says where delivery begins. */
  readonly early: StreamEvent[];
  /** Where the stream stood at the last head beat that was ahead of it. */
  behindAt?: number | null;
  /** Where it stood when it was subscribed to, and whom to tell when that is reached. */
  goal?: { readonly seq: number; readonly reached: () => void };
}

export interface StreamParts {
  readonly core: Core;
  readonly commands: Commands;
  /** Exactly the next event of its stream. */
  apply(event: StreamEvent): void;
  /** Who is in an inbox at this moment. */
  readonly present: (inboxId: string, present: Present) => void;
  /** Events are missing. Their connection is of no use any more; the next one replays them. */
  gap(): void;
}

/**
 * How far each stream was read. Applies events in order, one after the other, ignores what is older, and notices what is
 * missing: by a gap, or by a head beat that stays ahead.
 */
export class Streams {
  readonly #parts: StreamParts;
  readonly #streams = new Map<string, Stream>();

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** What the greeting is to subscribe to: all there is, each stream from where it was read to. */
  from(logEpoch: string | undefined): UpInput<'hello'>['subscribe'] {
    const streams = [...this.#streams].flatMap(([id, { seq }]) =>
      seq === null || logEpoch === undefined ? [] : { stream: id as StreamId, after: { logEpoch, seq } },
    );
    return { streams, rest: true };
  }

  /**
   * Subscribes to exactly these streams, each from where it was read to; `given`: what the greeting has brought about already.
   * Resolves when everything is applied that had happened by then. Rejects with `resync` when the server cannot go on from there:
   * `keep` none and try again.
   */
  async subscribe(via: Voice, logEpoch: string, ids: readonly string[], given: Given = []): Promise<void> {
    this.keep(ids);
    await Promise.all(
      ids.map((id) =>
        this.#subscribe(
          via,
          logEpoch,
          id,
          given.find(({ stream }) => stream === id),
        ),
      ),
    );
  }

  /** Forgets how far the other streams were read. */
  keep(ids: readonly string[]): void {
    for (const id of this.#streams.keys()) if (!ids.includes(id)) this.#streams.delete(id);
  }

  /** Reads a stream from this place on, unless it was read already. */
  begin(id: string, seq: number): void {
    if (!this.#streams.has(id)) this.#streams.set(id, { seq, early: [] });
  }

  /** How far a stream was read. */
  position(id: string): number {
    return this.#streams.get(id)?.seq ?? 0;
  }

  event(event: StreamEvent): void {
    const stream = this.#streams.get(event.stream);
    if (!stream) return;
    const { seq } = stream;
    if (seq === null) stream.early.push(event);
    else if (event.seq > seq + 1) this.#parts.gap();
    else if (event.seq > seq) {
      stream.seq = event.seq;
      this.#parts.core.scope.run('An event could not be applied.', () => this.#parts.apply(event));
      this.#reached(stream);
    }
  }

  /** A head beat: a stream that is behind twice at the same place has lost its last events. */
  heads(heads: readonly { readonly stream: string; readonly seq: number }[]): void {
    for (const { stream: id, seq } of heads) {
      const stream = this.#streams.get(id);
      if (!stream) continue;
      const behindAt = seq > (stream.seq ?? seq) ? stream.seq : null;
      if (behindAt !== null && stream.behindAt === behindAt) return this.#parts.gap();
      stream.behindAt = behindAt;
    }
  }

  async #subscribe(via: Voice, logEpoch: string, id: string, given?: Given[number]): Promise<void> {
    const seq = this.#streams.get(id)?.seq ?? null;
    const stream: Stream = { seq, early: [] };
    this.#streams.set(id, stream);
    const after = seq === null ? null : { logEpoch, seq };
    const { commands, present } = this.#parts;
    if (given?.ok === false) throw fromWireError(given.error as WireError);
    // Given: without a wait, because events may follow the greeting at once.
    const heard = (told: UpResult<'stream.subscribe'>): void => {
      if (told.present) present(id.slice('inbox:'.length), told.present);
    };
    if (given) heard(given);
    const options = { via, onLoss: 'reject', heard } as const;
    const answer = given ?? (await commands.call('stream.subscribe', { stream: id, after }, options));
    stream.seq ??= answer.from;
    for (const event of stream.early.splice(0)) this.event(event);
    await new Promise<void>((reached) => {
      stream.goal = { seq: answer.head, reached };
      this.#reached(stream);
    });
  }

  #reached({ goal, seq }: Stream): void {
    if (goal && seq !== null && seq >= goal.seq) goal.reached();
  }
}
