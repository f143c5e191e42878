import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Handle } from '../database.ts';
import type { PostgresConnection, PostgresDriver, PostgresSlot } from '../postgres.ts';

type Query = PGlite['query'];

/** Engines whose database was closed. Starting one takes seconds, emptying one does not. */
const idle: PGlite[] = [];

async function emptyEngine(): Promise<PGlite> {
  const engine = idle.pop() ?? (await PGlite.create());
  await engine.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
  return engine;
}

/**
 * Postgres in this process. It has one connection only, which belongs to a transaction until it is over: whatever else
 * comes waits for it, so that `read` never sees what is not committed.
 */
export async function pglite(): Promise<PostgresDriver> {
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
    writers: [slot()],
    readers: [slot()],
    close: () => alone(() => Promise.resolve(void idle.push(engine))),
  };
}
