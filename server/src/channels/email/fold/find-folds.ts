import type { Fold } from '@latchbox/shared';
import { attributionBefore, isBareAttribution } from './attribution.ts';
import { headerLines, isForwardMark, isOriginalMark } from './header-block.ts';
import { visibleEnd } from './html-quote.ts';
import { type Line, linesOf } from './lines.ts';
import { closingAt, isSentFrom, isService, signatureAt } from './signature.ts';

/** How many lines of a text are looked at. */
const MOST_LINES = 2_000;

type What = Fold['what'];

/**
 * The quotes and signatures of a mail's text (T5: they are folded, never cut away). `html` is the same mail's other form, which
 * often marks the quote where the text does not. Empty where all of the text would be folded: then something was taken for a quote
 * that is none, or there is nothing else to show. `writer`: the name of who wrote it, by which a "Thanks, Ann" at the end is known.
 */
export function findFolds(text: string, html: string, writer = ''): Fold[] {
  const lines = linesOf(text).slice(0, MOST_LINES);
  const folds = foldLines(lines, text.length, { htmlEnd: undefined, writer });
  // Reading the HTML costs more than all the rest: only where the text shows no quote.
  if (html === '' || folds.some(({ what }) => what === 'quote')) return folds;
  const end = visibleEnd(text, html);
  return end === undefined ? folds : foldLines(lines, text.length, { htmlEnd: end, writer });
}

interface Known {
  /** Where the other form says that the quote begins. */
  readonly htmlEnd: number | undefined;
  readonly writer: string;
}

function foldLines(lines: readonly Line[], length: number, { htmlEnd, writer }: Known): Fold[] {
  const marks: (What | undefined)[] = lines.map(() => undefined);
  const end = firstWholeQuote(lines, htmlEnd);
  // What somebody passes on is to be read, down to its end.
  if (lines.slice(0, end).some((line) => !line.quoted && isForwardMark(line))) return [];
  marks.fill('quote', end);
  foldTail(lines, marks, end, writer);
  foldHead(lines, marks);
  return toFolds(lines, marks, length);
}

/** The line from which on everything is another mail: quoted whole, without a mark on each line. */
function firstWholeQuote(lines: readonly Line[], htmlEnd: number | undefined): number {
  /** Whether anything was said so far; what stands above that is a mail that was passed on, and all there is. */
  let said = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined || line.blank || line.rule || line.quoted) continue;
    if (said && htmlEnd !== undefined && line.from >= htmlEnd) return backOver(lines, at);
    if (isForwardMark(line)) return lines.length;
    const headers = headerLines(lines, at);
    if (headers > 0 || isOriginalMark(line)) {
      if (said) return backOver(lines, at);
      at += Math.max(0, headers - 1);
      continue;
    }
    const first = attributionBefore(lines, at);
    if (first !== undefined && hasText(lines, first) && !quotedBelow(lines, at))
      return backOver(lines, first);
    said = true;
  }
  return lines.length;
}

/** Whether something is said above a line. */
function hasText(lines: readonly Line[], before: number): boolean {
  return lines.some((line, at) => at < before && !line.blank && !line.quoted && !line.rule);
}

/** Rules, marks and empty lines above a quote belong to it. */
function backOver(lines: readonly Line[], from: number): number {
  let at = from;
  for (;;) {
    const above = lines[at - 1];
    if (above === undefined || !(above.blank || above.rule || DASHED.test(above.text))) return at;
    at -= 1;
  }
}
const DASHED = /^\s*-{4,}\s*[^-\n]{3,60}-{4,}\s*$/;

/** How many empty lines there may be between a line and the quote that it announces. */
const GAP = 4;

function quotedBelow(lines: readonly Line[], at: number): boolean {
  for (let next = at + 1; next <= at + GAP; next += 1) {
    const line = lines[next];
    // Nothing at all below it: an attribution of a quote that was left out.
    if (line === undefined) return true;
    if (!line.blank) return line.quoted;
  }
  return false;
}

/** Takes quotes, signatures and rules off the end, as often as there are any. */
function foldTail(lines: readonly Line[], marks: (What | undefined)[], end: number, writer: string): void {
  let left = end;
  for (;;) {
    while (left > 0 && lines[left - 1]?.blank === true) left -= 1;
    const [from, what] = tailOf(lines, left, writer) ?? [];
    if (from === undefined || what === undefined) return;
    // Nothing would be left: a mail of a quote alone, or one that begins with a rule.
    if (!lines.some((line, at) => at < from && !line.blank && !line.rule)) return;
    marks.fill(what, from, left);
    left = from;
  }
}

function tailOf(lines: readonly Line[], end: number, writer: string): [number, What] | undefined {
  const last = lines[end - 1];
  if (last === undefined) return undefined;
  if (last.quoted) return [quoteAt(lines, end), 'quote'];
  if (last.rule) return [end - 1, 'signature'];
  if (isSentFrom(last) || isService(last)) return [end - 1, 'signature'];
  const attribution = attributionBefore(lines, end - 1);
  if (attribution !== undefined) return [attribution, 'quote'];
  const signature = signatureAt(lines, end) ?? closingAt(lines, end, writer);
  return signature === undefined ? undefined : [signature, 'signature'];
}

/** Where the quote begins that ends before line `end`, with the line that says whose it is. */
function quoteAt(lines: readonly Line[], end: number): number {
  let from = end;
  while (from > 0 && (lines[from - 1]?.quoted === true || lines[from - 1]?.blank === true)) from -= 1;
  const first = attributionBefore(lines, from - 1);
  if (first !== undefined) return first;
  const above = lines[from - 1];
  if (above !== undefined && isBareAttribution(above)) return from - 1;
  while (from < end && lines[from]?.blank === true) from += 1;
  return from;
}

/** A quote above the answer, with a line that says whose it is. Where answers stand between quotes, these stay. */
function foldHead(lines: readonly Line[], marks: (What | undefined)[]): void {
  for (const [at, line] of lines.entries()) {
    if (marks[at] !== undefined || line.quoted || !quotedBelow(lines, at)) continue;
    const first = attributionBefore(lines, at) ?? (isBareAttribution(line) ? at : undefined);
    if (first === undefined) continue;
    const quote = quoteBelow(lines, at);
    const more = lines.some((other, index) => index >= quote && marks[index] === undefined && other.quoted);
    marks.fill('quote', first, hasText(lines, first) || more ? at + 1 : quote);
  }
}

/** After the last quoted line of the quote below a line. */
function quoteBelow(lines: readonly Line[], at: number): number {
  let end = at + 1;
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next];
    if (line === undefined || (!line.quoted && !line.blank)) break;
    if (line.quoted) end = next + 1;
  }
  return end;
}

/** Marks of lines as offsets; empty lines between two parts of one fold belong to it. */
function toFolds(lines: readonly Line[], marks: readonly (What | undefined)[], length: number): Fold[] {
  const folds: { from: number; to: number; what: What }[] = [];
  let visible = false;
  let open: What | undefined;
  for (const [at, line] of lines.entries()) {
    const what = marks[at];
    if (what === undefined) {
      if (line.blank) continue;
      visible = true;
      open = undefined;
      continue;
    }
    const last = folds.at(-1);
    if (last !== undefined && open === what) last.to = line.to;
    else folds.push({ from: line.from, to: line.to, what });
    open = what;
  }
  const last = folds.at(-1);
  // Of a text that is longer than was looked at, a fold at the end goes on.
  if (last !== undefined && last.to === lines.at(-1)?.to) last.to = length;
  return visible ? folds : [];
}
