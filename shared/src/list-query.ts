/** Filter and order of conversation lists: the SDK's live lists use these functions, and a test holds the SQL to them. */
import type { ConversationRow } from './model/conversation.ts';

export interface RowFilter {
  /** Only these inboxes; absent: all that the agent may see. */
  readonly inboxIds?: readonly string[] | undefined;
  readonly status?: ConversationRow['status'] | undefined;
  /** `me`, `none`, or an agent's id; absent: whoever. */
  readonly assignee?: string | undefined;
}

/** True when `row` belongs into a list with this filter, seen by agent `me`. */
export function rowMatches(filter: RowFilter, row: ConversationRow, me: string): boolean {
  if (filter.inboxIds !== undefined && !filter.inboxIds.includes(row.inboxId)) return false;
  if (filter.status !== undefined && row.status !== filter.status) return false;
  switch (filter.assignee) {
    case undefined:
      return true;
    case 'none':
      return row.assignee === null;
    case 'me':
      return row.assignee?.id === me;
    default:
      return row.assignee?.id === filter.assignee;
  }
}

/** Newest first; equal times by id, so that the order is total and keyset pages neither skip nor repeat. */
export function compareRows(a: RowPlace, b: RowPlace): number {
  if (a.lastAt !== b.lastAt) return b.lastAt - a.lastAt;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** Where a row stands in the order of a list; also the form of a page's "after". */
export interface RowPlace {
  readonly lastAt: number;
  readonly id: string;
}
