import PostalMime, { type Email } from 'postal-mime';
import { withReadableHeaders, withReadableText } from './wrong-charset.ts';

/** Parses a mail whose line ends and charsets may be wrong. Throws for one that is nested too deeply, or has headers of megabytes. */
export async function parseMail(raw: Buffer): Promise<Email> {
  const mail = withReadableHeaders(withPlainLines(raw));
  return await withReadableText(await parseOnce(mail), mail, parseOnce);
}

const CR = 0x0d;
const LF = 0x0a;

/** Empty lines above the headers would end them before they begin; and lines may end as they did on old Macintoshes. */
function withPlainLines(raw: Buffer): Buffer {
  let at = 0;
  while (raw[at] === CR || raw[at] === LF) at += 1;
  const mail = raw.subarray(at);
  const first = mail.indexOf(CR);
  if (first < 0 || mail[first + 1] === LF || mail.subarray(0, first).includes(LF)) return mail;
  return Buffer.from(mail.toString('latin1').replaceAll(/\r(?!\n)/g, '\n'), 'latin1');
}

function parseOnce(raw: Buffer): Promise<Email> {
  // A mail within a mail is a file of it: else what a bounce quotes would stand there as said by its sender.
  return PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: 100 });
}
