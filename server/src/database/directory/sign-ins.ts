import { and, asc, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { forShare, forUpdate } from '../row-locks.ts';
import { agents, sessions, signIns } from '../schema/sqlite.ts';
import type { AgentRow } from './agents.ts';

export type SignInRow = typeof signIns.$inferSelect;

/** An agent as it acts and is told to others. */
export type ActingAgent = Pick<AgentRow, 'id' | 'name' | 'email' | 'role' | 'kind'>;

const acting = {
  id: agents.id,
  name: agents.name,
  email: agents.email,
  role: agents.role,
  kind: agents.kind,
};
const live = prepared<{ id: string }, { agent: ActingAgent; expiresAt: number }[]>(
  'directory.liveSignIn',
  (db) =>
    db
      .select({ agent: acting, expiresAt: signIns.expiresAt })
      .from(signIns)
      .innerJoin(agents, eq(agents.id, signIns.agentId))
      .where(and(eq(signIns.id, sql.placeholder('id')), isNull(signIns.endedAt), eq(agents.state, 'active'))),
);

/** The agent of a sign-in that has not ended, if active; `expiresAt` is the caller's to compare. */
export async function liveSignIn(
  db: Handle,
  id: string,
): Promise<{ agent: ActingAgent; expiresAt: number } | undefined> {
  return (await live(db, { id }))[0];
}

export async function insertSignIn(
  tx: Tx,
  row: Pick<SignInRow, 'id' | 'agentId' | 'refreshHash' | 'userAgent' | 'expiresAt'>,
): Promise<void> {
  await tx.db
    .insert(signIns)
    .values({ ...row, previousHash: null, rotatedAt: tx.now, createdAt: tx.now, endedAt: null });
}

export async function signInForUpdate(tx: Tx, id: string): Promise<SignInRow | undefined> {
  return (await forUpdate(tx, tx.db.select().from(signIns).where(eq(signIns.id, id))))[0];
}

/** Whether a sign-in has not ended; it cannot before the commit. Locked before any session. */
export async function holdSignIn(tx: Tx, id: string): Promise<boolean> {
  const query = tx.db
    .select({ id: signIns.id })
    .from(signIns)
    .where(and(eq(signIns.id, id), isNull(signIns.endedAt)));
  return (await forShare(tx, query)).length > 0;
}

/** Puts the successor in the place of a refresh token. */
export async function rotateSignIn(
  tx: Tx,
  id: string,
  next: Pick<SignInRow, 'refreshHash' | 'previousHash' | 'expiresAt'>,
): Promise<void> {
  await tx.db
    .update(signIns)
    .set({ ...next, rotatedAt: tx.now })
    .where(eq(signIns.id, id));
}

/** Ends a sign-in; answers whose it was, or undefined when it was over already. */
export async function endSignIn(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx.db
    .update(signIns)
    .set({ endedAt: tx.now })
    .where(and(eq(signIns.id, id), isNull(signIns.endedAt)))
    .returning({ agentId: signIns.agentId });
  return row?.agentId;
}

/** Sign-ins of an agent that have not ended. */
export async function openSignIns(tx: Tx, agentId: string): Promise<string[]> {
  const rows = await tx.db
    .select({ id: signIns.id })
    .from(signIns)
    .where(and(eq(signIns.agentId, agentId), isNull(signIns.endedAt)))
    .orderBy(asc(signIns.id));
  return rows.map((row) => row.id);
}

/** Makes the keys of all sessions of a sign-in, or of an agent, void. Their locks are to be ended after this. */
export async function endSessionsOf(
  tx: Tx,
  scope: { signInId: string } | { agentId: string },
): Promise<void> {
  const whose =
    'signInId' in scope ? eq(sessions.signInId, scope.signInId) : eq(sessions.agentId, scope.agentId);
  await tx.db
    .update(sessions)
    .set({ endedAt: tx.now })
    .where(and(whose, isNull(sessions.endedAt)));
}

export interface ListedSignIn {
  readonly id: string;
  readonly userAgent: string;
  readonly createdAt: number;
  /** When its token was last renewed. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** Sign-ins of an agent that go on, the one used last first. */
export async function signInsOf(db: Handle, agentId: string, now: number): Promise<ListedSignIn[]> {
  return await db
    .select({
      id: signIns.id,
      userAgent: signIns.userAgent,
      createdAt: signIns.createdAt,
      usedAt: signIns.rotatedAt,
      expiresAt: signIns.expiresAt,
    })
    .from(signIns)
    .where(and(eq(signIns.agentId, agentId), isNull(signIns.endedAt), gt(signIns.expiresAt, now)))
    .orderBy(desc(signIns.rotatedAt), asc(signIns.id));
}
