import type { ConversationRow } from '@latchbox/shared/model/conversation';

interface Known {
  readonly row: ConversationRow;
  /** Sequence number, in its inbox's stream, that this row is as of. */
  readonly seq: number;
}

/** A conversation as a line of a list, and whether there is something for this agent to read in it. */
export interface ListRow extends ConversationRow {
  readonly unread: boolean;
}

/**
 * The newest known row of every conversation that was seen, and this agent's read marks. Each row carries the place in its
 * inbox's stream that it was read at, so whichever of a list, a snapshot and an event comes later, the newest row wins.
 */
export class Rows {
  readonly #rows = new Map<string, Known>();
  readonly #shown = new Map<string, ListRow>();
  /** Read marks, with the place in the agent's own stream they were told at. */
  readonly #reads = new Map<string, { readonly read: number; readonly seq: number }>();
  readonly #onRow: (row: ConversationRow) => void;
  #dirty = new Set<string>();

  /** `onRow` is told of every row that changed, at once. */
  constructor(onRow: (row: ConversationRow) => void) {
    this.#onRow = onRow;
  }

  get(id: string): ConversationRow | undefined {
    return this.#rows.get(id)?.row;
  }

  all(): Iterable<string> {
    return this.#rows.keys();
  }

  put(row: ConversationRow, seq: number): void {
    const known = this.#rows.get(row.id);
    // Of the same place both are the same; of another inbox (a move) the numbers say nothing, and the later answer wins.
    if (known !== undefined && known.row.inboxId === row.inboxId && known.seq >= seq) return;
    this.#rows.set(row.id, { row: Object.freeze(row), seq });
    this.#touch(row.id);
    this.#onRow(row);
  }

  /** Undefined: not known, which is not the same as never read. */
  readMark(id: string): number | undefined {
    return this.#reads.get(id)?.read;
  }

  putRead(id: string, read: number, seq: number): void {
    const known = this.#reads.get(id);
    if (known !== undefined && known.seq > seq) return;
    this.#reads.set(id, { read, seq });
    if (known?.read !== read) this.#touch(id);
  }

  /** The row as lists show it; keeps its identity while nothing in it changes. */
  shown(id: string): ListRow | undefined {
    const cached = this.#shown.get(id);
    if (cached !== undefined) return cached;
    const row = this.get(id);
    if (row === undefined) return undefined;
    const shown = Object.freeze({ ...row, unread: row.newestIncoming > (this.readMark(id) ?? 0) });
    this.#shown.set(id, shown);
    return shown;
  }

  /** Forgets all rows, and the marks too when the log they were told in is another one now. */
  forget(marksToo: boolean): void {
    for (const id of this.#rows.keys()) this.#touch(id);
    this.#rows.clear();
    if (marksToo) this.#reads.clear();
  }

  /** Which rows changed since the last call. */
  takeDirty(): ReadonlySet<string> {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    return dirty;
  }

  #touch(id: string): void {
    this.#shown.delete(id);
    this.#dirty.add(id);
  }
}
