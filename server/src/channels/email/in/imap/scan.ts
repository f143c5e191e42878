import { ClaimLost, type FolderState, folderState, noteTries } from '../../../../database/mailbox-mail.ts';
import { StorageFull } from '../../../../files/file-store.ts';
import { type FetchedMail, fetchPart, inParts } from './fetch.ts';
import { fileMail } from './file-mail.ts';
import {
  beginFolder,
  type FolderWork,
  type MailSize,
  newUids,
  noteImport,
  noteScan,
  olderUids,
  openFolder,
} from './folder.ts';
import { type MailPlace, skipMail } from './mark.ts';
import type { MailboxWork } from './work.ts';

/** Mails of an import that are looked at before new mail and the other folders have their turn. */
const IMPORT_AT_ONCE = 40;
/** A mail that was begun so often, without anybody living to say how it ended, is kept without being read. */
const MOST_TRIES = 3;
/** A mail that could not be fetched so often is left where it is. */
const MOST_FETCHES = 3;

/** Looks into a folder: what is new first, then a part of the import. Answers whether there is more to import. */
export async function scanFolder(work: MailboxWork, folder: FolderWork): Promise<'more' | 'done'> {
  const { deps, claim, client, mailbox } = work;
  const lock = await client.getMailboxLock(folder.folder, { readOnly: true });
  try {
    const open = openFolder(client);
    const state = await beginFolder(deps.db, claim, folder, open, mailbox.incoming.importDays);
    await fileAll(work, state, await newUids(client, state), 'new');
    const more = state.importedAt === null && (await importSome(work, state));
    await noteScan(deps.db, claim, folder.folder);
    return more ? 'more' : 'done';
  } finally {
    lock.release();
  }
}

async function importSome(work: MailboxWork, before: FolderState): Promise<boolean> {
  const { deps, claim, client, signal } = work;
  const { mailboxId, folder } = before;
  const state = (await folderState(deps.db.read, mailboxId, folder)) ?? before;
  const left = await olderUids(client, state);
  const total = state.importDone + left.length;
  if (total !== state.importTotal) await noteImport(deps.db, claim, folder, { total });
  const next = left.slice(0, IMPORT_AT_ONCE);
  const sizes =
    next.length === 0 ? [] : await client.fetchAll(next, { uid: true, size: true }, { uid: true });
  const bySize = new Map(sizes.map(({ uid, size }) => [uid, size ?? 0]));
  await fileAll(
    work,
    state,
    next.map((uid) => ({ uid, size: bySize.get(uid) ?? 0 })),
    'import',
  );
  if (signal.aborted || left.length > next.length) return true;
  await noteImport(deps.db, claim, folder, 'done');
  return false;
}

async function fileAll(
  work: MailboxWork,
  state: FolderState,
  mails: readonly MailSize[],
  by: 'new' | 'import',
): Promise<void> {
  for (const part of inParts(mails)) {
    if (work.signal.aborted) return;
    await filePart(work, state, part, by);
  }
}

/**
 * Files the mails of one part, each in its own transaction that also says how far the folder has been read: whoever goes on
 * after a crash begins with the very mail that was under way.
 */
async function filePart(
  work: MailboxWork,
  state: FolderState,
  part: readonly MailSize[],
  by: 'new' | 'import',
): Promise<void> {
  const { deps, claim, signal } = work;
  const { mailboxId, folder } = state;
  const noted = (await folderState(deps.db.read, mailboxId, folder))?.tries ?? 0;
  // Those of the import are counted below zero: new mail must not pay for them.
  const sign = by === 'new' ? 1 : -1;
  const tries = Math.max(0, noted * sign);
  await deps.db.inTransaction((tx) => noteTries(tx, claim, folder, (tries + 1) * sign));
  const fetched = await fetchEach(work, folder, part);
  for (const [at, { uid }] of part.entries()) {
    if (signal.aborted) return;
    const mail = fetched.get(uid);
    const place = { state, uid, by };
    if (mail === 'given up') await skipMail(work, place, 'The mail server could not give this mail.');
    // Deleted before it could be read.
    else if (mail === undefined) await skipMail(work, place, null);
    else await fileOrCount(work, place, mail, at === 0 && tries >= MOST_TRIES);
  }
}

/** A mail that cannot be filed although the store answers must not keep those behind it for ever. */
async function fileOrCount(
  work: MailboxWork,
  place: MailPlace,
  mail: FetchedMail,
  deadly: boolean,
): Promise<void> {
  const { deps, failures } = work;
  const key = `file ${place.state.folder} ${place.uid}`;
  const times = failures.get(key) ?? 0;
  try {
    await fileMail(work, place, mail, deadly || times >= MOST_TRIES);
    failures.delete(key);
  } catch (error) {
    // The process lives: it was not the mail that ended it. While the store is down no mail is to blame, and this throws.
    await forgetTries(work, place.state.folder);
    if (!(error instanceof ClaimLost) && !(error instanceof StorageFull)) failures.set(key, times + 1);
    deps.log.error('A mail of a mailbox could not be filed; it is tried again', {
      mailboxId: place.state.mailboxId,
      uid: place.uid,
      error,
    });
    throw error;
  }
}

/** A mail that its server cannot give must not keep those behind it. */
async function fetchEach(
  work: MailboxWork,
  folder: string,
  part: readonly MailSize[],
): Promise<Map<number, FetchedMail | 'given up'>> {
  const { client } = work;
  try {
    return await fetchPart(client, part);
  } catch (error) {
    // The process lives: it was not the mail that ended it.
    await forgetTries(work, folder);
    if (part.length === 1) return await giveUp(work, folder, part, error);
    if (!client.usable) throw error;
  }
  const each = new Map<number, FetchedMail | 'given up'>();
  for (const mail of part) {
    for (const [uid, one] of await fetchEach(work, folder, [mail])) each.set(uid, one);
  }
  return each;
}

async function forgetTries({ deps, claim }: MailboxWork, folder: string): Promise<void> {
  await deps.db.inTransaction((tx) => noteTries(tx, claim, folder, 0));
}

/** Throws the error until it has come too often. */
async function giveUp(
  { failures, client }: MailboxWork,
  folder: string,
  [mail]: readonly MailSize[],
  error: unknown,
): Promise<Map<number, 'given up'>> {
  const key = `${folder} ${mail?.uid ?? ''}`;
  const times = (failures.get(key) ?? 0) + 1;
  failures.set(key, times);
  if (mail === undefined || times < MOST_FETCHES || !client.usable) throw error;
  failures.delete(key);
  return new Map([[mail.uid, 'given up']]);
}
