/** Resolves when the event loop has been round once: whatever was ready has run. It has nothing to do with time. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
