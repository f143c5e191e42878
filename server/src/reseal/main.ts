/** Command line of `npm run reseal`. */
import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { deploymentIdentity } from '../database/meta.ts';
import { openDatabase } from '../database/open.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/pino-log.ts';
import { createSeal } from '../lib/seal.ts';
import { resealAll } from './reseal.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const {
    DATA_DIR,
    DATABASE_URL,
    SECRETS_KEY = [],
  } = readConfig({
    ...process.env,
    // No server is started: what only servers need is not asked for.
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://unused',
    ROLES: undefined,
  });
  const where =
    DATABASE_URL === undefined
      ? { sqliteFile: resolve(DATA_DIR, 'latchbox.sqlite') }
      : { postgresUrl: DATABASE_URL };
  const db = await openDatabase(where, { clock: systemClock, log: createLog('warn') });
  try {
    const seal = createSeal(SECRETS_KEY, (await deploymentIdentity(db)).tokenSecret);
    const { newest, before, closed } = await resealAll(db, seal);
    say(`${newest} secrets are sealed with the newest key; ${before} of them were before.`);
    for (const one of closed) say(`No key that was given opens the secret of ${one}: give it anew.`);
    if (closed.length === 0) say('Older keys are needed no more: leave them out of SECRETS_KEY.');
    return closed.length === 0 ? 0 : 1;
  } finally {
    await db.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(
    `Nothing more was sealed. ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
