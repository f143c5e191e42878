/** Which server receives for which mailbox: a claim with a deadline in the mailbox's row. */
import { and, asc, eq, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import type { MailboxClaim } from './mailbox-mail.ts';
import { prepared } from './prepared.ts';
import { mailboxes } from './schema/sqlite.ts';

const value = (name: string) => sql`${sql.placeholder(name)}`;
const isWanted = () => and(isNull(mailboxes.endedAt), ne(mailboxes.state, 'disconnected'));
const isFree = () =>
  or(isNull(mailboxes.claimDeadline), lte(mailboxes.claimDeadline, sql.placeholder('now')));

const selectFree = prepared<{ now: number; limit: number }, { id: string; claimNo: number }[]>(
  'mailboxClaims.free',
  (db) =>
    db
      .select({ id: mailboxes.id, claimNo: mailboxes.claimNo })
      .from(mailboxes)
      .where(and(isWanted(), isFree()))
      .orderBy(asc(mailboxes.claimDeadline), asc(mailboxes.id))
      .limit(sql.placeholder('limit')),
);

/** Mailboxes that nobody receives for. */
export function freeMailboxes(
  db: Handle,
  now: number,
  limit: number,
): Promise<{ readonly id: string; readonly claimNo: number }[]> {
  return selectFree(db, { now, limit });
}

const claim = prepared<
  { id: string; claimNo: number; server: string; now: number; deadline: number },
  { claimNo: number }[]
>('mailboxClaims.claim', (db) =>
  db
    .update(mailboxes)
    .set({
      claimedBy: value('server'),
      claimNo: sql`${mailboxes.claimNo} + 1`,
      claimDeadline: value('deadline'),
    })
    .where(
      and(
        eq(mailboxes.id, sql.placeholder('id')),
        eq(mailboxes.claimNo, sql.placeholder('claimNo')),
        isWanted(),
        isFree(),
      ),
    )
    .returning({ claimNo: mailboxes.claimNo }),
);

/** Claims a mailbox for some ms; undefined: another server was faster. */
export async function claimMailbox(
  tx: Tx,
  { id, claimNo }: { readonly id: string; readonly claimNo: number },
  by: { readonly server: string; readonly for: number },
): Promise<MailboxClaim | undefined> {
  const deadline = tx.now + by.for;
  const [row] = await claim(tx.db, { id, claimNo, server: by.server, now: tx.now, deadline });
  return row && { mailboxId: id, claimNo: row.claimNo };
}

const renew = prepared<{ id: string; claimNo: number; deadline: number }, { version: number }[]>(
  'mailboxClaims.renew',
  (db) =>
    db
      .update(mailboxes)
      .set({ claimDeadline: value('deadline') })
      .where(
        and(
          eq(mailboxes.id, sql.placeholder('id')),
          eq(mailboxes.claimNo, sql.placeholder('claimNo')),
          isWanted(),
        ),
      )
      .returning({ version: mailboxes.version }),
);

/** Keeps a claim for some ms more and answers the version of the settings; undefined: it is over. */
export async function renewClaim(
  tx: Tx,
  { mailboxId, claimNo }: MailboxClaim,
  ms: number,
): Promise<number | undefined> {
  return (await renew(tx.db, { id: mailboxId, claimNo, deadline: tx.now + ms }))[0]?.version;
}

/** Lets others have it at once. */
export async function giveUpClaim(tx: Tx, { mailboxId, claimNo }: MailboxClaim): Promise<void> {
  await tx.db
    .update(mailboxes)
    .set({ claimDeadline: null, claimedBy: null })
    .where(and(eq(mailboxes.id, mailboxId), eq(mailboxes.claimNo, claimNo)));
}

/** Ends every claim: of servers of before, in a deployment whose only server is starting. */
export async function endAllClaims(tx: Tx): Promise<void> {
  await tx.db.update(mailboxes).set({ claimDeadline: null, claimedBy: null });
}

/** How many mailboxes are in each state, without those that were removed. */
export async function mailboxStates(db: Handle): Promise<ReadonlyMap<string, number>> {
  const states = ['connecting', 'connected', 'failed', 'disconnected'] as const;
  const rows = await db
    .select({ state: mailboxes.state, rows: sql<number>`count(*)`.mapWith(Number) })
    .from(mailboxes)
    .where(and(isNull(mailboxes.endedAt), inArray(mailboxes.state, [...states])))
    .groupBy(mailboxes.state);
  return new Map(rows.map((row) => [row.state, row.rows]));
}
