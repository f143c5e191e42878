/**
 * The server and all that it imports in a few files, as tests start it: reading a thousand modules one by one takes a second of
 * processor at every start, and a run has hundreds. Made once for each state of the sources; `npm start` runs the sources themselves.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'rolldown';

const PARTS = ['server/src', 'shared/src', 'client-sdk/src'];
/** They have machine code, which is loaded from where they are installed. */
const NATIVE = [/^better-sqlite3$/, /^@node-rs\//];

/** Changes with every source that is written, added or taken away. */
function stateOf(top: string): string {
  let newest = statSync(join(top, 'package.json')).mtimeMs;
  let files = 0;
  let bytes = 0;
  for (const part of PARTS) {
    const folder = join(top, part);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const { mtimeMs, size } = statSync(join(folder, name));
      newest = Math.max(newest, mtimeMs);
      files += 1;
      bytes += size;
    }
  }
  return `${files}-${bytes}-${Math.round(newest)}`;
}

/** Sources look for migrations, pages and workers beside themselves: they are told where they came from. */
const places: Plugin = {
  name: 'places',
  transform: {
    filter: { id: /\.ts$/, code: 'import.meta' },
    handler: (code, id) =>
      code
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
  },
};

/** Bundles of sources as they were; an hour is longer than a run that may still use one. */
async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const { mtimeMs } = await stat(join(folder, name));
    if (mtimeMs < Date.now() - 3_600_000) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function make(top: string, folder: string): Promise<void> {
  const { rolldown } = await import('rolldown');
  await mkdir(dirname(folder), { recursive: true });
  await clear(dirname(folder));
  const draft = await mkdtemp(`${folder}-`);
  await using made = await rolldown({
    input: join(top, 'server/src/main.ts'),
    cwd: top,
    platform: 'node',
    logLevel: 'silent',
    external: NATIVE,
    plugins: [places],
  });
  await made.write({ dir: draft, format: 'esm', sourcemap: false, entryFileNames: 'main.mjs' });
  await symlink(join(top, 'server/node_modules'), join(draft, 'node_modules'));
  // Several test processes may do this at once: each moves a whole folder into place, and the first one stays.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
}

/** Makes the bundle of the sources at `top` if it is not there, and answers its entry file. */
export async function bundleServer(top: string): Promise<string> {
  const folder = join(top, 'test/.output/bundle', stateOf(top));
  const main = join(folder, 'main.mjs');
  if (!existsSync(main)) await make(top, folder);
  return main;
}
