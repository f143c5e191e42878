import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs the work of transactions and refuses one inside another, which would wait for itself for ever. */
export interface NestingGuard {
  /** Throws when called from inside the work of a transaction that is under way. */
  check(): void;
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createNestingGuard(): NestingGuard {
  const around = new AsyncLocalStorage<{ open: boolean }>();
  return {
    check() {
      if (around.getStore()?.open === true)
        throw new Error('A transaction inside a transaction: pass the outer one on.');
    },
    async run(work) {
      // Timers that the work starts live on in this context: after the work it says so.
      const mark = { open: true };
      try {
        return await around.run(mark, work);
      } finally {
        mark.open = false;
      }
    },
  };
}
