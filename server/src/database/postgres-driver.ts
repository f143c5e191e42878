import type { PoolClient } from 'pg';
import type { Log } from '../lib/log.ts';
import { BUSY_LIMIT } from './busy.ts';
import type { Handle } from './database.ts';
import type { PostgresConnection, PostgresDriver, PostgresSlot } from './postgres-connection.ts';

const WRITERS = 6;
const READERS = 3;
const SINGLE_READS = 3;
const CONNECT_TIMEOUT = 5_000;
/** A stopped process must not keep its row locks: Postgres ends its transaction after so many ms of silence. */
const SILENCE_LIMIT = 15_000;

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
    lock_timeout: BUSY_LIMIT,
    idle_in_transaction_session_timeout: SILENCE_LIMIT,
    keepAlive: true,
    application_name: 'latchbox',
  });
  pool.on('error', (error) => log.warn('An idle connection to Postgres broke', { error }));

  const connection = (client: PoolClient): PostgresConnection => ({
    db: drizzle({ client }) as unknown as Handle,
    run: async (text) => lastRows(await client.query(text)),
  });
  const out = new Set<PoolClient>();
  const slot = (): PostgresSlot => {
    let held: PostgresConnection | undefined;
    return {
      async take() {
        if (held !== undefined) return held;
        const client = await pool.connect();
        out.add(client);
        client.on('error', (error) => {
          log.warn('A connection to Postgres broke', { error });
          held = undefined;
          if (out.delete(client)) client.release(error);
        });
        held = connection(client);
        return held;
      },
    };
  };
  const several = (count: number): PostgresSlot[] => Array.from({ length: count }, slot);

  return {
    read: drizzle({ client: pool }) as unknown as Handle,
    writers: several(WRITERS),
    readers: several(READERS),
    async close() {
      for (const client of out) client.release(true);
      out.clear();
      await pool.end();
    },
  };
}

/** The rows of the last of several statements. */
function lastRows(answer: unknown): Record<string, unknown>[] {
  const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
  return (last as { rows: Record<string, unknown>[] }).rows;
}
