/** What becomes of an upload when something breaks under it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachmentById } from '../database/attachments.ts';
import { givenOrganisation, type GivenOrganisation } from '../database/testing/given.ts';
import { openTestDatabase, type TestDatabase } from '../database/testing/open.ts';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { createDiskFiles } from './disk-files.ts';
import type { FileStore } from './file-store.ts';
import { createFiles } from './files.ts';

const clock = new ManualClock();

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

describe('an upload', () => {
  let db: TestDatabase;
  let folder: string;
  let given: GivenOrganisation;
  let store: FileStore;
  beforeEach(async () => {
    db = await openTestDatabase('sqlite', { clock });
    given = await givenOrganisation(db);
    folder = await mkdtemp(join(tmpdir(), 'latchbox-files-'));
    store = createDiskFiles({ folder, clock });
  });
  afterEach(async () => {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });
  const filesOn = (on: FileStore) =>
    createFiles({ db, store: on, clock, log: silentLog, secret: 'a secret' });
  const upload = { name: 'a.txt', type: undefined, content: bytes('a') };

  it('is on the disk before its row is', async () => {
    const order: string[] = [];
    const watched: FileStore = {
      ...store,
      open: (file) => store.open(file),
      async write(content, options) {
        const stored = await store.write(content, options);
        order.push(`${(await readdir(join(folder, 'new'))).length} on the disk`);
        return stored;
      },
    };
    const files = filesOn(watched);
    const { id } = await files.upload(given.anna.id, upload);
    const row = await attachmentById(db.read, id);
    expect(order).toEqual(['1 on the disk']);
    expect((await store.read(row?.file ?? '')).toString()).toBe('a');
  });

  it('that does not fit on the disk is refused in words, and nothing of it is stored', async () => {
    const full: FileStore = {
      ...store,
      write: (content) => {
        async function* thenFull(): AsyncGenerator<Uint8Array> {
          for await (const chunk of content) yield chunk;
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        }
        return store.write(thenFull(), { max: 100 });
      },
    };
    await expect(
      filesOn(full).upload(given.anna.id, { ...upload, content: bytes('b') }),
    ).rejects.toMatchObject({
      code: 'internal',
      message: 'The server has no room left for files.',
    });
    expect(await readdir(join(folder, 'new'))).toEqual([]);
  });

  it('of somebody whom the database does not know leaves no bytes behind', async () => {
    const files = filesOn(store);
    await expect(files.upload('agt_nobody', { ...upload, content: bytes('c') })).rejects.toThrow();
    expect(await readdir(join(folder, 'new'))).toEqual([]);
  });
});
