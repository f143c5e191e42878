/** Mail to our own people: written down with what it tells of, taken by whoever sends. */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, notices } from './schema/sqlite.ts';

export async function insertNotice(
  tx: Tx,
  notice: {
    readonly id: string;
    readonly agentId: string;
    /** Undefined: the agent's own, as it is when the mail leaves. */
    readonly to: string | undefined;
    readonly subject: string;
    readonly body: string;
  },
): Promise<void> {
  const { to, ...row } = notice;
  const first = { createdAt: tx.now, dueAt: tx.now, claimNo: 0, attempts: 0 };
  await tx.db.insert(notices).values({ ...row, ...first, toAddress: to ?? null });
}

/** A notice on its way. */
export interface DueNotice {
  readonly id: string;
  readonly claimNo: number;
  readonly attempts: number;
  readonly subject: string;
  readonly body: string;
  readonly createdAt: number;
  /** Null: nowhere. */
  readonly to: string | null;
  readonly name: string;
}

interface Row extends Omit<DueNotice, 'to'> {
  readonly toAddress: string | null;
  readonly email: string | null;
}

const selectDue = prepared<{ now: number; limit: number }, Row[]>('notices.due', (db) =>
  db
    .select({
      id: notices.id,
      claimNo: notices.claimNo,
      attempts: notices.attempts,
      subject: notices.subject,
      body: notices.body,
      createdAt: notices.createdAt,
      toAddress: notices.toAddress,
      email: agents.email,
      name: agents.name,
    })
    .from(notices)
    .innerJoin(agents, eq(agents.id, notices.agentId))
    .where(lte(notices.dueAt, sql.placeholder('now')))
    .orderBy(asc(notices.dueAt))
    .limit(sql.placeholder('limit')),
);

/** Notices whose time has come, the longest due first. */
export async function dueNotices(db: Handle, now: number, limit: number): Promise<DueNotice[]> {
  const rows = await selectDue(db, { now, limit });
  return rows.map(({ toAddress, email, ...row }) => ({ ...row, to: toAddress ?? email }));
}

const isClaimed = ({ id, claimNo }: Pick<DueNotice, 'id' | 'claimNo'>) =>
  and(eq(notices.id, id), eq(notices.claimNo, claimNo));

/** Takes a notice for some ms: answers the number of the claim, undefined when another server was faster. */
export async function claimNotice(
  tx: Tx,
  { id, claimNo }: Pick<DueNotice, 'id' | 'claimNo'>,
  ms: number,
): Promise<number | undefined> {
  const [row] = await tx.db
    .update(notices)
    .set({ claimNo: claimNo + 1, dueAt: tx.now + ms, attempts: sql`${notices.attempts} + 1` })
    .where(and(isClaimed({ id, claimNo }), lte(notices.dueAt, tx.now)))
    .returning({ claimNo: notices.claimNo });
  return row?.claimNo;
}

/** What became of a claimed notice: it left, is tried again after `in` ms, or was given up. What was in it is gone with either end. */
export type NoticeEnd =
  | { readonly state: 'sent' }
  | { readonly state: 'later'; readonly in: number; readonly problem: string }
  | { readonly state: 'given up'; readonly problem: string };

export async function endNotice(
  tx: Tx,
  claim: Pick<DueNotice, 'id' | 'claimNo'>,
  end: NoticeEnd,
): Promise<void> {
  const change =
    end.state === 'sent'
      ? { dueAt: null, sentAt: tx.now, problem: null, body: '' }
      : end.state === 'later'
        ? { dueAt: tx.now + end.in, problem: end.problem }
        : { dueAt: null, problem: end.problem, body: '' };
  await tx.db.update(notices).set(change).where(isClaimed(claim));
}

/** Ids of everybody who may administer now, in the order in which they are told. */
export async function activeAdmins(db: Handle): Promise<string[]> {
  const rows = await db
    .select({ id: agents.id })
    .from(agents)
    .where(and(eq(agents.role, 'admin'), eq(agents.state, 'active'), eq(agents.kind, 'person')))
    .orderBy(asc(agents.id));
  return rows.map(({ id }) => id);
}
