import { setTimeout as pause } from 'node:timers/promises';
import { LatchboxError } from '@latchbox/shared';

/**
 * How long (ms) one waits for another process that holds the database's write lock. Every command is to have its answer within 5 s,
 * also without a database (I30): the rest is for what comes before and after the wait.
 */
export const BUSY_LIMIT = 4_000;
const LEAST_PAUSE = 2;
/** Short: with several processes on one file the lock is free again and again, but never for long. */
const LONGEST_PAUSE = 8;
/** Ms after which somebody has waited for long, and looks as often as a timer can: before those who have just come, which is as near to a line as polling gets. */
const LONG = 25;

/** This moment, for `untilFree`, where somebody waits for their turn before they wait for the lock. */
export const waitsSince = (): number => performance.now();

/** True when SQLite says that another connection holds the lock right now. */
export function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED');
}

/**
 * Tries `step` until the database is not locked by another process. It waits outside SQLite, so that the event loop goes
 * on, and with jitter, so that two processes do not meet again and again. The other process lives in the machine's time:
 * this is the one wait that no passed-in clock can answer for. Throws `timeout` `limit` ms after `since`, a time of `waitsSince`.
 */
export async function untilFree(
  step: () => void,
  limit: number = BUSY_LIMIT,
  since: number = waitsSince(),
): Promise<void> {
  const giveUp = since + limit;
  for (let longest = LEAST_PAUSE; ; longest = Math.min(longest * 2, LONGEST_PAUSE)) {
    try {
      step();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= giveUp) {
        throw new LatchboxError(
          'timeout',
          {},
          { message: 'The database is locked by another process.', cause: error },
        );
      }
    }
    const most = performance.now() - since > LONG ? LEAST_PAUSE : longest;
    await pause(most / 2 + Math.random() * (most / 2));
  }
}
