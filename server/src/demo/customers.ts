import type { ConversationRow } from '@latchbox/client';
import { LatchboxError } from '@latchbox/shared';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Chance } from './chance.ts';
import type { MailAgain } from './mail/mail-again.ts';
import type { Pace } from './pace.ts';
import { customerFollowUps } from './shop/index.ts';

/** The customers' door of the simulator. */
export interface CustomerDoor {
  tokenOf(conversationId: string): string;
  write(message: {
    inboxCode: string;
    from: { name: string; address: string };
    subject: string;
    body: string;
    threadToken: string;
    providerId: string;
  }): Promise<unknown>;
}

/** Makes customers who write again, some while after they were answered. */
export function createCustomers(deps: {
  readonly door: CustomerDoor;
  /** Writes on in a conversation of mails. */
  readonly mailAgain: MailAgain;
  readonly chance: Chance;
  readonly pace: Pace;
  readonly log: Log;
}): { answered(row: ConversationRow, inboxCode: string): void } {
  const { door, mailAgain, chance, pace, log } = deps;

  async function writeAgain(row: ConversationRow, inboxCode: string): Promise<void> {
    const { id, contact } = row;
    await pace.pause(20_000, 80_000);
    const body = chance.oneOf(customerFollowUps)?.body ?? '';
    if (row.channel === 'email') return await mailAgain(row, body);
    // Who texts does so on the carrier's page, by the hand of whoever tries it.
    if (row.channel === 'sms') return;
    await door.write({
      inboxCode,
      from: contact,
      subject: '',
      body,
      threadToken: door.tokenOf(id),
      providerId: newId('req'),
    });
  }

  return {
    answered(row, inboxCode) {
      if (!chance.happens(0.6)) return;
      writeAgain(row, inboxCode).catch((error: unknown) => {
        if (!LatchboxError.is(error, 'closed'))
          log.debug('A demo customer could not write.', { error: String(error) });
      });
    },
  };
}
