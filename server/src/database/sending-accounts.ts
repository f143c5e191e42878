/** What mail leaves by, and why it may have to wait. What that means is decided in `messaging/delivery/accounts-*.ts`. */
import { and, asc, desc, eq, gt, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm';
import { preparedForIds } from './batches.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { inboxAddresses, mailboxes, outbox, outboxAttempts, sendingAccounts } from './schema/sqlite.ts';

/** The account of mail that leaves from no mailbox. */
export const RELAY = 'relay';

export type AccountState = typeof sendingAccounts.$inferSelect;

/** One that nothing keeps from sending. */
export const freeAccount = (account: string): AccountState => ({
  account,
  failures: 0,
  pauses: 0,
  waitUntil: 0,
  waitReason: null,
  probe: null,
  lastError: null,
  failingSince: null,
});

const selectMailbox = prepared<{ address: string }, { mailboxId: string | null }[]>(
  'accounts.ofAddress',
  (db) =>
    db
      .select({ mailboxId: inboxAddresses.mailboxId })
      .from(inboxAddresses)
      .where(eq(inboxAddresses.address, sql.placeholder('address'))),
);

/** The account that mail from this address leaves by: a mailbox's id, or `relay`. */
export async function accountOfAddress(db: Handle, address: string): Promise<string> {
  const [row] = await selectMailbox(db, { address: address.toLowerCase() });
  return row?.mailboxId ?? RELAY;
}

const selectStates = preparedForIds<AccountState>('accounts.states', (db, ids) =>
  db.select().from(sendingAccounts).where(inArray(sendingAccounts.account, ids)),
);

/** Of these accounts those that something was written of. */
export async function accountStates(
  db: Handle,
  accounts: readonly string[],
): Promise<Map<string, AccountState>> {
  const rows = accounts.length === 0 ? [] : await selectStates(db, accounts);
  return new Map(rows.map((row) => [row.account, row]));
}

/**
 * As `accountStates`, of all of them, and nobody else changes them before the commit. In the order of their names, and before any row of the
 * outbox: two transactions never wait for each other.
 */
export async function holdAccounts(tx: Tx, accounts: readonly string[]): Promise<Map<string, AccountState>> {
  if (accounts.length === 0) return new Map();
  const sorted = [...accounts].sort();
  await tx.db.insert(sendingAccounts).values(sorted.map(freeAccount)).onConflictDoNothing();
  const rows = await forUpdate(
    tx,
    tx.db
      .select()
      .from(sendingAccounts)
      .where(inArray(sendingAccounts.account, sorted))
      .orderBy(asc(sendingAccounts.account)),
  );
  return new Map(rows.map((row) => [row.account, row]));
}

/** Writes a state whose row is held. */
export async function writeAccount(tx: Tx, { account, ...state }: AccountState): Promise<void> {
  await tx.db.update(sendingAccounts).set(state).where(eq(sendingAccounts.account, account));
}

/** Nothing keeps it any more: somebody has changed how it is reached. */
export async function forgetAccount(tx: Tx, account: string): Promise<void> {
  await tx.db.delete(sendingAccounts).where(eq(sendingAccounts.account, account));
}

const selectRates = preparedForIds<{ id: string; ratePerMinute: number }>('accounts.rates', (db, ids) =>
  db
    .select({ id: mailboxes.id, ratePerMinute: mailboxes.ratePerMinute })
    .from(mailboxes)
    .where(inArray(mailboxes.id, ids)),
);

/** How many mails in a minute may leave by each account; one that is not named has no limit. */
export async function accountRates(db: Handle, accounts: readonly string[]): Promise<Map<string, number>> {
  const rows = accounts.length === 0 ? [] : await selectRates(db, accounts);
  return new Map(rows.map(({ id, ratePerMinute }) => [id, ratePerMinute]));
}

/** When the newest attempts of an account since then began, the newest first; at most so many. */
export async function attemptsSince(
  db: Handle,
  account: string,
  since: number,
  most: number,
): Promise<number[]> {
  const rows = await db
    .select({ startedAt: outboxAttempts.startedAt })
    .from(outboxAttempts)
    .where(and(eq(outboxAttempts.account, account), gt(outboxAttempts.startedAt, since)))
    .orderBy(desc(outboxAttempts.startedAt))
    .limit(most);
  return rows.map(({ startedAt }) => startedAt);
}

const selectAnyWaiting = prepared<{ now: number }, { account: string }[]>('accounts.anyWaiting', (db) =>
  db
    .select({ account: sendingAccounts.account })
    .from(sendingAccounts)
    .where(gt(sendingAccounts.waitUntil, sql.placeholder('now')))
    .limit(1),
);

/** A message that is due and waits for its account, and that nobody was told of. */
export interface WaitingMessage {
  readonly id: string;
  readonly inboxId: string;
  readonly conversationId: string;
  readonly position: number;
  readonly account: string;
  readonly waits: 'rate' | 'paused';
  readonly lastError: string | null;
}

/** The messages of which has to be told that they wait, the longest due first. */
export async function untoldWaiting(db: Handle, now: number, limit: number): Promise<WaitingMessage[]> {
  // Mostly there is none, and this is asked all the time.
  if ((await selectAnyWaiting(db, { now })).length === 0) return [];
  const byRate = eq(sendingAccounts.waitReason, 'rate');
  const rows = await db
    .select({
      id: outbox.id,
      inboxId: outbox.inboxId,
      conversationId: outbox.conversationId,
      position: outbox.position,
      account: sendingAccounts.account,
      waitReason: sendingAccounts.waitReason,
      lastError: sendingAccounts.lastError,
    })
    .from(outbox)
    .innerJoin(sendingAccounts, eq(sendingAccounts.account, outbox.account))
    .where(
      and(
        eq(outbox.state, 'queued'),
        lte(outbox.dueAt, now),
        gt(sendingAccounts.waitUntil, now),
        or(
          isNull(outbox.waits),
          and(byRate, ne(outbox.waits, 'rate')),
          and(ne(sendingAccounts.waitReason, 'rate'), ne(outbox.waits, 'paused')),
        ),
      ),
    )
    .orderBy(asc(outbox.dueAt))
    .limit(limit);
  return rows.map(({ waitReason, ...row }) => ({ ...row, waits: waitReason === 'rate' ? 'rate' : 'paused' }));
}

/** Notes that it was told; false when it does not wait any more, or somebody else has told it. */
export async function markTold(tx: Tx, { id, waits }: WaitingMessage): Promise<boolean> {
  const rows = await tx.db
    .update(outbox)
    .set({ waits })
    .where(
      and(eq(outbox.id, id), eq(outbox.state, 'queued'), or(isNull(outbox.waits), ne(outbox.waits, waits))),
    )
    .returning({ id: outbox.id });
  return rows.length > 0;
}
