/**
 * Reads pages of conversation lists. Filter and order are those of `list-query.ts` in shared; a test holds the two together.
 * Each inbox and status is a run of an index that stands in the order of the list already, so a page costs the same
 * whether there are ten thousand conversations or a million; several runs are merged here.
 */
import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import {
  compareRows,
  type ConversationRow,
  type ConversationStatus,
  type RowFilter,
  type RowPlace,
} from '@latchbox/shared';
import type { Handle } from './database.ts';
import { readMarksOf } from './own.ts';
import { prepared } from './prepared.ts';
import { conversationRows } from './rows.ts';
import { conversations } from './schema/sqlite.ts';

export interface ListPage {
  readonly rows: ConversationRow[];
  /** Read marks of the agent for these rows; a conversation without one was never read. */
  readonly reads: Record<string, number>;
  readonly hasMore: boolean;
}

interface RunValues extends Record<string, unknown> {
  readonly inboxId: string;
  readonly status: ConversationStatus;
  readonly lastAt: number;
  readonly id: string;
  readonly limit: number;
  readonly assigneeId?: string;
}
/** The next places of one run after a place. */
type ListRun = (db: Handle, values: RunValues) => Promise<RowPlace[]>;

/** Before the first row of every list. */
const START: RowPlace = { lastAt: Number.MAX_SAFE_INTEGER, id: '' };
/** With several runs each gives a few places first, and more only when they are used up. */
const LEAST_CHUNK = 8;

/** Builds the query of a run. `assignee` may lead the order, where it is the same for all: Postgres then sees the index's order. */
function selectRun(db: Handle, assignee: SQL | undefined) {
  const { lastAt, id, assigneeId } = conversations;
  const order = [desc(lastAt), desc(id)];
  return db
    .select({ lastAt, id })
    .from(conversations)
    .where(
      and(
        eq(conversations.inboxId, sql.placeholder('inboxId')),
        eq(conversations.status, sql.placeholder('status')),
        sql`(${lastAt}, ${id}) < (${sql.placeholder('lastAt')}, ${sql.placeholder('id')})`,
        assignee,
      ),
    )
    .orderBy(...(assignee === undefined ? order : [desc(assigneeId), ...order]))
    .limit(sql.placeholder('limit'));
}

const assignedTo = () => eq(conversations.assigneeId, sql.placeholder('assigneeId'));
const runOfAll: ListRun = prepared('lists.all', (db) => selectRun(db, undefined));
const runOfAssigned: ListRun = prepared('lists.assigned', (db) => selectRun(db, assignedTo()));
const runOfUnassigned: ListRun = prepared('lists.unassigned', (db) =>
  selectRun(db, isNull(conversations.assigneeId)),
);

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
  const wanted = filter.inboxIds;
  const from = [...new Set(inboxIds)].filter((id) => wanted === undefined || wanted.includes(id));
  const statuses: ConversationStatus[] =
    filter.status === undefined ? ['open', 'snoozed', 'archived'] : [filter.status];
  const read = runFor(filter.assignee, agentId);
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
  const places = await merge(runs, limit + 1);
  const ids = places.slice(0, limit).map((place) => place.id);
  return {
    rows: await conversationRows(db, ids),
    reads: await readMarksOf(db, agentId, ids),
    hasMore: places.length > limit,
  };
}

function runFor(assignee: string | undefined, me: string): ListRun {
  switch (assignee) {
    case undefined:
      return runOfAll;
    case 'none':
      return runOfUnassigned;
    default: {
      const assigneeId = assignee === 'me' ? me : assignee;
      return (db, values) => runOfAssigned(db, { ...values, assigneeId });
    }
  }
}

interface Run {
  readonly next: (after: RowPlace, count: number) => Promise<RowPlace[]>;
  /** Places that were read and not taken yet, the nearest last. */
  ahead: RowPlace[];
  /** The last place that was read. */
  place: RowPlace;
  /** Nothing comes after `ahead`. */
  over: boolean;
}

/** The first `count` places of all runs together. */
async function merge(runs: readonly Run[], count: number): Promise<RowPlace[]> {
  const chunk =
    runs.length === 1 ? count : Math.min(count, Math.max(LEAST_CHUNK, Math.ceil((2 * count) / runs.length)));
  for (const run of runs) await refill(run, chunk);
  const merged: RowPlace[] = [];
  while (merged.length < count) {
    const nearest = nearestOf(runs);
    const place = nearest?.ahead.pop();
    if (nearest === undefined || place === undefined) break;
    merged.push(place);
    if (nearest.ahead.length === 0 && merged.length < count) await refill(nearest, chunk);
  }
  return merged;
}

async function refill(run: Run, count: number): Promise<void> {
  if (run.over) return;
  const places = await run.next(run.place, count);
  run.over = places.length < count;
  run.place = places.at(-1) ?? run.place;
  run.ahead = places.reverse();
}

function nearestOf(runs: readonly Run[]): Run | undefined {
  let nearest: Run | undefined;
  let first: RowPlace | undefined;
  for (const run of runs) {
    const place = run.ahead.at(-1);
    if (place === undefined || (first !== undefined && compareRows(first, place) <= 0)) continue;
    nearest = run;
    first = place;
  }
  return nearest;
}
