import { ExecutionError, ResourceLockedError } from 'redlock';

/** What the masters said to one call of redlock. */
export interface Votes {
  /** Did it. */
  readonly done: number;
  /** Answered that the key is not as it must be: taken, gone, or under another token. */
  readonly refused: number;
  /** Did not answer, or with an error. */
  readonly silent: number;
}

/**
 * Why redlock failed. It says "no quorum" both when somebody else has the key and when Redis is down; the votes tell which.
 * They are complete when the last master has answered or was given up. Any other error is thrown on.
 */
export async function votesOf(error: unknown): Promise<Votes> {
  if (!(error instanceof ExecutionError)) throw error;
  let done = 0;
  let refused = 0;
  let silent = 0;
  // Without retries there is one attempt.
  for (const stats of await Promise.all(error.attempts)) {
    done += stats.votesFor.size;
    for (const against of stats.votesAgainst.values()) {
      if (against instanceof ResourceLockedError) refused += 1;
      else silent += 1;
    }
  }
  return { done, refused, silent };
}
