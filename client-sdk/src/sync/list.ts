import { compareRows, type RowFilter, rowMatches, type RowPlace } from '@latchbox/shared/list-query';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { UpInput } from '@latchbox/shared/realtime/up/index';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';
import type { Abortable } from '../lib/scope.ts';
import type { ListRow } from './rows.ts';

/** Which conversations: absent fields leave open. Newest first. */
export type ListQuery = RowFilter;

export interface ConversationListSnapshot {
  /** `loading`: the first page, or afresh after a gap (then `rows` are the last known ones). */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  readonly rows: readonly ListRow[];
  readonly hasMore: boolean;
  readonly error: AnyLatchboxError | null;
}

/** A live list: loads when it is first observed and follows every change from then on. */
export interface ConversationList extends Readable<ConversationListSnapshot> {
  /** Adds the next page; nothing when there is none. */
  more(options?: Abortable): Promise<void>;
}

const PAGE = 50;
const TRY_AGAIN = 2_000;

export class LiveList extends Store<ConversationListSnapshot> implements ConversationList {
  readonly #hub: Hub;
  readonly #query: ListQuery;
  #rows: readonly ListRow[] = [];
  /** The last row of the last page; null: there are no more. What is beyond is not shown. */
  #end: RowPlace | null = null;
  #wanted = false;
  #loaded = false;
  #round = 0;

  constructor(hub: Hub, query: ListQuery) {
    super(hub.core.scope, { status: 'idle', rows: [], hasMore: false, error: null });
    this.#hub = hub;
    this.#query = query;
  }

  protected override observed(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.load();
  }

  async more(options?: Abortable): Promise<void> {
    if (this.#loaded && this.#end !== null) await this.#page(this.#end, PAGE, options);
  }

  /** What is shown may be old; it stays until it is read afresh, when the connection is up. */
  forget(): void {
    this.#round += 1;
    this.#loaded = false;
    if (this.#wanted) this.#publish('loading');
  }

  /** These rows changed. */
  apply(changed: readonly string[]): void {
    if (!this.#loaded) return;
    const { rows } = this.#hub;
    for (const id of changed) if (rows.get(id) && rows.readMark(id) === undefined) this.#hub.look(id);
    this.#show(changed);
  }

  /** Asks for what is wanted and never came: when it is first observed, and when a connection is up. */
  load(): void {
    if (!this.#wanted || this.#loaded) return;
    const round = (this.#round += 1);
    this.#publish('loading');
    if (this.#hub.line !== 'up') return;
    const limit = Math.min(100, Math.max(PAGE, this.#rows.length));
    this.#page(null, limit).catch((error: AnyLatchboxError) => {
      // Lost with the connection: the next one asks again.
      if (round !== this.#round || LatchboxError.is(error, 'offline', 'closed')) return;
      this.#publish('failed', error);
      if (error.retry === 'never') return;
      this.#hub.core.later(TRY_AGAIN, () => {
        if (round === this.#round) this.load();
      });
    });
  }

  /** Reads a page into the rows, and shows it. */
  async #page(after: RowPlace | null, limit: number, options?: Abortable): Promise<void> {
    const round = this.#round;
    const { rows, commands } = this.#hub;
    const answer = await commands.call(
      'conversation.list',
      // Fields that are undefined do not travel.
      {
        filter: this.#query as UpInput<'conversation.list'>['filter'],
        after: after && { lastAt: after.lastAt, id: after.id },
        limit,
      },
      { ...options, onLoss: 'reject' },
    );
    // Of another connection than the one that was asked on, or of rows that were forgotten meanwhile.
    if (round !== this.#round) return;
    const seqOf = (stream: string): number => answer.asOf.find((asOf) => asOf.stream === stream)?.seq ?? 0;
    for (const row of answer.rows) {
      rows.put(row, seqOf(`inbox:${row.inboxId}`));
      rows.putRead(row.id, answer.reads[row.id] ?? 0, seqOf(this.#hub.ownStream()));
    }
    this.#end = (answer.hasMore && answer.rows.at(-1)) || null;
    this.#hub.flush();
    this.#loaded = true;
    this.#rows = [];
    this.#show(rows.all());
  }

  #shows(row: ListRow): boolean {
    return (
      (this.#end === null || compareRows(row, this.#end) <= 0) &&
      rowMatches(this.#query, row, this.#hub.greeting?.me.id ?? '')
    );
  }

  /** Shows these rows as they are now, where they belong, and the others as before. */
  #show(ids: Iterable<string>): void {
    const shown = new Map(this.#rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const row = this.#hub.rows.shown(id);
      if (row !== undefined && this.#shows(row)) shown.set(id, row);
      else shown.delete(id);
    }
    // Almost sorted as it is: that costs little more than looking at each.
    this.#rows = [...shown.values()].sort(compareRows);
    this.#publish('ready');
  }

  #publish(status: ConversationListSnapshot['status'], error: AnyLatchboxError | null = null): void {
    this.put({ status, rows: this.#rows, hasMore: this.#end !== null, error });
  }
}
