/** Command lines of `npm run backup` and `npm run restore`. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import type { Restored } from '../database/after-restore.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/pino-log.ts';
import { DATABASE, makeBackup } from './backup.ts';
import { restoreAfterDump, restoreSqlite } from './restore.ts';

const USAGE = `Usage: npm run backup -- FOLDER
  Copies database, files and mails into a new folder, while servers run. With DATABASE_URL make the dump first.
Usage: npm run restore -- [--replace] FOLDER
  Puts a backup in place while no server runs. --replace moves aside what is there.
Usage: npm run restore -- --after-dump [FOLDER]
  With DATABASE_URL, after pg_restore and before any server starts. FOLDER: where the files of the backup are.
DATA_DIR, FILES_DIR and DATABASE_URL as for the server; docs/operating.md has it step by step.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function places() {
  const { DATA_DIR, FILES_DIR, DATABASE_URL } = readConfig({
    ...process.env,
    // A backup starts no server: what only servers need is not asked for.
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://unused',
    ROLES: undefined,
  });
  return {
    postgresUrl: DATABASE_URL,
    sqliteFile: resolve(DATA_DIR, DATABASE),
    filesFolder: resolve(FILES_DIR ?? join(DATA_DIR, 'files')),
  };
}

const deps = () => ({ clock: systemClock, log: createLog('info') });

async function backup(folder: string): Promise<void> {
  const { postgresUrl, sqliteFile, filesFolder } = places();
  const from = { sqliteFile: postgresUrl === undefined ? sqliteFile : undefined, filesFolder };
  const made = await makeBackup(folder, from, deps());
  say(
    `The backup is in ${folder}: the database as of now, and ${made.files} files. It holds secrets: keep it so.`,
  );
}

function tell({ locksEnded, messagesHeld }: Restored): void {
  say('Restored. Every fence that was ever given is void, and clients load afresh.');
  say(`Ended ${locksEnded} locks of that time: their holders take them again.`);
  if (messagesHeld === 0) return;
  say(
    `Held ${messagesHeld} messages that were not sent when the backup was made. They may have left since: each has to be looked at, and sent again by hand where it has not.`,
  );
}

async function restore(folder: string | undefined, values: Values): Promise<void> {
  const { postgresUrl, sqliteFile, filesFolder } = places();
  if (values['after-dump'] === true) {
    if (postgresUrl === undefined) throw new Error('--after-dump needs DATABASE_URL.');
    tell(await restoreAfterDump(folder, { postgresUrl, filesFolder }, deps()));
    return;
  }
  if (folder === undefined) throw new Error(USAGE);
  if (postgresUrl !== undefined)
    throw new Error('With DATABASE_URL restore the dump with pg_restore, then use --after-dump.');
  const replace = values.replace === true;
  tell(await restoreSqlite(folder, { sqliteFile, filesFolder }, { ...deps(), replace }));
}

interface Values {
  readonly replace?: boolean | undefined;
  readonly 'after-dump'?: boolean | undefined;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      replace: { type: 'boolean' },
      'after-dump': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, given] = positionals;
  const folder = given === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '', given);
  const help = values.help === true;
  if (help || positionals.length > 2 || (command === 'backup' && folder === undefined)) {
    say(USAGE);
    return help ? 0 : 2;
  }
  if (command === 'backup' && folder !== undefined) await backup(folder);
  else await restore(folder, values);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
