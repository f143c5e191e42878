import { addressWithin, failuresInText } from './bounce-text.ts';
import { foldedFields } from './bounce-fields.ts';
import { isGone, saidCodes } from './bounce-words.ts';
import { cleanLine } from './clean-text.ts';
import { type ReadMail, readMail } from './read-mail.ts';

/** What a mail server says became of a mail for one recipient. */
export interface RecipientNews {
  /** Lower case: as it was written to, and as it was called where it ended. At least one. */
  readonly addresses: readonly string[];
  readonly news: 'failed' | 'delayed' | 'delivered';
  /** RFC 3463, as in `5.1.1`; null where none is named. */
  readonly status: string | null;
  /** Of the SMTP answer, as in `550`; null where none is named. */
  readonly code: string | null;
  /** In the words of the server, one line. */
  readonly reason: string;
  /** There is no such address or domain: nothing will ever arrive there. */
  readonly hard: boolean;
}

const STATUS_PART = /^message\/(?:global-)?delivery-status$/;
const ENCLOSED = /^message\/(?:rfc822|global)$/;
/** Who reports what could not be delivered without the form that is meant for it. */
const REPORTERS = /^(?:mailer-daemon|postmaster|mail-?daemon|mdaemon)(?:@|$)/i;
/** Most recipients of one report that are looked at. */
const MOST = 100;
const PART_WITHIN = 256 * 1_024;

/**
 * What a bounce says about each recipient: by its delivery-status part (RFC 3464), else by the text that servers write who do
 * without. Empty for a mail that is no bounce. Whether it can be believed is not asked here: only a mail of ours can have come back.
 */
export async function readBounce(mail: ReadMail): Promise<RecipientNews[]> {
  const own = withText(reported(mail), mail);
  if (own.length > 0) return own;
  const from = mail.headers.addresses('from')[0]?.address ?? mail.headers.text('from').trim();
  const named = mail.headers.addresses('x-failed-recipients').map(({ address }) => address.toLowerCase());
  // Some name nobody at all.
  if (from !== '' && !REPORTERS.test(from) && named.length === 0) return [];
  // A gateway's bounce that holds the one it got.
  const enclosed = mail.files.find(({ type }) => ENCLOSED.test(type));
  if (enclosed !== undefined && /delivery-status/i.test(start(enclosed.bytes))) {
    const inner = await readMail(Buffer.from(enclosed.bytes));
    const told = withText(reported(inner), inner);
    if (told.length > 0) return told;
  }
  return fromText(mail, named);
}

/** By the delivery-status parts. */
function reported(mail: ReadMail): RecipientNews[] {
  const parts = mail.files.filter(({ type }) => STATUS_PART.test(type));
  return parts
    .flatMap(({ bytes }) => start(bytes).split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/))
    .slice(0, MOST + 1)
    .flatMap((block) => newsOfFields(foldedFields(block)) ?? []);
}

function newsOfFields(fields: ReadonlyMap<string, string>): RecipientNews | undefined {
  const addresses = ['original-recipient', 'final-recipient', 'x-actual-recipient'].flatMap(
    (name) => addressWithin(fields.get(name) ?? '') ?? [],
  );
  if (addresses.length === 0) return undefined;
  const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^[\w.-]+\s*;\s*/, '');
  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? null;
  const news = newsOf(fields.get('action') ?? '', status, diagnostic);
  if (news === undefined) return undefined;
  const said = saidCodes(diagnostic);
  return {
    addresses: [...new Set(addresses)],
    news,
    ...betterCodes({ status, code: null }, said),
    reason: diagnostic,
    hard: false,
  };
}

function newsOf(action: string, status: string | null, text: string): RecipientNews['news'] | undefined {
  const word = /^[a-z]+/.exec(action.trim().toLowerCase())?.[0];
  if (word === 'failed' || word === 'delayed' || word === 'delivered') return word;
  // Handed to somebody who will not tell, or to many: nothing is known.
  if (word === 'relayed' || word === 'expanded') return undefined;
  const first = status?.[0] ?? saidCodes(text).code?.[0] ?? '5';
  return first === '5' ? 'failed' : first === '4' ? 'delayed' : 'delivered';
}

interface Codes {
  readonly status: string | null;
  readonly code: string | null;
}

/** `x.0.0` says nothing: what the server itself said is more. */
function betterCodes(given: Codes, said: Codes): Codes {
  const vague = given.status === null || /^[45]\.0\.0$/.test(given.status);
  return { status: vague ? (said.status ?? given.status) : given.status, code: given.code ?? said.code };
}

/** The parts say what a program needs; the text often says more of why. */
function withText(news: readonly RecipientNews[], mail: ReadMail): RecipientNews[] {
  const told = news.length === 0 ? [] : failuresInText(mail.text, []);
  return news.map((one) => {
    const same = told.find(({ address }) => one.addresses.includes(address));
    const codes = same === undefined ? one : betterCodes(one, same);
    const reason = one.reason === '' ? (same?.reason ?? '') : one.reason;
    return finished({ ...one, status: codes.status, code: codes.code, reason }, same?.atData ?? false);
  });
}

/** By the text alone, as qmail, Exim and many gateways write it. */
function fromText(mail: ReadMail, named: readonly string[]): RecipientNews[] {
  const waits = /warning message only|do not need to resend|will (?:keep trying|be retried|retry|continue)/i;
  const news = waits.test(mail.text.slice(0, 4_096)) ? 'delayed' : 'failed';
  return failuresInText(mail.text, named).map(({ address, status, code, reason, atData }) =>
    finished({ addresses: [address], news, status, code, reason, hard: false }, atData),
  );
}

function finished(news: RecipientNews, atData: boolean): RecipientNews {
  const reason = cleanLine(readable(news.reason), 400);
  // Who took the recipient and refused what was written has the address.
  const hard = news.news === 'failed' && !atData && isGone({ ...news, reason });
  return { ...news, reason, hard };
}

/** The parts have no charset of their own: what is not plain is UTF-8, Japanese, or Latin. */
function readable(text: string): string {
  if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return text;
  // What came from the text of the mail has been read already.
  if (/[^\u0000-\u00ff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  if (text.includes('\u001b')) return new TextDecoder('iso-2022-jp').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

function start(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, PART_WITHIN)).toString('latin1');
}
