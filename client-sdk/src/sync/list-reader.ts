import { compareRows, type RowPlace, rowMatches } from '@latchbox/shared/list-query';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { UpInput } from '@latchbox/shared/realtime/up/index';
import type { Abortable } from '../lib/scope.ts';
import type { ListReading } from '../works.ts';
import type { ConversationListSnapshot, LiveList } from './list.ts';
import type { ListRow, Rows } from './rows.ts';

export interface ListReaderParts {
  readonly rows: Rows;
  ownStream(): string;
  /** Reads a row and its read mark, where only an event was seen. */
  look(conversationId: string): void;
  /** Tells lists and conversations which rows changed. */
  flush(): void;
}

const PAGE = 50;
const MOST = 100;
const TRY_AGAIN = 2_000;

/** Reads the pages of one list, and keeps it as what happens makes it. */
export class ListReader implements ListReading {
  readonly #parts: ListReaderParts;
  readonly #list: LiveList;
  #rows: readonly ListRow[] = [];
  /** The last row of the last page; null: there are no more. What is beyond is not shown. */
  #end: RowPlace | null = null;
  #loaded = false;
  #round = 0;

  constructor(parts: ListReaderParts, list: LiveList) {
    this.#parts = parts;
    this.#list = list;
  }

  async more(options?: Abortable): Promise<void> {
    if (!this.#loaded || !this.#end) return;
    const end = await this.#page(this.#end, PAGE, options);
    if (end !== undefined) this.#ends(end);
  }

  /** What is shown may be old; it stays until it is read afresh, when the connection is up. */
  forget(): void {
    this.#round += 1;
    this.#loaded = false;
    if (this.#list.wanted) this.#publish('loading');
  }

  /** These rows changed. */
  apply(changed: readonly string[]): void {
    if (!this.#loaded) return;
    const { rows } = this.#parts;
    for (const id of changed) if (rows.get(id) && rows.readMark(id) === undefined) this.#parts.look(id);
    this.#show(changed);
  }

  /** Asks for what is wanted and never came: when it is first observed, and when a connection is up. */
  load(): void {
    const { hub, wanted } = this.#list;
    if (!wanted || this.#loaded) return;
    const round = (this.#round += 1);
    this.#publish('loading');
    if (hub.line !== 'up') return;
    this.#pages(this.#rows.length).catch((error: AnyLatchboxError) => {
      // Lost with the connection: the next one asks again.
      if (round !== this.#round || LatchboxError.is(error, 'offline', 'closed')) return;
      this.#publish('failed', error);
      if (error.retry === 'never') return;
      hub.core.later(TRY_AGAIN, () => {
        if (round === this.#round) this.load();
      });
    });
  }

  /** Reads as many rows as there were, so that nobody who has scrolled far is thrown back; then shows them. */
  async #pages(wanted: number): Promise<void> {
    let end: RowPlace | null | undefined = null;
    for (let count = 0; count === 0 || (end && count < wanted); count += MOST) {
      const before: RowPlace | null = end;
      const reading = this.#page(before, Math.min(MOST, Math.max(PAGE, wanted - count)));
      // A part of it, rather than nothing: from where `more()` goes on.
      end = await reading.catch((error: unknown) => {
        if (before && !LatchboxError.is(error, 'offline', 'closed')) return before;
        throw error;
      });
      if (end === undefined) return;
      if (before && end === before) break;
    }
    this.#ends(end);
  }

  /** Reads a page into the rows. Answers where it ends (null: with the list); undefined: it is of no use any more. */
  async #page(
    place: RowPlace | null,
    limit: number,
    options?: Abortable,
  ): Promise<RowPlace | null | undefined> {
    const round = this.#round;
    const { rows } = this.#parts;
    const { hub, query } = this.#list;
    // Fields that are undefined do not travel.
    const filter = query as UpInput<'conversation.list'>['filter'];
    const after = place && { lastAt: place.lastAt, id: place.id };
    const input = { filter, after, limit };
    const answer = await hub.commands.call('conversation.list', input, { ...options, onLoss: 'reject' });
    // Of another connection than the one that was asked on, or of rows that were forgotten meanwhile.
    if (round !== this.#round) return undefined;
    const seqOf = (stream: string): number => answer.asOf.find((asOf) => asOf.stream === stream)?.seq ?? 0;
    for (const row of answer.rows) {
      rows.put(row, seqOf(`inbox:${row.inboxId}`));
      rows.putRead(row.id, answer.reads[row.id] ?? 0, seqOf(this.#parts.ownStream()));
    }
    return (answer.hasMore && answer.rows.at(-1)) || null;
  }

  /** What is known is shown, up to there. */
  #ends(end: RowPlace | null): void {
    this.#end = end;
    this.#parts.flush();
    this.#loaded = true;
    this.#rows = [];
    this.#show(this.#parts.rows.all());
  }

  #shows(row: ListRow): boolean {
    const { hub, query } = this.#list;
    return (
      (!this.#end || compareRows(row, this.#end) <= 0) &&
      // Whether it is read is looked for as long as that is a guess.
      (query.unread === undefined || this.#parts.rows.knowsRead(row.id)) &&
      rowMatches(query, row, hub.greeting?.me.id ?? '')
    );
  }

  /**
   * Shows these rows as they are now, where they belong, and the others as before. A list can be long and is gone through at
   * every change: nothing is looked up for a row that did not change, and the list is frozen once, not row by row.
   */
  #show(ids: Iterable<string>): void {
    const changed = new Set(ids);
    const kept = this.#rows.filter(({ id }) => !changed.has(id));
    const came = [...changed].flatMap((id) => {
      const row = this.#parts.rows.shown(id);
      return row && this.#shows(row) ? [row] : [];
    });
    // Two sorted parts: that costs little more than looking at each row.
    this.#rows = Object.freeze(kept.concat(came.sort(compareRows)).sort(compareRows));
    this.#publish('ready');
  }

  #publish(status: ConversationListSnapshot['status'], error: AnyLatchboxError | null = null): void {
    this.#list.put({ status, rows: this.#rows, hasMore: this.#end !== null, error });
  }
}
