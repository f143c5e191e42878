/** `npm run backup` and `npm run restore`: which of them is the first argument. Passes the others on. */

import { launch } from './prepare.mjs';

// Settings mean what they mean to the server, which runs at the top; the folder is meant from where the person stands.
await launch('server/src/backup/main.ts', process.argv.slice(2), {
  env: { INIT_CWD: process.env.INIT_CWD ?? process.cwd() },
});
