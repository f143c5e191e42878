import { buffer } from 'node:stream/consumers';
import { type DueCopy, dueCopies, endCopy, postponeCopy } from '../../../../database/mailbox-copies.ts';
import { openStored } from '../../out/stored-mail.ts';
import type { MailboxWork } from './work.ts';

const AT_ONCE = 10;
/** Ms until a copy that could not be put there is tried again, and how often that is. */
const AGAIN = 60_000;
const MOST_ATTEMPTS = 20;

/** Puts copies of what left from the mailbox into its Sent folder, each once: one that lies there already is found by its id. */
export async function copySent(work: MailboxWork, sentFolder: string | undefined): Promise<void> {
  const { deps, mailbox, signal } = work;
  const { db } = deps;
  const due = await dueCopies(db.read, { mailboxId: mailbox.id, now: await db.now(), limit: AT_ONCE });
  for (const copy of due) {
    if (signal.aborted) return;
    // Nothing left, or there is no such folder (any more): there is nothing to put, or nowhere to put it.
    const wanted = copy.state === 'sent' && sentFolder !== undefined && mailbox.incoming.copySent;
    if (wanted && !(await put(work, sentFolder, copy))) continue;
    await db.inTransaction((tx) => endCopy(tx, copy.mailId));
  }
}

/** False: it is tried again later. */
async function put(work: MailboxWork, folder: string, copy: DueCopy): Promise<boolean> {
  const { deps, client, mailbox } = work;
  try {
    if (await liesThere(work, folder, copy)) return true;
    const raw = await buffer(await openStored(deps.files, copy));
    const put = await client.append(folder, raw, ['\\Seen'], new Date(copy.at));
    if (put === false) throw new Error('the mail server did not take it');
    return true;
  } catch (error) {
    if (!client.usable) throw error;
    const { mailId, attempts } = copy;
    deps.log.warn('A copy could not be put into the Sent folder', { mailboxId: mailbox.id, mailId, error });
    if (attempts + 1 >= MOST_ATTEMPTS) return true;
    await deps.db.inTransaction((tx) => postponeCopy(tx, mailId, AGAIN));
    return false;
  }
}

async function liesThere({ client }: MailboxWork, folder: string, { messageId }: DueCopy): Promise<boolean> {
  if (messageId === null) return false;
  const lock = await client.getMailboxLock(folder, { readOnly: true });
  try {
    const found = await client.search({ header: { 'message-id': `<${messageId}>` } }, { uid: true });
    return Array.isArray(found) && found.length > 0;
  } finally {
    lock.release();
  }
}
