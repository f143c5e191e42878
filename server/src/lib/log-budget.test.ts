import { expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { createLogBudget } from './log-budget.ts';
import { ManualClock } from './manual-clock.ts';

test('lets so many lines a second through, and says how many there were besides', async () => {
  const clock = new ManualClock();
  const warnings: unknown[] = [];
  const budget = createLogBudget(
    { clock, log: { ...silentLog, warn: (_text, fields) => void warnings.push(fields) } },
    3,
  );
  let lines = 0;
  for (let at = 0; at < 10; at += 1) budget(() => (lines += 1));
  expect([lines, warnings]).toEqual([3, []]);
  await clock.advance(1_000);
  budget(() => (lines += 1));
  expect([lines, warnings]).toEqual([4, [{ left: 7 }]]);
});
