/** Reads and compare-and-set writes of lock epochs. What they mean stands in `collaboration`; here is only the SQL. */
import { and, asc, eq, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { LockEndReason } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, lockEpochs, lockOffers, sessions } from './schema/sqlite.ts';

export type LockEpoch = typeof lockEpochs.$inferSelect;

/** An open epoch with what its refusals and events need to say. */
export interface OpenLock extends LockEpoch {
  readonly agentName: string;
  readonly device: string | null;
  readonly sessionKind: 'socket' | 'rest' | null;
  readonly inboxId: string;
}

const openLockColumns = {
  conversationId: lockEpochs.conversationId,
  epoch: lockEpochs.epoch,
  agentId: lockEpochs.agentId,
  sessionId: lockEpochs.sessionId,
  connectionNo: lockEpochs.connectionNo,
  leaseToken: lockEpochs.leaseToken,
  requestId: lockEpochs.requestId,
  lockOn: lockEpochs.lockOn,
  grantedAt: lockEpochs.grantedAt,
  activeAt: lockEpochs.activeAt,
  idleAskedAt: lockEpochs.idleAskedAt,
  idleDeadline: lockEpochs.idleDeadline,
  lastAskedAt: lockEpochs.lastAskedAt,
  goneDeadline: lockEpochs.goneDeadline,
  endedAt: lockEpochs.endedAt,
  endReason: lockEpochs.endReason,
  endedBy: lockEpochs.endedBy,
  agentName: agents.name,
  device: sessions.device,
  sessionKind: sessions.kind,
  inboxId: conversations.inboxId,
};

function selectLocks(db: Handle) {
  return db
    .select(openLockColumns)
    .from(lockEpochs)
    .innerJoin(agents, eq(agents.id, lockEpochs.agentId))
    .innerJoin(conversations, eq(conversations.id, lockEpochs.conversationId))
    .leftJoin(sessions, eq(sessions.id, lockEpochs.sessionId));
}

const selectOpen = prepared<{ conversationId: string }, OpenLock[]>('locks.open', (db) =>
  selectLocks(db).where(
    and(eq(lockEpochs.conversationId, sql.placeholder('conversationId')), isNull(lockEpochs.endedAt)),
  ),
);
const selectEpoch = prepared<{ conversationId: string; epoch: number }, OpenLock[]>('locks.epoch', (db) =>
  selectLocks(db).where(
    and(
      eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
      eq(lockEpochs.epoch, sql.placeholder('epoch')),
    ),
  ),
);
const selectByRequest = prepared<{ conversationId: string; requestId: string }, OpenLock[]>(
  'locks.request',
  (db) =>
    selectLocks(db).where(
      and(
        eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
        eq(lockEpochs.requestId, sql.placeholder('requestId')),
      ),
    ),
);
const selectEndedToken = prepared<{ conversationId: string; leaseToken: string }, { epoch: number }[]>(
  'locks.endedToken',
  (db) =>
    db
      .select({ epoch: lockEpochs.epoch })
      .from(lockEpochs)
      .where(
        and(
          eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
          eq(lockEpochs.leaseToken, sql.placeholder('leaseToken')),
          isNotNull(lockEpochs.endedAt),
          // As SQL text: the same table again needs a name that both dialects understand.
          sql`NOT EXISTS (SELECT 1 FROM ${lockEpochs} AS heir WHERE heir.conversation_id = ${lockEpochs.conversationId}
            AND heir.ended_at IS NULL AND heir.lease_token = ${lockEpochs.leaseToken})`,
          sql`NOT EXISTS (SELECT 1 FROM ${lockOffers} AS offered WHERE offered.conversation_id = ${lockEpochs.conversationId}
            AND offered.lease_token = ${lockEpochs.leaseToken})`,
        ),
      )
      .limit(1),
);
const selectOpenMode = prepared<{ agentId: string }, OpenLock[]>('locks.openMode', (db) =>
  selectLocks(db).where(
    and(
      eq(lockEpochs.agentId, sql.placeholder('agentId')),
      isNull(lockEpochs.endedAt),
      eq(lockEpochs.lockOn, 'open'),
    ),
  ),
);
const selectOfSession = prepared<{ sessionId: string }, OpenLock[]>('locks.ofSession', (db) =>
  selectLocks(db)
    .where(and(eq(lockEpochs.sessionId, sql.placeholder('sessionId')), isNull(lockEpochs.endedAt)))
    .orderBy(asc(conversations.inboxId), asc(lockEpochs.conversationId)),
);
/** What decides whether a send may go through under an epoch. */
export interface EpochRight {
  readonly agentId: string;
  readonly sessionId: string | null;
  readonly lockOn: 'open' | 'compose';
  readonly endedAt: number | null;
  readonly endReason: string | null;
}

const selectRight = prepared<{ conversationId: string; epoch: number }, EpochRight[]>('locks.right', (db) =>
  db
    .select({
      agentId: lockEpochs.agentId,
      sessionId: lockEpochs.sessionId,
      lockOn: lockEpochs.lockOn,
      endedAt: lockEpochs.endedAt,
      endReason: lockEpochs.endReason,
    })
    .from(lockEpochs)
    .where(
      and(
        eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
        eq(lockEpochs.epoch, sql.placeholder('epoch')),
      ),
    ),
);

/** The right that a fence stands for; undefined when it was never given. */
export async function epochRight(
  db: Handle,
  conversationId: string,
  epoch: number,
): Promise<EpochRight | undefined> {
  return (await selectRight(db, { conversationId, epoch }))[0];
}

/** The open epoch of a conversation, if somebody holds it. */
export async function openLock(db: Handle, conversationId: string): Promise<OpenLock | undefined> {
  return (await selectOpen(db, { conversationId }))[0];
}

/** One epoch, open or ended. */
export async function lockAt(
  db: Handle,
  conversationId: string,
  epoch: number,
): Promise<OpenLock | undefined> {
  return (await selectEpoch(db, { conversationId, epoch }))[0];
}

/** The epoch that was granted for this request id. */
export async function lockByRequest(
  db: Handle,
  conversationId: string,
  requestId: string,
): Promise<OpenLock | undefined> {
  return (await selectByRequest(db, { conversationId, requestId }))[0];
}

/** True when this token belonged to an epoch that is over and was not passed on, nor to an offer: its lease was left behind. */
export async function tokenHasEnded(
  db: Handle,
  conversationId: string,
  leaseToken: string,
): Promise<boolean> {
  return (await selectEndedToken(db, { conversationId, leaseToken })).length > 0;
}

/** The one lock an agent holds in an inbox with `lockOn: open`. */
export async function openModeLock(db: Handle, agentId: string): Promise<OpenLock | undefined> {
  return (await selectOpenMode(db, { agentId }))[0];
}

/** Open epochs of a session, in the order in which their rows must be locked. */
export function locksOfSession(db: Handle, sessionId: string): Promise<OpenLock[]> {
  return selectOfSession(db, { sessionId });
}

/** Open epochs of an agent (in one inbox, in one conversation or in all), or of a sign-in's sessions, in locking order. */
export async function locksInScope(
  db: Handle,
  scope: { agentId: string; inboxId?: string; conversationId?: string } | { signInId: string },
): Promise<OpenLock[]> {
  const whose =
    'signInId' in scope
      ? eq(sessions.signInId, scope.signInId)
      : and(
          eq(lockEpochs.agentId, scope.agentId),
          scope.inboxId === undefined ? undefined : eq(conversations.inboxId, scope.inboxId),
          scope.conversationId === undefined ? undefined : eq(conversations.id, scope.conversationId),
        );
  return await selectLocks(db)
    .where(and(isNull(lockEpochs.endedAt), whose))
    .orderBy(asc(conversations.inboxId), asc(lockEpochs.conversationId));
}

/** Every open epoch; the sweeper compares their leases. */
export const openLocks = prepared<Record<string, never>, OpenLock[]>('locks.allOpen', (db) =>
  selectLocks(db)
    .where(isNull(lockEpochs.endedAt))
    .orderBy(asc(conversations.inboxId), asc(lockEpochs.conversationId)),
);

/** Open epochs whose idle or reconnect deadline is at or before `now`. */
export const dueLocks = prepared<{ now: number }, OpenLock[]>('locks.due', (db) =>
  selectLocks(db)
    .where(
      and(
        isNull(lockEpochs.endedAt),
        or(
          lte(lockEpochs.goneDeadline, sql.placeholder('now')),
          lte(lockEpochs.idleDeadline, sql.placeholder('now')),
        ),
      ),
    )
    .orderBy(asc(conversations.inboxId), asc(lockEpochs.conversationId)),
);

const raise = prepared<{ conversationId: string }, { epoch: number }[]>('locks.raise', (db) =>
  db
    .update(conversations)
    .set({ lockEpoch: sql`${conversations.lockEpoch} + 1` })
    .where(eq(conversations.id, sql.placeholder('conversationId')))
    .returning({ epoch: conversations.lockEpoch }),
);

/** The next fence of a conversation: only grows, is never given twice (L5). */
export async function nextEpoch(tx: Tx, conversationId: string): Promise<number> {
  const [row] = await raise(tx.db, { conversationId });
  if (row === undefined) throw new Error(`conversation ${conversationId} vanished inside a transaction`);
  return row.epoch;
}

export type NewEpoch = Pick<
  LockEpoch,
  | 'conversationId'
  | 'epoch'
  | 'agentId'
  | 'sessionId'
  | 'connectionNo'
  | 'leaseToken'
  | 'requestId'
  | 'lockOn'
  | 'grantedAt'
> & { readonly endedAt: number | null; readonly endReason: LockEndReason | null };

/** Stores a granted epoch; one that already ended is a one-shot. Unique violations are the caller's to answer. */
export const insertEpoch = prepared<NewEpoch & Record<string, unknown>, unknown>('locks.insert', (db) =>
  db.insert(lockEpochs).values({
    conversationId: sql.placeholder('conversationId'),
    epoch: sql.placeholder('epoch'),
    agentId: sql.placeholder('agentId'),
    sessionId: sql.placeholder('sessionId'),
    connectionNo: sql.placeholder('connectionNo'),
    leaseToken: sql.placeholder('leaseToken'),
    requestId: sql.placeholder('requestId'),
    lockOn: sql.placeholder('lockOn'),
    grantedAt: sql.placeholder('grantedAt'),
    activeAt: sql.placeholder('grantedAt'),
    endedAt: sql.placeholder('endedAt'),
    endReason: sql.placeholder('endReason'),
  }),
);

interface EndValues extends Record<string, unknown> {
  conversationId: string;
  epoch: number;
  endedAt: number;
  endReason: string;
  endedBy: string | null;
}
const endOpen = (db: Handle, alsoIf: SQL | undefined) =>
  db
    .update(lockEpochs)
    .set({
      endedAt: sql`${sql.placeholder('endedAt')}`,
      endReason: sql`${sql.placeholder('endReason')}`,
      endedBy: sql`${sql.placeholder('endedBy')}`,
      idleDeadline: null,
      goneDeadline: null,
    })
    .where(
      and(
        eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
        eq(lockEpochs.epoch, sql.placeholder('epoch')),
        isNull(lockEpochs.endedAt),
        alsoIf,
      ),
    )
    .returning({ leaseToken: lockEpochs.leaseToken });

const end = prepared<EndValues, { leaseToken: string }[]>('locks.end', (db) => endOpen(db, undefined));
const endUnder = prepared<EndValues & { under: string }, { leaseToken: string }[]>('locks.endUnder', (db) =>
  endOpen(db, eq(lockEpochs.leaseToken, sql.placeholder('under'))),
);

export interface EndOfLock {
  readonly reason: LockEndReason;
  /** Id of who ended it, where that was not its holder. */
  readonly by: string | null;
  /** Only while it has this lease: whoever found that lease gone does not end a lock that has been given a fresh one. */
  readonly under?: string | undefined;
}

/** Ends an open epoch and answers the token of its lease; undefined when it was not there to be ended. */
export async function endEpoch(
  tx: Tx,
  lock: Pick<LockEpoch, 'conversationId' | 'epoch'>,
  { reason, by, under }: EndOfLock,
): Promise<string | undefined> {
  const values = {
    conversationId: lock.conversationId,
    epoch: lock.epoch,
    endedAt: tx.now,
    endReason: reason,
    endedBy: by,
  };
  const [ended] =
    under === undefined ? await end(tx.db, values) : await endUnder(tx.db, { ...values, under });
  return ended?.leaseToken;
}
