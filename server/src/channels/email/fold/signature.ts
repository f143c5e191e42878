import type { Line } from './lines.ts';
import { anyOf, CLOSINGS, SENT_FROM } from './words.ts';

/** Lines that a signature below `-- ` may have, and one below another kind of rule. */
const LONGEST_BELOW_DASHES = 20;
const LONGEST_BELOW_RULE = 6;
/** So many ways to reach somebody below a rule make it a signature, however long. */
const ENOUGH_CONTACTS = 3;
const LONGEST_LINE = 120;

const DASHES = /^\s{0,2}(?:--|– ?–|—-|-—)[\s\u00a0]*$/u;
const SENT = new RegExp(
  String.raw`^[\s*_>("'«-]*(?:(?:${anyOf(SENT_FROM)})(?:(?<=[\p{Script=Han}\p{Script=Hangul}])|(?!\p{L}{3}))[^\n]{0,120}|[^\n]{0,60}(?:から送信|에서 보냄|gönderildi\.?|gesendet\.?|elküldve\.?))[\s*_)]*$`,
  'iu',
);
/** Lines of services below their mails. */
const SERVICE =
  /^(?:reply to this (?:e-?mail|message) directly|reply to this e-?mail to (?:respond|comment)|to respond, reply to this|you (?:are )?receiv(?:ed|ing) this (?:e-?mail |message )?because|to unsubscribe from this|virus-free\.|this e-?mail has been (?:checked|scanned) for viruses)/i;

/** A line that says how somebody is reached: a telephone number, an address, a page, a name elsewhere. */
const CONTACT =
  /^\s*(?:(?:t|tel|telefon|téléphone|telefone|phone|p|m|mob|mobile|mobil|cell|f|fax|e|e-?mail|w|web|skype|www)\b\s*[.:]+\s*\S|https?:\/\/\S+\s*$|www\.\S+\s*$|[^\s@]+@[^\s@]+\s*$|\+?[\d\s()./-]{8,24}$)/i;
const CLOSING = new RegExp(String.raw`^\s*(?:${anyOf(CLOSINGS)})[\s,.!;–—-]*$`, 'iu');

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
  let contacts = 0;
  for (let at = end - 1; at >= 0; at -= 1) {
    const line = lines[at];
    if (line === undefined || line.quoted || line.code) return undefined;
    if (line.blank) continue;
    if (CONTACT.test(line.text)) contacts += 1;
    const dashes = DASHES.test(line.text);
    if (dashes || (line.rule && !/^\s*[*#+~]{1,2}\s*$/.test(line.text))) {
      if (dashes && count <= LONGEST_BELOW_DASHES) return at;
      return count <= LONGEST_BELOW_RULE || contacts >= ENOUGH_CONTACTS ? at : undefined;
    }
    count += 1;
    if (count > LONGEST_BELOW_DASHES) return undefined;
    if (line.text.length > LONGEST_LINE && count > LONGEST_BELOW_RULE) return undefined;
  }
  return undefined;
}

/** The line of "Thanks," above the name of who wrote the mail, where both stand before line `end`; undefined when they do not. */
export function closingAt(lines: readonly Line[], end: number, writer: string): number | undefined {
  const name = lines[end - 1];
  if (name === undefined || !isNameOf(name.text, writer)) return undefined;
  const above = lines[end - 2]?.blank === true ? end - 3 : end - 2;
  const line = lines[above];
  return line !== undefined && !line.quoted && !line.code && CLOSING.test(line.text) ? above : undefined;
}

/** The whole name, or its first or last word. */
function isNameOf(text: string, writer: string): boolean {
  const said = text.replaceAll(/^[\s–—-]+|[\s.,!]+$/g, '').toLowerCase();
  const name = writer.trim().toLowerCase();
  if (said === '' || name === '') return false;
  const parts = name.split(/[\s,]+/);
  return said === name || said === parts[0] || said === parts.at(-1);
}
