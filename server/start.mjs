/** `npm start`: makes sure that everything is there, then runs the server and passes its arguments on. */

import { join } from 'node:path';
import { buildWeb, CannotPrepare, environment, findNode, install, run, top } from './prepare.mjs';

/**
 * Young objects get at most 16 MB (times two): left to itself, V8 takes up to 128 MB while the server's files are read, and
 * keeps them for as long as it runs.
 */
const YOUNG = '--max-semi-space-size=16';

async function start() {
  install();
  const node = findNode();
  buildWeb(node);
  const main = join(top, 'server/src/main.ts');
  return await run(node, [YOUNG, main, ...process.argv.slice(2)], { cwd: top, env: environment(node) });
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
