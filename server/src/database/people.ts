import { eq, sql } from 'drizzle-orm';
import type { Person } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { agents } from './schema/sqlite.ts';

const select = prepared<{ id: string }, Person[]>('people.one', (db) =>
  db
    .select({ id: agents.id, name: agents.name })
    .from(agents)
    .where(eq(agents.id, sql.placeholder('id'))),
);

/** An agent as colleagues see it; null when there is none. */
export async function personById(db: Handle, id: string): Promise<Person | null> {
  return (await select(db, { id }))[0] ?? null;
}
