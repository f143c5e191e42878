/** The audit, and what is set once. */
import { newId } from '../../lib/ids.ts';
import type { Tx } from '../database.ts';
import type { MetaKey } from '../meta.ts';
import { audit, meta } from '../schema/sqlite.ts';

/** Stores a value unless there is one. False: somebody else was first. */
export async function insertMeta(tx: Tx, key: MetaKey, value: string): Promise<boolean> {
  const rows = await tx.db
    .insert(meta)
    .values({ key, value })
    .onConflictDoNothing()
    .returning({ key: meta.key });
  return rows.length > 0;
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
  await tx.db.insert(audit).values({
    id: newId('aud'),
    at: tx.now,
    actorId,
    action,
    objectType,
    objectId,
    details: JSON.stringify(details ?? {}),
  });
}
