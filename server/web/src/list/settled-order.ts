/** Keeps a list from moving under the pointer. */

interface Item {
  readonly id: string;
}

export interface Settled<T> {
  readonly shown: readonly T[];
  /** How many rows came or rose meanwhile, and take their place when the list is let go. */
  readonly waiting: number;
}

/**
 * What to show of `rows` (newest first). Held, everything stays where it was in `before` (ids as shown last): new rows wait,
 * risen ones stay, rows that left are gone, and older ones join at the end.
 */
export function settle<T extends Item>(
  rows: readonly T[],
  before: readonly string[],
  held: boolean,
): Settled<T> {
  // Mostly only older rows have come: then there is nothing to hold, however long the list is.
  if (!held || beginsWith(rows, before)) return { shown: rows, waiting: 0 };
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = before.flatMap((id) => byId.get(id) ?? []);
  const place = new Map(kept.map(({ id }, at) => [id, at]));

  // What changed has moved to the top. From the bottom up, the first row out of its old order ends what has not changed.
  let above = kept.length;
  let waiting = 0;
  const older: T[] = [];
  for (const [at, row] of [...rows.entries()].reverse()) {
    const was = place.get(row.id);
    if (was === undefined && above === kept.length) older.unshift(row);
    else if (was !== undefined && was < above) above = was;
    else {
      waiting = at + 1;
      break;
    }
  }
  return { shown: [...kept, ...older], waiting };
}

function beginsWith(rows: readonly Item[], ids: readonly string[]): boolean {
  return rows.length >= ids.length && ids.every((id, at) => rows[at]?.id === id);
}
