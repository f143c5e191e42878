/** What the delivery of events asks of the database again and again: who may see a stream, and how far it is. */
import { and, eq, inArray, isNotNull, lte, ne, or, sql } from 'drizzle-orm';
import type { Capability } from '@latchbox/shared';
import { type BatchedQuery, preparedForIds } from './batches.ts';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, inboxes, inboxMembers, signIns, streams } from './schema/sqlite.ts';

const selectVersion = prepared<{ inboxId: string }, { version: number }[]>('deliveries.version', (db) =>
  db
    .select({ version: inboxes.memberVersion })
    .from(inboxes)
    .where(eq(inboxes.id, sql.placeholder('inboxId'))),
);

const selectMembers = prepared<{ inboxId: string }, { agentId: string; capability: Capability }[]>(
  'deliveries.members',
  (db) =>
    db
      .select({ agentId: inboxMembers.agentId, capability: inboxMembers.capability })
      .from(inboxMembers)
      .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
      .where(and(eq(inboxMembers.inboxId, sql.placeholder('inboxId')), eq(agents.state, 'active'))),
);

const selectVersions: BatchedQuery<{ inboxId: string; version: number }> = preparedForIds(
  'deliveries.versions',
  (db, ids) =>
    db
      .select({ inboxId: inboxes.id, version: inboxes.memberVersion })
      .from(inboxes)
      .where(inArray(inboxes.id, ids)),
);

const selectHeads: BatchedQuery<{ stream: string; seq: number }> = preparedForIds(
  'deliveries.heads',
  (db, ids) =>
    db.select({ stream: streams.id, seq: streams.lastSeq }).from(streams).where(inArray(streams.id, ids)),
);

const selectEndedSignIns: BatchedQuery<{ id: string }> = preparedForIds('deliveries.signIns', (db, ids) =>
  db
    .select({ id: signIns.id })
    .from(signIns)
    .where(
      and(
        inArray(signIns.id, ids),
        or(isNotNull(signIns.endedAt), lte(signIns.expiresAt, sql.placeholder('now'))),
      ),
    ),
);

const selectInactive: BatchedQuery<{ id: string }> = preparedForIds('deliveries.inactive', (db, ids) =>
  db
    .select({ id: agents.id })
    .from(agents)
    .where(and(inArray(agents.id, ids), ne(agents.state, 'active'))),
);

const selectInbox = prepared<{ conversationId: string }, { inboxId: string }[]>('deliveries.inbox', (db) =>
  db
    .select({ inboxId: conversations.inboxId })
    .from(conversations)
    .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** Grows with every change of the inbox's membership; undefined when there is no such inbox. */
export async function memberVersion(db: Handle, inboxId: string): Promise<number | undefined> {
  return (await selectVersion(db, { inboxId }))[0]?.version;
}

export async function memberVersions(db: Handle, inboxIds: readonly string[]): Promise<Map<string, number>> {
  return new Map((await selectVersions(db, inboxIds)).map((row) => [row.inboxId, row.version]));
}

/** The active members of an inbox and what each may do. */
export async function activeMembers(db: Handle, inboxId: string): Promise<Map<string, Capability>> {
  return new Map((await selectMembers(db, { inboxId })).map((row) => [row.agentId, row.capability]));
}

/** The newest sequence number of each of these streams; one without an event yet is left out. */
export async function streamHeads(db: Handle, ids: readonly string[]): Promise<Map<string, number>> {
  return new Map((await selectHeads(db, ids)).map((row) => [row.stream, row.seq]));
}

/** Which of these sign-ins are over at `now` (epoch ms). */
export async function endedSignIns(db: Handle, ids: readonly string[], now: number): Promise<Set<string>> {
  return new Set((await selectEndedSignIns(db, ids, { now })).map((row) => row.id));
}

/** Which of these agents were deactivated. */
export async function inactiveAgents(db: Handle, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await selectInactive(db, ids)).map((row) => row.id));
}

/** The inbox a conversation is in. */
export async function inboxOfConversation(db: Handle, conversationId: string): Promise<string | undefined> {
  return (await selectInbox(db, { conversationId }))[0]?.inboxId;
}
