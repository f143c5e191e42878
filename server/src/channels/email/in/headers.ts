import type { MailAddress } from '@latchbox/shared';
import { type Address, addressParser, decodeWords, type Header, type Mailbox } from 'postal-mime';
import { cleanLine } from './clean-text.ts';

/** Longest Message-ID that is looked at: a line of a mail has at most 998 characters (RFC 5322). */
const LONGEST_ID = 900;
/** Most ids of one mail that are looked at; a References header can be of any length. */
const MOST_IDS = 100;

/** The headers of a mail, by their names in lower case. */
export interface MailHeaders {
  /** All of them as they stand, names in lower case. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** The first one of this name, decoded; empty when there is none. */
  text(name: string): string;
  /** Every one of this name, as it stands. */
  all(name: string): string[];
  has(name: string): boolean;
  /** Addresses of every header of this name, groups unwrapped, without those that are none. */
  addresses(name: string): MailAddress[];
  /** Message-IDs in every header of this name, without angle brackets, in their order. */
  ids(name: string): string[];
}

export function mailHeaders(headers: readonly Header[]): MailHeaders {
  const all = (name: string): string[] => headers.filter(({ key }) => key === name).map(({ value }) => value);
  return {
    lines: headers.map(({ key, value }) => [key, value] as const),
    all,
    text: (name) => decodeWords(all(name)[0] ?? ''),
    has: (name) => headers.some(({ key }) => key === name),
    addresses: (name) => all(name).flatMap((value) => flat(addressParser(value)).flatMap(toMailAddress)),
    ids: (name) => all(name).flatMap(messageIds).slice(-MOST_IDS),
  };
}

function flat(addresses: readonly Address[]): Mailbox[] {
  return addresses.flatMap((one) => (one.group === undefined ? [one] : one.group));
}

function toMailAddress({ name, address }: Mailbox): MailAddress[] {
  // With the comments and spaces of old addresses, as in `pete(his account)@silly.test`.
  const clean = cleanLine(address, 320).replaceAll(/\([^()]*\)|\s+(?=[@.])|(?<=[@.])\s+/g, '');
  // `Undisclosed recipients:;`, `<>`, a name without an address, an address with an address in it.
  if (!/^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$|^"[^"]+"@[^\s@<>]+$/.test(clean)) return [];
  return [{ name: cleanLine(name, 200), address: clean }];
}

/**
 * The Message-IDs of a header, as leniently as mail programs write them: several, with commas between, without brackets. One
 * that is folded or cut in two is not put together again.
 */
export function messageIds(value: string): string[] {
  const bracketed = [...value.matchAll(/<([^<>\s]+)>/g)].map(([, id = '']) => id);
  const found = bracketed.length > 0 ? bracketed : value.split(/[\s,;<>]+/).filter((id) => id.includes('@'));
  return found
    .map((id) => cleanLine(id, LONGEST_ID + 1))
    .filter((id) => id !== '' && id.length <= LONGEST_ID);
}
