import { readMailId } from '../../mail-id.ts';
import { readMail } from '../read-mail.ts';
import { findSentThread } from '../sent-thread.ts';
import { markMail, type MailPlace, skipMail } from './mark.ts';
import type { MailboxOutcome, MailboxWork } from './work.ts';

/**
 * Files a mail of the Sent folder. What left from here is known by its signed id. What a colleague wrote in another program
 * belongs into the thread that it answers, as a message of the mailbox: nobody's lock is asked and nothing is sent, because it
 * has left already. Mail that belongs to no conversation stays where it is: it is nobody else's business.
 */
export async function fileSent(work: MailboxWork, place: MailPlace, raw: Buffer): Promise<void> {
  const { deps, mailbox } = work;
  const { db, secret } = deps;
  const { inboxId, address } = mailbox;
  const { headers, subject } = await readMail(raw);
  const messageId = headers.ids('message-id')[0];
  if (messageId !== undefined && readMailId(secret, messageId) !== undefined) {
    await db.inTransaction((tx) => markMail(tx, work, place, { outcome: 'own' }));
    deps.metrics?.mail('own');
    return;
  }
  const thread = await findSentThread(db.read, secret, await db.now(), {
    inboxId,
    recipients: [],
    headers,
    reported: [],
    contact: address,
    subject,
    automatic: false,
    alsoTo: new Set(),
  });
  if (thread === undefined) return await skipMail(work, place, null);
  let came: MailboxOutcome = 'filed';
  await deps.intake.acceptInto(inboxId, {
    raw,
    sender: address,
    recipients: [],
    sentBy: address,
    mark: async (tx, { conversationId, position, duplicate }) => {
      came = duplicate ? 'known' : 'filed';
      await markMail(tx, work, place, { outcome: came, conversationId, position });
    },
  });
  deps.metrics?.mail(came);
}
