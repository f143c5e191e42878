import type { MailFacts } from '@latchbox/shared';
import { addressParser } from 'postal-mime';
import { headerValues, isForwardMark } from '../fold/header-block.ts';
import { type Line, linesOf } from '../fold/lines.ts';
import { cleanLine } from './clean-text.ts';

/** How many lines are looked at, and how far below the words that announce a forwarded mail its headers may begin. */
const MOST_LINES = 500;
const GAP = 4;
/** Marks of forwards in front of a subject, in the languages of common mail programs. */
const SUBJECT =
  /^\s*(?:fwd?|fw|wg|tr|rv|enc|i|pd|vb|doorst|vl|vs|fs|ynl|továbbítás|пересл|転送|转发|轉寄|전달)\s*[:：]/iu;

/**
 * Who wrote a mail that somebody passes on, as the text says it; undefined where it is no forward, or does not say. It is for showing
 * alone: whoever forwards may have written anything there, so the conversation stays with who sent it.
 */
export function forwardedFrom(
  text: string,
  subject: string,
): NonNullable<MailFacts['forwarded']> | undefined {
  const lines = linesOf(text).slice(0, MOST_LINES);
  // What stands above everything that was written, quoted or not, was passed on; a mark within a quote belongs to another mail.
  const said = lines.findIndex((line) => !line.blank && !line.rule);
  const mark = lines.findIndex((line, at) => isForwardMark(line) && (!line.quoted || at === said));
  if (mark < 0) {
    const top = valuesAt(lines, said, said + 1);
    return top ?? (SUBJECT.test(subject) ? valuesAt(lines, 0, lines.length) : undefined);
  }
  const [, besides] =
    /[-–—_=*]{2,}\s*[^-–—_=*:：]{2,40}:\s*([^\n]*)$/u.exec(lines[mark]?.text.slice(0, 1_000) ?? '') ?? [];
  // Some put everything into the line of the mark.
  const inLine = besides === undefined ? undefined : addressIn(besides.replace(/>.*$/, '>'));
  if (inLine !== undefined) return { from: inLine, subject: '' };
  return valuesAt(lines, mark, mark + GAP + 1);
}

function valuesAt(lines: readonly Line[], from: number, to: number): MailFacts['forwarded'] {
  for (let at = Math.max(0, from); at < to; at += 1) {
    const values = headerValues(lines, at);
    if (values === undefined) continue;
    const address = addressIn(values.from);
    return address && { from: address, subject: cleanLine(values.subject, 500) };
  }
  return undefined;
}

/** The address of a line like `John Doe <john@acme.com>`, however mail programs spoil it. */
function addressIn(line: string): { name: string; address: string } | undefined {
  const short = line.slice(0, 600).replaceAll(/[<[(]mailto:[^>\])\s]*[>\])]/gi, ' ');
  const [, address] = /([^\s<>"'(),:;[\]]{1,64}@[^\s<>"'(),:;[\]]{1,255})/.exec(short) ?? [];
  if (address === undefined) return undefined;
  const before = short.slice(0, short.indexOf(address)).replaceAll(/[<[("'*]+/g, ' ');
  const parsed = addressParser(short)[0];
  const name = before.trim() === '' ? (parsed?.name ?? '') : before;
  return { name: cleanLine(name === address ? '' : name, 200), address: cleanLine(address, 320) };
}
