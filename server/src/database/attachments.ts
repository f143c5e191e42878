/** Rows of files: uploaded and waiting, taken by a reply or note, or brought by a mail. */
import { and, eq, gte, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Attachment } from '@latchbox/shared';
import { preparedForIds } from './batches.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { attachments, mails } from './schema/sqlite.ts';

/** A file as it is stored: what agents see of it, and where its bytes are. */
export interface StoredAttachment {
  readonly id: string;
  /** Who uploaded it; null: it came with a mail. */
  readonly agentId: string | null;
  /** Null as long as nothing took it. */
  readonly conversationId: string | null;
  readonly position: number | null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Its name in the file store. */
  readonly file: string;
  readonly contentId: string | null;
  readonly inline: boolean;
}

export interface NewAttachment extends Record<string, unknown> {
  id: string;
  agentId: string | null;
  conversationId: string | null;
  position: number | null;
  name: string;
  type: string;
  size: number;
  file: string;
  /** Without its angle brackets. */
  contentId: string | null;
  inline: boolean;
}

const insert = prepared<NewAttachment & { now: number }, unknown>('attachments.insert', (db) =>
  db.insert(attachments).values({
    id: sql.placeholder('id'),
    agentId: sql.placeholder('agentId'),
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    name: sql.placeholder('name'),
    type: sql.placeholder('type'),
    size: sql.placeholder('size'),
    file: sql.placeholder('file'),
    contentId: sql.placeholder('contentId'),
    inline: sql.placeholder('inline'),
    createdAt: sql.placeholder('now'),
  }),
);

/** Names files that are on the disk already. Those of a mail get their place in the same transaction as its entry. */
export async function insertAttachments(tx: Tx, files: readonly NewAttachment[]): Promise<void> {
  for (const file of files) await insert(tx.db, { ...file, now: tx.now });
}

const columns = {
  id: attachments.id,
  agentId: attachments.agentId,
  conversationId: attachments.conversationId,
  position: attachments.position,
  name: attachments.name,
  type: attachments.type,
  size: attachments.size,
  file: attachments.file,
  contentId: attachments.contentId,
  inline: attachments.inline,
};

const selectOne = prepared<{ id: string }, StoredAttachment[]>('attachments.one', (db) =>
  db
    .select(columns)
    .from(attachments)
    .where(eq(attachments.id, sql.placeholder('id'))),
);

export async function attachmentById(db: Handle, id: string): Promise<StoredAttachment | undefined> {
  return (await selectOne(db, { id }))[0];
}

const selectOfEntry = prepared<{ conversationId: string; position: number }, StoredAttachment[]>(
  'attachments.entry',
  (db) =>
    db
      .select(columns)
      .from(attachments)
      .where(
        and(
          eq(attachments.conversationId, sql.placeholder('conversationId')),
          eq(attachments.position, sql.placeholder('position')),
        ),
      ),
);

/** All files of an entry, in no particular order: the entry itself has the order in which they stand. */
export function attachmentsOfEntry(
  db: Handle,
  conversationId: string,
  position: number,
): Promise<StoredAttachment[]> {
  return selectOfEntry(db, { conversationId, position });
}

interface Taking extends Record<string, unknown> {
  id: string;
  agentId: string;
  conversationId: string;
  position: number;
}

const take = prepared<Taking, StoredAttachment[]>('attachments.take', (db) =>
  db
    .update(attachments)
    .set({
      conversationId: sql`${sql.placeholder('conversationId')}`,
      position: sql`${sql.placeholder('position')}`,
    })
    .where(
      and(
        eq(attachments.id, sql.placeholder('id')),
        eq(attachments.agentId, sql.placeholder('agentId')),
        isNull(attachments.position),
      ),
    )
    .returning(columns),
);

/** Gives an uploaded file to an entry; undefined when it is not this agent's, or something took it already. */
export async function takeAttachment(tx: Tx, taking: Taking): Promise<StoredAttachment | undefined> {
  return (await take(tx.db, taking))[0];
}

const selectUnused = prepared<{ before: number; limit: number }, { id: string; file: string }[]>(
  'attachments.unused',
  (db) =>
    db
      .select({ id: attachments.id, file: attachments.file })
      .from(attachments)
      .where(
        and(
          lt(attachments.createdAt, sql.placeholder('before')),
          isNull(attachments.conversationId),
          isNull(attachments.reservedFor),
        ),
      )
      .limit(sql.placeholder('limit')),
);

/** Uploads of before `before` that nothing took, and that wait with no scheduled reply. */
export function unusedAttachments(
  db: Handle,
  before: number,
  limit: number,
): Promise<{ id: string; file: string }[]> {
  return selectUnused(db, { before, limit });
}

const sumUnused = prepared<{ agentId: string; since: number }, { bytes: number }[]>(
  'attachments.unusedBytes',
  (db) =>
    db
      .select({ bytes: sql<number>`coalesce(sum(${attachments.size}), 0)`.mapWith(Number) })
      .from(attachments)
      .where(
        and(
          gte(attachments.createdAt, sql.placeholder('since')),
          isNull(attachments.conversationId),
          eq(attachments.agentId, sql.placeholder('agentId')),
        ),
      ),
);

/** Bytes that this agent uploaded since `since` and that nothing took yet. */
export async function unusedBytesOf(db: Handle, agentId: string, since: number): Promise<number> {
  return (await sumUnused(db, { agentId, since }))[0]?.bytes ?? 0;
}

const removeOne = prepared<{ id: string }, { id: string }[]>('attachments.remove', (db) =>
  db
    .delete(attachments)
    .where(
      and(
        eq(attachments.id, sql.placeholder('id')),
        isNull(attachments.conversationId),
        isNull(attachments.reservedFor),
      ),
    )
    .returning({ id: attachments.id }),
);

/** Forgets an upload; false when something took it in the meantime. */
export async function removeUnused(tx: Tx, id: string): Promise<boolean> {
  return (await removeOne(tx.db, { id })).length > 0;
}

const filesOfAttachments = preparedForIds<{ file: string | null }>('attachments.files', (db, files) =>
  db.select({ file: attachments.file }).from(attachments).where(inArray(attachments.file, files)),
);
const filesOfMails = preparedForIds<{ file: string | null }>('attachments.mailFiles', (db, files) =>
  db.select({ file: mails.file }).from(mails).where(inArray(mails.file, files)),
);

/** Which of these files of the store a row names. */
export async function namedFiles(db: Handle, files: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = [...(await filesOfAttachments(db, files)), ...(await filesOfMails(db, files))];
  return new Set(rows.flatMap(({ file }) => file ?? []));
}

/** What agents see of a file. */
export function toAttachment({ id, name, type, size, inline }: StoredAttachment | NewAttachment): Attachment {
  return { id, name, type, size, ...(inline ? { inline: true } : {}) };
}

/** Every file of the store that a row names; for a backup, which looks whether it has them. */
export async function everyNamedFile(db: Handle): Promise<ReadonlySet<string>> {
  const rows = [
    ...(await db.select({ file: attachments.file }).from(attachments)),
    ...(await db.select({ file: mails.file }).from(mails).where(isNotNull(mails.file))),
  ];
  return new Set(rows.flatMap(({ file }) => file ?? []));
}
