import { LatchboxError } from '@latchbox/shared';
import type { Leases } from '../cluster/leases.ts';
import type { Database } from '../database/database.ts';
import { type LockOffer, offerAt } from '../database/lock-offers.ts';
import { openLock, type OpenLock, tokenHasEnded } from '../database/locks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Holder } from './holder.ts';
import { offeredTo } from './waiting-line.ts';

export interface RefusalDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly clock: Clock;
}

/** `mine`: this session holds it already. `again`: what stood in the way is gone, try once more. */
export type Refusal = { readonly answer: 'mine'; readonly lock: OpenLock } | { readonly answer: 'again' };

/** How long a grant that is being written may take before we stop waiting for its name. */
const GRANT_WAIT = 300;

/**
 * Finds out who has the lease that was refused. Reading the rows right after the refusal would name the wrong holder: the
 * winner has the lease before its row is written, and a dead server's lease outlives its row. So the token decides which
 * row is meant. Throws `lock_held` or `lock_elsewhere`.
 */
export async function answerRefusal(
  deps: RefusalDeps,
  holder: Holder,
  conversationId: string,
  token: string | null,
): Promise<Refusal> {
  if (token === null) return { answer: 'again' };
  const start = deps.clock.monotonic();
  for (let wait = 2; ; wait = Math.min(wait * 2, 40)) {
    const open = await openLock(deps.db.read, conversationId);
    if (open?.leaseToken === token) return holdOrThrow(holder, open);
    const offer: LockOffer | undefined =
      open === undefined ? await offerAt(deps.db.read, conversationId) : undefined;
    if (offer?.leaseToken === token) {
      if (offer.agentId === holder.agentId) return { answer: 'again' };
      throw offeredTo(offer);
    }
    // The lease of a lock that has ended: its server died before it could give it back.
    if (await tokenHasEnded(deps.db.read, conversationId, token)) {
      await deps.leases.release(conversationId, token);
      return { answer: 'again' };
    }
    if (deps.clock.monotonic() - start >= GRANT_WAIT) break;
    await new Promise<void>((resolve) => void deps.clock.setTimer(wait, resolve));
  }
  throw new LatchboxError('lock_held', { holder: null, since: null, retryAfterMs: GRANT_WAIT });
}

function holdOrThrow(holder: Holder, open: OpenLock): Refusal {
  if (open.agentId !== holder.agentId) {
    throw new LatchboxError('lock_held', {
      holder: { id: open.agentId, name: open.agentName },
      since: open.grantedAt,
    });
  }
  if (open.sessionId !== holder.sessionId) {
    throw new LatchboxError('lock_elsewhere', { since: open.grantedAt, device: open.device ?? '' });
  }
  return { answer: 'mine', lock: open };
}
