import type { LeaseAnswer, Leases } from './leases.ts';

/**
 * Of those in this process who want the same lease at the same moment, one asks, and its answer is everybody's: when it was granted,
 * the others are refused with its token, as they would have been had they asked a moment later. A hundred agents who take one
 * conversation at once are so one question for each server. Whatever the question throws, all of them throw.
 */
export function askTogether<L extends Leases>(leases: L): L {
  const asked = new Map<string, Promise<LeaseAnswer>>();
  return {
    ...leases,
    async acquire(key, ttl) {
      const first = asked.get(key);
      if (first !== undefined) return { status: 'held', token: (await first).token };
      const mine = leases.acquire(key, ttl);
      asked.set(key, mine);
      try {
        return await mine;
      } finally {
        // At once with the answer: whoever asks from now on may find the lease free again.
        asked.delete(key);
      }
    },
  };
}
