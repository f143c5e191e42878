import { expect, test } from 'vitest';
import { untilStill } from './rest.ts';
import { SimTime } from './time.ts';

const OPTIONS = { still: 4_500, most: 90_000, look: 500 };

/** When the wait is over, if something is under way at the times (ms) that `isBusy` says. */
async function restAt(isBusy: (now: number) => boolean): Promise<number> {
  const time = new SimTime();
  await untilStill(time, () => !isBusy(time.now), OPTIONS);
  return time.now;
}

test('what is still all along is watched for as long as stillness takes, and no longer', async () => {
  expect(await restAt(() => false)).toBe(4_500);
});

test('it is over so long after the last time that something was under way', async () => {
  expect(await restAt((now) => now < 3_000)).toBe(3_000 + 4_500);
});

test('a moment between two locks is no rest', async () => {
  // One is open until 2 s, the next from 2.2 s on, until its holder has been asked and has not answered.
  expect(await restAt((now) => now < 2_000 || (now > 2_200 && now < 11_500))).toBe(11_500 + 4_500);
});

test('what never ends is waited for so long and no longer', async () => {
  expect(await restAt(() => true)).toBe(90_000 + 4_500);
});
