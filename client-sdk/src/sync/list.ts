import type { RowFilter } from '@latchbox/shared/list-query';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';
import type { Abortable } from '../lib/scope.ts';
import type { ListReading } from '../works.ts';
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

/** A list by its query. Its pages are read by whoever `works` gives it; before that it is only wanted. */
export class LiveList extends Store<ConversationListSnapshot> implements ConversationList {
  readonly hub: Hub;
  readonly query: ListQuery;
  wanted = false;
  reader: ListReading | undefined;

  constructor(hub: Hub, query: ListQuery) {
    const nothing = { rows: [], hasMore: false, error: null };
    super(hub.core.scope, { status: 'idle', ...nothing }, () => {
      if (this.wanted) return;
      this.wanted = true;
      if (this.reader) this.reader.load();
      else this.put({ status: 'loading', ...nothing });
    });
    this.hub = hub;
    this.query = query;
  }

  async more(options?: Abortable): Promise<void> {
    await this.reader?.more(options);
  }
}
