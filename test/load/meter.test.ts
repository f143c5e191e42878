import { expect, test } from 'vitest';
import { Latencies, Meter, Sum } from './meter.ts';

test('percentiles are right to two percent, also after being sent and added up', () => {
  const halves = [new Latencies(), new Latencies()];
  for (let ms = 1; ms <= 1_000; ms += 1) halves[ms % 2]?.add(ms);
  const all = new Latencies();
  for (const half of halves) all.merge(JSON.parse(JSON.stringify(half.spread())));
  expect(all.count).toBe(1_000);
  for (const [part, ms] of [
    [0.5, 500],
    [0.95, 950],
    [0.99, 990],
  ] as const)
    expect(Math.abs(all.percentile(part) / ms - 1)).toBeLessThan(0.03);
  expect(new Latencies().percentile(0.5)).toBeNaN();
});

test('a meter begins anew when it is read, and readings add up', () => {
  const meter = new Meter();
  const sum = new Sum();
  meter.took('reply', 4);
  meter.count('errors');
  sum.add(meter.read());
  expect(meter.read()).toEqual({ latencies: {}, counts: {} });
  meter.took('reply', 8);
  meter.count('errors', 2);
  sum.add(meter.read());
  expect(sum.of('reply').count).toBe(2);
  expect(sum.counted('errors')).toBe(3);
  expect(sum.counted('nothing')).toBe(0);
});
