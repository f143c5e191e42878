import { type Cursor, refuse, type StreamId, type UpInput, type UpResult } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Handle } from '../../database/database.ts';
import { otherConversations } from '../../database/earlier.ts';
import { streamHead } from '../../database/event-log.ts';
import { inboxScope } from '../../database/inbox-scope.ts';
import { listConversations } from '../../database/lists.ts';
import { ownDrafts, readMark } from '../../database/own.ts';
import { conversationRow, conversationRows } from '../../database/rows.ts';
import { threadEntries } from '../../database/threads.ts';
import type { Messaging } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';

/*
 * Each answer is authorised and read in one read transaction: what it shows, the cursor that says how new it is, and the right
 * to see it belong to the same moment.
 */

/** A page of conversations, newest first, with the agent's read marks and how new all of it is. */
export function list(
  deps: MessagingDeps,
  agentId: string,
  input: UpInput<'conversation.list'>,
): Promise<UpResult<'conversation.list'>> {
  return deps.db.readTogether(async (db) => {
    const inboxIds = await visibleInboxes(db, agentId, input.filter.inboxIds);
    const asOf = await cursorsOf(db, deps, inboxIds, agentId);
    const page = await listConversations(db, agentId, inboxIds, input.filter, input.after, input.limit);
    return { ...page, asOf };
  });
}

/** All of the agent's inboxes, or those asked for: one that is not the agent's is `not_found`. */
async function visibleInboxes(
  db: Handle,
  agentId: string,
  asked: readonly string[] | undefined,
): Promise<string[]> {
  const mine = await inboxScope(db, agentId);
  if (asked === undefined) return mine;
  const wanted = new Set(asked);
  const found = mine.filter((id) => wanted.has(id));
  if (found.length < wanted.size) throw refuse('not_found');
  return found;
}

/** The newest entries of a thread, with the conversation's row and what the agent has to itself there. */
export function open(
  deps: MessagingDeps,
  agentId: string,
  { conversationId, limit }: Parameters<Messaging['open']>[1],
): ReturnType<Messaging['open']> {
  return deps.db.readTogether(async (db) => {
    const { inboxId } = await authorize(db, agentId, 'read', { conversationId });
    const entries = await threadEntries(db, conversationId, null, limit);
    return {
      row: await conversationRow(db, conversationId),
      entries,
      hasMore: startsLater(entries),
      read: await readMark(db, conversationId, agentId),
      drafts: await ownDrafts(db, conversationId, agentId),
      asOf: await cursorOf(db, deps, `inbox:${inboxId}`),
    };
  });
}

/** Entries before a position, oldest first. */
export function older(
  deps: MessagingDeps,
  agentId: string,
  { conversationId, before, limit }: UpInput<'conversation.older'>,
): Promise<UpResult<'conversation.older'>> {
  return deps.db.readTogether(async (db) => {
    await authorize(db, agentId, 'read', { conversationId });
    const entries = await threadEntries(db, conversationId, before, limit);
    return { entries, hasMore: startsLater(entries) };
  });
}

/** Other conversations of the same contact, newest first. */
export function earlier(
  deps: MessagingDeps,
  agentId: string,
  { conversationId, limit }: UpInput<'conversation.earlier'>,
): Promise<UpResult<'conversation.earlier'>> {
  return deps.db.readTogether(async (db) => {
    await authorize(db, agentId, 'read', { conversationId });
    const ids = await otherConversations(db, agentId, conversationId, limit + 1);
    return { rows: await conversationRows(db, ids.slice(0, limit)), hasMore: ids.length > limit };
  });
}

/** Positions are dense from 1. */
function startsLater(entries: readonly { readonly position: number }[]): boolean {
  const [first] = entries;
  return first !== undefined && first.position > 1;
}

/** How new what was read of these inboxes and of the agent's own marks is. */
async function cursorsOf(
  db: Handle,
  deps: MessagingDeps,
  inboxIds: readonly string[],
  agentId: string,
): Promise<Cursor[]> {
  const asOf: Cursor[] = [];
  for (const inboxId of inboxIds) asOf.push(await cursorOf(db, deps, `inbox:${inboxId}`));
  asOf.push(await cursorOf(db, deps, `agent:${agentId}`));
  return asOf;
}

async function cursorOf(db: Handle, deps: MessagingDeps, stream: StreamId): Promise<Cursor> {
  return { stream, logEpoch: deps.logEpoch, seq: await streamHead(db, stream) };
}
