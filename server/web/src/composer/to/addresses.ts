import type { Recipient } from '@latchbox/client';
import { isMailAddress } from '@latchbox/client/mail';

/** What came of a text that was typed into a field of recipients. */
export interface Taken {
  readonly recipients: readonly Recipient[];
  /** What is none: it stays where it was typed. */
  readonly rest: string;
  /** What is wrong with it, in a sentence. */
  readonly wrong: string | null;
}

const NAMED = /^\s*"?([^"<>]*?)"?\s*<([^<>]*)>\s*$/;

/** Reads addresses as people type and paste them: one or several, with or without a name, between commas, semicolons or lines. */
export function takeAddresses(text: string): Taken {
  const recipients: Recipient[] = [];
  const rest: string[] = [];
  let wrong: string | null = null;
  for (const piece of piecesOf(text)) {
    const [, name = '', inside] = NAMED.exec(piece) ?? [];
    const address = (inside ?? piece).trim();
    const problem = addressProblem(address);
    if (problem === null) recipients.push(name === '' ? { address } : { name, address });
    else {
      rest.push(piece.trim());
      wrong ??= problem;
    }
  }
  return { recipients, rest: rest.join(', '), wrong };
}

/** Cut at commas, semicolons and lines; a name in quotes may have them. */
function piecesOf(text: string): readonly string[] {
  const pieces = text.match(/(?:"[^"]*"|[^",;\n])+/g) ?? [];
  return pieces.filter((piece) => piece.trim() !== '');
}

/** Why this is no address to write to; null: it is one. */
export function addressProblem(address: string): string | null {
  if (isMailAddress(address)) return null;
  const shown = address.length > 40 ? `${address.slice(0, 40)}…` : address;
  if (!address.includes('@')) return `“${shown}” has no @.`;
  if (/\s/.test(address)) return `“${shown}” has a space in it.`;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (!domain.includes('.')) return `“${shown}” has no whole domain, like example.com.`;
  return `“${shown}” is no mail address.`;
}

/** Each address once, in the first place where it stands; compared without regard to capitals. */
export function withoutTwice(
  people: readonly Recipient[],
  there: readonly Recipient[],
): readonly Recipient[] {
  const seen = new Set(there.map(({ address }) => address.toLowerCase()));
  return people.filter(({ address }) => {
    const key = address.toLowerCase();
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

/** "Ilse Harbour", or the address of somebody without a name. */
export function recipientName({ name, address }: Recipient): string {
  return name === undefined || name === '' ? address : name;
}
