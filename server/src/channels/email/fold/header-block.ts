import type { Line } from './lines.ts';
import { anyOf, BEGIN_FORWARDED, DATED, FROM, MORE, ORIGINAL, SUBJECT, TO } from './words.ts';

const kinds = { from: FROM, dated: DATED, to: TO, subject: SUBJECT, more: MORE } as const;
type Kind = keyof typeof kinds;

const LABELS = (Object.keys(kinds) as Kind[]).map((kind) => ({
  kind,
  label: new RegExp(String.raw`^[\s>*_|]*(?:${anyOf(kinds[kind])})\s*[*_]*\s*[:：]`, 'iu'),
}));
const NAMED = /^[\s>*_|]*[\p{L}\p{M}][\p{L}\p{M}\s.()/’'-]{0,30}[*_]*\s*[:：]/u;
/** Lines of one block, with values that go over several. */
const MOST_LINES = 16;

const ORIGINAL_LINE = new RegExp(
  String.raw`^[\s>*_|]*(?:[-–—_=*]\s*){2,}\s*(?:${anyOf(ORIGINAL)})(?![\p{L}\p{M}])(?:[^\n]{0,80}?[\s:：]*(?:[-–—_=*]\s*){2,}|[\s:：*_]*$)`,
  'iu',
);
const BARE_ORIGINAL = new RegExp(
  String.raw`^[\s>*_]*(?:${anyOf(ORIGINAL)})\s*[:：]?\s*(?:[-–—_=*]\s*){2,}$`,
  'iu',
);
const FORWARD_LINE = new RegExp(String.raw`^[\s>*_]*(?:${anyOf(BEGIN_FORWARDED)})\s*[:：]?[\s*_]*$`, 'iu');

/** In words that say that somebody passes a mail on: it is what they have to say, and no quote. */
const PASSED_ON =
  /forward|weitergeleitet|transf[ée]r|transmis|réexpédi|reenvia|encaminha|inoltra|doorgestuurd|vidarebefordr|videresend|välite|edelleen|przekaz|przesł|přepos|prepos|tovább|ilet|yönlend|redirec|προωθ|пересыл|переслан|переадрес|перенаправ|proslij|prosleđ|posredov|edastat|persiųst|pārsūt|转发|轉寄|転送|전달|שהועבר|توجيه|chuyển tiếp|diteruskan|ส่งต่อ/iu;

/** "---------- Forwarded message ----------", and its like in other languages. */
export function isForwardMark(line: Line): boolean {
  return isOriginalMark(line) && PASSED_ON.test(line.text);
}

/** "-----Original Message-----", "Begin forwarded message:"; headers may follow in the same line. */
export function isOriginalMark({ text, code }: Line): boolean {
  if (code) return false;
  const start = text.slice(0, 200);
  return ORIGINAL_LINE.test(start) || BARE_ORIGINAL.test(start) || FORWARD_LINE.test(start);
}

function kindsOf(text: string): Kind[] {
  return LABELS.filter(({ label }) => label.test(text)).map(({ kind }) => kind);
}

/**
 * How many lines the headers of a quoted mail have that begin at a line; 0: none do. It takes From and two of Date, To and
 * Subject, in whatever order, and with values that go on in the next line.
 */
export function headerLines(lines: readonly Line[], at: number): number {
  const first = lines[at];
  if (first === undefined || first.code || kindsOf(first.text).length === 0) return 0;
  const seen = new Set<Kind>();
  let loose = 0;
  let end = at;
  for (let index = at; index < lines.length && index < at + MOST_LINES; index += 1) {
    const line = lines[index];
    if (line === undefined || line.blank || line.quoted !== first.quoted) {
      // Some programs put empty lines between headers: one is forgiven.
      if (line?.blank === true && lines[index + 1] !== undefined && named(lines[index + 1])) continue;
      break;
    }
    const found = kindsOf(line.text);
    for (const kind of found) seen.add(kind);
    if (found.length > 0) {
      loose = 0;
      end = index;
    } else if (!NAMED.test(line.text)) loose += 1;
    // A value may go on for a line or two; then it is a text.
    if (loose > 2) break;
  }
  if (!seen.has('from')) return 0;
  const others = (['dated', 'to', 'subject'] as const).filter((kind) => seen.has(kind)).length;
  return others >= 2 ? end + 1 - at : 0;
}

function named(line: Line | undefined): boolean {
  return line !== undefined && kindsOf(line.text).length > 0;
}

/** What the headers of a quoted mail say that begin at a line; undefined where none begin. */
export function headerValues(
  lines: readonly Line[],
  at: number,
): { readonly from: string; readonly subject: string } | undefined {
  const count = headerLines(lines, at);
  if (count === 0) return undefined;
  const values = { from: '', subject: '' };
  let last: 'from' | 'subject' | undefined;
  for (const { text } of lines.slice(at, at + count)) {
    const found = LABELS.flatMap(({ kind, label }) => {
      const match = label.exec(text);
      return match === null ? [] : [{ kind, rest: text.slice(match[0].length) }];
    });
    const [first] = found;
    if (first === undefined) {
      // A value that goes on in the next line.
      if (last !== undefined) values[last] += ` ${text.replace(/^[\s>]+/, '')}`;
      continue;
    }
    const known = found.find(({ kind }) => kind === 'from' || kind === 'subject');
    last = undefined;
    if (
      known === undefined ||
      (known.kind !== 'from' && known.kind !== 'subject') ||
      values[known.kind] !== ''
    )
      continue;
    last = known.kind;
    values[last] = known.rest;
  }
  const clean = (value: string): string => value.replaceAll(/^[\s*_]+|[\s*_]+$/g, '');
  return { from: clean(values.from), subject: clean(values.subject) };
}
