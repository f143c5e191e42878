import type { Core } from '../core.ts';
import type { Auth, ConnectionParts } from './states.ts';

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
    else stop = core.runtime.setTimer(left, look);
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
  auth: Auth,
  parts: Pick<ConnectionParts, 'refresh'>,
  endsAt: number | null,
): () => void {
  const abort = new AbortController();
  let stop = (): void => {};
  const wait = (end: number | null): void => {
    if (end === null) return;
    const left = end - core.clock.now();
    const due = left - Math.min(60_000, left * 0.2);
    stop = core.runtime.setTimer(Math.min(Math.max(due, 0), LONGEST_TIMER), () => {
      if (due > LONGEST_TIMER) wait(end);
      else void renew();
    });
  };
  const renew = async (): Promise<void> => {
    try {
      const token = await auth('expired', { signal: abort.signal });
      if (abort.signal.aborted) return;
      const { tokenEndsAt } = await parts.refresh({ token });
      if (!abort.signal.aborted) wait(tokenEndsAt);
    } catch (error) {
      if (abort.signal.aborted) return;
      core.log({ level: 'warn', message: 'The token could not be replaced.', data: error });
      stop = core.runtime.setTimer(TRY_AGAIN, () => void renew());
    }
  };
  wait(endsAt);
  return () => {
    abort.abort();
    stop();
  };
}
