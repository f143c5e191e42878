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
 * What to show of `rows` (newest first). Held, everything stays where it was in `before` (rows as shown last): new rows wait,
 * risen ones stay, rows that left are gone, and older ones join at the end.
 */
export function settle<T extends Item>(
  rows: readonly T[],
  before: readonly Item[],
  held: boolean,
): Settled<T> {
  // Mostly only older rows have come: then there is nothing to hold, however long the list is.
  if (!held || beginsWith(rows, before)) return { shown: rows, waiting: 0 };
  const same = sameEnd(rows, before);
  const head = rows.slice(0, rows.length - same);
  const { kept, older, waiting } = hold(head, before.slice(0, before.length - same), same === 0);
  return { shown: [...kept, ...older, ...rows.slice(rows.length - same)], waiting };
}

/** `atEnd`: below `rows` nothing follows, so that rows unknown before may be older ones. */
function hold<T extends Item>(rows: readonly T[], before: readonly Item[], atEnd: boolean) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = before.flatMap(({ id }) => byId.get(id) ?? []);
  const place = new Map(kept.map(({ id }, at) => [id, at]));

  // What changed has moved to the top. From the bottom up, the first row out of its old order ends what has not changed.
  let above = kept.length;
  const older: T[] = [];
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    const was = row === undefined ? undefined : place.get(row.id);
    if (row !== undefined && was === undefined && atEnd && above === kept.length) older.push(row);
    else if (was !== undefined && was < above) above = was;
    else return { kept, older: older.reverse(), waiting: at + 1 };
  }
  return { kept, older: older.reverse(), waiting: 0 };
}

function beginsWith(rows: readonly Item[], before: readonly Item[]): boolean {
  return rows.length >= before.length && before.every(({ id }, at) => rows[at]?.id === id);
}

/** How many rows at the end of both are the same. */
function sameEnd(rows: readonly Item[], before: readonly Item[]): number {
  const most = Math.min(rows.length, before.length);
  let same = 0;
  while (same < most && rows.at(-1 - same)?.id === before.at(-1 - same)?.id) same += 1;
  return same;
}
