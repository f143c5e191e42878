/** Reads the entries of conversations. */
import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type {
  Attachment,
  Automatic,
  CallEntry,
  CallFacts,
  Contact,
  Entry,
  Fold,
  Forward,
  MailFacts,
  MailOut,
  Voicemail,
} from '@latchbox/shared';
import type { Handle } from './database.ts';
import { deliveryOf } from './delivery-state.ts';
import { prepared } from './prepared.ts';
import { agents, contactAddresses, contacts, entries, notes, replies } from './schema/sqlite.ts';

function selectEntries(db: Handle) {
  return db
    .select({
      id: entries.id,
      conversationId: entries.conversationId,
      position: entries.position,
      at: entries.at,
      kind: entries.kind,
      body: entries.body,
      activity: entries.activity,
      extra: entries.extra,
      agentId: agents.id,
      agentName: agents.name,
      contactId: contacts.id,
      contactName: contacts.name,
      contactAddress: contactAddresses.address,
      replyClientId: replies.clientMessageId,
      noteClientId: notes.clientMessageId,
      fence: replies.lockEpoch,
      lateSend: replies.lateSend,
      delivery: replies.delivery,
      deliveryAt: replies.deliveryAt,
      deliveryReason: replies.deliveryReason,
      deliveryRecipients: replies.deliveryRecipients,
    })
    .from(entries)
    .leftJoin(agents, eq(agents.id, entries.agentId))
    .leftJoin(contactAddresses, eq(contactAddresses.id, entries.addressId))
    .leftJoin(contacts, eq(contacts.id, contactAddresses.contactId))
    .leftJoin(
      replies,
      and(eq(replies.conversationId, entries.conversationId), eq(replies.position, entries.position)),
    )
    .leftJoin(
      notes,
      and(eq(notes.conversationId, entries.conversationId), eq(notes.position, entries.position)),
    );
}
type StoredEntry = Awaited<ReturnType<typeof selectEntries>>[number];

const ofConversation = () => eq(entries.conversationId, sql.placeholder('conversationId'));
const atPosition = () => sql.placeholder('position');

const newestBefore = prepared<{ conversationId: string; position: number; limit: number }, StoredEntry[]>(
  'threads.before',
  (db) =>
    selectEntries(db)
      .where(and(ofConversation(), lt(entries.position, atPosition())))
      .orderBy(desc(entries.position))
      .limit(sql.placeholder('limit')),
);
const allAfter = prepared<{ conversationId: string; position: number; limit: number }, StoredEntry[]>(
  'threads.after',
  (db) =>
    selectEntries(db)
      .where(and(ofConversation(), gt(entries.position, atPosition())))
      .orderBy(asc(entries.position))
      .limit(sql.placeholder('limit')),
);
const oneAt = prepared<{ conversationId: string; position: number }, StoredEntry[]>('threads.at', (db) =>
  selectEntries(db).where(and(ofConversation(), eq(entries.position, atPosition()))),
);

/**
 * The newest `limit` entries before a position (null: of all), oldest first. Positions are dense from 1: there are older
 * ones exactly when the first one's position is above 1.
 */
export async function threadEntries(
  db: Handle,
  conversationId: string,
  before: number | null,
  limit: number,
): Promise<Entry[]> {
  const rows = await newestBefore(db, { conversationId, position: before ?? Number.MAX_SAFE_INTEGER, limit });
  return rows.toReversed().map(toEntry);
}

/** The entries after a position, oldest first: what somebody who had seen the thread up to there has not seen. */
export async function entriesAfter(
  db: Handle,
  conversationId: string,
  position: number,
  limit: number = Number.MAX_SAFE_INTEGER,
): Promise<Entry[]> {
  return (await allAfter(db, { conversationId, position, limit })).map(toEntry);
}

const newestOfKind = prepared<{ conversationId: string; limit: number }, StoredEntry[]>(
  'threads.messages',
  (db) =>
    selectEntries(db)
      .where(and(ofConversation(), eq(entries.kind, 'message')))
      .orderBy(desc(entries.position))
      .limit(sql.placeholder('limit')),
);

/** The newest messages of customers, the newest first. */
export async function newestMessages(
  db: Handle,
  conversationId: string,
  limit: number,
): Promise<Extract<Entry, { kind: 'message' }>[]> {
  const rows = await newestOfKind(db, { conversationId, limit });
  return rows.map(toEntry).filter((entry) => entry.kind === 'message');
}

/** The entry at a position, if there is one. */
export async function entryAt(
  db: Handle,
  conversationId: string,
  position: number,
): Promise<Entry | undefined> {
  const [row] = await oneAt(db, { conversationId, position });
  return row === undefined ? undefined : toEntry(row);
}

function toEntry(row: StoredEntry): Entry {
  const base = { id: row.id, conversationId: row.conversationId, position: row.position, at: row.at };
  switch (row.kind) {
    case 'message':
      return {
        ...base,
        kind: 'message',
        author: contactOf(row),
        body: row.body,
        ...extraOf<{ folds: Fold[]; attachments: Attachment[]; mail: MailFacts; voicemail: Voicemail }>(row),
      };
    case 'reply':
      return {
        ...base,
        kind: 'reply',
        author: { id: stored(row, row.agentId), name: stored(row, row.agentName) },
        body: row.body,
        clientId: stored(row, row.replyClientId),
        fence: stored(row, row.fence),
        lateSend: stored(row, row.lateSend),
        delivery: deliveryOf({
          delivery: stored(row, row.delivery),
          deliveryAt: row.deliveryAt,
          deliveryReason: row.deliveryReason,
          deliveryRecipients: row.deliveryRecipients,
        }),
        ...extraOf<{
          attachments: Attachment[];
          mail: MailOut;
          forward: Forward;
          undoUntil: number;
          automatic: Automatic;
        }>(row),
      };
    case 'note':
      return {
        ...base,
        kind: 'note',
        author: { id: stored(row, row.agentId), name: stored(row, row.agentName) },
        body: row.body,
        clientId: stored(row, row.noteClientId),
        ...extraOf<{ attachments: Attachment[] }>(row),
      };
    case 'call':
      return { ...base, ...callOf(row) };
    case 'activity':
      return {
        ...base,
        kind: 'activity',
        author:
          row.agentId === null || row.agentName === null ? null : { id: row.agentId, name: row.agentName },
        what: JSON.parse(stored(row, row.activity)) as Extract<Entry, { kind: 'activity' }>['what'],
      };
  }
}

function contactOf(row: StoredEntry): Contact {
  return {
    id: stored(row, row.contactId),
    name: stored(row, row.contactName),
    address: stored(row, row.contactAddress),
  };
}

function callOf(row: StoredEntry): Pick<CallEntry, 'kind' | 'author' | 'body' | 'agent' | 'call'> {
  const { agentId, agentName, body } = row;
  const agent = agentId === null || agentName === null ? null : { id: agentId, name: agentName };
  const call = stored(row, extraOf<{ call: CallFacts }>(row).call ?? null);
  const author = call.direction === 'out' && agent !== null ? agent : contactOf(row);
  return { kind: 'call', author, body, agent, call };
}

/** What `append-entry.ts` stored beside an entry of this kind. */
function extraOf<E>(row: StoredEntry): Partial<E> {
  return row.extra === null ? {} : (JSON.parse(row.extra) as Partial<E>);
}

/** What an entry of its kind always has; a hole is a broken database, not something to show. */
function stored<T>(row: StoredEntry, value: T | null): T {
  if (value === null)
    throw new Error(`Entry ${row.position} of ${row.conversationId} (${row.kind}) is not complete`);
  return value;
}
