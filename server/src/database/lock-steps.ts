/** Compare-and-set writes that move an open epoch from one phase to the next; each answers whether it was the one to do it. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { lockEpochs } from './schema/sqlite.ts';

/** The connection that owns the epoch; another number means that the session has moved on. */
export interface OwnedEpoch {
  readonly conversationId: string;
  readonly epoch: number;
  readonly connectionNo: number;
}
type OwnedValues = { conversationId: string; epoch: number; connectionNo: number };

const changed = { epoch: lockEpochs.epoch };
const isOpen = () =>
  and(
    eq(lockEpochs.conversationId, sql.placeholder('conversationId')),
    eq(lockEpochs.epoch, sql.placeholder('epoch')),
    isNull(lockEpochs.endedAt),
  );
const isOwned = () => and(isOpen(), eq(lockEpochs.connectionNo, sql.placeholder('connectionNo')));
const value = (name: string) => sql`${sql.placeholder(name)}`;

type Step = { epoch: number }[];

const ask = prepared<OwnedValues & { now: number; deadline: number }, Step>('lockSteps.ask', (db) =>
  db
    .update(lockEpochs)
    .set({ idleAskedAt: value('now'), lastAskedAt: value('now'), idleDeadline: value('deadline') })
    .where(and(isOwned(), isNull(lockEpochs.idleDeadline)))
    .returning(changed),
);
const keep = prepared<{ conversationId: string; epoch: number; now: number }, Step>('lockSteps.keep', (db) =>
  db
    .update(lockEpochs)
    .set({ idleAskedAt: null, idleDeadline: null, activeAt: value('now') })
    .where(isOpen())
    .returning(changed),
);
const gone = prepared<OwnedValues & { deadline: number }, Step>('lockSteps.gone', (db) =>
  db
    .update(lockEpochs)
    .set({ goneDeadline: value('deadline') })
    .where(isOwned())
    .returning(changed),
);
const resume = prepared<OwnedValues, Step>('lockSteps.resume', (db) =>
  db
    .update(lockEpochs)
    .set({ goneDeadline: null, connectionNo: value('connectionNo') })
    .where(isOpen())
    .returning(changed),
);
const replaceToken = prepared<OwnedValues & { from: string; to: string }, Step>('lockSteps.token', (db) =>
  db
    .update(lockEpochs)
    .set({ leaseToken: value('to') })
    .where(and(isOwned(), eq(lockEpochs.leaseToken, sql.placeholder('from'))))
    .returning(changed),
);
const active = prepared<OwnedValues & { at: number }, Step>('lockSteps.active', (db) =>
  db
    .update(lockEpochs)
    .set({ activeAt: value('at') })
    .where(isOwned())
    .returning(changed),
);

const did = (rows: Step): boolean => rows.length > 0;

/** Asks the holder "are you still working?" until `deadline`, unless already asked or no longer owned. */
export async function askIdle(tx: Tx, lock: OwnedEpoch, deadline: number): Promise<boolean> {
  return did(await ask(tx.db, { ...pick(lock), now: tx.now, deadline }));
}

/** Withdraws an open question and notes the activity. */
export async function keepLock(tx: Tx, lock: { conversationId: string; epoch: number }): Promise<boolean> {
  return did(await keep(tx.db, { conversationId: lock.conversationId, epoch: lock.epoch, now: tx.now }));
}

/** The connection is lost: the lock ends at `deadline` unless the session resumes. */
export async function markGone(tx: Tx, lock: OwnedEpoch, deadline: number): Promise<boolean> {
  return did(await gone(tx.db, { ...pick(lock), deadline }));
}

/** A new connection (`connectionNo`) owns the epoch. Its idle question, if open, stays open. */
export async function markResumed(tx: Tx, lock: OwnedEpoch): Promise<boolean> {
  return did(await resume(tx.db, pick(lock)));
}

/** Puts a fresh lease under the epoch, in place of the one that Redis lost. */
export async function swapToken(tx: Tx, lock: OwnedEpoch, from: string, to: string): Promise<boolean> {
  return did(await replaceToken(tx.db, { ...pick(lock), from, to }));
}

/** Writes the last activity down, `idleFor` ms ago, so that another connection's countdown goes on from there. */
export async function noteActivity(tx: Tx, lock: OwnedEpoch, idleFor: number): Promise<boolean> {
  return did(await active(tx.db, { ...pick(lock), at: tx.now - Math.round(idleFor) }));
}

function pick(lock: OwnedEpoch): OwnedValues {
  return { conversationId: lock.conversationId, epoch: lock.epoch, connectionNo: lock.connectionNo };
}
