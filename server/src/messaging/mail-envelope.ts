import { type MailOut, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { envelopeOf } from '../database/mail-addresses.ts';
import { masterOf } from '../database/mail-masters.ts';
import type { NewRecipient } from '../database/reply-recipients.ts';
import type { Author } from './api.ts';

const MAX_SUBJECT = 500;
const MAX_NAME = 200;

/** What a mail that is written first has of its own. */
export interface ComposedMail {
  /** Address of the account that it leaves from. */
  readonly from: string;
  /** As it was written; undefined: that of the conversation which it continues. */
  readonly subject: string | undefined;
}

/**
 * From, To and Subject of a reply that leaves as a mail: from the address that the customer wrote to, to the contact, under the
 * conversation's own subject (mail programs begin a new thread with a changed one). Answers are wanted at the master of the mailbox,
 * if it has one (A1). Throws `not_connected` when the inbox
 * has no address.
 */
export async function mailEnvelope(
  tx: Tx,
  author: Author,
  { conversationId, inboxId }: { readonly conversationId: string; readonly inboxId: string },
  composed?: ComposedMail,
): Promise<MailOut> {
  const { from, to, subject } = await envelopeOf(tx.db, conversationId, inboxId, composed?.from);
  if (from === undefined) throw refuse('not_connected');
  const replyTo = await masterOf(tx.db, from.address);
  return {
    from: {
      name: `${author.agentName} (${from.name})`.slice(0, MAX_NAME).toWellFormed(),
      address: from.address,
    },
    ...(replyTo === undefined ? {} : { replyTo }),
    to: [to],
    subject: composed?.subject ?? answering(subject),
  };
}

function answering(subject: string): string {
  const answer = /^re:/i.test(subject) ? subject : `Re: ${subject}`;
  return answer.slice(0, MAX_SUBJECT).toWellFormed();
}

/** Everybody to whom a mail goes. */
export function recipientsOfMail({ to, cc = [], bcc = [] }: MailOut): NewRecipient[] {
  return [
    ...to.map((one) => ({ kind: 'to' as const, ...one })),
    ...cc.map((one) => ({ kind: 'cc' as const, ...one })),
    ...bcc.map((one) => ({ kind: 'bcc' as const, ...one })),
  ];
}
