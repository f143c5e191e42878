/** Collects items and writes them in batches, one write at a time: what comes in while one runs shares the next. */
export interface Batcher<T> {
  add(item: T): void;
}

/**
 * `write` gets up to `most` items in the order they came, and must not throw. The first item of a quiet time is written at
 * once, so batches form only under load; `gather` may wait for more, knowing how many there are. It must not throw.
 */
export function createBatcher<T>(
  most: number,
  write: (batch: readonly T[]) => Promise<void>,
  gather?: (waiting: () => number) => Promise<void>,
): Batcher<T> {
  const waiting: T[] = [];
  let writing = false;

  async function run(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      if (gather !== undefined) await gather(() => waiting.length);
      await write(waiting.splice(0, most));
    }
    writing = false;
  }

  return {
    add(item) {
      waiting.push(item);
      if (!writing) void run();
    },
  };
}
