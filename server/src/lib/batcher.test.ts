import { expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

test('the first item is written at once, and what comes in meanwhile shares the next writes, in order', async () => {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const batcher = createBatcher<number>(3, async (batch) => {
    batches.push([...batch]);
    await new Promise<void>((resolve) => gates.push(resolve));
  });
  for (const item of [1, 2, 3, 4, 5]) batcher.add(item);
  expect(batches).toEqual([[1]]);
  gates.shift()?.();
  await expect.poll(() => batches).toEqual([[1], [2, 3, 4]]);
  batcher.add(6);
  gates.shift()?.();
  await expect.poll(() => batches).toEqual([[1], [2, 3, 4], [5, 6]]);
  gates.shift()?.();
  await expect.poll(() => gates.length).toBe(0);
  batcher.add(7);
  await expect.poll(() => batches.at(-1)).toEqual([7]);
  gates.shift()?.();
});

test('whoever gathers decides how long to wait, and knows how many there are', async () => {
  const batches: number[][] = [];
  const seen: number[] = [];
  let goOn: () => void = () => undefined;
  const batcher = createBatcher<number>(
    3,
    (batch) => Promise.resolve(void batches.push([...batch])),
    async (waiting) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      seen.push(waiting());
    },
  );
  batcher.add(1);
  batcher.add(2);
  expect(batches).toEqual([]);
  goOn();
  await expect.poll(() => batches).toEqual([[1, 2]]);
  expect(seen).toEqual([2]);
});
