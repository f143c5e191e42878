import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { createImageCache } from './image-cache.ts';

let folder = '';
const clock = new ManualClock();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchbox-images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture = (size: number) => Buffer.alloc(size, 7);

test('keeps pictures for a while, and another process finds them', async () => {
  const cache = createImageCache({ folder: join(folder, 'made'), clock, lives: 1_000 });
  expect(await cache.get('https://a.example/1')).toBeUndefined();
  await cache.put('https://a.example/1', picture(10));
  expect(await cache.get('https://a.example/1')).toEqual(picture(10));
  const other = createImageCache({ folder: join(folder, 'made'), clock, lives: 1_000 });
  expect(await other.get('https://a.example/1')).toEqual(picture(10));
  await clock.advance(2_000);
  expect(await cache.get('https://a.example/1')).toBeUndefined();
});

test('holds no more than it may: the oldest go', async () => {
  const cache = createImageCache({ folder, clock, maxBytes: 100 });
  for (let at = 0; at < 50; at += 1) {
    await clock.advance(1_000);
    await cache.put(`https://a.example/${at}`, picture(10));
    expect((await readdir(folder)).length).toBeLessThanOrEqual(10);
  }
  expect(await cache.get('https://a.example/49')).toEqual(picture(10));
  expect(await cache.get('https://a.example/0')).toBeUndefined();
  await cache.put('https://a.example/huge', picture(101));
  expect(await cache.get('https://a.example/huge')).toBeUndefined();
});

test('a folder that cannot be written to keeps nobody from seeing pictures', async () => {
  await chmod(folder, 0o500);
  const cache = createImageCache({ folder: join(folder, 'x\u0000y'), clock });
  await cache.put('https://a.example/1', picture(10));
  expect(await cache.get('https://a.example/1')).toBeUndefined();
});
