/** A row of a file as a contact. */
import { isOneLine } from '@latchbox/shared';
import type { ImportField, ImportPlan } from '@latchbox/shared/http/contact-imports';
import type { Address } from '../../database/contacts/writes.ts';
import { readAddress } from '../address.ts';

export interface ReadRow {
  /** Undefined: the file says none. */
  readonly name: string | undefined;
  readonly addresses: readonly Address[];
  /** An agent's id or mail address; undefined: the file says none. */
  readonly owner: string | undefined;
  readonly tags: readonly string[];
  /** Why it cannot be a contact. */
  readonly problems: readonly string[];
}

const MAX_NAME = 200;
const MAX_TAG = 60;
const MAX_TAGS = 50;
const MAX_ADDRESSES = 50;

/** What our own export put before cells that a spreadsheet would take for formulas. */
export const plain = (cell: string): string => cell.replace(/^'(?=\s*[=+\-@\t\r])/, '').trim();

/** The cells of a row that are kept. */
export function cellsOf({ cells }: { readonly cells: string }): string[] {
  return cells === '' ? [] : (JSON.parse(cells) as string[]);
}

export function readRow(cells: readonly string[], { columns, country }: ImportPlan): ReadRow {
  const problems: string[] = [];
  if (cells.slice(columns.length).some((cell) => cell.trim() !== ''))
    problems.push(`has ${cells.length} cells, and the first row of the file has ${columns.length}`);
  const of = (field: ImportField): string[] =>
    columns.flatMap((column, at) => {
      const cell = plain(cells[at] ?? '');
      return column === field && cell !== '' ? [cell] : [];
    });
  const addresses = addressesOf(of, country, problems);
  const [full] = of('name');
  const parts = [...of('first_name'), ...of('last_name')].join(' ');
  const name = (full ?? parts).replaceAll(/\s+/g, ' ').trim();
  if (name.length > MAX_NAME) problems.push(`the name is longer than ${MAX_NAME} characters`);
  if (!isOneLine(name)) problems.push('the name has control characters in it');
  const [owner] = of('owner');
  const tags = of('tags').flatMap(partsOf);
  if (tags.length > MAX_TAGS) problems.push(`has more than ${MAX_TAGS} tags`);
  for (const tag of tags) {
    if (tag.length > MAX_TAG || !isOneLine(tag)) problems.push(`“${shown(tag)}” is too long for a tag`);
  }
  return { name: name === '' ? undefined : name, addresses, owner, tags, problems };
}

function addressesOf(of: (field: ImportField) => string[], country: string, problems: string[]): Address[] {
  const found = new Map<string, Address>();
  for (const [field, channel, what] of [
    ['email', 'email', 'mail address'],
    ['phone', 'sms', 'phone number'],
  ] as const) {
    for (const text of of(field).flatMap(partsOf)) {
      const address = readAddress(channel, text, country);
      if (address === undefined) problems.push(`“${shown(text)}” is no ${what}`);
      else found.set(`${channel} ${address}`, { channel, address });
    }
  }
  if (found.size === 0 && problems.length === 0)
    problems.push('has neither a mail address nor a phone number');
  if (found.size > MAX_ADDRESSES) problems.push(`has more than ${MAX_ADDRESSES} addresses`);
  return [...found.values()];
}

/** Several in one cell are separated by commas, semicolons, bars, or three colons, as Google does. */
export function partsOf(cell: string): string[] {
  return cell
    .split(/:::|[,;|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
