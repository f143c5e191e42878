import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createDiskFiles } from './disk-files.ts';
import type { FileStore } from './file-store.ts';

const HOUR = 3_600_000;

describe('files on a disk', () => {
  let folder: string;
  let files: FileStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchbox-files-'));
    files = createDiskFiles({ folder: join(folder, 'files'), clock: systemClock });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const fresh = () => readdir(join(folder, 'files', 'new'));
  async function age(file: string): Promise<void> {
    const then = new Date(Date.now() - 2 * HOUR);
    await utimes(join(folder, 'files', 'new', file), then, then);
  }

  it('gives back what was written, with its size and its first bytes', async () => {
    const bytes = Buffer.from('x'.repeat(100_000) + 'end');
    const stored = await files.write([bytes.subarray(0, 7), bytes.subarray(7)], { max: 1e6 });
    expect(stored.size).toBe(bytes.length);
    const open = await files.open(stored.file);
    expect(open.size).toBe(bytes.length);
    expect(Buffer.from(open.head).toString()).toBe('x'.repeat(16));
    expect(await buffer(open.stream)).toEqual(bytes);
    expect(await files.read(stored.file)).toEqual(bytes);
  });

  it('keeps nothing of what is too large or breaks off', async () => {
    await expect(files.write([Buffer.alloc(6), Buffer.alloc(5)], { max: 10 })).rejects.toMatchObject({
      code: 'too_large',
      details: { max: 10 },
    });
    async function* breaking() {
      yield Buffer.from('half of it');
      await Promise.resolve();
      throw new Error('the upload broke off');
    }
    await expect(files.write(breaking(), { max: 100 })).rejects.toThrow('broke off');
    expect(await fresh()).toEqual([]);
  });

  it('says that the disk is full, and keeps nothing', async () => {
    function* full() {
      yield Buffer.from('half of it');
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    await expect(files.write(full(), { max: 100 })).rejects.toMatchObject({ name: 'StorageFull' });
    expect(await fresh()).toEqual([]);
  });

  it('opens nothing by a name that it did not make', async () => {
    for (const name of ['../latchbox.sqlite', '/etc/passwd', '', 'a'.repeat(31), `${'a'.repeat(30)}/.`]) {
      await expect(files.open(name), name).rejects.toMatchObject({ code: 'not_found' });
      await expect(files.read(name), name).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(files.open('a'.repeat(32))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('sweeps away what no row names, and what is half written, but nothing young', async () => {
    const named = await files.write([Buffer.from('named')], { max: 10 });
    const lost = await files.write([Buffer.from('lost')], { max: 10 });
    const young = await files.write([Buffer.from('young')], { max: 10 });
    await age(named.file);
    await age(lost.file);
    const asked: string[] = [];
    const removed = await files.sweep(HOUR, (names) => {
      asked.push(...names);
      return Promise.resolve(new Set([named.file]));
    });
    expect(removed).toBe(1);
    expect(asked.toSorted()).toEqual([named.file, lost.file].toSorted());
    expect(await fresh()).toEqual([young.file]);
    expect((await files.read(named.file)).toString()).toBe('named');
    await expect(files.read(lost.file)).rejects.toMatchObject({ code: 'not_found' });
    await files.remove(named.file);
    await files.remove(named.file);
    await expect(files.read(named.file)).rejects.toMatchObject({ code: 'not_found' });
  });
});
