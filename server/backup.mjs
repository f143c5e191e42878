/** `npm run backup` and `npm run restore`: which of them is the first argument. Passes the others on. */

import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, run, top } from './prepare.mjs';

async function start() {
  install();
  const node = findNode();
  const main = join(top, 'server/src/backup/main.ts');
  // Settings mean what they mean to the server, which runs at the top; the folder is meant from where the person stands.
  const env = { ...environment(node), INIT_CWD: process.env.INIT_CWD ?? process.cwd() };
  return await run(node, [main, ...process.argv.slice(2)], { cwd: top, env });
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
