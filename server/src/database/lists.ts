/**
 * Reads pages of conversation lists. Filter and order are those of `list-query.ts` in shared; a test holds the two together.
 * Each inbox and status is a run of an index that stands in the order of the list already, so a page costs the same
 * whether there are ten thousand conversations or a million; several runs are merged here.
 */
import type { ConversationRow, ConversationStatus, RowFilter, RowPlace } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { runFor } from './list-runs.ts';
import { mergeRuns, type Run } from './merge-runs.ts';
import { readMarksOf } from './own.ts';
import { conversationRows } from './rows.ts';

export interface ListPage {
  readonly rows: ConversationRow[];
  /** Read marks of the agent for these rows; a conversation without one was never read. */
  readonly reads: Record<string, number>;
  readonly hasMore: boolean;
}

/** Before the first row of every list. */
const START: RowPlace = { lastAt: Number.MAX_SAFE_INTEGER, id: '' };

/**
 * A page of the list that `agentId` sees: of the inboxes in `inboxIds` (those that the agent may read) what the filter
 * lets through, newest first, after the place `after`. Run it in `readTogether` when its rows must fit together.
 */
export async function listConversations(
  db: Handle,
  agentId: string,
  inboxIds: readonly string[],
  filter: RowFilter,
  after: RowPlace | null,
  limit: number,
): Promise<ListPage> {
  const wanted = filter.inboxIds && new Set(filter.inboxIds);
  const from = [...new Set(inboxIds)].filter((id) => wanted === undefined || wanted.has(id));
  const statuses: ConversationStatus[] =
    filter.status === undefined ? ['open', 'snoozed', 'archived'] : [filter.status];
  const read = runFor(filter, agentId);
  const runs = from.flatMap((inboxId) =>
    statuses.map(
      (status): Run => ({
        next: (place, count) =>
          read(db, { inboxId, status, lastAt: place.lastAt, id: place.id, limit: count }),
        ahead: [],
        place: after ?? START,
        over: false,
      }),
    ),
  );
  const places = await mergeRuns(runs, limit + 1);
  const ids = places.slice(0, limit).map((place) => place.id);
  return {
    rows: await conversationRows(db, ids),
    reads: await readMarksOf(db, agentId, ids),
    hasMore: places.length > limit,
  };
}
