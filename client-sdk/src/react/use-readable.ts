import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Readable } from '../lib/readable.ts';

/** A getter that picks once a snapshot, and keeps what it picked while `same` says that nothing changed. */
function picker<T, S>(
  snapshot: () => T,
  pick: (value: T) => S,
  same: (a: S, b: S) => boolean,
  shown: { readonly current: { readonly value: S } | null },
): () => S {
  let seen: { readonly from: T; readonly value: S } | undefined;
  return () => {
    const from = snapshot();
    if (seen !== undefined && Object.is(seen.from, from)) return seen.value;
    const before = seen ?? shown.current;
    const value = pick(from);
    seen = { from, value: before !== null && same(before.value, value) ? before.value : value };
    return seen.value;
  };
}

const whole = (value: unknown): unknown => value;

/** The present snapshot; renders again when it changes. */
export function useReadable<T>(readable: Readable<T>): T;
/**
 * A part of the snapshot; renders again only when that part is another one: by `Object.is`, or by `same`. `pick` may be
 * written in place. One that makes a new object each time needs a `same`.
 */
export function useReadable<T, S>(
  readable: Readable<T>,
  pick: (value: T) => S,
  same?: (a: S, b: S) => boolean,
): S;
export function useReadable(
  readable: Readable<unknown>,
  pick = whole,
  same: (a: unknown, b: unknown) => boolean = Object.is,
): unknown {
  /** What is on the screen: a `pick` written in place is another function each time, its answer need not be. */
  const shown = useRef<{ readonly value: unknown } | null>(null);
  const [get, getFirst] = useMemo(
    () => [
      picker(readable.getSnapshot, pick, same, shown),
      // A page that was rendered on a server shows what nobody was connected for; so must its first rendering here.
      picker(readable.getInitialSnapshot, pick, same, shown),
    ],
    [readable, pick, same],
  );
  const value = useSyncExternalStore(readable.subscribe, get, getFirst);
  useEffect(() => {
    shown.current = { value };
  }, [value]);
  return value;
}
