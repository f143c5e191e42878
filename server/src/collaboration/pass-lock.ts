/**
 * Passing a lock on: one transaction ends its epoch and begins the next one with the same lease token. The lease is never given
 * back in between, so there is no moment at which somebody else could take it.
 */
import type { LockEnd, LockNote, LockOn, Person } from '@latchbox/shared';
import type { z } from 'zod';
import type { Tx } from '../database/database.ts';
import { appendEvent } from '../database/event-log.ts';
import { handDraftOver } from '../database/draft-hand-over.ts';
import { closeAsk } from '../database/lock-asks.ts';
import { endEpoch, type OpenLock } from '../database/locks.ts';
import type { LockTarget } from '../database/lock-targets.ts';
import { conversationRow } from '../database/rows.ts';
import { dropPlace } from '../database/waiting-line.ts';
import { type AcquireDeps, makeFull, own } from './acquire.ts';
import type { Granted } from './api.ts';
import { beginUnder, type Heir } from './begin-epoch.ts';
import type { EndDeps } from './end-lock.ts';
import type { Holder } from './holder.ts';
import { endConcerns } from './waiting-line.ts';

export interface PassOn {
  readonly to: Heir;
  readonly requestId: string;
  readonly reason: Extract<LockEnd, 'moved' | 'handed_over' | 'taken_over' | 'idle'>;
  readonly lockOn: LockOn;
  /** Who ended it, where that was neither the holder nor the clock. */
  readonly by?: Person;
  readonly note?: z.infer<typeof LockNote>;
  /** The reply draft goes along. */
  readonly withDraft?: boolean;
  /** The question that is answered by it. */
  readonly askId?: string;
}

/** A lock as it was passed on, and the lease that it goes on under. */
export interface Passed extends Granted {
  readonly token: string;
  readonly lockOn: LockOn;
}

/** Passes an open lock on; undefined when somebody else ended it first. Its conversation's row is locked. */
export async function passOn(tx: Tx, deps: EndDeps, old: OpenLock, how: PassOn): Promise<Passed | undefined> {
  const { conversationId } = old;
  const { to, reason, by, note } = how;
  const token = await endEpoch(tx, old, { reason, by: by?.id ?? null });
  if (token === undefined) return undefined;
  if (how.askId !== undefined) await closeAsk(tx, how.askId, 'passed');
  const { places } = await endConcerns(tx, old, reason === 'moved' ? 'kept' : 'over');
  if (places > 0) await dropPlace(tx, conversationId, to.agentId);
  const drafted =
    how.withDraft === true &&
    (await handDraftOver(tx, { conversationId, from: old.agentId, to: to.agentId }));
  const epoch = await beginUnder(tx, { conversationId, token, ...how });
  const row = await conversationRow(tx.db, conversationId);
  const stream = `inbox:${old.inboxId}` as const;
  // The end first, then the grant. Both show the row as the transaction leaves it: at no moment is the lock free.
  await appendEvent(
    tx,
    stream,
    {
      type: 'lock.ended',
      fence: old.epoch,
      holder: { id: old.agentId, name: old.agentName },
      reason,
      by: by ?? null,
      ...(note === undefined || note === '' ? {} : { note }),
      row,
    },
    deps.wake,
  );
  await appendEvent(tx, stream, { type: 'lock.granted', row }, deps.wake);
  if (drafted) await appendEvent(tx, stream, { type: 'draft.changed', row }, deps.wake);
  tx.afterCommit(() => deps.owners.drop(conversationId, old.epoch));
  return { fence: epoch, lock: row.lock, token, lockOn: how.lockOn };
}

/** This server keeps the lease from here on, or puts a fresh one under the lock where it ended in between, as after a resume. */
export async function takeUp(
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  passed: Passed,
): Promise<Granted> {
  const { fence, lock, token, lockOn } = passed;
  // Over REST nobody renews but its holder, so what cannot be held for it must not look as if it were.
  if (holder.kind === 'rest') await makeFull(deps, target, fence, token);
  await own(deps, holder, { ...target, lockOn }, { epoch: fence, idleFor: 0, asked: false });
  await deps.owners.renewNow(target.conversationId, fence);
  return { fence, lock };
}
