import { and, asc, eq, or } from 'drizzle-orm';
import type { ListFilter, Person } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { forUpdate } from './row-locks.ts';
import { agents, savedViews } from './schema/sqlite.ts';

export interface ViewFields {
  readonly name: string;
  /** Everybody's; else its owner's alone. */
  readonly shared: boolean;
  readonly filter: ListFilter;
}
export interface StoredView extends ViewFields {
  readonly id: string;
  readonly owner: Person;
}

function select(db: Handle) {
  return db
    .select({
      id: savedViews.id,
      name: savedViews.name,
      shared: savedViews.shared,
      filter: savedViews.filter,
      ownerId: savedViews.ownerId,
      ownerName: agents.name,
    })
    .from(savedViews)
    .innerJoin(agents, eq(agents.id, savedViews.ownerId));
}

function toView({
  ownerId,
  ownerName,
  filter,
  ...row
}: Awaited<ReturnType<typeof select>>[number]): StoredView {
  return { ...row, filter: JSON.parse(filter) as ListFilter, owner: { id: ownerId, name: ownerName } };
}

/** An agent's own views, and those that are shared, by name. */
export async function viewsFor(db: Handle, agentId: string): Promise<StoredView[]> {
  const rows = await select(db)
    .where(or(eq(savedViews.ownerId, agentId), eq(savedViews.shared, true)))
    .orderBy(asc(savedViews.name), asc(savedViews.id));
  return rows.map(toView);
}

/** A view, locked to the commit. */
export async function holdView(tx: Tx, id: string): Promise<StoredView | undefined> {
  return (await forUpdate(tx, select(tx.db).where(eq(savedViews.id, id)), savedViews)).map(toView)[0];
}

export async function countViewsOf(tx: Tx, agentId: string): Promise<number> {
  const rows = await tx.db
    .select({ id: savedViews.id })
    .from(savedViews)
    .where(and(eq(savedViews.ownerId, agentId)));
  return rows.length;
}

export async function insertView(
  tx: Tx,
  { filter, ...view }: ViewFields & { readonly id: string; readonly ownerId: string },
): Promise<void> {
  const at = { createdAt: tx.now, changedAt: tx.now };
  await tx.db.insert(savedViews).values({ ...view, filter: JSON.stringify(filter), ...at });
}

export async function updateView(tx: Tx, id: string, { filter, ...view }: ViewFields): Promise<void> {
  await tx.db
    .update(savedViews)
    .set({ ...view, filter: JSON.stringify(filter), changedAt: tx.now })
    .where(eq(savedViews.id, id));
}

export async function removeView(tx: Tx, id: string): Promise<void> {
  await tx.db.delete(savedViews).where(eq(savedViews.id, id));
}
