import { createClock, type ServerClock } from './connection/clock.ts';
import { joined, Scope } from './lib/scope.ts';
import { completeTime, type Runtime, type Time } from './runtime.ts';

/** How long things take in the client, in milliseconds. */
export interface Timings {
  /** A connection that is gone for longer is told to people. */
  readonly slowAfter: number;
  /** How long the server has to answer a command. */
  readonly ackTimeout: number;
  /** How long `connect()` waits before it gives up waiting; the client goes on trying. */
  readonly connectTimeout: number;
  /** How long a conversation stays open after its last lease was released. */
  readonly leaseLinger: number;
  /** How long a draft rests before it is saved. */
  readonly draftDelay: number;
}

export const DEFAULT_TIMINGS: Timings = {
  slowAfter: 5_000,
  ackTimeout: 10_000,
  connectTimeout: 30_000,
  leaseLinger: 250,
  draftDelay: 700,
};

export interface LogEntry {
  readonly level: 'debug' | 'warn' | 'error';
  readonly message: string;
  readonly data?: unknown;
}

/** What every part of a client shares. */
export interface Core {
  readonly scope: Scope;
  readonly runtime: Time;
  readonly timings: Timings;
  readonly clock: ServerClock;
  readonly log: (level: LogEntry['level'], message: string, data?: unknown) => void;
  /** Calls `fire` once after `ms`, unless that is taken back or the client closes before. */
  readonly later: (ms: number, fire: () => void) => () => void;
  /** A new client id, unique enough to name a send or an acquire for ever: 4 × 31 random bits. */
  newId(): string;
}

export function createCore(options: {
  readonly runtime?: Partial<Runtime>;
  readonly timings?: Partial<Timings>;
  readonly log?: (entry: LogEntry) => void;
}): Core {
  const runtime = completeTime(options.runtime);
  const log: Core['log'] = (level, message, data) => options.log?.({ level, message, data });
  const scope = new Scope((message, error) => log('error', message, error));
  return {
    runtime,
    log,
    scope,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    clock: createClock(runtime.now),
    later(ms, fire) {
      const stop = runtime.setTimer(ms, () => {
        off();
        fire();
      });
      const off = scope.onEnd(stop);
      return joined(off, stop);
    },
    newId: () =>
      Array.from({ length: 4 }, () =>
        Math.floor(runtime.random() * 2 ** 31)
          .toString(36)
          .padStart(6, '0'),
      ).join(''),
  };
}
