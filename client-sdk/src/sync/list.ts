import { compareRows, type RowFilter, rowMatches, type RowPlace } from '@latchbox/shared/list-query';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
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
  #rows: ListRow[] = [];
  /** The last row of the last page; null: there are no more. What is beyond is not shown. */
  #end: RowPlace | null = null;
  #wanted = false;
  #loaded = false;
  #round = 0;
  #stopRetry: (() => void) | undefined;

  constructor(hub: Hub, query: ListQuery) {
    super(hub.core.scope, { status: 'idle', rows: Object.freeze([]), hasMore: false, error: null });
    this.#hub = hub;
    this.#query = query;
  }

  protected override observed(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#load();
  }

  async more(options: Abortable = {}): Promise<void> {
    const after = this.#end;
    if (this.#loaded && after !== null) await this.#page(after, PAGE, options);
  }

  /** A connection is up: what was wanted and never came is asked for. */
  up(): void {
    if (this.#wanted && !this.#loaded) this.#load();
  }

  /** What is shown may be old; it stays until it is read afresh, when the connection is up. */
  forget(): void {
    this.#round += 1;
    this.#loaded = false;
    if (this.#wanted) this.#publish('loading');
  }

  /** These rows changed. */
  apply(changed: ReadonlySet<string>): void {
    if (!this.#loaded) return;
    const kept = this.#rows.filter(({ id }) => !changed.has(id));
    let touched = kept.length !== this.#rows.length;
    for (const id of changed) {
      const { rows } = this.#hub;
      if (rows.get(id) !== undefined && rows.readMark(id) === undefined) this.#hub.look(id);
      const row = rows.shown(id);
      if (row === undefined || !this.#shows(row)) continue;
      touched = true;
      kept.splice(placeOf(kept, row), 0, row);
    }
    if (!touched) return;
    this.#rows = kept;
    this.#publish('ready');
  }

  #load(): void {
    const round = (this.#round += 1);
    this.#stopRetry?.();
    this.#publish('loading');
    if (!this.#hub.isUp()) return;
    const limit = Math.min(100, Math.max(PAGE, this.#rows.length));
    this.#page(null, limit, {}).catch((error: unknown) => {
      if (round === this.#round) this.#failed(error);
    });
  }

  #failed(error: unknown): void {
    // Lost with the connection: the next one asks again.
    if (LatchboxError.is(error, 'offline', 'closed')) return;
    this.#publish('failed', error as AnyLatchboxError);
    if ((error as AnyLatchboxError).retry === 'never') return;
    this.#stopRetry = this.#hub.core.later(TRY_AGAIN, () => this.#load());
  }

  /** Reads a page into the rows, and shows it. */
  async #page(after: RowPlace | null, limit: number, options: Abortable): Promise<void> {
    const round = this.#round;
    const { rows, commands } = this.#hub;
    const { inboxIds, status, assignee } = this.#query;
    const answer = await commands.call(
      'conversation.list',
      {
        filter: {
          ...(inboxIds !== undefined && { inboxIds: [...inboxIds] }),
          ...(status !== undefined && { status }),
          ...(assignee !== undefined && { assignee }),
        },
        after: after === null ? null : { lastAt: after.lastAt, id: after.id },
        limit,
      },
      { ...options, onLoss: 'reject' },
    );
    // Of another connection than the one that was asked on, or of rows that were forgotten meanwhile.
    if (round !== this.#round) return;
    const asOf = new Map(answer.asOf.map(({ stream, seq }) => [stream, seq]));
    for (const row of answer.rows) {
      rows.put(row, asOf.get(`inbox:${row.inboxId}`) ?? 0);
      rows.putRead(row.id, answer.reads[row.id] ?? 0, asOf.get(this.#hub.ownStream()) ?? 0);
    }
    this.#end = answer.hasMore ? (answer.rows.at(-1) ?? null) : null;
    this.#hub.flush();
    this.#loaded = true;
    this.#show();
  }

  #shows(row: ListRow): boolean {
    return (
      (this.#end === null || compareRows(row, this.#end) <= 0) &&
      rowMatches(this.#query, row, this.#hub.agent()?.id ?? '')
    );
  }

  #show(): void {
    const rows: ListRow[] = [];
    for (const id of this.#hub.rows.all()) {
      const row = this.#hub.rows.shown(id);
      if (row !== undefined && this.#shows(row)) rows.push(row);
    }
    this.#rows = rows.sort(compareRows);
    this.#publish('ready');
  }

  #publish(status: ConversationListSnapshot['status'], error: AnyLatchboxError | null = null): void {
    const next = { status, rows: Object.freeze(this.#rows), hasMore: this.#end !== null, error };
    if (status === 'ready') this.replace(next);
    else this.put(next);
  }
}

/** Where a row belongs among sorted rows. */
function placeOf(rows: readonly ListRow[], row: ListRow): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = rows[middle];
    if (other !== undefined && compareRows(other, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
