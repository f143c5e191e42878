import type { Readable } from 'node:stream';
import { LatchboxError, type MailOut, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, refuse } from '@latchbox/shared';
import { attachmentsOfEntry } from '../../../database/attachments.ts';
import type { Database } from '../../../database/database.ts';
import { mailOfEntry, rememberMailIds } from '../../../database/mail-in.ts';
import { wantSentCopy } from '../../../database/mailbox-copies.ts';
import { mailboxOfAddress } from '../../../database/mailboxes.ts';
import {
  insertMailOut,
  mailsBefore,
  type OutgoingMail,
  outgoingMail,
  type OutgoingReply,
  outgoingReply,
} from '../../../database/mail-out.ts';
import type { FileStore } from '../../../files/file-store.ts';
import type { Log } from '../../../lib/log.ts';
import {
  accepted,
  type Channel,
  type DeliveryAnswer,
  refused,
  unreachable,
} from '../../../messaging/channel.ts';
import { recipientsOfMail } from '../../../messaging/mail-envelope.ts';
import { bounceAddress } from '../bounce-address.ts';
import { signedMailId } from '../mail-id.ts';
import { type MailContent, THREAD_HEADERS } from './compose.ts';
import type { Relay } from './relay.ts';
import { openStored, startOf, storeMail } from './stored-mail.ts';

/** Most ids in References besides our own one of the conversation (header lines must not grow without end). */
const MOST_REFERENCES = 20;

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
export function createEmailChannel(deps: EmailChannelDeps): Channel {
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
      const recipients = waiting.length === 0 ? mail.recipients : waiting.map(({ address }) => address);
      return await deps.relay.hand(
        { sender, recipients, size, open: () => openStored(deps.files, mail) },
        signal,
      );
    },
  };
}

/** Made from the entry's id: whoever makes the mail of a reply a second time finds the first one in its place. */
const mailIdOf = (entryId: string) => `mai_${entryId.replace(/^ent_/, '')}`;

/** What keeps a mail from being made is known before anything leaves. */
async function tryToMake(deps: EmailChannelDeps, entryId: string): Promise<OutgoingMail | DeliveryAnswer> {
  try {
    return (await makeMail(deps, entryId)) ?? refused('the reply has no address to leave from');
  } catch (error) {
    deps.log.error('A reply could not be made into a mail', { entryId, error });
    return LatchboxError.is(error, 'not_found')
      ? refused('a file of this reply is missing on the server')
      : unreachable('the mail could not be made');
  }
}

async function makeMail(deps: EmailChannelDeps, entryId: string): Promise<OutgoingMail | undefined> {
  const { db, files } = deps;
  const reply = await outgoingReply(db.read, entryId);
  if (reply === undefined) throw new Error('a message in the outbox has no reply');
  // Of a reply it says how it leaves, not how it came.
  const mail = reply.extra.mail as MailOut | undefined;
  if (mail === undefined) return undefined;
  const content = await contentOf(deps, entryId, reply, mail);
  const stored = await storeMail(files, content);
  const row = {
    id: mailIdOf(entryId),
    inboxId: reply.inboxId,
    sender: await envelopeSender(deps, entryId, mail.from.address),
    recipients: recipientsOfMail(mail).map(({ address }) => address),
    ...stored,
  };
  const first = await db.inTransaction(async (tx) => {
    const { conversationId, position } = reply;
    const recipients = JSON.stringify(row.recipients);
    const made = await insertMailOut(tx, {
      ...row,
      recipients,
      conversationId,
      position,
      subject: mail.subject,
    });
    if (made) await rememberMailIds(tx, conversationId, { messageId: content.messageId, position }, []);
    if (made) await wantSentCopy(tx, mail.from.address, { mailId: row.id, conversationId, position });
    return made;
  });
  if (first) return row;
  // Another worker made it meanwhile: that one is kept, this one is nothing.
  if (stored.file !== null) await files.remove(stored.file);
  return await outgoingMail(db.read, row.id);
}

/** By which its bounces are told from those of others, where they can come back to it. */
async function envelopeSender(
  { db, secret, bounceDomains = [] }: EmailChannelDeps,
  entryId: string,
  from: string,
): Promise<string> {
  // A mailbox's server takes no other sender than the mailbox, and its bounces come back to it.
  if ((await mailboxOfAddress(db.read, from)) !== undefined) return from;
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  return (bounceDomains.includes(domain) ? bounceAddress(secret, entryId, domain) : undefined) ?? from;
}

async function contentOf(
  { db, files, secret }: EmailChannelDeps,
  entryId: string,
  reply: OutgoingReply,
  mail: MailOut,
): Promise<MailContent & { readonly bytes: number }> {
  const { conversationId, position } = reply;
  const domain = mail.from.address.slice(mail.from.address.lastIndexOf('@') + 1);
  const before = await mailsBefore(db.read, conversationId, position, MOST_REFERENCES);
  const answered = before.find(({ by }) => by === 'customer') ?? before.find(({ by }) => by === 'machine');
  const earlier = before.map(({ messageId }) => messageId).toReversed();
  const stored = await attachmentsOfEntry(db.read, conversationId, position);
  const asWritten = reply.extra.attachments?.map(({ id }) => stored.find((file) => file.id === id)) ?? [];
  const attached = asWritten.filter((file) => file !== undefined);
  return {
    from: mail.from,
    replyTo: mail.replyTo,
    to: mail.to,
    cc: mail.cc ?? [],
    subject: mail.subject,
    date: reply.at,
    messageId: signedMailId(secret, { kind: 'entry', id: entryId }, domain),
    inReplyTo: answered?.messageId,
    references: [
      signedMailId(secret, { kind: 'conversation', id: conversationId }, domain),
      // The mail that is answered stands last.
      ...earlier.filter((id) => id !== answered?.messageId),
      ...(answered === undefined ? [] : [answered.messageId]),
    ],
    thread: answered === undefined ? [] : await threadHeaders(db, files, conversationId, answered.position),
    text: reply.body,
    files: attached.map(({ name, type, file }) => ({
      name,
      type,
      open: async (): Promise<Readable> => (await files.open(file)).stream,
    })),
    bytes: attached.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Longer values (characters) are none that a program made. */
const LONGEST_THREAD_HEADER = 500;
const HEADER_BYTES = 64 * 1_024;

async function threadHeaders(
  db: Database,
  files: FileStore,
  conversationId: string,
  position: number,
): Promise<MailContent['thread']> {
  const mail = await mailOfEntry(db.read, conversationId, position);
  if (mail === undefined) return [];
  // A mail that is lost by now (a folder that was not restored) keeps nobody from answering it.
  const start = await startOf(files, mail, HEADER_BYTES).catch(() => Buffer.alloc(0));
  const text = start.toString('latin1');
  const block = (text.split(/\r?\n\r?\n/, 1)[0] ?? '').replaceAll(/\r?\n[ \t]+/g, ' ');
  return THREAD_HEADERS.flatMap((name) => {
    const [, value = ''] = new RegExp(`^${name}:[ \\t]*([\\x20-\\x7e]+)$`, 'im').exec(block) ?? [];
    return value === '' || value.length > LONGEST_THREAD_HEADER ? [] : [[name, value] as const];
  });
}
