/** `npm run reset-password -- EMAIL`: prints a link by which somebody who can get no mail sets a new password. */

import { launch } from './prepare.mjs';

// Settings mean what they mean to the server, which runs at the top.
await launch('server/src/reset-password/main.ts', process.argv.slice(2));
