import { describe, expect, it } from 'vitest';
import { createLimiter, DEFAULT_RATES, scaleRates } from './rates.ts';

const rates = { ...DEFAULT_RATES, write: { perSecond: 10, burst: 5 } };

describe('a limiter', () => {
  it('lets a burst through, then the average, and says how long to wait', () => {
    const limiter = createLimiter(rates);
    for (let each = 0; each < 5; each += 1) expect(limiter.take('write', 0)).toBeUndefined();
    expect(limiter.take('write', 0)).toBe(100);
    expect(limiter.take('write', 60)).toBe(40);
    expect(limiter.take('write', 100)).toBeUndefined();
    expect(limiter.take('write', 100)).toBe(100);
  });

  it('has the whole burst again after a rest, and no more', () => {
    const limiter = createLimiter(rates);
    for (let each = 0; each < 5; each += 1) limiter.take('write', 0);
    let taken = 0;
    while (limiter.take('write', 100_000) === undefined) taken += 1;
    expect(taken).toBe(5);
  });

  it('counts each class for itself', () => {
    const limiter = createLimiter(rates);
    while (limiter.take('write', 0) === undefined);
    expect(limiter.take('read', 0)).toBeUndefined();
  });

  it('never lets more through in any second than the average and a burst', () => {
    const limiter = createLimiter(rates);
    let taken = 0;
    for (let now = 0; now < 10_000; now += 7) if (limiter.take('write', now) === undefined) taken += 1;
    expect(taken).toBeLessThanOrEqual(105);
    expect(taken).toBeGreaterThanOrEqual(100);
  });

  it('is idle when nobody would notice that it is forgotten', () => {
    const limiter = createLimiter(rates);
    expect(limiter.idle(0)).toBe(true);
    limiter.take('write', 0);
    expect(limiter.idle(50)).toBe(false);
    expect(limiter.idle(100)).toBe(true);
  });

  it('is wider by a factor', () => {
    const limiter = createLimiter(scaleRates(rates, 2));
    let taken = 0;
    while (limiter.take('write', 0) === undefined) taken += 1;
    expect(taken).toBe(10);
  });
});
