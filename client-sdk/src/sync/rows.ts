import type { SeenRow } from '@latchbox/shared/list-query';
import type { ConversationRow } from '@latchbox/shared/model/conversation';
import { freeze } from '../lib/plain.ts';
import { Made } from '../lib/made.ts';

interface Known {
  row?: ConversationRow | undefined;
  /** Sequence number, in its inbox's stream, that the row is as of. */
  seq: number;
  /** This agent's read mark. Undefined: not known, which is not the same as never read. */
  read?: number | undefined;
  /** The place in the agent's own stream that the mark was told at. */
  readSeq: number;
  /** As lists show it; keeps its identity while nothing in it changes. */
  shown?: ListRow | undefined;
}

/** A conversation as a line of a list, and whether there is something for this agent to read in it. */
export interface ListRow extends SeenRow {}

/**
 * The newest known row of every conversation that was seen, and this agent's read marks. Each row carries the place in its
 * inbox's stream that it was read at, so whichever of a list, a snapshot and an event comes later, the newest row wins.
 */
export class Rows {
  readonly #known = new Made<Known>(() => ({ seq: -1, readSeq: -1 }));
  readonly #onRow: (row: ConversationRow) => void;
  /** Which rows changed since that was last taken. */
  readonly dirty = new Set<string>();

  /** `onRow` is told of every row that changed, at once. */
  constructor(onRow: (row: ConversationRow) => void) {
    this.#onRow = onRow;
  }

  get(id: string): ConversationRow | undefined {
    return this.#known.get(id)?.row;
  }

  all(): Iterable<string> {
    return this.#known.keys();
  }

  put(row: ConversationRow, seq: number): void {
    const known = this.#known.of(row.id);
    // Of the same place both are the same; of another inbox (a move) the numbers say nothing, and the later answer wins.
    if (known.row?.inboxId === row.inboxId && known.seq >= seq) return;
    this.#change(row.id, { row: freeze(row), seq });
    this.#onRow(row);
  }

  /** It left the inbox of a stream. Where it is by now may have been told before. */
  left(id: string, stream: string): void {
    const row = this.get(id);
    if (row !== undefined && stream === `inbox:${row.inboxId}`) this.#change(id, { row: undefined, seq: -1 });
  }

  readMark(id: string): number | undefined {
    return this.#known.get(id)?.read;
  }

  /** The mark was told, and is not guessed. */
  knowsRead(id: string): boolean {
    return this.#known.of(id).readSeq >= 0;
  }

  putRead(id: string, read: number, readSeq: number): void {
    if (this.#known.of(id).readSeq <= readSeq) this.#change(id, { read, readSeq });
  }

  shown(id: string): ListRow | undefined {
    const known = this.#known.get(id);
    if (known?.row === undefined) return undefined;
    return (known.shown ??= freeze({
      ...known.row,
      unread: known.row.newestIncoming > (known.read ?? 0),
    }));
  }

  /** Forgets all rows, and the marks too when the log they were told in is another one now. */
  forget(marksToo: boolean): void {
    for (const id of this.#known.keys()) {
      this.#change(id, { row: undefined, seq: -1, ...(marksToo && { read: undefined, readSeq: -1 }) });
    }
  }

  #change(id: string, change: Partial<Known>): void {
    Object.assign(this.#known.of(id), change, { shown: undefined });
    this.dirty.add(id);
  }
}
