import type { Hub } from '../hub.ts';
import { refuse } from '../lib/refuse.ts';
import { type Abortable, joined, waitFor } from '../lib/scope.ts';

/** Who waits for something to be so. */
export class Watch {
  readonly #hub: Hub;
  readonly #looks = new Set<() => void>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** What is known changed. */
  look(): void {
    for (const look of Array.from(this.#looks)) look();
  }

  until<T>(check: () => T | undefined, options?: Abortable, ms?: number): Promise<T> {
    const { core } = this.#hub;
    return waitFor<T>(core.scope, options?.signal, (resolve, reject) => {
      const look = (): void => {
        try {
          const found = check();
          if (found !== undefined) resolve(found);
        } catch (error) {
          reject(error);
        }
      };
      const late = (): void => reject(refuse(this.#hub.line === 'up' ? 'timeout' : 'offline'));
      const stop = ms === undefined ? () => {} : core.later(ms, late);
      this.#looks.add(look);
      look();
      return joined(stop, () => void this.#looks.delete(look));
    });
  }
}
