import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** After a failed look, the next one is only logged again after so long (ms). */
const QUIET = 60_000;

export interface Watch {
  close(): void;
}

/**
 * Does every task once each `every` ms, one after the other; a round that takes longer skips the next. A task that fails is
 * tried again in the next round and takes nothing from the others.
 */
export function startWatch(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  every: number,
  tasks: Readonly<Record<string, () => Promise<void> | void>>,
): Watch {
  let cancel: (() => void) | undefined;
  let busy = false;
  let closed = false;
  const quietUntil = new Map<string, number>();

  const attempt = async (name: string, task: () => Promise<void> | void): Promise<void> => {
    try {
      await task();
      quietUntil.delete(name);
    } catch (error) {
      const now = clock.monotonic();
      if (now < (quietUntil.get(name) ?? Number.NEGATIVE_INFINITY)) return;
      quietUntil.set(name, now + QUIET);
      log.warn('A regular look failed and is tried again', { look: name, error });
    }
  };

  const round = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (const [name, task] of Object.entries(tasks)) if (!closed) await attempt(name, task);
    busy = false;
  };

  const next = (): void => {
    cancel = clock.setTimer(every, next);
    void round();
  };
  cancel = clock.setTimer(every, next);

  return {
    close() {
      closed = true;
      cancel?.();
    },
  };
}
