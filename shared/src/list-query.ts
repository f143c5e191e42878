/** Filter and order of conversation lists: the SDK's live lists use these functions, and a test holds the SQL to them. */
import type { ConversationRow } from './model/conversation.ts';

export interface RowFilter {
  /** Only these inboxes; absent: all that the agent may see. */
  readonly inboxIds?: readonly string[] | undefined;
  readonly status?: ConversationRow['status'] | undefined;
  /** `me`, `none`, `others` (somebody else), or the id of an agent or of a team; absent: whoever. */
  readonly assignee?: string | undefined;
  /** Only what the agent has not read (true), or has (false); absent: both. */
  readonly unread?: boolean | undefined;
}

/** A conversation, and whether there is something in it that the agent who looks has not read. */
export interface SeenRow extends ConversationRow {
  readonly unread: boolean;
}

/** True when `row` belongs into a list with this filter, seen by agent `me`. */
export function rowMatches(
  { inboxIds, status, assignee, unread }: RowFilter,
  row: SeenRow,
  me: string,
): boolean {
  const whose = row.assignee?.id;
  return (
    (!inboxIds || inboxIds.includes(row.inboxId)) &&
    (!status || row.status === status) &&
    (unread === undefined || row.unread === unread) &&
    (!assignee ||
      (assignee === 'none'
        ? !whose
        : assignee === 'others'
          ? !!whose && whose !== me
          : whose === (assignee === 'me' ? me : assignee) || row.team?.id === assignee))
  );
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
