/**
 * A copy of the sources that can be changed: for failpoints and for mutations, neither of which the product itself knows of.
 * The packages of the workspace resolve to the copy, everything else to what is installed.
 */

import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './server-process.ts';

/** One change of a text that must stand in a file exactly once. */
export interface Patch {
  readonly name: string;
  /** From the top of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A patch that does not fit its file any more. */
export class PatchDoesNotFit extends Error {}

export interface SourceCopy extends AsyncDisposable {
  readonly top: string;
}

const PACKAGES = ['shared', 'server', 'client-sdk', 'test'];
const TOP_FILES = ['package.json', 'tsconfig.base.json', 'vitest.config.ts'];
const LEFT_OUT = new Set(['node_modules', '.tsbuild', '.output', 'dist', 'web', 'data', '.pack', 'coverage']);

/** `text` with the patch applied; throws `PatchDoesNotFit` when its place is missing or stands there twice. */
export function applyPatch(text: string, patch: Patch): string {
  const times = text.split(patch.find).length - 1;
  if (times !== 1) {
    throw new PatchDoesNotFit(
      `${patch.name}: its place stands ${times} times in ${patch.file}, not once:\n${patch.find}`,
    );
  }
  return text.replace(patch.find, () => patch.replace);
}

/** Links what a package has installed; the workspace's own packages lead to their copies. */
async function linkModules(top: string, name: string): Promise<void> {
  const from = join(repository, name, 'node_modules');
  const to = join(top, name, 'node_modules');
  await mkdir(join(to, '@latchbox'), { recursive: true });
  for (const entry of await readdir(from)) {
    if (entry.startsWith('.')) continue;
    if (entry !== '@latchbox') await symlink(join(from, entry), join(to, entry));
    else for (const own of await readdir(join(from, entry))) await linkOwn(top, join(to, entry), own);
  }
}

async function linkOwn(top: string, folder: string, own: string): Promise<void> {
  const target = own === 'client' ? 'client-sdk' : own;
  await symlink(join(top, target), join(folder, own));
}

async function copyPackage(top: string, name: string): Promise<void> {
  const from = join(repository, name);
  await cp(from, join(top, name), {
    recursive: true,
    filter: (path) =>
      !path
        .slice(from.length)
        .split('/')
        .some((part) => LEFT_OUT.has(part)),
  });
  const modules = await lstat(join(from, 'node_modules')).catch(() => undefined);
  if (modules !== undefined) await linkModules(top, name);
}

/** Copies the sources, applies `patches`, and answers where they are. Disposing removes the copy. */
export async function copySources(patches: readonly Patch[] = []): Promise<SourceCopy> {
  const top = await mkdtemp(join(tmpdir(), 'latchbox-sources-'));
  const dispose = () => rm(top, { recursive: true, force: true });
  try {
    await symlink(join(repository, 'node_modules'), join(top, 'node_modules'));
    for (const file of TOP_FILES) await cp(join(repository, file), join(top, file));
    for (const name of PACKAGES) await copyPackage(top, name);
    // Left out, but Vitest's configuration names it.
    await mkdir(join(top, 'server/web'));
    for (const patch of patches) {
      const path = join(top, patch.file);
      await writeFile(path, applyPatch(await readFile(path, 'utf8'), patch));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { top, [Symbol.asyncDispose]: dispose };
}
