/** How far a message got, as the provider says it. News come late, twice and in any order: only a higher rank counts. */

const RANKS = {
  accepted: 1,
  scheduled: 1,
  queued: 2,
  sending: 3,
  sent: 4,
  partially_delivered: 5,
  delivered: 6,
  read: 7,
  canceled: 8,
  undelivered: 8,
  failed: 8,
} as const;

export type ProviderStatus = keyof typeof RANKS;

/** Above every rank that a message can have while it may still arrive: nothing undoes a failure. */
export const FINAL_RANK = 8;

export const isProviderStatus = (text: string): text is ProviderStatus => Object.hasOwn(RANKS, text);

export const rankOf = (status: ProviderStatus): number => RANKS[status];

/** What agents are told: nothing new, it arrived, or it never will. */
export function newsOf(status: ProviderStatus): 'none' | 'delivered' | 'failed' {
  const rank = RANKS[status];
  if (rank === FINAL_RANK) return 'failed';
  return rank >= RANKS.delivered ? 'delivered' : 'none';
}
