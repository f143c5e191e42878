/** Everything that waits or dates takes its time from here, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970; may jump. For dates and deadlines that are stored or shown. */
  now(): number;
  /** Milliseconds since some moment; never jumps. For durations. */
  monotonic(): number;
  /** Calls `fire` once after `ms`. The returned function cancels; cancelling twice or late is fine. */
  setTimer(ms: number, fire: () => void): () => void;
}

/** The clock of the machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(ms, fire) {
    const timer = setTimeout(fire, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
