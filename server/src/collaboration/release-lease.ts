import type { Leases } from '../cluster/leases.ts';
import type { Log } from '../lib/log.ts';
import { afterwards } from '../lib/next-turn.ts';

/** Gives a lease back. Not being able to is no failure: it ends by itself, and the database has decided already. */
export async function releaseLease(
  deps: { readonly leases: Leases; readonly log: Log },
  lock: { readonly conversationId: string; readonly leaseToken: string },
): Promise<void> {
  // Whoever gave the lock back is answered first.
  await afterwards();
  try {
    await deps.leases.release(lock.conversationId, lock.leaseToken);
  } catch (error) {
    deps.log.warn('a lease could not be released; it ends by itself', {
      conversationId: lock.conversationId,
      error: String(error),
    });
  }
}
