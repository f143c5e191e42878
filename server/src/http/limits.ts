import type { RouteRate } from '@latchbox/shared/http/index';
import { callerKey, createLimit } from '../directory/limits.ts';

/** Calls a minute: of an agent (read, write, lock), or of an address without a token. */
const PER_MINUTE: Record<Exclude<RouteRate, 'unlimited'>, number> = {
  public: 600,
  read: 1_200,
  write: 600,
  lock: 600,
};
/** Calls with a token that is none, of one address a minute. */
const BAD_TOKENS = 120;

export interface CallLimits {
  /** Counts a call; `key` is the agent's id or, for `public`, the address. Throws `rate_limited`. */
  take(rate: RouteRate, key: string): Promise<void>;
  /** Counts a token that was refused. */
  badToken(ip: string): Promise<void>;
}

export function createCallLimits(factor: number): CallLimits {
  const make = (points: number) => createLimit(points, 60, factor);
  const limits = {
    public: make(PER_MINUTE.public),
    read: make(PER_MINUTE.read),
    write: make(PER_MINUTE.write),
    lock: make(PER_MINUTE.lock),
  };
  const bad = make(BAD_TOKENS);
  return {
    async take(rate, key) {
      if (rate !== 'unlimited') await limits[rate].take(rate === 'public' ? callerKey(key) : key);
    },
    badToken: (ip) => bad.take(callerKey(ip)),
  };
}
