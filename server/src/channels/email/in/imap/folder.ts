import type { ImapFlow } from 'imapflow';
import type { Database } from '../../../../database/database.ts';
import {
  type FolderState,
  folderState,
  type MailboxClaim,
  noteProgress,
  putFolder,
} from '../../../../database/mailbox-mail.ts';

const DAY = 24 * 3_600_000;
/** After the UIDs of a folder have changed, mail is looked for again from so long (ms) before the last look on. */
const OVERLAP = 2 * DAY;

export interface FolderWork {
  readonly folder: string;
  readonly kind: 'in' | 'sent';
}

/** What the server says of the open folder. */
export interface OpenFolder {
  readonly uidValidity: string;
  /** The UID that the next mail gets. */
  readonly uidNext: number;
}

export function openFolder(client: ImapFlow): OpenFolder {
  if (client.mailbox === false) throw new Error('no folder is open');
  const { uidValidity, uidNext } = client.mailbox;
  return { uidValidity: String(uidValidity), uidNext };
}

/**
 * How far a folder has been read. A new one begins with what comes from now on, and with an import of what is there. One whose
 * UIDVALIDITY is another than before begins anew: its UIDs mean other mails now, and those that came in already are known by
 * what they say.
 */
export async function beginFolder(
  db: Database,
  claim: MailboxClaim,
  { folder, kind }: FolderWork,
  open: OpenFolder,
  importDays: number,
): Promise<FolderState> {
  const { mailboxId } = claim;
  const before = await folderState(db.read, mailboxId, folder);
  if (before?.uidValidity === open.uidValidity) return before;
  const now = await db.now();
  const importSince =
    before === undefined
      ? now - importDays * DAY
      : Math.max(before.importSince, before.importedAt === null ? 0 : (before.scannedAt ?? 0) - OVERLAP);
  const state: FolderState = {
    mailboxId,
    folder,
    kind,
    uidValidity: open.uidValidity,
    lastUid: open.uidNext - 1,
    importBelow: open.uidNext,
    importSince,
    importTotal: 0,
    importDone: 0,
    // Nothing that is there is wanted.
    importedAt: before === undefined && importDays === 0 ? now : null,
    tries: 0,
    scannedAt: null,
  };
  await db.inTransaction((tx) => putFolder(tx, claim, state));
  return state;
}

/** UIDs that came after those that were read, in their order. */
export async function newUids(client: ImapFlow, { lastUid }: FolderState): Promise<MailSize[]> {
  // `n:*` is never empty: without anything new it is the newest mail, which is known.
  const found = await client.fetchAll(`${lastUid + 1}:*`, { uid: true, size: true }, { uid: true });
  return found
    .filter(({ uid }) => uid > lastUid)
    .map(({ uid, size }) => ({ uid, size: size ?? 0 }))
    .toSorted((a, b) => a.uid - b.uid);
}

export interface MailSize {
  readonly uid: number;
  /** Bytes. */
  readonly size: number;
}

/** UIDs that the import has yet to look at, the newest first. */
export async function olderUids(client: ImapFlow, state: FolderState): Promise<number[]> {
  if (state.importBelow <= 1) return [];
  const found = await client.search(
    { uid: `1:${state.importBelow - 1}`, since: new Date(state.importSince) },
    { uid: true },
  );
  return (Array.isArray(found) ? found : []).toSorted((a, b) => b - a);
}

/** Notes that a folder was looked through. */
export async function noteScan(db: Database, claim: MailboxClaim, folder: string): Promise<void> {
  const scannedAt = await db.now();
  await db.inTransaction((tx) => noteProgress(tx, claim, folder, { scannedAt }), 'soon');
}

/** Notes how many mails the import looks at, or that it has looked at all of them. */
export async function noteImport(
  db: Database,
  claim: MailboxClaim,
  folder: string,
  progress: { readonly total: number } | 'done',
): Promise<void> {
  const now = await db.now();
  const set = progress === 'done' ? { importedAt: now } : { importTotal: progress.total };
  await db.inTransaction((tx) => noteProgress(tx, claim, folder, set));
}
