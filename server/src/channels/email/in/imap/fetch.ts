import type { ImapFlow } from 'imapflow';
import { MAX_MAIL_BYTES } from '@latchbox/shared/http/entry-mails';
import type { MailSize } from './folder.ts';

/** At most so many mails, and about so many bytes, are asked for at one time. */
const MOST_AT_ONCE = 20;
const BYTES_AT_ONCE = 4 * 1_024 * 1_024;

/** A mail as the mailbox has it. */
export interface FetchedMail {
  readonly uid: number;
  readonly raw: Buffer;
  /** Why `raw` is only its headers; undefined: it is all of it. */
  readonly cut: string | undefined;
}

/** Splits mails into parts that are asked for together, in their order. */
export function inParts(mails: readonly MailSize[]): MailSize[][] {
  const parts: MailSize[][] = [];
  let bytes = 0;
  for (const mail of mails) {
    const part = parts.at(-1);
    if (part === undefined || part.length >= MOST_AT_ONCE || bytes + mail.size > BYTES_AT_ONCE) {
      parts.push([mail]);
      bytes = mail.size;
    } else {
      part.push(mail);
      bytes += mail.size;
    }
  }
  return parts;
}

/**
 * The mails of one part by their UIDs, without touching their flags. One that is not in the answer was deleted meanwhile. Of one
 * that is larger than is taken only the headers come.
 */
export async function fetchPart(
  client: ImapFlow,
  part: readonly MailSize[],
): Promise<Map<number, FetchedMail>> {
  const whole = part.filter(({ size }) => size <= MAX_MAIL_BYTES).map(({ uid }) => uid);
  const large = part.filter(({ size }) => size > MAX_MAIL_BYTES);
  const fetched = new Map<number, FetchedMail>();
  if (whole.length > 0) {
    for (const { uid, source } of await client.fetchAll(whole, { uid: true, source: true }, { uid: true })) {
      if (source !== undefined) fetched.set(uid, { uid, raw: source, cut: undefined });
    }
  }
  for (const { uid, size } of large) {
    const [mail] = await client.fetchAll([uid], { uid: true, headers: true }, { uid: true });
    if (mail?.headers === undefined) continue;
    const megabytes = Math.round(size / (1_024 * 1_024));
    const cut = `This mail has ${megabytes} MB, more than is taken: it lies in the mailbox alone.`;
    fetched.set(uid, { uid, raw: Buffer.concat([mail.headers, Buffer.from('\r\n')]), cut });
  }
  return fetched;
}
