/**
 * `npm run pack:client`: builds `@latchbox/client` and packs it as it would be published, into `latchbox-client.tgz` at the top
 * of the repository. `npm install <that file>` puts it into any project.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, pnpm, top } from '../server/prepare.mjs';

const tarball = join(top, 'latchbox-client.tgz');

/** Runs a command, and shows what it said only if it failed. */
function run(what, command, args, env) {
  console.log(`latchbox: ${what} the client …`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: join(top, 'client-sdk'),
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new CannotPrepare(`${what} the client failed:\n${stdout}\n${stderr}`);
}

try {
  install();
  const node = findNode();
  run('building', node, ['--run', 'build'], environment(node));
  run('packing', 'npx', ['-y', pnpm, 'pack', '--out', tarball], process.env);
  console.log(`latchbox: packed. In any project: npm install ${tarball}`);
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
