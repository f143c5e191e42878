/** Inboxes that cannot do anything before the carriers have registered their team (M4). */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Handle } from '../database.ts';
import { inboxes } from '../schema/sqlite.ts';

/**
 * Of an inbox in a query: it has an address, a number that may send, or no number at all. One that has only numbers that wait for their
 * registration is in nobody's navigation. As SQL text: tables of a query around it may be the same.
 */
export function isUsable(): SQL {
  const ours = sql`ours.inbox_id = ${inboxes.id} AND ours.released_at IS NULL`;
  return sql`(NOT EXISTS (SELECT 1 FROM numbers AS ours WHERE ${ours})
    OR EXISTS (SELECT 1 FROM numbers AS ours WHERE ${ours} AND ours.registration IN ('not_needed', 'ready'))
    OR EXISTS (SELECT 1 FROM inbox_addresses AS own WHERE own.inbox_id = ${inboxes.id}))`;
}

/** Whether an inbox waits for its registration. */
export async function waitsForRegistration(db: Handle, inboxId: string): Promise<boolean> {
  const rows = await db
    .select({ usable: sql`CASE WHEN ${isUsable()} THEN 1 ELSE 0 END`.mapWith(Number) })
    .from(inboxes)
    .where(eq(inboxes.id, inboxId));
  return rows[0]?.usable === 0;
}
