/** Places for mailboxes of people's own: how many somebody may have, and what takes them. */
import { and, asc, eq, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import { agents, inboxAddresses, mailboxes, mailboxRequests, seats } from '../schema/sqlite.ts';

/** Who has an address. */
export type Holder =
  /** `main`: it is the address of the mailbox; else one of its aliases. */
  | {
      readonly kind: 'mailbox';
      readonly mailboxId: string;
      readonly ownerId: string | null;
      readonly main: boolean;
    }
  | { readonly kind: 'request'; readonly ownerId: string }
  /** An address of a shared inbox, without a mailbox. */
  | { readonly kind: 'inbox' };

export type SeatRow = typeof seats.$inferSelect;

/** The seat of an agent, and nobody else counts its mailboxes before the commit. */
export async function holdSeat(tx: Tx, agentId: string): Promise<SeatRow> {
  const row = { agentId, mailboxLimit: null, contract: '', grantedBy: null, grantedAt: tx.now };
  await tx.db.insert(seats).values(row).onConflictDoNothing();
  const [held] = await forUpdate(tx, tx.db.select().from(seats).where(eq(seats.agentId, agentId)));
  return held ?? row;
}

export async function seatOf(db: Handle, agentId: string): Promise<SeatRow | undefined> {
  return (await db.select().from(seats).where(eq(seats.agentId, agentId)))[0];
}

export async function writeSeat(tx: Tx, { agentId, ...seat }: SeatRow): Promise<void> {
  await tx.db.update(seats).set(seat).where(eq(seats.agentId, agentId));
}

/** What takes places of a seat: mailboxes, and requests that may become one. */
export async function usedOfSeat(
  db: Handle,
  ownerId: string,
  without: { readonly requestId?: string | undefined; readonly mailboxId?: string | undefined } = {},
): Promise<number> {
  const { requestId = '', mailboxId = '' } = without;
  const own = await db
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .where(and(eq(mailboxes.ownerId, ownerId), isNull(mailboxes.endedAt), ne(mailboxes.id, mailboxId)));
  const open = await db
    .select({ id: mailboxRequests.id })
    .from(mailboxRequests)
    .where(
      and(
        eq(mailboxRequests.ownerId, ownerId),
        inArray(mailboxRequests.state, ['requested', 'approved']),
        ne(mailboxRequests.id, requestId),
      ),
    );
  return own.length + open.length;
}

/** Who has an address (lower case): a mailbox, a request for one, or an inbox. `without`: whose own it is does not count. */
export async function holderOf(
  db: Handle,
  address: string,
  without: { readonly requestId?: string | undefined; readonly mailboxId?: string | undefined } = {},
): Promise<Holder | undefined> {
  const { requestId = '', mailboxId = '' } = without;
  const [mailbox] = await db
    .select({
      mailboxId: mailboxes.id,
      ownerId: mailboxes.ownerId,
      main: sql<number>`CASE WHEN ${mailboxes.address} = ${address} THEN 1 ELSE 0 END`.mapWith(Number),
    })
    .from(mailboxes)
    .leftJoin(
      inboxAddresses,
      and(eq(inboxAddresses.mailboxId, mailboxes.id), eq(inboxAddresses.address, address)),
    )
    .where(
      and(
        isNull(mailboxes.endedAt),
        ne(mailboxes.id, mailboxId),
        or(eq(mailboxes.address, address), isNotNull(inboxAddresses.address)),
      ),
    )
    .limit(1);
  if (mailbox !== undefined) return { kind: 'mailbox', ...mailbox, main: mailbox.main === 1 };
  const [request] = await db
    .select({ ownerId: mailboxRequests.ownerId })
    .from(mailboxRequests)
    .where(
      and(
        eq(mailboxRequests.address, address),
        inArray(mailboxRequests.state, ['requested', 'approved']),
        ne(mailboxRequests.id, requestId),
      ),
    );
  if (request !== undefined) return { kind: 'request', ...request };
  const [plain] = await db
    .select({ address: inboxAddresses.address })
    .from(inboxAddresses)
    .where(and(eq(inboxAddresses.address, address), isNull(inboxAddresses.mailboxId)));
  return plain && { kind: 'inbox' };
}

/** Domains (lower case) in which the people here have accounts or mailboxes. */
export async function domainsHere(db: Handle): Promise<Set<string>> {
  const accounts = await db.select({ address: agents.email }).from(agents).where(isNotNull(agents.email));
  const own = await db
    .select({ address: mailboxes.address })
    .from(mailboxes)
    .where(isNull(mailboxes.endedAt))
    .orderBy(asc(mailboxes.address));
  return new Set([...accounts, ...own].map(({ address }) => (address ?? '').split('@').at(-1) ?? ''));
}

/** Mailboxes of somebody's own, the oldest first. */
export async function mailboxIdsOf(db: Handle, ownerId: string): Promise<string[]> {
  const rows = await db
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .where(and(eq(mailboxes.ownerId, ownerId), isNull(mailboxes.endedAt)))
    .orderBy(asc(mailboxes.createdAt), asc(mailboxes.id));
  return rows.map(({ id }) => id);
}
