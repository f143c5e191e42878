/** Mail to our own people, by the same relay as replies without a mailbox of their own. */
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { MailAddress } from '@latchbox/shared';
import type { HandNotice, NoticeLetter } from '../../../notices/notices.ts';
import type { SignMail } from './dkim/sign-mail.ts';
import { composeMail } from './compose.ts';
import { htmlPage, htmlText } from './html-body.ts';
import type { Relay } from './relay.ts';
import { wireAddress } from './wire-address.ts';

export interface NoticeMailDeps {
  readonly relay: Relay;
  readonly sign: SignMail;
  readonly from: MailAddress;
}

/** Makes a mail of each notice and hands it over, signed where the domain of `from` has a key. */
export function createHandNotice({ relay, sign, from }: NoticeMailDeps): HandNotice {
  return async (letter, signal) => {
    const bytes = await buffer(composeMail(contentOf(letter, from)));
    const mail = await sign({
      sender: wireAddress(from.address),
      recipients: [wireAddress(letter.to)],
      size: bytes.length,
      open: () => Promise.resolve(Readable.from([bytes])),
    });
    return 'status' in mail ? mail : await relay.hand(mail, signal);
  };
}

function contentOf({ id, to, name, subject, body, createdAt }: NoticeLetter, from: MailAddress) {
  return {
    from,
    replyTo: undefined,
    to: [{ name, address: to }],
    cc: [],
    subject,
    date: createdAt,
    messageId: `${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
    inReplyTo: undefined,
    references: [],
    thread: [],
    automatic: 'notice',
    text: body,
    html: htmlPage(htmlText(body)),
    files: [],
  } as const;
}

/** Who notices are from: `NOTICES_FROM`, else an address of the host that agents open. Throws an `Error` in words for whoever set it. */
export function noticesFrom(given: string | undefined, publicUrl: string | undefined): MailAddress {
  const host = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  if (given === undefined) return { name: 'Latchbox', address: `no-reply@${host}` };
  const [, name = '', address = given] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(given) ?? [];
  if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(address.trim()))
    throw new Error('NOTICES_FROM must be like no-reply@example.com or Latchbox <no-reply@example.com>');
  return { name: name === '' ? 'Latchbox' : name, address: address.trim() };
}
