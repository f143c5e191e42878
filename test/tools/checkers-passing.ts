/** What must hold when a lock is passed on (L11–L14), judged from a recorded run. */

import { lastDump, report, type Violation } from './checkers-locks.ts';
import type { Dump, EpochRow, EventRow } from './history-dump.ts';
import type { Run } from './history.ts';

type Add = (story: string) => void;

/** Ends after which the lock is another's at once. */
const PASSED = new Set(['moved', 'handed_over', 'taken_over']);

/** The next epoch begins in the transaction that ends the one before, under the same lease. */
function checkLeasePassed(run: Run, dump: Dump, add: Add): void {
  const key = (row: Pick<EpochRow, 'conversationId' | 'epoch'>) => `${row.conversationId}#${row.epoch}`;
  const epochs = new Map(dump.epochs.map((row) => [key(row), row]));
  for (const row of dump.epochs) {
    if (row.endReason === null || !PASSED.has(row.endReason)) continue;
    const next = epochs.get(key({ ...row, epoch: row.epoch + 1 }));
    const name = `${key(row)} ended as ${row.endReason}`;
    if (next === undefined) add(`${name}, and nobody was given the next`);
    else if (next.grantedAt !== row.endedAt)
      add(`${name} at ${row.endedAt}, and the next began at ${next.grantedAt}`);
    // A holder whose lease was lost puts a fresh one under its lock, and then the tokens say nothing.
    else if (run.leasesKept === true && next.leaseToken !== row.leaseToken)
      add(`${name}, and the next has another lease`);
  }
}

/** A lock that is passed on is told as ended and given, one right after the other, and is free at no moment. */
function checkNeverFree(events: readonly EventRow[], add: Add): void {
  for (const [at, { stream, seq, data }] of events.entries()) {
    if (data.type !== 'lock.ended' || !PASSED.has(data.reason)) continue;
    const next = events[at + 1];
    const name = `${stream}@${seq}: ${data.row.id}#${data.fence} ended as ${data.reason}`;
    const given =
      next?.stream === stream && next.data.type === 'lock.granted' && next.data.row.id === data.row.id;
    if (!given) add(`${name}, and the next event does not say to whom it went`);
    if (data.row.lock.status !== 'held' || data.row.lock.fence !== data.fence + 1)
      add(`${name}, and its row is ${data.row.lock.status}`);
  }
}

/** What is kept for somebody goes to nobody else, but by a take-over. */
function checkTurns(dump: Dump, add: Add): void {
  const takers = new Set(
    dump.audit
      ?.filter(({ action }) => action === 'lock.taken_over')
      .map(({ objectId, actorId }) => `${objectId}/${actorId}`),
  );
  const keptFor = new Map<string, string>();
  for (const { stream, seq, data } of dump.events) {
    if (!('row' in data)) continue;
    const { id, lock } = data.row;
    const kept = keptFor.get(id);
    if (
      data.type === 'lock.granted' &&
      lock.status === 'held' &&
      kept !== undefined &&
      kept !== lock.holder.id
    ) {
      const by = lock.holder.id;
      if (!takers.has(`${id}/${by}`)) add(`${stream}@${seq}: ${id} was kept for ${kept} and went to ${by}`);
    }
    if (lock.status === 'reserved') keptFor.set(id, lock.for.id);
    else keptFor.delete(id);
  }
}

/** Passing on leaves no moment at which somebody else could slip in. */
export function checkPassingOn(run: Run): Violation[] {
  const { found, add } = report('passing on');
  const dump = lastDump(run);
  checkLeasePassed(run, dump, add);
  checkNeverFree(dump.events, add);
  checkTurns(dump, add);
  return found;
}

/** Whether anything was passed on, offered or kept for somebody. */
export function passesOn(run: Run): boolean {
  const dump = lastDump(run);
  const passed = dump.epochs.some(({ endReason }) => endReason !== null && PASSED.has(endReason));
  return passed || dump.events.some(({ data }) => 'row' in data && data.row.lock.status === 'reserved');
}
