import { expect, test } from 'vitest';
import { createClock } from './clock.ts';

test('the offset is the median of the last five readings', () => {
  let now = 1_000;
  const clock = createClock(() => now);
  clock.sample(6_000);
  expect(clock.now()).toBe(6_000);
  for (const late of [0, -900, 10, -5]) clock.sample(6_000 + late);
  expect(clock.now()).toBe(6_000);
  now = 2_000;
  expect(clock.now()).toBe(7_000);
});

test('a jump of this machine is followed within three readings', () => {
  let now = 1_000;
  const clock = createClock(() => now);
  for (let beat = 0; beat < 5; beat += 1) clock.sample(now);
  now += 3_600_000;
  for (let beat = 0; beat < 3; beat += 1) clock.sample(1_000);
  expect(clock.now()).toBe(1_000);
});

test('after a restart the first reading counts', () => {
  const clock = createClock(() => 0);
  for (let beat = 0; beat < 5; beat += 1) clock.sample(100);
  clock.restart();
  clock.sample(900);
  expect(clock.now()).toBe(900);
});
