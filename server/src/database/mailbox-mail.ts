/** How far the folders of mailboxes have been read, and what became of each mail. */
import { and, asc, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { mailboxes, mailboxFolders, mailboxMails } from './schema/sqlite.ts';

/** A folder as it is stored; its columns are told in the schema. */
export type FolderState = typeof mailboxFolders.$inferSelect;

/** Whose work on a mailbox it is: another claim since then, and nothing more of this one is written. */
export interface MailboxClaim {
  readonly mailboxId: string;
  readonly claimNo: number;
}

/** Another server has taken the mailbox over. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
  constructor() {
    super('another server works on this mailbox now');
  }
}

const value = (name: string) => sql`${sql.placeholder(name)}`;
const isFolder = () =>
  and(
    eq(mailboxFolders.mailboxId, sql.placeholder('mailboxId')),
    eq(mailboxFolders.folder, sql.placeholder('folder')),
  );
/** As SQL text: a SQLite table's alias is not understood on Postgres. */
const isOurs = () =>
  sql`EXISTS (SELECT 1 FROM ${mailboxes} AS claimed WHERE claimed.id = ${sql.placeholder('mailboxId')} AND claimed.claim_no = ${sql.placeholder('claimNo')})`;

const selectFolder = prepared<{ mailboxId: string; folder: string }, FolderState[]>(
  'mailboxMail.folder',
  (db) => db.select().from(mailboxFolders).where(isFolder()),
);

export async function folderState(
  db: Handle,
  mailboxId: string,
  folder: string,
): Promise<FolderState | undefined> {
  return (await selectFolder(db, { mailboxId, folder }))[0];
}

/** Begins with a folder, or begins anew with one whose UIDs mean something else now. */
export async function putFolder(tx: Tx, claim: MailboxClaim, state: FolderState): Promise<void> {
  await requireClaim(tx, claim);
  await tx.db
    .insert(mailboxFolders)
    .values(state)
    .onConflictDoUpdate({ target: [mailboxFolders.mailboxId, mailboxFolders.folder], set: state });
}

/** Throws `ClaimLost`. */
async function requireClaim(tx: Tx, { mailboxId, claimNo }: MailboxClaim): Promise<void> {
  const rows = await tx.db
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .where(and(eq(mailboxes.id, mailboxId), eq(mailboxes.claimNo, claimNo)));
  if (rows.length === 0) throw new ClaimLost();
}

type OfFolder = { mailboxId: string; claimNo: number; folder: string };
type Step = OfFolder & { uid: number };

const stepNew = prepared<Step, { folder: string }[]>('mailboxMail.new', (db) =>
  db
    .update(mailboxFolders)
    .set({ lastUid: value('uid'), tries: 0 })
    .where(and(isFolder(), isOurs()))
    .returning({ folder: mailboxFolders.folder }),
);
const stepImport = prepared<Step, { folder: string }[]>('mailboxMail.import', (db) =>
  db
    .update(mailboxFolders)
    .set({ importBelow: value('uid'), importDone: sql`${mailboxFolders.importDone} + 1`, tries: 0 })
    .where(and(isFolder(), isOurs()))
    .returning({ folder: mailboxFolders.folder }),
);

/** One mail further, in the transaction that dealt with it. Throws `ClaimLost`. */
export async function stepFolder(
  tx: Tx,
  step: MailboxClaim & { readonly folder: string; readonly uid: number; readonly by: 'new' | 'import' },
): Promise<void> {
  const { by, mailboxId, claimNo, folder, uid } = step;
  const rows = await (by === 'new' ? stepNew : stepImport)(tx.db, { mailboxId, claimNo, folder, uid });
  if (rows.length === 0) throw new ClaimLost();
}

const setTries = prepared<OfFolder & { tries: number }, { tries: number }[]>('mailboxMail.tries', (db) =>
  db
    .update(mailboxFolders)
    .set({ tries: value('tries') })
    .where(and(isFolder(), isOurs()))
    .returning({ tries: mailboxFolders.tries }),
);

/** Notes how often the next mail was begun. Throws `ClaimLost`. */
export async function noteTries(tx: Tx, claim: MailboxClaim, folder: string, tries: number): Promise<void> {
  const { mailboxId, claimNo } = claim;
  if ((await setTries(tx.db, { mailboxId, claimNo, folder, tries })).length === 0) throw new ClaimLost();
}

/** What a scan learns about a folder as a whole. */
export type FolderProgress = Partial<
  Pick<FolderState, 'lastUid' | 'importTotal' | 'importedAt' | 'scannedAt'>
>;

/** Throws `ClaimLost`. */
export async function noteProgress(
  tx: Tx,
  claim: MailboxClaim,
  folder: string,
  progress: FolderProgress,
): Promise<void> {
  await requireClaim(tx, claim);
  await tx.db
    .update(mailboxFolders)
    .set(progress)
    .where(and(eq(mailboxFolders.mailboxId, claim.mailboxId), eq(mailboxFolders.folder, folder)));
}

export type MailOutcome = Omit<typeof mailboxMails.$inferInsert, 'at'>;

const insertOutcome = prepared<
  {
    mailboxId: string;
    folder: string;
    uidValidity: string;
    uid: number;
    outcome: string;
    conversationId: string | null;
    position: number | null;
    reason: string | null;
    now: number;
  },
  unknown
>('mailboxMail.outcome', (db) =>
  db
    .insert(mailboxMails)
    .values({
      mailboxId: sql.placeholder('mailboxId'),
      folder: sql.placeholder('folder'),
      uidValidity: sql.placeholder('uidValidity'),
      uid: sql.placeholder('uid'),
      outcome: value('outcome'),
      conversationId: sql.placeholder('conversationId'),
      position: sql.placeholder('position'),
      reason: sql.placeholder('reason'),
      at: sql.placeholder('now'),
    })
    .onConflictDoNothing(),
);

/** Writes down what became of a mail; what was written first stays. */
export async function noteOutcome(tx: Tx, mail: MailOutcome): Promise<void> {
  const { conversationId = null, position = null, reason = null, ...rest } = mail;
  await insertOutcome(tx.db, { ...rest, conversationId, position, reason, now: tx.now });
}

export function foldersOf(db: Handle, mailboxId: string): Promise<FolderState[]> {
  return Promise.resolve(
    db
      .select()
      .from(mailboxFolders)
      .where(eq(mailboxFolders.mailboxId, mailboxId))
      .orderBy(asc(mailboxFolders.kind), asc(mailboxFolders.folder)),
  );
}

/** Mails that could not be filed as they are, the newest first. */
export async function troublesOf(db: Handle, mailboxId: string, limit: number) {
  return await db
    .select({
      folder: mailboxMails.folder,
      uid: mailboxMails.uid,
      outcome: mailboxMails.outcome,
      reason: mailboxMails.reason,
      conversationId: mailboxMails.conversationId,
      at: mailboxMails.at,
    })
    .from(mailboxMails)
    .where(and(eq(mailboxMails.mailboxId, mailboxId), isNotNull(mailboxMails.reason)))
    .orderBy(desc(mailboxMails.at), desc(mailboxMails.uid))
    .limit(limit);
}
