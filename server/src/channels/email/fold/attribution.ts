import type { Line } from './lines.ts';
import { anyOf, OPENERS, WROTE } from './words.ts';

/** Lines over which one sentence of a mail program may be wrapped. */
const MOST_LINES = 4;
const LONGEST = 500;

const LETTER = String.raw`[\p{L}\p{M}]`;
const VERB = new RegExp(String.raw`(?<!${LETTER})(?:${anyOf(WROTE)})(?!${LETTER})`, 'iu');
// Scripts without spaces between words.
const VERB_UNSPACED = /写道|寫道|写到|寫到|書きました|님이\s*작성|작성|のメール|เขียน|כתב|كتب/u;
const OPENER = new RegExp(String.raw`^[\s>*_"'“]*(?:(?:${anyOf(OPENERS)})(?!${LETTER})|在|於|于|ב)`, 'u');
// Programs end it with a colon, or with the word itself.
const ENDS = new RegExp(String.raw`(?:[:：]|(?:${anyOf(WROTE)})\s*-*)[\s*_.]*$`, 'iu');
const ADDRESS = /[^\s<>@"']+@[^\s<>@"']+\.[^\s<>@"']+/u;
const TIME = /\b\d{1,2}\s?[:.hu：時时点點]\s?\d{2}(?!\d)|\d{1,2}\s?(?:uhr|heure|[ap]\.?m\.?)/iu;
const DATE =
  /\b(?:19|20)\d{2}\b|(?:19|20)\d{2}\s?[年년]|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]/u;

const has = (text: string) => ({
  verb: VERB.test(text) || VERB_UNSPACED.test(text),
  address: ADDRESS.test(text),
  dated: DATE.test(text) || TIME.test(text),
});

/** Index of the first line of an attribution that ends with line `end`; undefined when there is none. */
export function attributionBefore(lines: readonly Line[], end: number): number | undefined {
  const last = lines[end];
  if (last === undefined || last.blank || last.code || !ENDS.test(last.text)) return undefined;
  let found: number | undefined;
  let text = '';
  for (let first = end; first >= 0 && first > end - MOST_LINES; first -= 1) {
    const line = lines[first];
    if (line === undefined || line.blank || line.rule || line.code || line.quoted !== last.quoted) break;
    // A sentence that ended is another one.
    if (first < end && /[.!?:：]\s*$/u.test(line.text) && !/\b\p{L}{1,5}\.\s*$/u.test(line.text)) break;
    text = `${line.text.trim()} ${text}`;
    if (text.length > LONGEST) break;
    const { verb, address, dated } = has(text);
    if (!((verb && (address || dated)) || (address && dated))) continue;
    // The first window that says enough may be the tail of it: the sentence begins where one of its words does.
    if (OPENER.test(line.text)) return first;
    found ??= balanced(text) ? first : undefined;
  }
  return found;
}

/** `Name <` on one line and `address> wrote:` on the next. */
function balanced(text: string): boolean {
  return (text.match(/</g) ?? []).length >= (text.match(/>/g) ?? []).length;
}

/** "Ann wrote:", which says too little to be believed without a quote below it. */
export function isBareAttribution(line: Line): boolean {
  const { text } = line;
  return !line.code && text.length < 120 && ENDS.test(text) && (VERB.test(text) || VERB_UNSPACED.test(text));
}
