import { LatchboxError, type MailOut, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, refuse } from '@latchbox/shared';
import type { Database } from '../../../database/database.ts';
import { mailboxOfAddress } from '../../../database/mailboxes.ts';
import { type OutgoingMail, outgoingMail, outgoingReply } from '../../../database/mail-out.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { domainOf } from '../../../lib/domain-of.ts';
import type { Log } from '../../../lib/log.ts';
import {
  accepted,
  type Channel,
  type DeliveryAnswer,
  refused,
  unreachable,
} from '../../../messaging/delivery/channel.ts';
import { recipientsOfMail } from '../../../messaging/sending/mail-envelope.ts';
import { bounceAddress } from '../bounce-address.ts';
import { createMadeMails, type MadeMails } from './made-mails.ts';
import { mailContent } from './mail-content.ts';
import type { Relay } from './relay.ts';
import { openStored, storeMail } from './stored-mail.ts';
import { wireAddress } from './wire-address.ts';

export interface EmailChannelDeps {
  readonly db: Database;
  readonly files: FileStore;
  /** Signs Message-IDs. */
  readonly secret: string;
  /** Undefined: mails are made and kept, and nothing leaves this machine. */
  readonly relay: Relay | undefined;
  readonly log: Log;
  /** Domains whose `bounce+…` addresses come in here, lower case. */
  readonly bounceDomains?: readonly string[];
}

/**
 * Replies that leave as mails. Each is made once and kept byte for byte before it goes anywhere; every attempt hands over the
 * same bytes under the same Message-ID, so that a mail program shows one where two arrive.
 */
export function createEmailChannel(given: EmailChannelDeps): Channel {
  const deps = { ...given, kept: createMadeMails(given.db) };
  return {
    name: 'email',
    describe: () => ({
      subject: true,
      html: true,
      copies: true,
      files: { most: MAX_ATTACHMENTS, bytes: MAX_ATTACHMENT_BYTES },
      segments: false,
    }),
    check: () => Promise.reject(refuse('not_found')),
    start: () => undefined,
    stop: () => Promise.resolve(),
    async deliver({ messageKey, recipients: waiting }, signal) {
      const id = mailIdOf(messageKey);
      const mail = (await outgoingMail(deps.db.read, id)) ?? (await tryToMake(deps, messageKey));
      if ('status' in mail) return mail;
      if (deps.relay === undefined) return accepted;
      if (signal.aborted) return unreachable('given up before it began');
      const { sender, size } = mail;
      // A reply of before recipients were counted has no others than its mail.
      const addresses = waiting.length === 0 ? mail.recipients : waiting.map(({ address }) => address);
      const byWire = new Map(addresses.map((address) => [wireAddress(address), address]));
      const answer = await deps.relay.hand(
        {
          sender: wireAddress(sender),
          recipients: [...byWire.keys()],
          size,
          open: () => openStored(deps.files, mail),
        },
        signal,
      );
      return asWritten(answer, byWire);
    },
  };
}

/** The addresses of an answer as the reply has them. */
function asWritten(answer: DeliveryAnswer, byWire: ReadonlyMap<string, string>): DeliveryAnswer {
  if (answer.recipients === undefined) return answer;
  const recipients = answer.recipients.map((one) => ({
    ...one,
    address: byWire.get(one.address) ?? one.address,
  }));
  return { ...answer, recipients };
}

/** Made from the entry's id: whoever makes the mail of a reply a second time finds the first one in its place. */
const mailIdOf = (entryId: string) => `mai_${entryId.replace(/^ent_/, '')}`;

interface MakingDeps extends EmailChannelDeps {
  readonly kept: MadeMails;
}

/** What keeps a mail from being made is known before anything leaves. */
async function tryToMake(deps: MakingDeps, entryId: string): Promise<OutgoingMail | DeliveryAnswer> {
  try {
    return (await makeMail(deps, entryId)) ?? refused('the reply has no address to leave from');
  } catch (error) {
    deps.log.error('A reply could not be made into a mail', { entryId, error });
    return LatchboxError.is(error, 'not_found')
      ? refused('a file of this reply is missing on the server')
      : unreachable('the mail could not be made');
  }
}

async function makeMail(deps: MakingDeps, entryId: string): Promise<OutgoingMail | undefined> {
  const { db, files, kept } = deps;
  const reply = await outgoingReply(db.read, entryId);
  if (reply === undefined) throw new Error('a message in the outbox has no reply');
  // Of a reply it says how it leaves, not how it came.
  const mail = reply.extra.mail as MailOut | undefined;
  if (mail === undefined) return undefined;
  const { made, first } = await kept.keep(async () => {
    const content = await mailContent(deps, entryId, reply, mail);
    const stored = await storeMail(files, content);
    const recipients = recipientsOfMail(mail).map(({ address }) => address);
    const { conversationId, inboxId, position } = reply;
    const id = mailIdOf(entryId);
    const automatic = reply.extra.automatic !== undefined;
    const sender = await envelopeSender(deps, entryId, mail.from.address, automatic);
    const row = { id, inboxId, sender, ...stored, conversationId, position, subject: mail.subject };
    return {
      row: { ...row, recipients: JSON.stringify(recipients) },
      messageId: content.messageId,
      from: mail.from.address,
      outgoing: { id, inboxId, sender, recipients, ...stored },
    };
  });
  if (first) return made.outgoing;
  // Another worker made it meanwhile: that one is kept, this one is nothing.
  const { file } = made.outgoing;
  if (file !== null) await files.remove(file);
  return await outgoingMail(db.read, made.outgoing.id);
}

/**
 * By which its bounces are told from those of others, where they can come back to it. What nobody wrote leaves with none but that, so
 * that nothing answers it.
 */
async function envelopeSender(
  { db, secret, bounceDomains = [] }: EmailChannelDeps,
  entryId: string,
  from: string,
  automatic: boolean,
): Promise<string> {
  // A mailbox's server takes no other sender than the mailbox, and its bounces come back to it.
  if ((await mailboxOfAddress(db.read, from)) !== undefined) return from;
  const domain = domainOf(from);
  return (
    (bounceDomains.includes(domain) ? bounceAddress(secret, entryId, domain) : undefined) ??
    (automatic ? '' : from)
  );
}
