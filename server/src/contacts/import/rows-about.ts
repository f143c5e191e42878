/** Where files that were uploaded still speak of somebody: rows that failed, and rows that nobody imported yet. */
import type { ImportPlan } from '@latchbox/shared/http/contact-imports';
import { importById, rowsWithCells } from '../../database/contacts/imports.ts';
import type { Address } from '../../database/contacts/writes.ts';
import { nextTurn } from '../../lib/next-turn.ts';
import { readAddress } from '../address.ts';
import type { ContactsDeps } from '../deps.ts';
import { cellsOf, partsOf, plain } from './read-row.ts';

const PAGE = 500;
/** Numbers are compared from so many last digits on: reading every number in a file takes seconds. */
const LAST_DIGITS = 6;

export interface RowPlace {
  readonly importId: string;
  readonly row: number;
}

/** The rows whose cells hold one of the addresses, in whichever column. */
export async function rowsAbout(
  { db }: Pick<ContactsDeps, 'db'>,
  addresses: readonly Address[],
): Promise<RowPlace[]> {
  const found: RowPlace[] = [];
  let place: RowPlace = { importId: '', row: 0 };
  let country: string | undefined;
  for (;;) {
    const rows = await rowsWithCells(db.read, place, PAGE);
    for (const { importId, row, cells } of rows) {
      if (importId !== place.importId || country === undefined)
        country = planOf((await importById(db.read, importId))?.plan)?.country;
      place = { importId, row };
      if (isAbout(cellsOf({ cells }), addresses, country)) found.push(place);
    }
    if (rows.length < PAGE) return found;
    await nextTurn();
  }
}

function planOf(plan: string | null | undefined): ImportPlan | undefined {
  return plan == null ? undefined : (JSON.parse(plan) as ImportPlan);
}

function isAbout(cells: readonly string[], addresses: readonly Address[], country?: string): boolean {
  return cells
    .flatMap((cell) => partsOf(plain(cell)))
    .some((part) => {
      const digits = part.replaceAll(/\D/g, '').slice(-LAST_DIGITS);
      return addresses.some(({ channel, address }) => {
        if (channel === 'simulator') return false;
        if (channel === 'sms' && (digits.length < LAST_DIGITS || !address.endsWith(digits))) return false;
        return readAddress(channel, part, country) === address;
      });
    });
}
