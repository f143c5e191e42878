/** Keeps what is seen of a list where it is while rows come and go above it. */

/** Rows that were in sight, by id, and where each stood (index in the whole list). */
export type InSight = ReadonlyMap<string, number>;

/**
 * By how many rows what was in sight has moved. Single rows rise to the top or leave; most move together, and those are
 * followed. 0 when nothing of it is left.
 */
export function movedBy(before: InSight, rows: readonly { readonly id: string }[]): number {
  const votes = new Map<number, number>();
  const missing = new Map(before);
  const vote = (id: string, shift: number): void => {
    missing.delete(id);
    votes.set(shift, (votes.get(shift) ?? 0) + 1);
  };
  // Mostly nothing has moved, or by a few rows; the whole of a long list is looked through only for the rest.
  for (const by of NEAR) {
    for (const [id, was] of missing) if (rows[was + by]?.id === id) vote(id, by);
    if (missing.size <= before.size / 2) break;
  }
  if (missing.size > before.size / 2) {
    for (let at = 0; at < rows.length && missing.size > 0; at += 1) {
      const id = rows[at]?.id ?? '';
      const was = missing.get(id);
      if (was !== undefined) vote(id, at - was);
    }
  }
  let best = 0;
  let most = 0;
  for (const [shift, count] of votes) {
    const closer = count === most && Math.abs(shift) < Math.abs(best);
    if (count > most || closer) [best, most] = [shift, count];
  }
  return best;
}

const NEAR = [0, 1, -1, 2, -2, 3, -3];
