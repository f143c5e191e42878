import { eq, sql } from 'drizzle-orm';
import type { Person } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
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

const selectUndo = prepared<{ id: string }, { kind: 'person' | 'system'; undoFor: number | null }[]>(
  'people.undo',
  (db) =>
    db
      .select({ kind: agents.kind, undoFor: agents.undoFor })
      .from(agents)
      .where(eq(agents.id, sql.placeholder('id'))),
);

/** How long (ms) an agent wants to be able to take replies back; null: as everybody. */
export async function agentUndoFor(
  db: Handle,
  id: string,
): Promise<{ readonly kind: 'person' | 'system'; readonly undoFor: number | null } | undefined> {
  return (await selectUndo(db, { id }))[0];
}

/** Sets how long (ms) an agent's replies can be taken back; null: as everybody's. */
export async function setAgentUndoFor(tx: Tx, id: string, undoFor: number | null): Promise<void> {
  await tx.db.update(agents).set({ undoFor }).where(eq(agents.id, id));
}
