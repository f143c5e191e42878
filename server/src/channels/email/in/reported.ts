import { messageIds } from './headers.ts';
import type { ReadMail } from './read-mail.ts';

const ORIGINALS =
  /^(message\/(rfc822|rfc822-headers|global|delivery-status|disposition-notification)|text\/rfc822-headers)$/;
/** How much of a file is looked at for the headers of the mail that it holds. */
const HEADERS_WITHIN = 64 * 1_024;

/**
 * Message-IDs of the mails that a bounce, a receipt or an out-of-office is about: of the original that it encloses, or in its
 * text. Only ids that carry our signature may lead anywhere, so the text of a bounce can be believed.
 */
export function reportedIds(mail: ReadMail): string[] {
  const texts = mail.files
    .filter(({ type }) => ORIGINALS.test(type))
    .map(({ bytes }) => Buffer.from(bytes.subarray(0, HEADERS_WITHIN)).toString('latin1'));
  return [...texts, mail.text.slice(0, HEADERS_WITHIN)].flatMap((text) =>
    [...text.matchAll(/^(?:original-)?message-id:\s*(\S+)/gim)].flatMap(([, value = '']) =>
      messageIds(value),
    ),
  );
}
