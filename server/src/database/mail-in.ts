/** What mail that comes in needs of the database: where it belongs, what it answers, and its rows. */
import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { MailFacts } from '@latchbox/shared';
import { preparedForIds } from './batches.ts';
import type { Handle, Tx } from './database.ts';
import type { EntryExtra } from './entries.ts';
import { prepared } from './prepared.ts';
import {
  contactAddresses,
  conversations,
  entries,
  inboxAddresses,
  mailIds,
  mails,
  replyRecipients,
} from './schema/sqlite.ts';

export interface OwnAddress {
  /** Lower case. */
  readonly address: string;
  readonly inboxId: string;
}

const selectOwn = preparedForIds<OwnAddress>('mailIn.own', (db, ids) =>
  db
    .select({ address: inboxAddresses.address, inboxId: inboxAddresses.inboxId })
    .from(inboxAddresses)
    .where(inArray(inboxAddresses.address, ids)),
);

/** Which of these addresses (lower case) are addresses of inboxes, and of which. */
export async function ownAddresses(
  db: Handle,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = addresses.length === 0 ? [] : await selectOwn(db, addresses);
  return new Map(rows.map(({ address, inboxId }) => [address, inboxId]));
}

export interface NewMail extends Record<string, unknown> {
  id: string;
  inboxId: string;
  conversationId: string;
  /** Null for a mail that made no entry: one of our own that came back. */
  position: number | null;
  /** Of the envelope. */
  sender: string;
  /** JSON array of the envelope's recipients. */
  recipients: string;
  subject: string;
  size: number;
  raw: Buffer | null;
  file: string | null;
  problem: string | null;
}

const insertRow = prepared<NewMail & { now: number }, unknown>('mailIn.insert', (db) =>
  db.insert(mails).values({
    id: sql.placeholder('id'),
    direction: 'in',
    inboxId: sql.placeholder('inboxId'),
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    sender: sql.placeholder('sender'),
    recipients: sql.placeholder('recipients'),
    subject: sql.placeholder('subject'),
    at: sql.placeholder('now'),
    size: sql.placeholder('size'),
    raw: sql.placeholder('raw'),
    file: sql.placeholder('file'),
    problem: sql.placeholder('problem'),
  }),
);

/** Keeps a mail that came in, byte for byte: in its row, or in a file that is on the disk already. */
export async function insertMailIn(tx: Tx, mail: NewMail): Promise<void> {
  await insertRow(tx.db, { ...mail, now: tx.now });
}

interface SeenId extends Record<string, unknown> {
  messageId: string;
  conversationId: string;
  position: number | null;
}

const insertId = prepared<SeenId, unknown>('mailIn.id', (db) =>
  db
    .insert(mailIds)
    .values({
      messageId: sql.placeholder('messageId'),
      conversationId: sql.placeholder('conversationId'),
      position: sql.placeholder('position'),
    })
    // A mail that others referred to before it came: now its entry is known. The first one keeps an id.
    .onConflictDoUpdate({
      target: [mailIds.messageId, mailIds.conversationId],
      set: { position: sql`${sql.placeholder('position')}` },
      setWhere: sql`${mailIds.position} IS NULL`,
    }),
);

/** Remembers every Message-ID that was seen in a conversation: `own` is the entry's, the others it referred to. */
export async function rememberMailIds(
  tx: Tx,
  conversationId: string,
  own: { readonly messageId: string | null; readonly position: number },
  others: readonly string[],
): Promise<void> {
  if (own.messageId !== null) {
    await insertId(tx.db, { messageId: own.messageId, conversationId, position: own.position });
  }
  for (const messageId of new Set(others)) {
    if (messageId !== own.messageId) await insertId(tx.db, { messageId, conversationId, position: null });
  }
}

export interface SeenIn {
  readonly messageId: string;
  readonly conversationId: string;
  readonly inboxId: string;
  readonly lastAt: number;
}

const selectSeen = preparedForIds<SeenIn>('mailIn.seen', (db, ids) =>
  db
    .select({
      messageId: mailIds.messageId,
      conversationId: mailIds.conversationId,
      inboxId: conversations.inboxId,
      lastAt: conversations.lastAt,
    })
    .from(mailIds)
    .innerJoin(conversations, eq(conversations.id, mailIds.conversationId))
    .where(inArray(mailIds.messageId, ids)),
);

/** The conversations in which these Message-IDs were seen. One id may be in several: a mail goes to several inboxes. */
export function conversationsByMailIds(db: Handle, messageIds: readonly string[]): Promise<SeenIn[]> {
  return messageIds.length === 0 ? Promise.resolve([]) : selectSeen(db, messageIds);
}

export type PlaceOf = {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly position: number;
};

const selectByEntry = prepared<{ id: string }, PlaceOf[]>('mailIn.byEntry', (db) =>
  db
    .select({
      conversationId: entries.conversationId,
      inboxId: conversations.inboxId,
      position: entries.position,
    })
    .from(entries)
    .innerJoin(conversations, eq(conversations.id, entries.conversationId))
    .where(eq(entries.id, sql.placeholder('id'))),
);
const selectById = prepared<{ id: string }, PlaceOf[]>('mailIn.byConversation', (db) =>
  db
    .select({
      conversationId: conversations.id,
      inboxId: conversations.inboxId,
      position: conversations.newestPosition,
    })
    .from(conversations)
    .where(eq(conversations.id, sql.placeholder('id'))),
);

/** Where an entry, or the end of a conversation, stands; undefined when there is no such thing (any more). */
export async function placeOf(
  db: Handle,
  what: { readonly kind: 'entry' | 'conversation'; readonly id: string },
): Promise<PlaceOf | undefined> {
  const select = what.kind === 'entry' ? selectByEntry : selectById;
  return (await select(db, { id: what.id }))[0];
}

/** How many of a conversation's newest messages are looked at for who took part. */
const PARTICIPANTS_WITHIN = 200;

const selectTakers = prepared<{ conversationId: string }, { address: string; extra: string | null }[]>(
  'mailIn.takers',
  (db) =>
    db
      .select({ address: contactAddresses.address, extra: entries.extra })
      .from(entries)
      .innerJoin(contactAddresses, eq(contactAddresses.id, entries.addressId))
      .where(and(eq(entries.conversationId, sql.placeholder('conversationId')), eq(entries.kind, 'message')))
      .orderBy(desc(entries.position))
      .limit(PARTICIPANTS_WITHIN),
);

const selectWrittenTo = prepared<{ conversationId: string; address: string }, { address: string }[]>(
  'mailIn.writtenTo',
  (db) =>
    db
      .select({ address: replyRecipients.address })
      .from(replyRecipients)
      .innerJoin(
        entries,
        and(
          eq(entries.conversationId, replyRecipients.conversationId),
          eq(entries.position, replyRecipients.position),
        ),
      )
      .where(
        and(
          eq(replyRecipients.conversationId, sql.placeholder('conversationId')),
          // Whom something was passed on to is an outsider. (A quote within a text of the JSON would stand behind a backslash.)
          sql`coalesce(${entries.extra}, '') NOT LIKE '%"forward":{%'`,
          sql`lower(${replyRecipients.address}) = ${sql.placeholder('address')}`,
        ),
      )
      .limit(1),
);

/**
 * Whether somebody took part in a conversation: wrote in it, was named in To or Cc by somebody who did, or was written to from here.
 * `address` in lower case.
 */
export async function tookPart(db: Handle, conversationId: string, address: string): Promise<boolean> {
  const is = (other: string): boolean => other.toLowerCase() === address;
  const wrote = (await selectTakers(db, { conversationId })).some((taker) => {
    if (taker.extra === null) return is(taker.address);
    // Of a customer's message: it says how it came, not how it leaves.
    const mail = (JSON.parse(taker.extra) as EntryExtra).mail as MailFacts | undefined;
    // Whom something was passed on to, say: that he writes again makes him no better known.
    if (mail?.newParticipant === true) return false;
    if (is(taker.address)) return true;
    return mail !== undefined && [mail.from, ...mail.to, ...mail.cc].some((named) => is(named.address));
  });
  return wrote || (await selectWrittenTo(db, { conversationId, address })).length > 0;
}

const selectRecent = prepared<
  { inboxId: string; address: string; after: number },
  { id: string; subject: string }[]
>('mailIn.recent', (db) =>
  db
    .select({ id: conversations.id, subject: conversations.subject })
    .from(conversations)
    .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
    .where(
      and(
        eq(contactAddresses.channel, 'email'),
        eq(contactAddresses.address, sql.placeholder('address')),
        eq(conversations.inboxId, sql.placeholder('inboxId')),
        gt(conversations.lastAt, sql.placeholder('after')),
      ),
    )
    .orderBy(desc(conversations.lastAt), desc(conversations.id))
    .limit(50),
);

/** Conversations of this inbox with this contact (address in lower case) that moved after a time, newest first. */
export function recentConversations(
  db: Handle,
  of: { inboxId: string; address: string; after: number },
): Promise<{ id: string; subject: string }[]> {
  return selectRecent(db, of);
}

export type StoredMail = {
  readonly id: string;
  readonly subject: string;
  readonly raw: Buffer | null;
  readonly file: string | null;
  readonly html: string | null;
  readonly htmlRules: number | null;
};

const selectOfEntry = prepared<{ conversationId: string; position: number }, StoredMail[]>(
  'mailIn.ofEntry',
  (db) =>
    db
      .select({
        id: mails.id,
        subject: mails.subject,
        raw: mails.raw,
        file: mails.file,
        html: mails.html,
        htmlRules: mails.htmlRules,
      })
      .from(mails)
      .where(
        and(
          eq(mails.conversationId, sql.placeholder('conversationId')),
          eq(mails.position, sql.placeholder('position')),
        ),
      )
      .limit(1),
);

/** The mail that an entry came or left as. */
export async function mailOfEntry(
  db: Handle,
  conversationId: string,
  position: number,
): Promise<StoredMail | undefined> {
  return (await selectOfEntry(db, { conversationId, position }))[0];
}

const keepHtml = prepared<{ id: string; html: string; rules: number }, unknown>('mailIn.html', (db) =>
  db
    .update(mails)
    .set({ html: sql`${sql.placeholder('html')}`, htmlRules: sql`${sql.placeholder('rules')}` })
    .where(eq(mails.id, sql.placeholder('id'))),
);

/** Keeps the sanitised HTML of a mail and the version of the rules it was made by. */
export async function keepMailHtml(tx: Tx, made: { id: string; html: string; rules: number }): Promise<void> {
  await keepHtml(tx.db, made);
}
