/** Mails that leave: what they are made of, and what is kept of them. What is shown of them: `mails-left.ts`. */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import type { EntryExtra } from './entries.ts';
import { prepared } from './prepared.ts';
import { entries, mailIds, mails, outbox } from './schema/sqlite.ts';

/** A reply as it is to be made into a mail. */
export interface OutgoingReply {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly position: number;
  readonly agentId: string;
  /** When it was written. */
  readonly at: number;
  readonly body: string;
  readonly extra: EntryExtra;
}

const selectReply = prepared<
  { id: string },
  (Omit<OutgoingReply, 'extra'> & { readonly extra: string | null })[]
>('mailOut.reply', (db) =>
  db
    .select({
      conversationId: entries.conversationId,
      inboxId: outbox.inboxId,
      position: entries.position,
      agentId: sql<string>`${entries.agentId}`,
      at: entries.at,
      body: entries.body,
      extra: entries.extra,
    })
    .from(entries)
    .innerJoin(
      outbox,
      and(eq(outbox.conversationId, entries.conversationId), eq(outbox.position, entries.position)),
    )
    .where(eq(entries.id, sql.placeholder('id'))),
);

/** A reply that stands in the outbox, by its entry's id. */
export async function outgoingReply(db: Handle, entryId: string): Promise<OutgoingReply | undefined> {
  const [row] = await selectReply(db, { id: entryId });
  return row && { ...row, extra: row.extra === null ? {} : (JSON.parse(row.extra) as EntryExtra) };
}

/** A mail of a conversation by its Message-ID. */
export interface MailBefore {
  readonly messageId: string;
  readonly position: number;
  /** `stranger`: came by our signed id alone, from somebody who had not taken part. */
  readonly by: 'customer' | 'stranger' | 'machine' | 'team';
}

type Before = {
  readonly messageId: string;
  readonly position: number;
  readonly kind: string;
  readonly extra: string | null;
};

const selectBefore = prepared<{ conversationId: string; position: number; limit: number }, Before[]>(
  'mailOut.before',
  (db) =>
    db
      .select({
        messageId: mailIds.messageId,
        position: entries.position,
        kind: entries.kind,
        extra: entries.extra,
      })
      .from(mailIds)
      .innerJoin(
        entries,
        and(eq(entries.conversationId, mailIds.conversationId), eq(entries.position, mailIds.position)),
      )
      .where(
        and(
          eq(mailIds.conversationId, sql.placeholder('conversationId')),
          lt(mailIds.position, sql.placeholder('position')),
        ),
      )
      .orderBy(desc(mailIds.position))
      .limit(sql.placeholder('limit')),
);

/** The newest mails of a conversation before a position, the newest first. */
export async function mailsBefore(
  db: Handle,
  conversationId: string,
  position: number,
  limit: number,
): Promise<MailBefore[]> {
  const rows = await selectBefore(db, { conversationId, position, limit });
  return rows.map((row) => ({ messageId: row.messageId, position: row.position, by: writerOf(row) }));
}

function writerOf({ kind, extra }: Before): MailBefore['by'] {
  if (kind !== 'message') return 'team';
  const mail = extra === null ? undefined : (JSON.parse(extra) as EntryExtra).mail;
  if (mail !== undefined && 'sentElsewhere' in mail && mail.sentElsewhere === true) return 'team';
  if (mail !== undefined && 'automatic' in mail && mail.automatic === true) return 'machine';
  return mail !== undefined && 'newParticipant' in mail && mail.newParticipant === true
    ? 'stranger'
    : 'customer';
}

export interface NewOutgoingMail extends Record<string, unknown> {
  id: string;
  inboxId: string;
  conversationId: string;
  position: number;
  /** Of the envelope. */
  sender: string;
  /** JSON array of the envelope's recipients. */
  recipients: string;
  subject: string;
  size: number;
  /** The mail, or null where it is large and lies in `file`. */
  raw: Buffer | null;
  file: string | null;
}

const insert = prepared<NewOutgoingMail & { now: number }, { id: string }[]>('mailOut.insert', (db) =>
  db
    .insert(mails)
    .values({
      id: sql.placeholder('id'),
      direction: 'out',
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
    })
    .onConflictDoNothing()
    .returning({ id: mails.id }),
);

/** Keeps a mail as it is going to leave; false when another worker made it first: then that one leaves. */
export async function insertMailOut(tx: Tx, mail: NewOutgoingMail): Promise<boolean> {
  return (await insert(tx.db, { ...mail, now: tx.now })).length > 0;
}

export interface OutgoingMail {
  readonly id: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly size: number;
  readonly raw: Buffer | null;
  readonly file: string | null;
}

const selectMail = prepared<{ id: string }, (Omit<OutgoingMail, 'recipients'> & { recipients: string })[]>(
  'mailOut.mail',
  (db) =>
    db
      .select({
        id: mails.id,
        sender: mails.sender,
        recipients: mails.recipients,
        size: mails.size,
        raw: mails.raw,
        file: mails.file,
      })
      .from(mails)
      .where(and(eq(mails.id, sql.placeholder('id')), eq(mails.direction, 'out'))),
);

/** A mail that was made already. */
export async function outgoingMail(db: Handle, id: string): Promise<OutgoingMail | undefined> {
  const [row] = await selectMail(db, { id });
  return row && { ...row, recipients: JSON.parse(row.recipients) as string[] };
}
