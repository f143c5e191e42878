import { type Placeholder, sql } from 'drizzle-orm';
import type { Handle } from './database.ts';
import { type Preparable, prepared } from './prepared.ts';

/** How many ids one statement takes; each size is prepared on its own. A page of a list and one more fit the last. */
const SIZES = [4, 20, 51, 101] as const;
const LARGEST = 101;

/** Runs a query for any number of ids and puts its rows one after the other, in no particular order. */
export type BatchedQuery<R> = (
  db: Handle,
  ids: readonly string[],
  values?: Record<string, unknown>,
) => Promise<R[]>;

/**
 * A prepared query for several ids: `build` gets the placeholders for its `inArray`. What is left over of a batch asks for
 * the id '', which nothing has.
 */
export function preparedForIds<R>(
  name: string,
  build: (db: Handle, ids: Placeholder[]) => Preparable<R[]>,
): BatchedQuery<R> {
  const forms = SIZES.map((size) => {
    const ids = Array.from({ length: size }, (_, index) => sql.placeholder(`id${index}`));
    return { size, run: prepared<Record<string, unknown>, R[]>(`${name}.${size}`, (db) => build(db, ids)) };
  });
  return async (db, ids, values = {}) => {
    const found: R[] = [];
    for (let from = 0; from < ids.length; from += LARGEST) {
      const batch = ids.slice(from, from + LARGEST);
      const form = forms.find(({ size }) => size >= batch.length);
      if (form === undefined) throw new Error(`no statement for ${batch.length} ids`);
      const given: Record<string, unknown> = { ...values };
      for (let index = 0; index < form.size; index += 1) given[`id${index}`] = batch[index] ?? '';
      found.push(...(await form.run(db, given)));
    }
    return found;
  };
}
