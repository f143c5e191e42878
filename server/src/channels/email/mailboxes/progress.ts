import type { Handle } from '../../../database/database.ts';
import { foldersOf, troublesOf } from '../../../database/mailbox-mail.ts';
import type { MailboxProgress } from './api.ts';

/** So many of the mails that could not be filed as they are, are told. */
const MOST_TROUBLES = 100;

/** How far the folders of a mailbox have been read, and what went wrong with single mails. */
export async function progressOf(db: Handle, mailboxId: string): Promise<MailboxProgress> {
  const folders = await foldersOf(db, mailboxId);
  const troubles = await troublesOf(db, mailboxId, MOST_TROUBLES);
  return {
    folders: folders.map(({ folder, kind, importTotal, importDone, importedAt, scannedAt }) => ({
      folder,
      kind,
      total: importTotal,
      done: importDone,
      finishedAt: importedAt,
      scannedAt,
    })),
    troubles: troubles.map(({ outcome, reason, ...rest }) => ({
      ...rest,
      outcome: outcome === 'skipped' ? 'skipped' : 'unreadable',
      reason: reason ?? '',
    })),
  };
}
