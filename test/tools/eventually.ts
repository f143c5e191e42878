/** Waiting for what must come about by itself, without sleeping for a guessed time. */

const PAUSE = 10;

/** Resolves after `ms`. Only for the pauses between two looks and for paced loads, never instead of a condition. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Time is up: what was waited for, and what was seen last. */
export class NeverHappened extends Error {}

/**
 * Looks again and again until `look` answers something that is neither undefined, null nor false, and returns it. Throws
 * `NeverHappened` when it does not within `withinMs`; an error of `look` counts as "not yet" and is told then. `every`: ms between two
 * looks, more for what costs something to look at.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 5_000,
  every = PAUSE,
): Promise<Exclude<T, undefined | null | false>> {
  const end = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      last = await look();
      if (last !== undefined && last !== null && last !== false) {
        return last as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      last = error;
    }
    if (performance.now() >= end) {
      const seen = last instanceof Error ? last.message : (JSON.stringify(last) ?? 'undefined');
      throw new NeverHappened(`${what}: not within ${withinMs} ms; seen last: ${seen.slice(0, 500)}`);
    }
    await pause(every);
  }
}

/** `work`, or an error that names it when it takes longer than `withinMs`. */
export async function within<T>(what: string, withinMs: number, work: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const handle = setTimeout(
    () => timer.reject(new NeverHappened(`${what}: not within ${withinMs} ms`)),
    withinMs,
  );
  try {
    return await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}
