import { LatchboxError } from '@latchbox/shared';
import type { Holder } from '../../collaboration/holder.ts';
import type { Database } from '../../database/database.ts';
import { writeAudit } from '../../database/directory/records.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SendDoor, SendInput } from '../api.ts';

export interface FenceAuditDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Refusals of one agent that are written one after the other; then one a minute: 1,440 rows a day are all that a hostile client gets. */
export const BURST = 20;
const ONE_MORE_EVERY = 60_000;

/** How many more of an agent's refusals may be written, as of `at` (monotonic ms), and how many were not since the last row. */
interface Allowance {
  left: number;
  at: number;
  leftOut: number;
}

/**
 * The door, with a row in the audit for each reply that it refuses because its fence was no longer the right one (I28). The refusal
 * rolls its transaction back, so the row has one of its own; it is there before the refusal is answered, and where it cannot be written
 * the answer is that error: whoever asks again is refused again, and written down then.
 */
export function auditFences(door: SendDoor, { db, clock }: FenceAuditDeps): SendDoor {
  const allowances = new Map<string, Allowance>();

  /** How many refusals were left out before this one; undefined: it is left out too. */
  function allowed(agentId: string): number | undefined {
    const now = clock.monotonic();
    const known = allowances.get(agentId) ?? { left: BURST, at: now, leftOut: 0 };
    allowances.set(agentId, known);
    const more = Math.floor((now - known.at) / ONE_MORE_EVERY);
    known.left = Math.min(BURST, known.left + more);
    known.at = known.left === BURST ? now : known.at + more * ONE_MORE_EVERY;
    if (known.left === 0) {
      known.leftOut += 1;
      return undefined;
    }
    known.left -= 1;
    const { leftOut } = known;
    known.leftOut = 0;
    return leftOut;
  }

  async function write(
    { agentId }: Holder,
    { conversationId, clientId, fence }: SendInput & { readonly fence: number },
    reason: string,
  ): Promise<void> {
    const leftOut = allowed(agentId);
    if (leftOut === undefined) return;
    await db.inTransaction((tx) =>
      writeAudit(tx, {
        actorId: agentId,
        action: 'reply.refused',
        objectType: 'conversation',
        objectId: conversationId,
        details: { clientId, fence, reason, ...(leftOut === 0 ? {} : { leftOut }) },
      }),
    );
  }

  return {
    ...door,
    async send(holder, input) {
      try {
        return await door.send(holder, input);
      } catch (error) {
        if (LatchboxError.is(error, 'lock_lost')) await write(holder, input, error.details.reason);
        throw error;
      }
    },
  };
}
