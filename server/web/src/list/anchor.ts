/** Keeps what is seen of a list where it is while rows come and go above it. */

/** Rows that were in sight, by id, and where each stood (index in the whole list). */
export type InSight = ReadonlyMap<string, number>;

/**
 * By how many rows what was in sight has moved. Single rows rise to the top or leave; most move together, and those are
 * followed. 0 when nothing of it is left.
 */
export function movedBy(before: InSight, rows: readonly { readonly id: string }[]): number {
  if (before.size === 0) return 0;
  const votes = new Map<number, number>();
  let left = before.size;
  for (const [at, { id }] of rows.entries()) {
    const was = before.get(id);
    if (was === undefined) continue;
    votes.set(at - was, (votes.get(at - was) ?? 0) + 1);
    left -= 1;
    if (left === 0) break;
  }
  let best = 0;
  let most = 0;
  for (const [shift, count] of votes) {
    const closer = count === most && Math.abs(shift) < Math.abs(best);
    if (count > most || closer) [best, most] = [shift, count];
  }
  return best;
}
