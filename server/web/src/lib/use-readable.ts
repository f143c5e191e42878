import { useMemo, useSyncExternalStore } from 'react';
import type { Watchable } from './store.ts';

/** The present snapshot; renders again when it changes. */
export function useReadable<T>(readable: Watchable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.getSnapshot, readable.getSnapshot);
}

/**
 * A part of the snapshot; renders again only when that part is another one (by `Object.is`). `pick` must be the same
 * function between renders (one of the module, or memoised).
 */
export function usePick<T, S>(readable: Watchable<T>, pick: (value: T) => S): S {
  const getPicked = useMemo(() => {
    let seen: { readonly snapshot: T; readonly picked: S } | undefined;
    return () => {
      const snapshot = readable.getSnapshot();
      if (seen === undefined || !Object.is(seen.snapshot, snapshot))
        seen = { snapshot, picked: pick(snapshot) };
      return seen.picked;
    };
  }, [readable, pick]);
  return useSyncExternalStore(readable.subscribe, getPicked, getPicked);
}
