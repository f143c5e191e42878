/** Second factors and their recovery codes. */
import { and, count, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { forUpdate } from '../row-locks.ts';
import { agents, recoveryCodes, secondFactors } from '../schema/sqlite.ts';

export type FactorRow = typeof secondFactors.$inferSelect;

/** What a secret is sealed about. */
export const aboutFactor = (agentId: string): string => `second factor ${agentId}`;

const byAgent = prepared<{ agentId: string }, FactorRow[]>('factors.ofAgent', (db) =>
  db
    .select()
    .from(secondFactors)
    .where(eq(secondFactors.agentId, sql.placeholder('agentId'))),
);

/** Also one that is only being set up. */
export async function factorOf(db: Handle, agentId: string): Promise<FactorRow | undefined> {
  return (await byAgent(db, { agentId }))[0];
}

/** The same, kept as it is for whoever tries a code: those of one agent are tried one after the other. */
export async function factorForUpdate(tx: Tx, agentId: string): Promise<FactorRow | undefined> {
  const query = tx.db.select().from(secondFactors).where(eq(secondFactors.agentId, agentId));
  return (await forUpdate(tx, query))[0];
}

/** Who is asked for a second factor. */
export async function factorsInUse(db: Handle): Promise<Set<string>> {
  const rows = await db
    .select({ agentId: secondFactors.agentId, confirmedAt: secondFactors.confirmedAt })
    .from(secondFactors);
  return new Set(rows.filter(({ confirmedAt }) => confirmedAt !== null).map(({ agentId }) => agentId));
}

/** Begins to set one up, in place of one that is only being set up. False: one is in use. */
export async function beginFactor(tx: Tx, agentId: string, sealedSecret: string): Promise<boolean> {
  const fresh = {
    sealedSecret,
    confirmedAt: null,
    lastStep: 0,
    failures: 0,
    failingSince: null,
    createdAt: tx.now,
  };
  const rows = await tx.db
    .insert(secondFactors)
    .values({ agentId, ...fresh })
    .onConflictDoUpdate({
      target: secondFactors.agentId,
      set: { sealedSecret, createdAt: tx.now },
      setWhere: isNull(secondFactors.confirmedAt),
    })
    .returning({ agentId: secondFactors.agentId });
  return rows.length > 0;
}

/** Takes the code of a time step: each only once, and none that is older than the last. False: it was taken. */
export async function takeStep(tx: Tx, agentId: string, step: number): Promise<boolean> {
  const rows = await tx.db
    .update(secondFactors)
    .set({ lastStep: step, failures: 0, failingSince: null })
    .where(and(eq(secondFactors.agentId, agentId), lt(secondFactors.lastStep, step)))
    .returning({ agentId: secondFactors.agentId });
  return rows.length > 0;
}

export async function confirmFactor(tx: Tx, agentId: string): Promise<void> {
  await tx.db.update(secondFactors).set({ confirmedAt: tx.now }).where(eq(secondFactors.agentId, agentId));
}

/** Counts a wrong code, or forgets those before. */
export async function setFailures(
  tx: Tx,
  agentId: string,
  failing: Pick<FactorRow, 'failures' | 'failingSince'>,
): Promise<void> {
  await tx.db.update(secondFactors).set(failing).where(eq(secondFactors.agentId, agentId));
}

/** False: there was none. */
export async function removeFactor(tx: Tx, agentId: string): Promise<boolean> {
  await tx.db.delete(recoveryCodes).where(eq(recoveryCodes.agentId, agentId));
  const gone = await tx.db
    .delete(secondFactors)
    .where(eq(secondFactors.agentId, agentId))
    .returning({ agentId: secondFactors.agentId });
  return gone.length > 0;
}

export async function setFactorRequired(tx: Tx, agentId: string, required: boolean): Promise<void> {
  await tx.db.update(agents).set({ factorRequired: required }).where(eq(agents.id, agentId));
}

/** New codes; the ones before are void. */
export async function replaceRecoveryCodes(
  tx: Tx,
  agentId: string,
  hashes: readonly string[],
): Promise<void> {
  await tx.db.delete(recoveryCodes).where(eq(recoveryCodes.agentId, agentId));
  await tx.db.insert(recoveryCodes).values(hashes.map((codeHash) => ({ agentId, codeHash, usedAt: null })));
}

/** Uses a recovery code up. False: it is none, or it was used. */
export async function takeRecoveryCode(tx: Tx, agentId: string, codeHash: string): Promise<boolean> {
  const rows = await tx.db
    .update(recoveryCodes)
    .set({ usedAt: tx.now })
    .where(
      and(
        eq(recoveryCodes.agentId, agentId),
        eq(recoveryCodes.codeHash, codeHash),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ agentId: recoveryCodes.agentId });
  return rows.length > 0;
}

export async function recoveryCodesLeft(db: Handle, agentId: string): Promise<number> {
  const [row] = await db
    .select({ left: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.agentId, agentId), isNull(recoveryCodes.usedAt)));
  return row?.left ?? 0;
}
