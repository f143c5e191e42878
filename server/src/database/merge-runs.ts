/** Puts runs that stand in the order of a list together to one. */
import { compareRows, type RowPlace } from '@latchbox/shared';

export interface Run {
  /** The next places after one; fewer than asked for: there are no more. */
  readonly next: (after: RowPlace, count: number) => Promise<RowPlace[]>;
  /** Places that were read and not taken yet, the nearest last. */
  ahead: RowPlace[];
  /** The last place that was read. */
  place: RowPlace;
  /** Nothing comes after `ahead`. */
  over: boolean;
}

/** With several runs each gives a few places first, and more only when they are used up. */
const LEAST_CHUNK = 8;

/** The first `count` places of all runs together. */
export async function mergeRuns(runs: readonly Run[], count: number): Promise<RowPlace[]> {
  const chunk =
    runs.length === 1 ? count : Math.min(count, Math.max(LEAST_CHUNK, Math.ceil((2 * count) / runs.length)));
  for (const run of runs) await refill(run, chunk);
  const merged: RowPlace[] = [];
  while (merged.length < count) {
    const nearest = nearestOf(runs);
    const place = nearest?.ahead.pop();
    if (nearest === undefined || place === undefined) break;
    merged.push(place);
    if (nearest.ahead.length === 0 && merged.length < count) await refill(nearest, chunk);
  }
  return merged;
}

async function refill(run: Run, count: number): Promise<void> {
  if (run.over) return;
  const places = await run.next(run.place, count);
  run.over = places.length < count;
  run.place = places.at(-1) ?? run.place;
  run.ahead = places.reverse();
}

function nearestOf(runs: readonly Run[]): Run | undefined {
  let nearest: Run | undefined;
  let first: RowPlace | undefined;
  for (const run of runs) {
    const place = run.ahead.at(-1);
    if (place === undefined || (first !== undefined && compareRows(first, place) <= 0)) continue;
    nearest = run;
    first = place;
  }
  return nearest;
}
