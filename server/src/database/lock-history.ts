/** The lock history of a conversation (L19). */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { LockEnd, LockPeriod } from '@latchbox/shared';
import { nameOf } from './agent-names.ts';
import type { Handle } from './database.ts';
import { asksOfFences } from './lock-asks.ts';
import { prepared } from './prepared.ts';
import { agents, lockEpochs } from './schema/sqlite.ts';

interface StoredPeriod {
  readonly fence: number;
  readonly holderId: string;
  readonly holderName: string;
  readonly from: number;
  readonly to: number | null;
  readonly askedAt: number | null;
  readonly endReason: string | null;
  readonly enderId: string | null;
  readonly enderName: string | null;
}

const selectPeriods = prepared<{ conversationId: string; before: number; limit: number }, StoredPeriod[]>(
  'locks.periods',
  (db) =>
    db
      .select({
        fence: lockEpochs.epoch,
        holderId: agents.id,
        holderName: agents.name,
        from: lockEpochs.grantedAt,
        to: lockEpochs.endedAt,
        askedAt: lockEpochs.lastAskedAt,
        endReason: lockEpochs.endReason,
        enderId: lockEpochs.endedBy,
        enderName: nameOf(lockEpochs.endedBy),
      })
      .from(lockEpochs)
      .innerJoin(agents, eq(agents.id, lockEpochs.agentId))
      .where(
        and(
          eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
          lt(lockEpochs.epoch, sql.placeholder('before')),
        ),
      )
      .orderBy(desc(lockEpochs.epoch))
      .limit(sql.placeholder('limit')),
);

/** Up to `limit` periods with a fence below `before` (null: the newest ones), newest first. */
export async function lockPeriods(
  db: Handle,
  conversationId: string,
  before: number | null,
  limit: number,
): Promise<LockPeriod[]> {
  const rows = await selectPeriods(db, { conversationId, before: before ?? Number.MAX_SAFE_INTEGER, limit });
  const [newest, oldest] = [rows[0], rows.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const asks = await asksOfFences(db, conversationId, { from: oldest.fence, to: newest.fence });
  return rows.map((row) => toPeriod(row, asks.get(row.fence)));
}

function toPeriod(row: StoredPeriod, asks: LockPeriod['asks']): LockPeriod {
  return {
    fence: row.fence,
    holder: { id: row.holderId, name: row.holderName },
    from: row.from,
    to: row.to,
    askedAt: row.askedAt,
    endReason: row.endReason as LockEnd | null,
    endedBy: row.enderId === null || row.enderName === null ? null : { id: row.enderId, name: row.enderName },
    ...(asks === undefined ? {} : { asks }),
  };
}
