import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';

export interface ImageCacheDeps {
  /** Made when it is not there. Servers of one deployment may share it. */
  readonly folder: string;
  readonly clock: Clock;
  /** Most bytes that it holds, beyond which the oldest go. Default: 256 MiB. */
  readonly maxBytes?: number;
  /** Ms after which a picture is fetched again. Default: a week. */
  readonly lives?: number;
}

/** Pictures of other servers, kept for a while on the disk. What is lost here is fetched again. */
export interface ImageCache {
  get(url: string): Promise<Buffer | undefined>;
  /** Never throws: a full disk keeps nobody from seeing the picture. */
  put(url: string, bytes: Buffer): Promise<void>;
}

const NAME = /^[0-9a-f]{64}(?:\.[0-9a-f]{8})?$/;

export function createImageCache(deps: ImageCacheDeps): ImageCache {
  const { folder, clock, maxBytes = 256 * 1_024 * 1_024, lives = 7 * 24 * 3_600_000 } = deps;
  /** Written by this process since the folder was looked at; undefined: it was not yet. */
  let room: number | undefined;
  const pathOf = (url: string) => join(folder, createHash('sha256').update(url).digest('hex'));

  /** Takes away what is too old and what is too much, and says how many bytes may come until the next look. */
  async function tidy(): Promise<number> {
    const oldest = clock.now() - lives;
    let held = 0;
    for (const { path, size, at } of await look(folder)) {
      // Down to three quarters, or every picture from then on would look at the whole folder.
      if (at >= oldest && held + size <= maxBytes * 0.75) held += size;
      else await rm(path, { force: true });
    }
    return maxBytes - held;
  }

  return {
    async get(url) {
      const handle = await open(pathOf(url), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
        () => undefined,
      );
      if (handle === undefined) return undefined;
      try {
        const { mtimeMs } = await handle.stat();
        return clock.now() - mtimeMs > lives ? undefined : await handle.readFile();
      } catch {
        return undefined;
      } finally {
        await handle.close();
      }
    },
    async put(url, bytes) {
      const path = pathOf(url);
      // A name of its own until it is whole: another process may be writing the same picture.
      const part = `${path}.${randomBytes(4).toString('hex')}`;
      try {
        await mkdir(folder, { recursive: true });
        if (room === undefined || room < bytes.length) room = await tidy();
        if (room < bytes.length) return;
        room -= bytes.length;
        const handle = await open(part, 'wx', 0o600);
        try {
          await handle.writeFile(bytes);
          // The times of the files are compared with this clock, not with the disk's.
          await handle.utimes(clock.now() / 1_000, clock.now() / 1_000);
        } finally {
          await handle.close();
        }
        await rename(part, path);
      } catch {
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** Pictures of the folder with their sizes, the newest first. */
async function look(folder: string): Promise<{ path: string; size: number; at: number }[]> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      return found === undefined ? [] : [{ path, size: found.size, at: found.mtimeMs }];
    }),
  );
  return all.flat().toSorted((a, b) => b.at - a.at);
}
