/** What the mail of a reply is made of: whom and what it answers, its text with what stands below it, and its files. */
import type { Readable } from 'node:stream';
import type { MailOut } from '@latchbox/shared';
import { attachmentsOfEntry, type StoredAttachment } from '../../../database/attachments.ts';
import type { Database } from '../../../database/database.ts';
import { mailOfEntry } from '../../../database/mail-in.ts';
import { mailsBefore, type OutgoingReply } from '../../../database/mail-out.ts';
import { signatureOf } from '../../../database/signatures.ts';
import { entryAt } from '../../../database/threads.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { MAX_MAIL_BYTES } from '@latchbox/shared/http/entry-mails';
import { signedMailId } from '../mail-id.ts';
import { type MailContent, type MailFile, THREAD_HEADERS } from './compose.ts';
import { picturesOf } from './html-body.ts';
import { type Forwarded, forwardedFrom, mailBody } from './mail-body.ts';
import { openStored, startOf } from './stored-mail.ts';

/** Most ids in References besides our own one of the conversation (header lines must not grow without end). */
const MOST_REFERENCES = 20;

export interface MailContentDeps {
  readonly db: Database;
  readonly files: FileStore;
  /** Signs Message-IDs. */
  readonly secret: string;
}

/** Reads what a mail is made of. `bytes`: of its files together. Throws `not_found` for a file that is not there any more. */
export async function mailContent(
  deps: MailContentDeps,
  entryId: string,
  reply: OutgoingReply,
  mail: MailOut,
): Promise<MailContent & { readonly bytes: number }> {
  const { db, secret } = deps;
  const { conversationId, inboxId, position } = reply;
  const domain = mail.from.address.slice(mail.from.address.lastIndexOf('@') + 1);
  const stored = await attachmentsOfEntry(db.read, conversationId, position);
  const asWritten = reply.extra.attachments?.map(({ id }) => stored.find((file) => file.id === id)) ?? [];
  const attached = asWritten.filter((file) => file !== undefined);
  const pictures = picturesOf(reply.body);
  const contentIdOf = (id: string): string | undefined =>
    pictures.has(id) && attached.some((file) => file.id === id) ? `${id}@${domain}` : undefined;
  const passed = await passedOn(deps, reply, mail.subject);
  const automatic = reply.extra.automatic === undefined ? undefined : 'answer';
  // Nobody signs what nobody wrote.
  const signature = automatic ? undefined : await signatureOf(db.read, { agentId: reply.agentId, inboxId });
  const files = [...attached.map((file) => fileOf(deps, file, contentIdOf(file.id))), ...passed.files];
  return {
    ...mailBody({ text: reply.body, signature, forwarded: passed.forwarded, contentIdOf }),
    from: mail.from,
    replyTo: mail.replyTo,
    to: mail.to,
    cc: mail.cc ?? [],
    subject: mail.subject,
    date: reply.at,
    messageId: signedMailId(secret, { kind: 'entry', id: entryId }, domain),
    ...(await threadOf(deps, reply, domain)),
    automatic,
    files,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

type Sized = MailFile & { readonly size: number };

function fileOf(
  { files }: MailContentDeps,
  { name, type, size, file }: StoredAttachment,
  contentId?: string,
): Sized {
  const open = async (): Promise<Readable> => (await files.open(file)).stream;
  return { name, type, size, open, ...(contentId === undefined ? {} : { contentId }) };
}

/** What a forward passes on: the text whole, and every file; what could not be shown whole goes along as it came. */
async function passedOn(
  deps: MailContentDeps,
  { conversationId, extra }: OutgoingReply,
  subject: string,
): Promise<{ readonly forwarded: Forwarded | undefined; readonly files: readonly Sized[] }> {
  const { db, files } = deps;
  if (extra.forward === undefined) return { forwarded: undefined, files: [] };
  const { position, without = [] } = extra.forward;
  const entry = await entryAt(db.read, conversationId, position);
  if (entry?.kind !== 'message' && entry?.kind !== 'reply')
    throw new Error('nothing stands where a forward points');
  const all = await attachmentsOfEntry(db.read, conversationId, position);
  const brought = all.filter(({ id }) => !without.includes(id)).map((file) => fileOf(deps, file));
  const cut = entry.kind === 'message' && (entry.mail?.cut ?? entry.mail?.problem) !== undefined;
  const original = cut ? await mailOfEntry(db.read, conversationId, position) : undefined;
  if (original === undefined) return { forwarded: forwardedFrom(entry, subject), files: brought };
  const whole: Sized = {
    name: 'original.eml',
    // Not message/rfc822: that may not be encoded, and it may be anything but well-formed.
    type: 'application/octet-stream',
    size: original.raw?.length ?? MAX_MAIL_BYTES,
    open: () => openStored(files, original),
  };
  return { forwarded: forwardedFrom(entry, subject), files: [...brought, whole] };
}

/** By which headers programs find the thread. What is passed on begins one of its own; only answers to it find their way back. */
async function threadOf(
  { db, files, secret }: MailContentDeps,
  { conversationId, position, extra }: OutgoingReply,
  domain: string,
): Promise<Pick<MailContent, 'inReplyTo' | 'references' | 'thread'>> {
  const own = signedMailId(secret, { kind: 'conversation', id: conversationId }, domain);
  if (extra.forward !== undefined) return { inReplyTo: undefined, references: [own], thread: [] };
  const before = await mailsBefore(db.read, conversationId, position, MOST_REFERENCES);
  const answered = before.find(({ by }) => by === 'customer') ?? before.find(({ by }) => by === 'machine');
  const earlier = before.map(({ messageId }) => messageId).toReversed();
  return {
    inReplyTo: answered?.messageId,
    references: [
      own,
      // The mail that is answered stands last.
      ...earlier.filter((id) => id !== answered?.messageId),
      ...(answered === undefined ? [] : [answered.messageId]),
    ],
    thread: answered === undefined ? [] : await threadHeaders(db, files, conversationId, answered.position),
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
