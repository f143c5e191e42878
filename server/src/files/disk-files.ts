import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LatchboxError, refuse } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import { type FileStore, type OpenFile, StorageFull, type StoredFile } from './file-store.ts';

/** Names that the store makes: they say nothing, and differ where file systems do not tell capitals apart. */
const NAME = /^[0-9a-f]{32}$/;
/** Files that no sweep has looked at yet. */
const FRESH = 'new';
const UNFINISHED = '.part';
const HEAD_BYTES = 16;

export interface DiskFilesDeps {
  /** Where the files lie; made when it is not there. Servers of one deployment share it. */
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * Files on a disk. They are written into `new/`, and a sweep moves those that a row names into one of 256 folders: so a file
 * that lost its row to a crash is found without looking at all the others.
 */
export function createDiskFiles(deps: DiskFilesDeps): FileStore {
  return new DiskFiles(deps);
}

class DiskFiles implements FileStore {
  readonly #folder: string;
  readonly #fresh: string;
  readonly #clock: Clock;

  constructor({ folder, clock }: DiskFilesDeps) {
    this.#folder = folder;
    this.#fresh = join(folder, FRESH);
    this.#clock = clock;
  }

  async write(content: Content, { max }: { readonly max: number }): Promise<StoredFile> {
    await mkdir(this.#fresh, { recursive: true });
    const file = randomBytes(16).toString('hex');
    const path = join(this.#fresh, file);
    try {
      const size = await writeWhole(path + UNFINISHED, content, max);
      await rename(path + UNFINISHED, path);
      await syncFolder(this.#fresh);
      return { file, size };
    } catch (error) {
      await Promise.all([rm(path + UNFINISHED, { force: true }), rm(path, { force: true })]);
      throw isFull(error) ? new StorageFull(error) : error;
    }
  }

  async open(file: string): Promise<OpenFile> {
    const handle = await this.#handle(file);
    try {
      const { size } = await handle.stat();
      const head = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
      // The stream closes the handle, also when it is destroyed early.
      const stream = handle.createReadStream({ start: 0 });
      return { size, head: head.subarray(0, bytesRead), stream };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(file: string): Promise<Buffer> {
    const handle = await this.#handle(file);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async remove(file: string): Promise<void> {
    for (const path of this.#places(file)) await rm(path, { force: true });
  }

  async sweep(olderThan: number, isNamed: IsNamed): Promise<number> {
    const old = await writtenBefore(this.#fresh, this.#clock.now() - olderThan);
    const whole = old.filter((name) => NAME.test(name));
    const named = await isNamed(whole);
    for (const file of whole) if (named.has(file)) await this.#keep(file);
    const lost = old.filter((name) => !named.has(name));
    for (const name of lost) await rm(join(this.#fresh, name), { force: true });
    return lost.length;
  }

  /** Where a file may lie: kept, or not looked at yet. */
  #places(file: string): [string, string] {
    if (!NAME.test(file)) throw refuse('not_found');
    return [join(this.#folder, file.slice(0, 2), file), join(this.#fresh, file)];
  }

  async #handle(file: string): Promise<FileHandle> {
    const [kept, written] = this.#places(file);
    // Moved between the two looks: then it is in its kept place by now.
    for (const path of [kept, written, kept]) {
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessGone);
      if (handle !== undefined) return handle;
    }
    throw refuse('not_found');
  }

  async #keep(file: string): Promise<void> {
    const [kept, written] = this.#places(file);
    await mkdir(dirname(kept), { recursive: true });
    await rename(written, kept).catch(unlessGone);
  }
}

type IsNamed = Parameters<FileStore['sweep']>[1];
type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function writeWhole(path: string, content: Content, max: number): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of content) {
      size += chunk.byteLength;
      if (size > max) throw new LatchboxError('too_large', { max });
      await writeChunk(handle, chunk);
    }
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

/** A disk that is nearly full takes a part of a chunk before it says so. */
async function writeChunk(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    const { bytesWritten } = await handle.write(chunk, at);
    at += bytesWritten;
  }
}

/** Without it a crash may forget the name of a file whose bytes are safe. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writtenBefore(folder: string, time: number): Promise<string[]> {
  const names = await readdir(folder).catch(unlessGone);
  const old: string[] = [];
  for (const name of names ?? []) {
    const found = await stat(join(folder, name)).catch(unlessGone);
    if (found?.isFile() === true && found.mtimeMs < time) old.push(name);
  }
  return old;
}

function unlessGone(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function isFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
