import type { Clock } from '../lib/clock.ts';

/** Values that are gone when their time is over, counted on the monotonic clock. No timers: an old value is dropped when it is met. */
export interface Expiring<V> {
  set(key: string, value: V, ttl: number): void;
  get(key: string): V | undefined;
  delete(key: string): V | undefined;
  clear(): void;
}

interface Kept<V> {
  readonly value: V;
  readonly until: number;
}

/** Below this many values nobody looks for old ones. */
const SMALL = 1_024;

/** `dropped` is told every value that goes: replaced, deleted or out of time. */
export function createExpiring<V>(clock: Clock, dropped?: (value: V) => void): Expiring<V> {
  const kept = new Map<string, Kept<V>>();
  let pruneAt = SMALL;

  function drop(key: string, old: Kept<V>): void {
    kept.delete(key);
    dropped?.(old.value);
  }

  /** Looks through everything each time the map has doubled, so that a call costs O(1) in the long run. */
  function prune(): void {
    const now = clock.monotonic();
    for (const [key, old] of kept) if (old.until <= now) drop(key, old);
    pruneAt = Math.max(SMALL, kept.size * 2);
  }

  return {
    set(key, value, ttl) {
      const old = kept.get(key);
      if (old === undefined && kept.size >= pruneAt) prune();
      kept.set(key, { value, until: clock.monotonic() + ttl });
      if (old !== undefined && old.value !== value) dropped?.(old.value);
    },
    get(key) {
      const found = kept.get(key);
      if (found === undefined || found.until > clock.monotonic()) return found?.value;
      drop(key, found);
      return undefined;
    },
    delete(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      drop(key, found);
      return found.until > clock.monotonic() ? found.value : undefined;
    },
    clear() {
      for (const [key, old] of kept) drop(key, old);
    },
  };
}
