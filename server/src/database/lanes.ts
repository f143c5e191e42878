/** Hands out a few connections in turn: each belongs to one job until it is done, and jobs begin in the order they came. */
export interface Lanes<C> {
  /** Runs `job` as soon as a connection is free. Throws when the lanes are closed. */
  run<T>(job: (connection: C) => Promise<T>): Promise<T>;
  /** Takes no more jobs and waits for those that are there. */
  close(): Promise<void>;
}

export function createLanes<C>(connections: readonly C[]): Lanes<C> {
  const free = [...connections];
  // A ring of waiting jobs would be dearer than this: the queue is short, and shift() on a short array costs nothing.
  const waiting: ((connection: C) => void)[] = [];
  let closed = false;
  let running = 0;
  let drained: (() => void) | undefined;

  const release = (connection: C): void => {
    running -= 1;
    const next = waiting.shift();
    if (next !== undefined) {
      running += 1;
      next(connection);
      return;
    }
    free.push(connection);
    if (running === 0) drained?.();
  };

  return {
    async run(job) {
      if (closed) throw new Error('the database is closed');
      let connection = free.shift();
      if (connection === undefined) connection = await new Promise<C>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await job(connection);
      } finally {
        release(connection);
      }
    },
    async close() {
      closed = true;
      if (running > 0) await new Promise<void>((resolve) => (drained = resolve));
    },
  };
}
