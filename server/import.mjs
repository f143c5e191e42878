/** `npm run import`: files `.eml` files into an inbox of a running server. Passes its arguments on. */

import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, run, top } from './prepare.mjs';

async function start() {
  install();
  const node = findNode();
  const main = join(top, 'server/src/channels/email/import/main.ts');
  // Paths are meant from where the person stands, not from the top of the project.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return await run(node, [main, ...process.argv.slice(2)], { cwd, env: environment(node) });
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
