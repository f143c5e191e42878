import type { Unsubscribe } from './lib/scope.ts';

/** A value of the environment that changes by itself. */
export interface Watched<T> {
  get(): T;
  subscribe(onChange: () => void): Unsubscribe;
}

/**
 * Everything the SDK takes from its surroundings. Each part has a default that works in browsers and in Node; give your
 * own for tests and for other platforms.
 */
export interface Runtime {
  /** Milliseconds since 1970 on this machine's clock, right or wrong: the SDK measures how far the server's is from it. */
  readonly now: () => number;
  /** Calls `fire` once after `ms`; returns what takes that back. */
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Whether somebody can see this tab. */
  readonly visible: Watched<boolean>;
  /** Whether the machine believes to have a network; a hint and nothing more. */
  readonly online: Watched<boolean>;
  /** Survives a reload of this tab and belongs to it alone, as `sessionStorage` does. */
  readonly storage: { get(key: string): string | null; set(key: string, value: string | null): void };
  /** Holds a name among the tabs of a browser; null when another tab holds it. */
  readonly locks: { hold(name: string): Promise<(() => void) | null> };
  /** What this session calls itself towards the same agent's others: "Chrome on Linux". */
  readonly device: string;
}

/** What is needed of it before there is a connection. */
export type Time = Pick<Runtime, 'now' | 'setTimer' | 'random'>;

/** Time and chance as they were given, and the platform's else. */
export function completeTime(given: Partial<Time> = {}): Time {
  return {
    now: given.now ?? (() => Date.now()),
    random: given.random ?? (() => Math.random()),
    setTimer:
      given.setTimer ??
      ((ms, fire) => {
        const timer = setTimeout(fire, ms);
        return () => clearTimeout(timer);
      }),
  };
}
