import { expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { createLoop } from './loop.ts';
import { ManualClock } from './manual-clock.ts';

function given(options: { firstAfter?: number; fails?: boolean } = {}) {
  const clock = new ManualClock();
  const said: string[] = [];
  const over: boolean[] = [];
  let looks = 0;
  let hold: Promise<void> = Promise.resolve();
  const loop = createLoop({
    clock,
    log: { ...silentLog, error: (text) => void said.push(text) },
    every: 100,
    what: 'nothing was found',
    ...(options.firstAfter === undefined ? {} : { firstAfter: options.firstAfter }),
    async look(isOver) {
      looks += 1;
      await hold;
      over.push(isOver());
      if (options.fails === true) throw new Error('broken');
    },
  });
  return {
    clock,
    loop,
    said,
    over,
    looks: () => looks,
    /** The looks that begin from here on take until the answer is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = promise;
      return resolve;
    },
  };
}

test('it looks at the start, and then every so often', async () => {
  const { clock, loop, looks } = given();
  loop.start();
  loop.start();
  expect(looks()).toBe(1);
  await clock.advance(99);
  expect(looks()).toBe(1);
  await clock.advance(1);
  expect(looks()).toBe(2);
  await loop.stop();
  await clock.advance(1_000);
  expect(looks()).toBe(2);
});

test('the first look may come later', async () => {
  const { clock, loop, looks } = given({ firstAfter: 30 });
  loop.start();
  await clock.advance(29);
  expect(looks()).toBe(0);
  await clock.advance(1);
  expect(looks()).toBe(1);
  await loop.stop();
});

test('a poke looks at once, or once more after the look that is under way', async () => {
  const { clock, loop, looks, hold } = given();
  loop.poke();
  expect(looks()).toBe(0);
  const goOn = hold();
  loop.start();
  loop.poke();
  loop.poke();
  expect(looks()).toBe(1);
  goOn();
  await clock.advance(0);
  await expect.poll(looks).toBe(2);
  await clock.advance(1);
  loop.poke();
  expect(looks()).toBe(3);
  await loop.stop();
});

test('a look that fails is logged, and the next one comes', async () => {
  const { clock, loop, looks, said } = given({ fails: true });
  loop.start();
  await clock.advance(100);
  expect(looks()).toBe(2);
  expect(said).toEqual(['nothing was found', 'nothing was found']);
  await loop.stop();
});

test('whoever stops it waits for the look under way, which knows that it is over', async () => {
  const { loop, over, hold } = given();
  const goOn = hold();
  loop.start();
  const stopped = loop.stop();
  goOn();
  await stopped;
  expect(over).toEqual([true]);
});
