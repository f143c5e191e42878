/** `npm start`: makes sure that everything is there, then runs the server and passes its arguments on. */

import { buildWeb, launch } from './prepare.mjs';

/**
 * Young objects get at most 16 MB (times two): left to itself, V8 takes up to 128 MB while the server's files are read, and
 * keeps them for as long as it runs.
 */
const YOUNG = '--max-semi-space-size=16';

await launch('server/src/main.ts', process.argv.slice(2), { flags: [YOUNG], ready: buildWeb });
