/** What leases may not do (the parts of I5, I6 and I7 that operations do not show), judged from what was read of Redis. */

import { report, type Violation } from './checkers-locks.ts';
import { boundsOf } from './checkers-bounds.ts';
import type { LeaseTry } from './history-record.ts';
import type { Run } from './history.ts';

/** A lease lives on only by the clock: this much can its remaining life seem to grow between two readings, ms. */
const CLOCK_ERROR = 5;

function strange({ token, before }: LeaseTry): boolean {
  return before?.token !== token;
}

function changed({ before, after }: LeaseTry): boolean {
  return before?.token !== after?.token;
}

/** I5: a lease that no row has ends with its life: nobody waits for a lock that nobody holds, and nobody makes it live longer. */
export function checkOrphanLeases(run: Run): Violation[] {
  const { found, add } = report('I5');
  const { ttl, slack } = boundsOf(run);
  /** Since when a lease has stood without a row, by its token. */
  let orphans = new Map<string, number>();
  for (const { at, leases, rows } of run.holdings ?? []) {
    const known = new Set(rows);
    const still = new Map<string, number>();
    for (const { key, token } of leases) {
      if (known.has(token)) continue;
      const since = orphans.get(token) ?? at;
      still.set(token, since);
      if (at - since > ttl + slack)
        add(`${key} stands for ${Math.round(at - since)} ms with the token of no epoch and no offer`);
    }
    orphans = still;
  }
  return found;
}

/** I6: an old token renews nothing, and when nobody lives any more no lease is left after its time. */
export function checkLeasesEnd(run: Run): Violation[] {
  const { found, add } = report('I6');
  const { slack } = boundsOf(run);
  for (const { at, nobodySince, ttl, keys } of run.leases ?? []) {
    if (nobodySince === null || at < nobodySince + ttl + slack || keys.length === 0) continue;
    add(`${keys.length} leases stand ${Math.round(at - nobodySince)} ms after the last holder: ${keys[0]}`);
  }
  for (const attempt of run.leaseTries ?? []) {
    if (attempt.act !== 'extend' || !strange(attempt)) continue;
    const { key, token, answer, before, after } = attempt;
    if (answer === 'done') add(`${key} was renewed for ${token}, but ${before?.token ?? 'nobody'} had it`);
    else if (changed(attempt)) add(`${key} went to ${after?.token ?? 'nobody'} by a renewal for ${token}`);
    else if (before !== null && after !== null && after.left > before.left + CLOCK_ERROR)
      add(`${key} of ${before.token} lives ${after.left - before.left} ms longer by a renewal for ${token}`);
  }
  return found;
}

/** I7: a release with another token than the one that stands there changes nothing. */
export function checkTokenOfRelease(run: Run): Violation[] {
  const { found, add } = report('I7');
  for (const attempt of run.leaseTries ?? []) {
    if (attempt.act !== 'release' || !strange(attempt)) continue;
    const { key, token, before, after } = attempt;
    if (changed(attempt)) {
      add(
        `${key} went from ${before?.token ?? 'nobody'} to ${after?.token ?? 'nobody'} by a release for ${token}`,
      );
    }
  }
  return found;
}
