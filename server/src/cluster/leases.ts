/** Granted, or refused with the token that stands there (null when it went away in between). */
export type LeaseAnswer =
  | { readonly status: 'granted'; readonly token: string }
  | { readonly status: 'held'; readonly token: string | null };

/**
 * Leases say who is alive: a key with a token and a time to live. They are kept in this process, or in one or several Redis
 * masters through redlock. A call throws `coordination_unavailable` when no quorum answered: a failed check is never "no
 * lock". Times in ms; validity is counted from a monotonic reading taken before the call, never from a wall clock.
 */
export interface Leases {
  /** Takes the lease under a fresh random token, if nobody has it. */
  acquire(key: string, ttl: number): Promise<LeaseAnswer>;
  /** Takes the lease under a known token if nobody has it ('gone' → taken afresh), or extends it. For restarts and an emptied Redis. */
  restore(key: string, token: string, ttl: number): Promise<'restored' | 'held'>;
  /** Lengthens the lease with this token; `gone` when it has ended or is somebody else's. */
  extend(key: string, token: string, ttl: number): Promise<'extended' | 'gone'>;
  /** Ends the lease with this token; with any other token nothing happens and the answer is `gone`. */
  release(key: string, token: string): Promise<'released' | 'gone'>;
  /**
   * Which of these leases still stand under their token. `gone` needs an answer of a quorum of which fewer than a quorum hold
   * the token; a master that was emptied counts as not answering for one renew interval; `unknown` is no decision.
   */
  check(
    leases: readonly { readonly key: string; readonly token: string }[],
  ): Promise<('held' | 'gone' | 'unknown')[]>;
  close(): Promise<void>;
}
