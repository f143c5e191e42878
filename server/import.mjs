/** `npm run import`: files `.eml` files into an inbox of a running server. Passes its arguments on. */

import { launch } from './prepare.mjs';

// Paths are meant from where the person stands, not from the top of the project.
await launch('server/src/channels/email/import/main.ts', process.argv.slice(2), {
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
