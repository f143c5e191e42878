/** Milliseconds since 1970 on the server's clock; compare with `client.clock.now()`. */
export type ServerTime = number;

/** The server's time, as far as it can be known here: this machine's time plus one measured offset. */
export interface ServerClock {
  readonly now: () => ServerTime;
  /** Takes a reading: the median of the last five counts, so one late frame moves nothing. */
  sample(serverTime: ServerTime, measuredAt?: number): void;
  /** Forgets the readings: another server answers now, or this machine slept. */
  restart(): void;
}

export function createClock(now: () => number): ServerClock {
  let samples: number[] = [];
  let offset = 0;
  return {
    // Whole milliseconds, as the wire takes them: half a round trip can be half of one.
    now: () => Math.round(now() + offset),
    sample(serverTime, measuredAt = now()) {
      samples = [serverTime - measuredAt, ...samples].slice(0, 5);
      offset = [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? 0;
    },
    restart() {
      samples = [];
    },
  };
}
