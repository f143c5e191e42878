import type { Core } from '../core.ts';
import type { ConnectionParts } from './states.ts';

/** Notices a connection that is silent: the server says something every head beat, three missed ones are too many. */
export function watchSilence(
  core: Core,
  beat: number,
  heardAt: () => number,
  tooLong: () => void,
): () => void {
  let stop = (): void => {};
  const look = (): void => {
    // Half a beat for the way; one timer looks again only after the time that is left.
    const left = heardAt() + 3.5 * beat - core.runtime.now();
    if (left <= 0) tooLong();
    else stop = core.later(left, look);
  };
  look();
  return () => stop();
}

/** Timers of browsers overflow beyond 2^31 ms. */
const LONGEST_TIMER = 2 ** 30;
const TRY_AGAIN = 5_000;

/** Replaces the token some time before it ends. When that fails for good, the server says goodbye in its time. */
export function refreshToken(
  core: Core,
  newToken: (signal: AbortSignal) => Promise<string>,
  refresh: ConnectionParts['refresh'],
  endsAt: number | null,
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let stop = (): void => {};
  const wait = (end: number | null): void => {
    if (end === null || signal.aborted) return;
    const left = end - core.clock.now();
    const due = left - Math.min(60_000, left * 0.2);
    stop = core.later(Math.min(Math.max(due, 0), LONGEST_TIMER), () => {
      if (due > LONGEST_TIMER) wait(end);
      else void renew();
    });
  };
  const renew = async (): Promise<void> => {
    try {
      const token = await newToken(signal);
      if (!signal.aborted) wait((await refresh({ token })).tokenEndsAt);
    } catch (error) {
      if (signal.aborted) return;
      core.log('warn', 'The token could not be replaced.', error);
      stop = core.later(TRY_AGAIN, () => void renew());
    }
  };
  wait(endsAt);
  return () => {
    abort.abort();
    stop();
  };
}
