import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

const SECOND = 1_000;

/**
 * Lets `most` lines a second through and counts the others, of which one line tells when the second is over: whoever sends bad
 * commands as fast as they can must not fill the disk. Each line that is worth its own budget (security) gets a budget of its own.
 */
export function createLogBudget(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  most: number,
): (write: () => void) => void {
  let until = Number.NEGATIVE_INFINITY;
  let written = 0;
  let left = 0;
  return (write) => {
    const now = clock.monotonic();
    if (now >= until) {
      if (left > 0) log.warn('Refusals were too many to write them all down', { left });
      until = now + SECOND;
      written = 0;
      left = 0;
    }
    if (written >= most) {
      left += 1;
      return;
    }
    written += 1;
    write();
  };
}
