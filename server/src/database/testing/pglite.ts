import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Clock } from '../../lib/clock.ts';
import type { Handle } from '../database.ts';
import { knownMigrations } from '../migrate.ts';
import type { PostgresConnection, PostgresDriver, PostgresSlot } from '../postgres-connection.ts';

type Query = PGlite['query'];

/** Engines whose database was closed. Starting one takes seconds, emptying one does not. */
const idle: PGlite[] = [];
const server = join(import.meta.dirname, '../../..');
const cache = join(server, 'node_modules/.cache');

/** A new engine from the image of a fresh one, which the first test ever writes down: five times as fast. */
async function newEngine(): Promise<PGlite> {
  const image = join(cache, `pglite-${await pgliteVersion()}.tar`);
  const stored = await readFile(image).catch(() => undefined);
  if (stored !== undefined) return await PGlite.create({ loadDataDir: new Blob([stored]) });
  const engine = await PGlite.create();
  const dump = await engine.dumpDataDir('none');
  await mkdir(cache, { recursive: true });
  // Several test processes may do this at once: each moves a whole file into place.
  await writeFile(`${image}.${process.pid}`, Buffer.from(await dump.arrayBuffer()));
  await rename(`${image}.${process.pid}`, image);
  return engine;
}

async function pgliteVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(server, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies['@electric-sql/pglite'] ?? 'unknown';
}

async function emptyEngine(): Promise<PGlite> {
  const engine = idle.pop();
  if (engine === undefined) return await newEngine();
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
export async function pglite(clock: Clock): Promise<PostgresDriver> {
  const engine = await emptyEngine();
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
    const exec = async (text: string): Promise<Record<string, unknown>[]> => {
      const answers = await engine.exec(text);
      return (answers.at(-1)?.rows ?? []) as Record<string, unknown>[];
    };
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
