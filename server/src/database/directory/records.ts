/** Single values of the deployment, and the audit. */
import { eq } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import type { Handle, Tx } from '../database.ts';
import { audit, meta } from '../schema/sqlite.ts';

export type MetaKey = 'token_secret' | 'organisation' | 'set_up_key';

export async function metaValue(db: Handle, key: MetaKey): Promise<string | undefined> {
  return (await db.select({ value: meta.value }).from(meta).where(eq(meta.key, key)))[0]?.value;
}

/** Stores a value unless there is one; answers the one that stands. */
export async function keepMeta(tx: Tx, key: MetaKey, value: string): Promise<string> {
  await tx.db.insert(meta).values({ key, value }).onConflictDoNothing();
  return (await metaValue(tx.db, key)) ?? value;
}

/** Stores a value unless there is one. False: somebody else was first. */
export async function insertMeta(tx: Tx, key: MetaKey, value: string): Promise<boolean> {
  const rows = await tx.db
    .insert(meta)
    .values({ key, value })
    .onConflictDoNothing()
    .returning({ key: meta.key });
  return rows.length > 0;
}

export async function putMeta(tx: Tx, key: MetaKey, value: string): Promise<void> {
  await tx.db.insert(meta).values({ key, value }).onConflictDoUpdate({ target: meta.key, set: { value } });
}

export async function dropMeta(tx: Tx, key: MetaKey): Promise<void> {
  await tx.db.delete(meta).where(eq(meta.key, key));
}

export interface AuditLine {
  /** Null: nobody who is known. */
  readonly actorId: string | null;
  /** As `inbox.member_removed`; refusals end in `refused`. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** Without secrets and without texts of customers. */
  readonly details?: Record<string, unknown>;
}

/** Writes what was done, in the transaction that does it. */
export async function writeAudit(tx: Tx, line: AuditLine): Promise<void> {
  const { actorId, action, objectType, objectId, details } = line;
  await tx.db
    .insert(audit)
    .values({
      id: newId('aud'),
      at: tx.now,
      actorId,
      action,
      objectType,
      objectId,
      details: JSON.stringify(details ?? {}),
    });
}
