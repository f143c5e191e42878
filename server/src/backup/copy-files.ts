import { type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that are not looked at yet; a sweep moves them into the other folders. */
const FRESH = 'new';
const UNFINISHED = '.part';

/**
 * Copies the folder of attachments and large mails while servers write to it. The fresh ones come first: what is moved from there
 * while the copy goes on is found in the place that it was moved to. Answers how many there were.
 */
export async function copyFiles(from: string, to: string): Promise<number> {
  const folders = (await entries(from)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  folders.sort((a, b) => Number(b === FRESH) - Number(a === FRESH));
  let copied = 0;
  for (const folder of folders) {
    await mkdir(join(to, folder), { recursive: true });
    for (const entry of await entries(join(from, folder))) {
      if (!entry.isFile() || entry.name.endsWith(UNFINISHED)) continue;
      const place = join(folder, entry.name);
      if (await copyOne(join(from, place), join(to, place))) copied += 1;
    }
  }
  return copied;
}

/** The names of all files below the folder, whichever of its folders they are in. */
export async function fileNames(folder: string): Promise<ReadonlySet<string>> {
  const all = await Promise.all(
    (await entries(folder))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => entries(join(folder, name))),
  );
  return new Set(all.flat().map(({ name }) => name));
}

async function entries(folder: string): Promise<Dirent[]> {
  return (await readdir(folder, { withFileTypes: true }).catch(unlessGone)) ?? [];
}

async function copyOne(from: string, to: string): Promise<boolean> {
  return await copyFile(from, to).then(
    () => true,
    (error: unknown) => unlessGone(error) ?? false,
  );
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
