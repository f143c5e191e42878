import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Clock } from '../../lib/clock.ts';
import type { Handle } from '../database.ts';
import { silentLog } from '../../lib/log.ts';
import { knownMigrations, migratePostgres } from '../migrate.ts';
import type { PostgresConnection, PostgresDriver, PostgresSlot } from '../postgres-connection.ts';

type Query = PGlite['query'];

/** Engines whose database was closed. Starting one takes seconds, emptying one does not. */
const idle: PGlite[] = [];
const server = join(import.meta.dirname, '../../..');
const cache = join(server, 'node_modules/.cache');

/** `bare`: nothing is in it, for tests that migrate themselves. */
type Start = 'migrated' | 'bare';

/** A new engine from the image of one, which the first test ever writes down: five times as fast, and as much again without migrating. */
async function newEngine(start: Start): Promise<PGlite> {
  const known = knownMigrations('postgres');
  const schema = createHash('sha256').update(JSON.stringify(known)).digest('hex').slice(0, 12);
  const image = join(cache, `pglite-${await pgliteVersion()}-${start === 'bare' ? start : schema}.tar`);
  const stored = await readFile(image).catch(() => undefined);
  if (stored !== undefined) return await PGlite.create({ loadDataDir: new Blob([stored]) });
  const engine = start === 'bare' ? await PGlite.create() : await newEngine('bare');
  if (start === 'migrated')
    await migratePostgres(async (text) => rowsOf(await engine.exec(text)), silentLog, 0);
  const dump = await engine.dumpDataDir('none');
  await mkdir(cache, { recursive: true });
  // Several test processes may do this at once: each moves a whole file into place.
  await writeFile(`${image}.${process.pid}`, Buffer.from(await dump.arrayBuffer()));
  await rename(`${image}.${process.pid}`, image);
  return engine;
}

type Rows = Record<string, unknown>[];
const rowsOf = (answers: readonly { readonly rows: Rows }[]): Rows => answers.at(-1)?.rows ?? [];

async function pgliteVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(server, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies['@electric-sql/pglite'] ?? 'unknown';
}

async function emptyEngine(): Promise<PGlite> {
  const engine = idle.pop();
  if (engine === undefined) return await newEngine('migrated');
  await engine.exec(EMPTY);
  const { rows } = await engine.query<{ version: number }>(
    'SELECT max(version) AS version FROM schema_versions',
  );
  // A test that played with the migrations leaves nothing to build on.
  if (rows[0]?.version !== knownMigrations('postgres').length) {
    await engine.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
  }
  return engine;
}

/** Empties every table, without looking at foreign keys. Much cheaper than to migrate again. */
const EMPTY = `SET session_replication_role = replica;
  DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_versions' LOOP
      EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
  END $$;
  SET session_replication_role = DEFAULT;`;

/**
 * Postgres in this process. It has one connection only, which belongs to a transaction until it is over: whatever else
 * comes waits for it, so that `read` never sees what is not committed. Its time is that of `clock`, as on SQLite.
 */
export async function pglite(clock: Clock, start: Start = 'migrated'): Promise<PostgresDriver> {
  const engine = await (start === 'bare' ? newEngine('bare') : emptyEngine());
  let tail: Promise<unknown> = Promise.resolve();

  const alone = <T>(job: () => Promise<T>): Promise<T> => {
    const done = tail.then(job);
    tail = done.catch(() => undefined);
    return done;
  };
  /** Waits for its turn and holds it until the returned function is called. */
  const enter = (): Promise<() => void> =>
    new Promise((entered) => {
      void alone(() => new Promise<void>((leave) => entered(leave)));
    });
  const handle = (query: Query): Handle =>
    drizzle({ client: Object.assign(Object.create(engine) as PGlite, { query }) }) as unknown as Handle;

  const connection = (): PostgresConnection => {
    let leave: (() => void) | undefined;
    const exec = async (text: string): Promise<Rows> => rowsOf(await engine.exec(text));
    return {
      db: handle((text, params, options) => engine.query(text, params, options)),
      async run(text) {
        if (text.startsWith('BEGIN')) leave = await enter();
        if (leave === undefined) return await alone(() => exec(text));
        try {
          return await exec(text);
        } finally {
          if (text === 'COMMIT' || text === 'ROLLBACK') {
            leave();
            leave = undefined;
          }
        }
      },
    };
  };

  const slot = (): PostgresSlot => {
    const only = connection();
    return { take: () => Promise.resolve(only) };
  };
  return {
    read: handle((text, params, options) => alone(() => engine.query(text, params, options))),
    now: () => clock.now(),
    writers: [slot()],
    readers: [slot()],
    close: () => alone(() => Promise.resolve(void idle.push(engine))),
  };
}
