/** Reads what the counts of a navigation are made of. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { ConversationStatus, RowPlace } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations } from './schema/sqlite.ts';

/** What of a conversation decides in which views it is counted. */
export interface CountedRow {
  readonly id: string;
  readonly status: ConversationStatus;
  readonly responsibleId: string | null;
  readonly newestIncoming: number;
}

interface Values extends Record<string, unknown> {
  inboxId: string;
  status: ConversationStatus;
  lastAt: number;
  id: string;
  limit: number;
}

const select = prepared<Values, (CountedRow & RowPlace)[]>('counts.rows', (db) =>
  db
    .select({
      id: conversations.id,
      status: conversations.status,
      responsibleId: conversations.responsibleId,
      newestIncoming: conversations.newestIncoming,
      lastAt: conversations.lastAt,
    })
    .from(conversations)
    .where(
      and(
        eq(conversations.inboxId, sql.placeholder('inboxId')),
        eq(conversations.status, sql.placeholder('status')),
        sql`(${conversations.lastAt}, ${conversations.id}) < (${sql.placeholder('lastAt')}, ${sql.placeholder('id')})`,
      ),
    )
    .orderBy(desc(conversations.lastAt), desc(conversations.id))
    .limit(sql.placeholder('limit')),
);

/** The next conversations of an inbox with this status after a place (null: from the start), newest first. */
export function countedRows(
  db: Handle,
  of: { readonly inboxId: string; readonly status: ConversationStatus },
  after: RowPlace | null,
  limit: number,
): Promise<(CountedRow & RowPlace)[]> {
  const { lastAt, id } = after ?? { lastAt: Number.MAX_SAFE_INTEGER, id: '' };
  return select(db, { inboxId: of.inboxId, status: of.status, lastAt, id, limit });
}
