import { Readable } from 'node:stream';
import type { MailAddress } from '@latchbox/shared';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type AutomaticKind, automaticHeaders } from './automatic-headers.ts';

/** A file that goes with a mail; opened when its turn comes. */
export interface MailFile {
  readonly name: string;
  readonly type: string;
  /** Without angle brackets. The HTML shows it where it names it. */
  readonly contentId?: string;
  open(): Promise<Readable>;
}

/** Outlook's own way to put mails together; an answer brings them along as they are. */
export const THREAD_HEADERS = ['Thread-Topic', 'Thread-Index'] as const;
export type ThreadHeader = (typeof THREAD_HEADERS)[number];

export interface MailContent {
  readonly from: MailAddress;
  readonly replyTo: MailAddress | undefined;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  /** Epoch ms. */
  readonly date: number;
  /** Without angle brackets, as all ids here. */
  readonly messageId: string;
  /** The mail that this one answers. */
  readonly inReplyTo: string | undefined;
  /** The oldest first. */
  readonly references: readonly string[];
  /** Headers of the answered mail that its program finds its thread by. */
  readonly thread: readonly (readonly [name: ThreadHeader, value: string])[];
  /** What it is where nobody wrote it. */
  readonly automatic?: AutomaticKind | undefined;
  readonly text: string;
  readonly html: string;
  readonly files: readonly MailFile[];
}

/** An id as it may stand in a header: some senders make ids that would end one. */
const USABLE = /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/;

/**
 * A mail as it leaves (RFC 5322), with the text once as plain and once as HTML. Nobody reads in it who gets a blind copy. Nothing of what is written into it can
 * become a header or another recipient: addresses are objects, lines are lines, and what is not ASCII is encoded. Files are
 * read while the mail is. What a person wrote carries none of the marks of automatic mail (RFC 3834).
 */
export function composeMail(content: MailContent): Readable {
  const ids = (list: readonly string[]) => list.filter((id) => USABLE.test(id)).map((id) => `<${id}>`);
  const [inReplyTo] = ids(content.inReplyTo === undefined ? [] : [content.inReplyTo]);
  const composer = new MailComposer({
    from: addressOf(content.from),
    ...(content.replyTo === undefined ? {} : { replyTo: addressOf(content.replyTo) }),
    to: content.to.map(addressOf),
    cc: content.cc.map(addressOf),
    subject: oneLine(content.subject),
    date: new Date(content.date),
    headers: {
      // As it is: some programs do not find an id that stands on the line after its header's name.
      'Message-ID': { prepared: true, value: `<${content.messageId}>` },
      ...(inReplyTo === undefined ? {} : { 'In-Reply-To': { prepared: true, value: inReplyTo } }),
      ...Object.fromEntries(content.thread.map(([name, value]) => [name, oneLine(value)])),
      ...(content.automatic === undefined ? {} : automaticHeaders(content.automatic)),
    },
    references: ids(content.references),
    text: mailLines(content.text),
    html: mailLines(content.html),
    attachments: content.files.map((file) => ({
      filename: oneLine(file.name),
      contentType: file.type,
      content: Readable.from(chunksOf(file)),
      contentDisposition: file.contentId === undefined ? 'attachment' : 'inline',
      ...(file.contentId === undefined ? {} : { cid: file.contentId }),
      contentTransferEncoding: 'base64',
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().createReadStream();
}

/** Lines end as they do in a mail; all else in it is written so already: another pass over the whole would cost as much as making it. */
const mailLines = (text: string): string => text.replaceAll(/\r\n|\r|\n/g, '\r\n');

/** Files are opened one after the other, not all at the start. */
async function* chunksOf(file: MailFile): AsyncGenerator<Uint8Array> {
  for await (const chunk of await file.open()) yield chunk as Uint8Array;
}

function addressOf({ name, address }: MailAddress): { name: string; address: string } {
  return { name: oneLine(name), address: oneLine(address).replaceAll(' ', '') };
}

const BREAKS = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+', 'g');

function oneLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, ' ').trim();
}
