/** Resolves when the event loop has been round once: whatever was ready has run. It has nothing to do with time. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Resolves when the running code is done, and everything that waited for what it resolved: an answer that is on its way is written
 * before what follows. Within the same turn of the event loop.
 */
export function afterwards(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
