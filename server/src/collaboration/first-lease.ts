/**
 * The short lease that a grant is stored under. A session's holder is answered while it surely stands, and it gets its full length right
 * after the answer.
 */
import { LatchboxError } from '@latchbox/shared';
import type { Leases } from '../cluster/leases.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { afterwards } from '../lib/next-turn.ts';
import type { Owners } from './owners.ts';

export interface FirstLease {
  readonly token: string;
  /** Ms for which it was taken, */
  readonly ttl: number;
  /** and until when it surely stands: a monotonic reading from before it was asked for, and `ttl`. */
  readonly until: number;
}

/** The lease is short until the grant is stored: a server that dies in between blocks nobody for long. */
const FIRST_TTL = 5_000;

/** How long the lease of a new grant is taken for. A master that was emptied, or a lease that ends sooner, does not change it. */
export const firstTtl = (lockTtl: number): number => Math.min(FIRST_TTL, lockTtl);

/**
 * Whether nobody else can have been given the lease yet, by our own clock alone: then whoever waits is answered without asking the leases
 * once more. Half of it must be left, which is far more than clocks drift, and time enough to lengthen it. A process that stood still
 * after its commit finds more than that gone, and asks.
 */
export const surelyStands = (clock: Clock, lease: FirstLease): boolean =>
  clock.monotonic() < lease.until - lease.ttl / 2;

interface LengthenDeps {
  readonly leases: Leases;
  readonly owners: Owners;
  readonly log: Log;
}

/**
 * Gives the lease its full length once the answer is written, in the same turn of the event loop. By its token alone, and whether or not
 * its connection is still there: one that was given back does not come back (the server that gave the lock back sends that after this, over
 * the same connection; of another's we are told `gone`), one that was passed on goes on, and one whose holder has just gone keeps the
 * grace. Where it is gone, or nobody says, it is a renewal like any other that finds out: the row first, then the lease. Never throws.
 */
export async function lengthen(
  deps: LengthenDeps,
  lock: { readonly conversationId: string; readonly epoch: number },
  token: string,
  lockTtl: number,
): Promise<void> {
  const { conversationId, epoch } = lock;
  await afterwards();
  try {
    if ((await deps.leases.extend(conversationId, token, lockTtl)) === 'extended') {
      deps.owners.lengthened(conversationId, epoch);
      return;
    }
  } catch (error) {
    if (!LatchboxError.is(error, 'coordination_unavailable'))
      deps.log.error('the lease of a grant could not be lengthened', {
        conversationId,
        error: String(error),
      });
  }
  await deps.owners.renewNow(conversationId, epoch);
}
