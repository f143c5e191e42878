/**
 * `npm run pack:client`: builds `@latchbox/client` and packs it as it would be published, into `latchbox-client.tgz` at the top
 * of the repository. `npm install <that file>` puts it into any project.
 */

import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, pnpm, run, top } from '../server/prepare.mjs';

const tarball = join(top, 'latchbox-client.tgz');

async function pack() {
  install();
  const node = findNode();
  const options = { cwd: join(top, 'client-sdk'), env: environment(node) };
  if ((await run(node, ['--run', 'build'], options)) !== 0)
    throw new CannotPrepare('the client could not be built');
  if ((await run('npx', ['-y', pnpm, 'pack', '--out', tarball], { ...options, env: process.env })) !== 0)
    throw new CannotPrepare('the client could not be packed');
  console.log(`\nlatchbox: npm install ${tarball}`);
}

try {
  await pack();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
