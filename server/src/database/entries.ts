/** The writes that put an entry into a thread. What they mean stands in `messaging/entries/append-entry.ts`; here is only the SQL. */
import { and, eq, sql } from 'drizzle-orm';
import type {
  Attachment,
  Automatic,
  CallFacts,
  Fold,
  Forward,
  MailFacts,
  MailOut,
  Voicemail,
} from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, entries } from './schema/sqlite.ts';

/** The place that an entry got in its conversation. */
export interface NewPlace {
  readonly inboxId: string;
  readonly position: number;
}

interface Preview extends Record<string, unknown> {
  conversationId: string;
  author: string;
  text: string;
}

const value = (name: string) => sql`${sql.placeholder(name)}`;
const nextPosition = sql`${conversations.newestPosition} + 1`;
const place = { inboxId: conversations.inboxId, position: conversations.newestPosition };
const isConversation = () => eq(conversations.id, sql.placeholder('conversationId'));
const preview = { previewAuthor: value('author'), previewText: value('text') };

const advanceByMessage = prepared<Preview & { at: number }, NewPlace[]>('entries.message', (db) =>
  db
    .update(conversations)
    .set({
      ...preview,
      previewKind: 'message',
      lastAt: value('at'),
      newestPosition: nextPosition,
      newestIncoming: nextPosition,
      status: 'open',
      snoozedUntil: null,
    })
    .where(isConversation())
    .returning(place),
);

const advanceByMachine = prepared<Preview & { at: number }, NewPlace[]>('entries.machine', (db) =>
  db
    .update(conversations)
    .set({ ...preview, previewKind: 'message', lastAt: value('at'), newestPosition: nextPosition })
    .where(isConversation())
    .returning(place),
);

const advanceByReply = prepared<Preview & { at: number }, NewPlace[]>('entries.reply', (db) =>
  db
    .update(conversations)
    .set({ ...preview, previewKind: 'reply', lastAt: value('at'), newestPosition: nextPosition })
    .where(isConversation())
    .returning(place),
);

const advanceByNote = prepared<Preview, NewPlace[]>('entries.note', (db) =>
  db
    .update(conversations)
    .set({ ...preview, previewKind: 'note', newestPosition: nextPosition })
    .where(isConversation())
    .returning(place),
);

const advanceByActivity = prepared<{ conversationId: string }, NewPlace[]>('entries.activity', (db) =>
  db.update(conversations).set({ newestPosition: nextPosition }).where(isConversation()).returning(place),
);

/** What of a new entry shows in its conversation's row. */
export type RowChange =
  | {
      /** `machine`: an incoming message that nobody wrote; it neither reopens nor makes unread (RFC 3834). */
      readonly kind: 'message' | 'machine' | 'reply' | 'note';
      readonly author: string;
      readonly text: string;
    }
  | { readonly kind: 'activity' };

/**
 * Gives the next position of a conversation and changes its row as an entry of this kind does; the row is locked from here
 * to the commit. A customer message also reopens what was archived or snoozed (T1). Undefined when there is no such conversation.
 */
export async function advanceConversation(
  tx: Tx,
  conversationId: string,
  change: RowChange,
): Promise<NewPlace | undefined> {
  switch (change.kind) {
    case 'message':
      return (await advanceByMessage(tx.db, { conversationId, ...shown(change), at: tx.now }))[0];
    case 'machine':
      return (await advanceByMachine(tx.db, { conversationId, ...shown(change), at: tx.now }))[0];
    case 'reply':
      return (await advanceByReply(tx.db, { conversationId, ...shown(change), at: tx.now }))[0];
    case 'note':
      return (await advanceByNote(tx.db, { conversationId, ...shown(change) }))[0];
    case 'activity':
      return (await advanceByActivity(tx.db, { conversationId }))[0];
  }
}

function shown(change: { author: string; text: string }): { author: string; text: string } {
  return { author: change.author, text: change.text };
}

export interface NewEntry extends Record<string, unknown> {
  conversationId: string;
  position: number;
  id: string;
  at: number;
  kind: 'message' | 'reply' | 'note' | 'call' | 'activity';
  agentId: string | null;
  /** Of what somebody outside wrote or called: from which address. */
  addressId: string | null;
  body: string;
  /** JSON of an activity line's `what`. */
  activity: string | null;
  /** JSON of an `EntryExtra`; null for none of it. */
  extra: string | null;
}

/** What only some entries have, as it is stored beside them. */
export interface EntryExtra {
  readonly folds?: readonly Fold[];
  readonly attachments?: readonly Attachment[];
  /** Of a message how it came, of a reply how it leaves. */
  readonly mail?: MailFacts | MailOut;
  readonly voicemail?: Voicemail;
  readonly call?: CallFacts;
  /** Of a reply: what it passes on. */
  readonly forward?: Forward;
  /** Of a reply: until when (epoch ms) its author could take it back. */
  readonly undoUntil?: number;
  /** Of a reply: that nobody wrote it. */
  readonly automatic?: Automatic;
}

const insert = prepared<NewEntry, unknown>('entries.insert', (db: Handle) =>
  db.insert(entries).values({
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    id: sql.placeholder('id'),
    at: sql.placeholder('at'),
    kind: sql.placeholder('kind'),
    agentId: sql.placeholder('agentId'),
    addressId: sql.placeholder('addressId'),
    body: sql.placeholder('body'),
    activity: sql.placeholder('activity'),
    extra: sql.placeholder('extra'),
  }),
);

export async function insertEntry(tx: Tx, entry: NewEntry): Promise<void> {
  await insert(tx.db, entry);
}

/** Puts something else beside an entry, or other words into it. The conversation's row is locked by the caller. */
export async function changeEntry(
  tx: Tx,
  at: { readonly conversationId: string; readonly position: number },
  change: { readonly extra?: EntryExtra; readonly body?: string; readonly agentId?: string | null },
): Promise<void> {
  const { extra, body, agentId } = change;
  await tx.db
    .update(entries)
    .set({
      ...(extra === undefined ? {} : { extra: JSON.stringify(extra) }),
      ...(body === undefined ? {} : { body }),
      ...(agentId === undefined ? {} : { agentId }),
    })
    .where(and(eq(entries.conversationId, at.conversationId), eq(entries.position, at.position)));
}
