import type { Line } from './lines.ts';
import { anyOf, SENT_FROM } from './words.ts';

/** Lines that a signature below `-- ` may have, and one below another kind of rule. */
const LONGEST_BELOW_DASHES = 20;
const LONGEST_BELOW_RULE = 6;
const LONGEST_LINE = 120;

const DASHES = /^\s{0,2}(?:--|– ?–|—-|-—)[\s\u00a0]*$/u;
const SENT = new RegExp(
  String.raw`^[\s*_>("'«-]*(?:(?:${anyOf(SENT_FROM)})(?:(?<=[\p{Script=Han}\p{Script=Hangul}])|(?!\p{L}{3}))[^\n]{0,120}|[^\n]{0,60}(?:から送信|에서 보냄|gönderildi\.?|gesendet\.?|elküldve\.?))[\s*_)]*$`,
  'iu',
);
/** Lines of services below their mails. */
const SERVICE =
  /^(?:reply to this (?:e-?mail|message) directly|reply to this e-?mail to (?:respond|comment)|to respond, reply to this|you (?:are )?receiv(?:ed|ing) this (?:e-?mail |message )?because|to unsubscribe from this|virus-free\.|this e-?mail has been (?:checked|scanned) for viruses)/i;

/** "Sent from my iPhone". */
export function isSentFrom({ text, code }: Line): boolean {
  return !code && text.length < 160 && SENT.test(text) && !/[?!]\s*$/.test(text);
}

export function isService({ text, code }: Line): boolean {
  return !code && SERVICE.test(text.trim());
}

/**
 * The line with which the signature begins that ends before line `end`: the rule above it. What follows `-- ` is one by RFC 3676; what
 * follows another rule must look like one. Undefined when there is none.
 */
export function signatureAt(lines: readonly Line[], end: number): number | undefined {
  let count = 0;
  for (let at = end - 1; at >= 0; at -= 1) {
    const line = lines[at];
    if (line === undefined || line.quoted || line.code) return undefined;
    if (line.blank) continue;
    const dashes = DASHES.test(line.text);
    if (dashes || (line.rule && !/^\s*[*#+~]{1,2}\s*$/.test(line.text))) {
      if (dashes && count <= LONGEST_BELOW_DASHES) return at;
      return count <= LONGEST_BELOW_RULE ? at : undefined;
    }
    count += 1;
    if (count > LONGEST_BELOW_DASHES) return undefined;
    if (line.text.length > LONGEST_LINE && count > LONGEST_BELOW_RULE) return undefined;
  }
  return undefined;
}
