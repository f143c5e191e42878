/** How many conversations of an inbox are in which view of an agent. */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { InboxCounts } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, readMarks } from './schema/sqlite.ts';

interface Values extends Record<string, unknown> {
  inboxId: string;
  agentId: string;
  status: 'open' | 'snoozed';
}
interface Counted {
  readonly all: number;
  readonly unread: number;
}

function countStatus(db: Handle, assignee: SQL | undefined) {
  return db
    .select({
      all: sql<number>`count(*)`.mapWith(Number),
      unread:
        sql<number>`count(CASE WHEN ${conversations.newestIncoming} > coalesce(${readMarks.position}, 0) THEN 1 END)`.mapWith(
          Number,
        ),
    })
    .from(conversations)
    .leftJoin(
      readMarks,
      and(eq(readMarks.agentId, sql.placeholder('agentId')), eq(readMarks.conversationId, conversations.id)),
    )
    .where(
      and(
        eq(conversations.inboxId, sql.placeholder('inboxId')),
        eq(conversations.status, sql.placeholder('status')),
        assignee,
      ),
    );
}
const countAll = prepared<Values, Counted[]>('counts.all', (db) => countStatus(db, undefined));
const countMine = prepared<Values, Counted[]>('counts.mine', (db) =>
  countStatus(db, eq(conversations.assigneeId, sql.placeholder('agentId'))),
);
const countUnassigned = prepared<Values, Counted[]>('counts.unassigned', (db) =>
  countStatus(db, isNull(conversations.assigneeId)),
);

/** The counts of one inbox for an agent who may see it. */
export async function inboxCounts(db: Handle, agentId: string, inboxId: string): Promise<InboxCounts> {
  const open = { inboxId, agentId, status: 'open' } as const;
  const [all] = await countAll(db, open);
  const [mine] = await countMine(db, open);
  const [unassigned] = await countUnassigned(db, open);
  const [snoozed] = await countAll(db, { ...open, status: 'snoozed' });
  return {
    inboxId,
    open: all?.all ?? 0,
    unread: all?.unread ?? 0,
    mine: mine?.all ?? 0,
    mineUnread: mine?.unread ?? 0,
    unassigned: unassigned?.all ?? 0,
    snoozed: snoozed?.all ?? 0,
  };
}
