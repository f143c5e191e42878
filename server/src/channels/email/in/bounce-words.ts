/** What servers mean by what they say when they refuse a mail. */

export interface Said {
  readonly status: string | null;
  readonly code: string | null;
  readonly reason: string;
}

/** No mailbox of this name. */
const UNKNOWN_USER =
  /\b(?:user unknown|unknown (?:user|recipient|mailbox|address|local ?part|account)|(?:no such|nosuch|not an? (?:known|valid)|invalid|nonexist\w*|non-existent|bad) (?:user|recipient|mailbox|address|account|person|destination)|nosuchuser|no mailbox (?:here|by that name)|(?:user|recipient|mailbox|address|account|person)\b.{0,60}?\b(?:unknown|(?:does ?n.t|does not|do not|did not|could not be|was not|is not|not|cannot be) (?:exist|found|known|have an?|have the|match)|has (?:been )?moved|no longer (?:exists|valid|here)))/i;
/** No such domain, or one that takes no mail. */
const UNKNOWN_HOST =
  /\b(?:(?:unknown|invalid|no such|bad) (?:domain|host)(?: name)?|(?:domain|host)(?: name)?\b.{0,40}?\b(?:unknown|not found|(?:does ?n.t|does not|not) exist|is invalid)|unroutea?ble (?:mail )?domain|name or service not known|null mx|does not accept mail)/i;
/** It is about who wrote. */
const ABOUT_SENDER = /\bsender\b.{0,40}\b(?:verif|reject|address|unknown|invalid)|verification failed for/i;
/** The mailbox is there, and something else is wrong with it or with the mail. */
const OTHERWISE =
  /\b(?:over ?quota|quota exceeded|mailbox (?:is )?full|out of storage|insufficient|disabled|suspended|inactive|spam|blacklist|blocklist|blocked|policy|reverse dns|dnsbl|reputation)\b/i;

/**
 * Whether nothing will ever arrive at an address: there is no such mailbox or domain. A server must have said so with a code: some
 * refuse what they do not like with these words, and a bounce that only quotes them is no proof.
 */
export function isGone({ status, code, reason }: Said): boolean {
  if (code === null && status === null) return false;
  if (code?.startsWith('4') === true || status?.startsWith('4') === true) return false;
  if (ABOUT_SENDER.test(reason)) return false;
  if (status !== null && /^5\.1\.(?:1|2|3|6|10)$/.test(status))
    return !OTHERWISE.test(reason) || UNKNOWN_USER.test(reason);
  // 5.2 is about a mailbox that is there, 5.7 about what one may do.
  if (status !== null && /^5\.[27]\./.test(status)) return false;
  // Without the code of an answer, only a status that says more than that it failed.
  if (code === null && (status === null || /^5\.0\.0$/.test(status))) return false;
  return UNKNOWN_HOST.test(reason) || UNKNOWN_USER.test(reason);
}

/** The codes in an answer: the first of each. Parts of addresses and dates are none. */
export function saidCodes(text: string): { readonly status: string | null; readonly code: string | null } {
  const status = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/.exec(text)?.[0] ?? null;
  const code = /(?<![\d.:/-])[45][0-57]\d(?=[ \-,;)\]]|$)/.exec(text)?.[0] ?? null;
  return { status, code };
}
