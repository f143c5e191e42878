import type { Log } from '../lib/log.ts';
import type { Handle } from './database.ts';
import type { PostgresConnection, PostgresDriver } from './postgres.ts';

const WRITERS = 6;
const READERS = 3;
const SINGLE_READS = 3;
const CONNECT_TIMEOUT = 5_000;

/** Connects to a Postgres server through `pg`. Throws when it cannot be reached. */
export async function nodePostgres(url: string, log: Log): Promise<PostgresDriver> {
  const { default: pg } = await import('pg');
  const { drizzle } = await import('drizzle-orm/node-postgres');
  // Times and counters are int8, which pg gives as texts: they all stay below 2^53. drizzle reads the parsers of the whole
  // process, so this cannot be set for one pool.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);

  const pool = new pg.Pool({
    connectionString: url,
    max: WRITERS + READERS + SINGLE_READS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    application_name: 'latchbox',
  });
  pool.on('error', (error) => log.warn('An idle connection to Postgres broke', { error }));

  const connect = async (): Promise<PostgresConnection> => {
    const client = await pool.connect();
    return {
      db: drizzle({ client }) as unknown as Handle,
      run: async (text) => {
        // The rows of the last of several statements.
        const answer: unknown = await client.query(text);
        const last = (Array.isArray(answer) ? answer.at(-1) : answer) as { rows: Record<string, unknown>[] };
        return last.rows;
      },
    };
  };
  const several = (count: number) => Promise.all(Array.from({ length: count }, connect));
  try {
    const [writers, readers] = [await several(WRITERS), await several(READERS)];
    return { read: drizzle({ client: pool }) as unknown as Handle, writers, readers, close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}
