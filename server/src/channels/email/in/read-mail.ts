import type { Attachment as Part, Email, Header } from 'postal-mime';
import { cleanFileName, cleanMediaType } from '../../../files/file-name.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { type MailHeaders, mailHeaders } from './headers.ts';
import { parseMail } from './parse.ts';
import { parseApart } from './parse-apart.ts';

/** Most files of one mail that get rows of their own; the raw mail has the others. */
const MOST_FILES = 100;

/** Parsing takes some 30 ms a MiB: beyond so many bytes it must not hold up locks and sockets. */
const LARGE = 1_024 * 1_024;
/** So does a mail of many short lines or parts, which costs by the line. Files have some 13 000 a MiB. */
const MANY_LINES = 20_000;

/** A file in a mail. */
export interface MailFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Content-ID without its angle brackets. */
  readonly contentId: string | null;
  /** The HTML shows it. */
  readonly inline: boolean;
}

/** What a mail says, in texts that can be stored. */
export interface ReadMail {
  readonly headers: MailHeaders;
  /** Media type of the whole, in lower case. */
  readonly type: string;
  readonly subject: string;
  /** Of its text part; empty when it has none. */
  readonly text: string;
  /** Of its HTML part, as it came; empty when it has none. */
  readonly html: string;
  readonly files: readonly MailFile[];
  /** What could not be read of it, for the agents. */
  readonly problem?: string | undefined;
}

/**
 * Reads a mail. Never throws: what cannot be read comes with a `problem`, and with the start of the raw text where there is
 * nothing better to show (the raw mail is kept by the caller).
 */
export async function readMail(raw: Buffer): Promise<ReadMail> {
  try {
    return toReadMail(await (isCostly(raw) ? parseApart(raw) : parseMail(raw)));
  } catch {
    // Parts nested too deeply, headers of megabytes, or what takes too long: the parser gives up on those.
    return unreadable(raw, 'This mail could not be read. Its original is kept.');
  }
}

function isCostly(raw: Buffer): boolean {
  if (raw.length > LARGE) return true;
  let lines = 0;
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) lines += 1;
  return lines > MANY_LINES;
}

function toReadMail(email: Email): ReadMail {
  const headers = mailHeaders(email.headers);
  const html = (email.html ?? '').toWellFormed();
  const problems: string[] = [];
  if (headers.addresses('from').length === 0) problems.push('It names no sender that could be read.');
  if (email.attachments.length > MOST_FILES) {
    problems.push(
      `Only ${MOST_FILES} of its ${email.attachments.length} files are listed; the original has all.`,
    );
  }
  return {
    headers,
    type: typeOf(headers),
    subject: cleanLine(headers.text('subject'), 500),
    text: cleanText(email.text ?? ''),
    html,
    files: email.attachments.slice(0, MOST_FILES).map((part, at) => toFile(part, at, html)),
    problem: problems.length === 0 ? undefined : problems.join(' '),
  };
}

function typeOf(headers: MailHeaders): string {
  return (headers.all('content-type')[0] ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** A mail of which nothing is known but its bytes. */
export function unreadable(raw: Buffer, problem: string): ReadMail {
  const start = raw.subarray(0, 16_384).toString('latin1');
  const headers = mailHeaders(plainHeaders(start));
  const text = cleanText(start).slice(0, 4_096).trim();
  return {
    headers,
    type: '',
    subject: cleanLine(headers.text('subject'), 500),
    text,
    html: '',
    files: [],
    problem,
  };
}

function plainHeaders(start: string): Header[] {
  const block = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return block
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .slice(0, 500)
    .flatMap((line) => {
      const [, originalKey, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
      if (originalKey === undefined || value === undefined) return [];
      return [{ key: originalKey.toLowerCase(), originalKey, value: value.trim() }];
    });
}

function toFile(part: Part, at: number, html: string): MailFile {
  const bytes = typeof part.content === 'string' ? Buffer.from(part.content) : new Uint8Array(part.content);
  const type = cleanMediaType(part.mimeType);
  const contentId = cleanLine(part.contentId ?? '', 200).replaceAll(/^<|>$/g, '') || null;
  return {
    name: part.filename === null ? `file-${at + 1}${ENDINGS[type] ?? ''}` : cleanFileName(part.filename),
    type,
    bytes,
    contentId,
    inline: contentId !== null && html.includes(`cid:${contentId}`),
  };
}

/** For files that came without a name. */
const ENDINGS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'message/delivery-status': '.txt',
  'text/plain': '.txt',
  'text/html': '.html',
  'text/calendar': '.ics',
  'text/csv': '.csv',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'application/pdf': '.pdf',
};
