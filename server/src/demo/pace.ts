import { refuse } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import type { Chance } from './chance.ts';

/** How a simulated person lets time pass. */
export interface Pace {
  /** Waits some time between these two, in ms. Rejects with `closed` once the play is over. */
  pause(least: number, most: number): Promise<void>;
}

/** `speed` 1 is a person's; 100 lets a test watch. */
export function createPace(clock: Clock, chance: Chance, speed: number, over: AbortSignal): Pace {
  return {
    pause: (least, most) =>
      new Promise((resolve, reject) => {
        if (over.aborted) {
          reject(refuse('closed'));
          return;
        }
        const stop = (): void => {
          cancel();
          reject(refuse('closed'));
        };
        const cancel = clock.setTimer(chance.between(least, most) / speed, () => {
          over.removeEventListener('abort', stop);
          resolve();
        });
        over.addEventListener('abort', stop, { once: true });
      }),
  };
}
