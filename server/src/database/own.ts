/** What an agent has to itself in a conversation: drafts and the read mark. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { OwnDraft } from '@latchbox/shared';
import { type BatchedQuery, preparedForIds } from './batches.ts';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { drafts, readMarks } from './schema/sqlite.ts';

const selectDrafts = prepared<{ conversationId: string; agentId: string }, OwnDraft[]>('own.drafts', (db) =>
  db
    .select({ kind: drafts.kind, body: drafts.body, revision: drafts.revision, savedAt: drafts.savedAt })
    .from(drafts)
    .where(
      and(
        eq(drafts.conversationId, sql.placeholder('conversationId')),
        eq(drafts.agentId, sql.placeholder('agentId')),
      ),
    )
    .orderBy(asc(drafts.kind)),
);

const selectMark = prepared<{ conversationId: string; agentId: string }, { position: number }[]>(
  'own.mark',
  (db) =>
    db
      .select({ position: readMarks.position })
      .from(readMarks)
      .where(
        and(
          eq(readMarks.agentId, sql.placeholder('agentId')),
          eq(readMarks.conversationId, sql.placeholder('conversationId')),
        ),
      ),
);

const selectMarks: BatchedQuery<{ conversationId: string; position: number }> = preparedForIds(
  'own.marks',
  (db, ids) =>
    db
      .select({ conversationId: readMarks.conversationId, position: readMarks.position })
      .from(readMarks)
      .where(and(eq(readMarks.agentId, sql.placeholder('agentId')), inArray(readMarks.conversationId, ids))),
);

/** The agent's drafts of a conversation. One with an empty body is none; it is told for its revision. */
export function ownDrafts(db: Handle, conversationId: string, agentId: string): Promise<OwnDraft[]> {
  return selectDrafts(db, { conversationId, agentId });
}

/** Up to where the agent has read; 0 when it never did. */
export async function readMark(db: Handle, conversationId: string, agentId: string): Promise<number> {
  const [row] = await selectMark(db, { conversationId, agentId });
  return row?.position ?? 0;
}

/** The agent's read marks of these conversations; one without a mark was never read. */
export async function readMarksOf(
  db: Handle,
  agentId: string,
  conversationIds: readonly string[],
): Promise<Record<string, number>> {
  const rows = await selectMarks(db, conversationIds, { agentId });
  return Object.fromEntries(rows.map((row) => [row.conversationId, row.position]));
}
