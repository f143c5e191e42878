/** Reading the audit log (T9). */
import { and, desc, eq, gte, lt, or } from 'drizzle-orm';
import type { AuditEntry } from '@latchbox/shared/http/audit';
import { nameOf } from '../agent-names.ts';
import type { Handle } from '../database.ts';
import { audit } from '../schema/sqlite.ts';

/** Which lines are asked for; undefined: whichever. Times are epoch ms, `to` is not among them. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Where a page goes on: after the line with this time and id. */
export interface AuditPlace {
  readonly at: number;
  readonly id: string;
}

/** Up to `limit` lines, the newest first, read along the index of times. */
export async function auditEntries(
  db: Handle,
  { actor, action, from, to }: AuditFilter,
  after: AuditPlace | null,
  limit: number,
): Promise<AuditEntry[]> {
  const rows = await db
    .select({
      id: audit.id,
      at: audit.at,
      actorId: audit.actorId,
      actorName: nameOf(audit.actorId),
      action: audit.action,
      objectType: audit.objectType,
      objectId: audit.objectId,
      details: audit.details,
    })
    .from(audit)
    .where(
      and(
        actor === undefined ? undefined : eq(audit.actorId, actor),
        action === undefined ? undefined : eq(audit.action, action),
        from === undefined ? undefined : gte(audit.at, from),
        to === undefined ? undefined : lt(audit.at, to),
        after === null
          ? undefined
          : or(lt(audit.at, after.at), and(eq(audit.at, after.at), lt(audit.id, after.id))),
      ),
    )
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(limit);
  return rows.map(({ id, at, actorId, actorName, action, objectType, objectId, details }) => ({
    id,
    at,
    actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
    action,
    object: { type: objectType, id: objectId },
    details: JSON.parse(details) as Record<string, unknown>,
  }));
}
