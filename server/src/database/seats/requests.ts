/** Requests for mailboxes (O3). */
import { and, desc, eq } from 'drizzle-orm';
import type { RequestState } from '@latchbox/shared/http/mailbox-requests';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import { mailboxRequests } from '../schema/sqlite.ts';

export type RequestRow = typeof mailboxRequests.$inferSelect;

export interface RequestFilter {
  readonly owner?: string | undefined;
  readonly state?: RequestState | undefined;
}

const MOST = 500;

/** A unique violation (`mailbox_requests_address`) is the caller's to answer. */
export async function insertRequest(tx: Tx, row: RequestRow): Promise<void> {
  await tx.db.insert(mailboxRequests).values(row);
}

export async function requestById(db: Handle, id: string): Promise<RequestRow | undefined> {
  return (await db.select().from(mailboxRequests).where(eq(mailboxRequests.id, id)))[0];
}

/** As `requestById`, and nobody else changes it before the commit. */
export async function holdRequest(tx: Tx, id: string): Promise<RequestRow | undefined> {
  const query = tx.db.select().from(mailboxRequests).where(eq(mailboxRequests.id, id));
  return (await forUpdate(tx, query))[0];
}

export async function updateRequest(
  tx: Tx,
  id: string,
  change: Partial<Omit<RequestRow, 'id' | 'ownerId' | 'address' | 'createdAt'>>,
): Promise<void> {
  await tx.db.update(mailboxRequests).set(change).where(eq(mailboxRequests.id, id));
}

/** The newest first. */
export async function listRequests(db: Handle, { owner, state }: RequestFilter): Promise<RequestRow[]> {
  return await db
    .select()
    .from(mailboxRequests)
    .where(
      and(
        owner === undefined ? undefined : eq(mailboxRequests.ownerId, owner),
        state === undefined ? undefined : eq(mailboxRequests.state, state),
      ),
    )
    .orderBy(desc(mailboxRequests.createdAt), desc(mailboxRequests.id))
    .limit(MOST);
}

/** The mailbox of a request is no more somebody's own. */
export async function endRequestOf(tx: Tx, mailboxId: string): Promise<void> {
  await tx.db
    .update(mailboxRequests)
    .set({ state: 'ended' })
    .where(and(eq(mailboxRequests.mailboxId, mailboxId), eq(mailboxRequests.state, 'configured')));
}
