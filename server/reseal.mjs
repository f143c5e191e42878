/** `npm run reseal`: seals stored passwords and tokens with the newest key of SECRETS_KEY. */

import { launch } from './prepare.mjs';

// Settings mean what they mean to the server, which runs at the top.
await launch('server/src/reseal/main.ts', []);
