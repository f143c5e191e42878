/** `npm run reset-password -- EMAIL`: prints a link by which somebody who can get no mail sets a new password. */

import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, run, top } from './prepare.mjs';

async function start() {
  install();
  const node = findNode();
  const main = join(top, 'server/src/reset-password/main.ts');
  // Settings mean what they mean to the server, which runs at the top.
  return await run(node, [main, ...process.argv.slice(2)], { cwd: top, env: environment(node) });
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
