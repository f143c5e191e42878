import type { ConversationRow } from '@latchbox/client';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { MailIn } from '../play.ts';
import type { MailStyle } from '../shop/mail-styles.ts';
import { threadOf } from './thread.ts';
import { writeMail } from './write-mail.ts';

/** A customer writes on in a conversation of mails, after an answer. */
export type MailAgain = (row: ConversationRow, text: string) => Promise<void>;

const STYLE: MailStyle = { program: 'gmail', language: 'en' };

export function createMailAgain(deps: {
  readonly db: Pick<Database, 'read'>;
  readonly clock: Clock;
  readonly mail: MailIn;
}): MailAgain {
  const { db, clock, mail } = deps;
  return async ({ id, contact, subject }, text) => {
    const { before, answers } = await threadOf(db, id, contact);
    // The answer has not left yet, or nothing was answered: there is nothing to write below.
    if (answers === undefined) return;
    const raw = await writeMail({
      id: `${newId('req')}@${contact.address.slice(contact.address.indexOf('@') + 1)}`,
      from: { name: contact.name, address: contact.address },
      to: { name: answers.name, address: answers.address },
      subject,
      at: clock.now(),
      text,
      style: STYLE,
      files: [],
      before,
      answers,
    });
    await mail.accept({ raw, sender: contact.address, recipients: [answers.address] });
  };
}
