import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { LatchboxError } from '@latchbox/shared';

export interface Limit {
  /** Counts one more; throws `rate_limited` when there were too many. */
  take(key: string): Promise<void>;
  /** Takes one back: what was counted turned out to be fine. */
  giveBack(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

/** At most `points` (times `factor`) within `seconds`, for each key. Kept in this process. */
export function createLimit(points: number, seconds: number, factor = 1): Limit {
  const limiter = new RateLimiterMemory({
    points: Math.max(1, Math.round(points * factor)),
    duration: seconds,
  });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new LatchboxError('rate_limited', {
          retryAfterMs: Math.max(1, Math.ceil(refusal.msBeforeNext)),
        });
      }
    },
    async giveBack(key) {
      await limiter.reward(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}

/** A caller as limits count them: an IPv6 customer has a whole /64 to call from. */
export function callerKey(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail = ''] = (ip.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

export interface SignInLimits {
  /** Failed sign-ins for one address from one caller, within `windowSeconds`. */
  readonly perAddressAndCaller: number;
  /** Failed sign-ins for one address from anywhere: higher, so that a stranger cannot easily lock its owner out. */
  readonly perAddress: number;
  /** Failed sign-ins of one caller. */
  readonly perCaller: number;
  readonly windowSeconds: number;
}

export const SIGN_IN_LIMITS: SignInLimits = {
  perAddressAndCaller: 8,
  perAddress: 50,
  perCaller: 60,
  windowSeconds: 600,
};

export interface SignInGuard {
  /** Counts an attempt before it is tried, so that many at once cannot slip through together. */
  attempt(address: string, ip: string): Promise<void>;
  /** It was the right password: the attempt does not count. */
  passed(address: string, ip: string): Promise<void>;
}

export function createSignInGuard(limits: SignInLimits, factor: number): SignInGuard {
  const both = createLimit(limits.perAddressAndCaller, limits.windowSeconds, factor);
  const address = createLimit(limits.perAddress, limits.windowSeconds, factor);
  const caller = createLimit(limits.perCaller, limits.windowSeconds, factor);
  return {
    async attempt(email, ip) {
      const from = callerKey(ip);
      await caller.take(from);
      await both.take(`${from} ${email}`);
      await address.take(email);
    },
    async passed(email, ip) {
      const from = callerKey(ip);
      await Promise.all([caller.giveBack(from), both.forget(`${from} ${email}`), address.giveBack(email)]);
    },
  };
}
