/** `npm run reseal`: seals stored passwords and tokens with the newest key of SECRETS_KEY. */

import { join } from 'node:path';
import { CannotPrepare, environment, findNode, install, run, top } from './prepare.mjs';

async function start() {
  install();
  const node = findNode();
  const main = join(top, 'server/src/reseal/main.ts');
  // Settings mean what they mean to the server, which runs at the top.
  return await run(node, [main], { cwd: top, env: environment(node) });
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  process.exitCode = 1;
}
