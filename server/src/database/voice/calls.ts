/** Calls, and what happened to each. */
import { and, asc, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import type { CallWhy } from '@latchbox/shared';
import type { Handle, Tx } from '../database.ts';
import { calls, callSteps, numbers } from '../schema/sqlite.ts';

export type StoredState = 'incoming' | 'calling' | 'ringing' | 'talking' | 'ended' | 'missed' | 'failed';

export interface StoredCall {
  readonly id: string;
  readonly sid: string | null;
  readonly direction: 'in' | 'out';
  readonly numberId: string;
  readonly address: string;
  readonly conversationId: string | null;
  readonly position: number | null;
  readonly agentId: string | null;
  readonly clientId: string | null;
  readonly forwardedTo: string | null;
  readonly state: StoredState;
  readonly rank: number;
  readonly why: string | null;
  readonly plan: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly seconds: number | null;
  readonly steps: number;
  readonly dueAt: number | null;
}

/** A call, and our number. */
export interface CallOnNumber extends StoredCall {
  readonly e164: string;
  readonly inboxId: string;
}

async function one(db: Handle, which: ReturnType<typeof eq>): Promise<CallOnNumber | undefined> {
  const [row] = await db
    .select({ call: calls, e164: numbers.e164, inboxId: numbers.inboxId })
    .from(calls)
    .innerJoin(numbers, eq(numbers.id, calls.numberId))
    .where(which);
  return row && { ...row.call, e164: row.e164, inboxId: row.inboxId };
}

export const callById = (db: Handle, id: string) => one(db, eq(calls.id, id));
export const callBySid = (db: Handle, sid: string) => one(db, eq(calls.sid, sid));

export async function callByClientId(
  db: Handle,
  agentId: string,
  clientId: string,
): Promise<CallOnNumber | undefined> {
  const [found] = await db
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.agentId, agentId), eq(calls.clientId, clientId)));
  return found && (await callById(db, found.id));
}

/** False: a call with its provider's id, or its agent's client id, is there already. */
export async function insertCall(tx: Tx, call: StoredCall): Promise<boolean> {
  const rows = await tx.db.insert(calls).values(call).onConflictDoNothing().returning({ id: calls.id });
  return rows.length > 0;
}

export interface CallChange {
  readonly state: StoredState;
  readonly rank: number;
  readonly why?: CallWhy;
  readonly agentId?: string | null;
  readonly forwardedTo?: string | null;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly seconds?: number;
  readonly dueAt: number | null;
}

/** Takes a call further; false when it is as far already: news never take it back. */
export async function advanceCall(tx: Tx, id: string, change: CallChange): Promise<boolean> {
  const rows = await tx.db
    .update(calls)
    .set(change)
    .where(and(eq(calls.id, id), lt(calls.rank, change.rank)))
    .returning({ id: calls.id });
  return rows.length > 0;
}

export async function placeCall(
  tx: Tx,
  id: string,
  { conversationId, position }: { readonly conversationId: string; readonly position: number },
): Promise<void> {
  await tx.db.update(calls).set({ conversationId, position }).where(eq(calls.id, id));
}

/** Notes the provider's id, unless it is known. */
export async function nameCall(tx: Tx, id: string, sid: string): Promise<void> {
  await tx.db
    .update(calls)
    .set({ sid })
    .where(and(eq(calls.id, id), isNull(calls.sid)));
}

/** Calls of which no end was heard in time. */
export async function dueCalls(db: Handle, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: calls.id })
    .from(calls)
    .where(lte(calls.dueAt, now))
    .orderBy(asc(calls.dueAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Puts the next question about a call off; false when another server did. */
export async function putOffCall(tx: Tx, id: string, now: number, until: number): Promise<boolean> {
  const rows = await tx.db
    .update(calls)
    .set({ dueAt: until })
    .where(and(eq(calls.id, id), lte(calls.dueAt, now)))
    .returning({ id: calls.id });
  return rows.length > 0;
}

/** Writes down what happened. The call's row is locked until the commit, so that the steps are in order. */
export async function writeStep(
  tx: Tx,
  callId: string,
  what: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const [row] = await tx.db
    .update(calls)
    .set({ steps: sql`${calls.steps} + 1` })
    .where(eq(calls.id, callId))
    .returning({ nth: calls.steps });
  if (row === undefined) return;
  await tx.db
    .insert(callSteps)
    .values({ callId, nth: row.nth, at: tx.now, what, details: JSON.stringify(details) });
}

export async function stepsOf(
  db: Handle,
  callId: string,
): Promise<{ at: number; what: string; details: Record<string, unknown> }[]> {
  const rows = await db
    .select()
    .from(callSteps)
    .where(eq(callSteps.callId, callId))
    .orderBy(asc(callSteps.nth));
  return rows.map(({ at, what, details }) => ({
    at,
    what,
    details: JSON.parse(details) as Record<string, unknown>,
  }));
}
