import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forShare } from './row-locks.ts';
import { agents, sessions } from './schema/sqlite.ts';

export interface SessionRow {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly signInId: string | null;
  readonly kind: 'socket' | 'rest';
  readonly keyHash: string;
  readonly device: string;
  readonly connectionNo: number;
  readonly endedAt: number | null;
}

const insert = prepared<Record<string, unknown>, { id: string }[]>('sessions.insert', (db) =>
  db
    .insert(sessions)
    .values({
      id: sql.placeholder('id'),
      agentId: sql.placeholder('agentId'),
      signInId: sql.placeholder('signInId'),
      kind: sql.placeholder('kind'),
      keyHash: sql.placeholder('keyHash'),
      device: sql.placeholder('device'),
      connectionNo: 1,
      serverId: sql.placeholder('serverId'),
      createdAt: sql.placeholder('now'),
      seenAt: sql.placeholder('now'),
    })
    .onConflictDoNothing()
    .returning({ id: sessions.id }),
);

export interface NewSession {
  readonly id: string;
  readonly agentId: string;
  readonly signInId: string | null;
  readonly kind: 'socket' | 'rest';
  readonly keyHash: string;
  readonly device: string;
  readonly serverId: string;
}

/** Stores a new session on its first connection. False: there is one with this id. */
export async function insertSession(tx: Tx, session: NewSession): Promise<boolean> {
  const { id, agentId, signInId, kind, keyHash, device, serverId } = session;
  return (
    (await insert(tx.db, { id, agentId, signInId, kind, keyHash, device, serverId, now: tx.now })).length > 0
  );
}

const select = prepared<{ id: string }, SessionRow[]>('sessions.one', (db) =>
  db
    .select({
      id: sessions.id,
      agentId: sessions.agentId,
      agentName: agents.name,
      signInId: sessions.signInId,
      kind: sessions.kind,
      keyHash: sessions.keyHash,
      device: sessions.device,
      connectionNo: sessions.connectionNo,
      endedAt: sessions.endedAt,
    })
    .from(sessions)
    .innerJoin(agents, eq(agents.id, sessions.agentId))
    .where(eq(sessions.id, sql.placeholder('id'))),
);

export async function sessionById(db: Handle, id: string): Promise<SessionRow | undefined> {
  return (await select(db, { id }))[0];
}

/** Which connection a session goes on over now, and whether it is over. */
export interface SessionState {
  readonly connectionNo: number;
  readonly endedAt: number | null;
}
const hold = prepared<{ id: string }, SessionState[]>('sessions.hold', (db) =>
  forShare(
    db,
    db
      .select({ connectionNo: sessions.connectionNo, endedAt: sessions.endedAt })
      .from(sessions)
      .where(eq(sessions.id, sql.placeholder('id'))),
  ),
);

/** Reads a session, which can neither go on elsewhere nor end before the commit. Locked before any conversation. */
export async function holdSession(tx: Tx, id: string): Promise<SessionState | undefined> {
  return (await hold(tx.db, { id }))[0];
}

const raise = prepared<Record<string, unknown>, { connectionNo: number }[]>('sessions.raise', (db) =>
  db
    .update(sessions)
    .set({
      connectionNo: sql`${sessions.connectionNo} + 1`,
      serverId: sql`${sql.placeholder('serverId')}`,
      signInId: sql`${sql.placeholder('signInId')}`,
      seenAt: sql`${sql.placeholder('now')}`,
    })
    .where(and(eq(sessions.id, sql.placeholder('id')), isNull(sessions.endedAt)))
    .returning({ connectionNo: sessions.connectionNo }),
);

/** Counts a new connection of a session; undefined when the session is over. */
export async function raiseConnection(
  tx: Tx,
  session: { readonly id: string; readonly serverId: string; readonly signInId: string | null },
): Promise<number | undefined> {
  const rows = await raise(tx.db, {
    id: session.id,
    serverId: session.serverId,
    signInId: session.signInId,
    now: tx.now,
  });
  return rows[0]?.connectionNo;
}

const sign = prepared<Record<string, unknown>, { id: string }[]>('sessions.sign', (db) =>
  db
    .update(sessions)
    .set({ signInId: sql`${sql.placeholder('signInId')}` })
    .where(
      and(
        eq(sessions.id, sql.placeholder('id')),
        eq(sessions.connectionNo, sql.placeholder('connectionNo')),
        isNull(sessions.endedAt),
      ),
    )
    .returning({ id: sessions.id }),
);

/** Puts a session under another sign-in. False: it is over, or goes on over another connection. */
export async function signSession(
  tx: Tx,
  session: { readonly id: string; readonly connectionNo: number; readonly signInId: string | null },
): Promise<boolean> {
  const { id, connectionNo, signInId } = session;
  return (await sign(tx.db, { id, connectionNo, signInId })).length > 0;
}

const end = prepared<{ id: string; now: number }, unknown>('sessions.end', (db) =>
  db
    .update(sessions)
    .set({ endedAt: sql`${sql.placeholder('now')}` })
    .where(and(eq(sessions.id, sql.placeholder('id')), isNull(sessions.endedAt))),
);

/** Makes a session's key void. */
export async function endSession(tx: Tx, id: string): Promise<void> {
  await end(tx.db, { id, now: tx.now });
}

/** The sessions of a sign-in, or the one with this id; not those of REST, which wait for nothing. */
export async function tabsOf(
  db: Handle,
  of: { readonly signInId: string } | { readonly sessionId: string },
): Promise<{ id: string; agentId: string }[]> {
  return await db
    .select({ id: sessions.id, agentId: sessions.agentId })
    .from(sessions)
    .where(
      and(
        eq(sessions.kind, 'socket'),
        'signInId' in of ? eq(sessions.signInId, of.signInId) : eq(sessions.id, of.sessionId),
      ),
    );
}
