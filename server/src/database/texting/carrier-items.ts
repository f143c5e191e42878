/** What the carrier in a box remembers. */
import { and, asc, desc, eq, lte } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { carrierItems } from '../schema/sqlite.ts';

export interface CarrierItem {
  readonly sid: string;
  readonly kind: string;
  readonly key: string;
  /** JSON. */
  readonly data: string;
  readonly at: number;
  readonly dueAt: number | null;
}

export async function carrierItem(db: Handle, sid: string): Promise<CarrierItem | undefined> {
  return (await db.select().from(carrierItems).where(eq(carrierItems.sid, sid)))[0];
}

/** All of a kind with this key, the oldest first. */
export function carrierItemsByKey(db: Handle, kind: string, key: string): Promise<CarrierItem[]> {
  return db
    .select()
    .from(carrierItems)
    .where(and(eq(carrierItems.kind, kind), eq(carrierItems.key, key)))
    .orderBy(asc(carrierItems.at), asc(carrierItems.sid));
}

/** The newest of a kind. */
export function newestCarrierItems(db: Handle, kind: string, limit: number): Promise<CarrierItem[]> {
  return db
    .select()
    .from(carrierItems)
    .where(eq(carrierItems.kind, kind))
    .orderBy(desc(carrierItems.at), desc(carrierItems.sid))
    .limit(limit);
}

export function dueCarrierItems(db: Handle, now: number, limit: number): Promise<CarrierItem[]> {
  return db
    .select()
    .from(carrierItems)
    .where(lte(carrierItems.dueAt, now))
    .orderBy(asc(carrierItems.dueAt))
    .limit(limit);
}

/** Stores an item, in place of the one with its id. */
export async function putCarrierItem(tx: Tx, item: CarrierItem): Promise<void> {
  const { sid: _sid, ...rest } = item;
  await tx.db.insert(carrierItems).values(item).onConflictDoUpdate({ target: carrierItems.sid, set: rest });
}

/** Takes a due item until `until` (epoch ms), after which it is due again: false when another process was faster. */
export async function takeCarrierItem(tx: Tx, item: CarrierItem, until: number): Promise<boolean> {
  if (item.dueAt === null) return false;
  const rows = await tx.db
    .update(carrierItems)
    .set({ dueAt: until })
    .where(and(eq(carrierItems.sid, item.sid), eq(carrierItems.dueAt, item.dueAt)))
    .returning({ sid: carrierItems.sid });
  return rows.length > 0;
}

export async function removeCarrierItem(tx: Tx, sid: string): Promise<void> {
  await tx.db.delete(carrierItems).where(eq(carrierItems.sid, sid));
}
