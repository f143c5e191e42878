/** Mails whose bytes are not in the charset that they claim, or claim none. */
import type { Email } from 'postal-mime';

const strict = new TextDecoder('utf-8', { fatal: true });
const LOST = '\uFFFD';

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Where the headers end: after the first empty line, or the whole where there is none. */
function endOfHeaders(raw: Buffer): number {
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
  return ends.length === 0 ? raw.length : Math.min(...ends);
}

/** The charset that a mail names first, or windows-1252, which has a character for (nearly) every byte. */
function namedCharset(text: string): string {
  const label = /charset\s*=\s*"?([\w.:-]+)/i.exec(text)?.[1]?.replace(/^ks_c_5601.*/i, 'euc-kr');
  try {
    const { encoding } = new TextDecoder(label ?? 'windows-1252');
    return encoding === 'utf-8' ? 'windows-1252' : encoding;
  } catch {
    return 'windows-1252';
  }
}

/**
 * A mail with bare 8-bit characters in its headers (not allowed, not rare) that are not UTF-8: the same mail with its headers
 * in UTF-8, read as the charset that the mail names for its text.
 */
export function withReadableHeaders(raw: Buffer): Buffer {
  const end = endOfHeaders(raw);
  const head = raw.subarray(0, end);
  if (isUtf8(head)) return raw;
  const charset = namedCharset(raw.subarray(0, Math.min(raw.length, end + 4_096)).toString('latin1'));
  return Buffer.concat([Buffer.from(new TextDecoder(charset).decode(head)), raw.subarray(end)]);
}

/**
 * The same mail with texts that can be read, where its charset was wrong: UTF-8 that was called ASCII or Latin-1 (read back as
 * "Ã©"), and 8-bit text that was called UTF-8 or nothing (read as replacement characters).
 */
export async function withReadableText(
  email: Email,
  raw: Buffer,
  parse: (raw: Buffer) => Promise<Email>,
): Promise<Email> {
  if (!lost(email)) return { ...email, text: utf8Of(email.text), html: utf8Of(email.html) };
  // Labels stand in headers of parts, which are ASCII: as Latin-1 every byte keeps its place.
  const text = raw.toString('latin1');
  const relabelled = /charset\s*=\s*"?utf-?8/i.test(text)
    ? text.replaceAll(/(charset\s*=\s*"?)utf-?8/gi, '$1windows-1252')
    : text.replace(/^(content-type:\s*text\/\w+)/im, '$1; charset=windows-1252');
  const again = await parse(withReadableHeaders(Buffer.from(withType(relabelled), 'latin1')));
  return lost(again) ? email : { ...again, headers: email.headers };
}

function withType(text: string): string {
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  return /^content-type:/im.test(head) ? text : `Content-Type: text/plain; charset=windows-1252\r\n${text}`;
}

/** A text with no more than some characters lost is better read as what it says it is. */
function lost({ text = '', html = '' }: Email): boolean {
  return [text, html].some((part) => part.split(LOST).length - 1 > part.length / 200);
}

const HIGH = new Map<string, number>();
for (let byte = 0x80; byte <= 0xff; byte += 1) {
  HIGH.set(new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte);
}

/** A text whose every character stands for a byte, and whose bytes are UTF-8: what those say. Any other as it is. */
function utf8Of(text: string | undefined): string | undefined {
  if (text === undefined || !/[Â-ô][\u0080-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]/.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const byte = unit < 0x80 ? unit : HIGH.get(text.charAt(at));
    if (byte === undefined) return text;
    bytes[at] = byte;
  }
  return isUtf8(bytes) ? strict.decode(bytes) : text;
}
