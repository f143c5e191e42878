/** Command line of `npm run reset-password`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LatchboxError } from '@latchbox/shared';
import { type Config, readConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/pino-log.ts';
import { linkFor } from './reset-password.ts';

const USAGE = `Usage: npm run reset-password -- EMAIL
Prints a link by which the owner of the account sets a new password, once, within an hour.
DATA_DIR or DATABASE_URL say where the account is, as for the server.`;

async function main(): Promise<number> {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [email, ...more] = positionals;
  if (values.help === true || email === undefined || more.length > 0) {
    process.stdout.write(`${USAGE}\n`);
    return values.help === true ? 0 : 1;
  }
  const config = readConfig({
    ...process.env,
    // No server is started: what only servers need is not asked for.
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://unused',
    ROLES: undefined,
  });
  const db = await open(config);
  try {
    const link = await linkFor(db, config, email);
    process.stdout.write(
      `\nSet a new password for ${email}: ${link.startsWith('/') ? here(config) : ''}${link}\nIt works once, for an hour; any link before it is over.\n\n`,
    );
    return 0;
  } finally {
    await db.close();
  }
}

function open({ DATA_DIR, DATABASE_URL }: Config): Promise<Database> {
  const deps = { clock: systemClock, log: createLog('warn') };
  if (DATABASE_URL !== undefined) return openDatabase({ postgresUrl: DATABASE_URL }, deps);
  const sqliteFile = resolve(DATA_DIR, 'latchbox.sqlite');
  // One that is made now has no accounts: somebody meant another folder.
  if (!existsSync(sqliteFile)) throw new Error(`There is no ${sqliteFile}. Set DATA_DIR as for the server.`);
  return openDatabase({ sqliteFile }, deps);
}

/** Where the server is, as its start prints it. */
function here({ PORT, TLS_CERT_FILE }: Config): string {
  return `${TLS_CERT_FILE === undefined ? 'http' : 'https'}://localhost:${PORT}`;
}

function wordsOf(error: unknown): string {
  if (LatchboxError.is(error, 'not_found')) return 'There is no account with this address.';
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`No link was made. ${wordsOf(error)}\n`);
  process.exitCode = 1;
}
