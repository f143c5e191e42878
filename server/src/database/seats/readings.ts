/** Personal inboxes: whose there are, and which of them admins opened to read them (H1). */
import { and, asc, desc, eq, isNull, lte, ne, or } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import { agents, inboxAddresses, inboxes, personalReadings } from '../schema/sqlite.ts';

export type ReadingRow = typeof personalReadings.$inferSelect;

export interface PersonalInbox {
  readonly id: string;
  readonly owner: { readonly id: string; readonly name: string };
}

/** Whose personal inboxes there are, by the name of their owners. */
export async function listPersonal(db: Handle): Promise<PersonalInbox[]> {
  return await db
    .select({ id: inboxes.id, owner: { id: agents.id, name: agents.name } })
    .from(inboxes)
    .innerJoin(agents, eq(agents.id, inboxes.ownerId))
    .where(eq(inboxes.kind, 'personal'))
    .orderBy(asc(agents.name), asc(inboxes.name), asc(inboxes.id));
}

/** Addresses at which an inbox gets mail. */
export async function addressesAt(db: Handle): Promise<{ inboxId: string; address: string }[]> {
  return await db
    .select({ inboxId: inboxAddresses.inboxId, address: inboxAddresses.address })
    .from(inboxAddresses)
    .innerJoin(inboxes, eq(inboxes.id, inboxAddresses.inboxId))
    .where(eq(inboxes.kind, 'personal'))
    .orderBy(asc(inboxAddresses.address));
}

/** Ids of somebody's personal inboxes, the oldest first. */
export async function personalInboxesOf(db: Handle, ownerId: string): Promise<string[]> {
  const rows = await db
    .select({ id: inboxes.id })
    .from(inboxes)
    .where(and(eq(inboxes.kind, 'personal'), eq(inboxes.ownerId, ownerId)))
    .orderBy(asc(inboxes.createdAt), asc(inboxes.id));
  return rows.map(({ id }) => id);
}

/** The personal inbox that was opened for this address of somebody's: its history goes on there. */
export async function homeOf(db: Handle, ownerId: string, address: string): Promise<string | undefined> {
  const rows = await db
    .select({ id: inboxes.id })
    .from(inboxes)
    .where(and(eq(inboxes.ownerId, ownerId), eq(inboxes.homeAddress, address)));
  return rows[0]?.id;
}

export async function insertReading(tx: Tx, row: ReadingRow): Promise<void> {
  await tx.db.insert(personalReadings).values(row);
}

/** Readings that are open: of one inbox by one agent, or all. They stay as they are until the commit. */
export async function openReadings(
  tx: Tx,
  of: { readonly inboxId: string; readonly agentId: string } | 'all',
): Promise<ReadingRow[]> {
  const query = tx.db
    .select()
    .from(personalReadings)
    .where(
      and(
        isNull(personalReadings.endedAt),
        of === 'all'
          ? undefined
          : and(eq(personalReadings.inboxId, of.inboxId), eq(personalReadings.agentId, of.agentId)),
      ),
    )
    .orderBy(asc(personalReadings.inboxId), asc(personalReadings.id));
  return await forUpdate(tx, query);
}

/** False: it was over. */
export async function endReading(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.db
    .update(personalReadings)
    .set({ endedAt: tx.now })
    .where(and(eq(personalReadings.id, id), isNull(personalReadings.endedAt)))
    .returning({ id: personalReadings.id });
  return rows.length > 0;
}

/** Ids of readings whose time is over, and of those whose reader is no active admin any more. */
export async function dueReadings(db: Handle, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: personalReadings.id })
    .from(personalReadings)
    .innerJoin(agents, eq(agents.id, personalReadings.agentId))
    .where(
      and(
        isNull(personalReadings.endedAt),
        or(lte(personalReadings.until, now), ne(agents.role, 'admin'), ne(agents.state, 'active')),
      ),
    )
    .orderBy(asc(personalReadings.until))
    .limit(limit);
  return rows.map(({ id }) => id);
}

export async function readingById(tx: Tx, id: string): Promise<ReadingRow | undefined> {
  return (await forUpdate(tx, tx.db.select().from(personalReadings).where(eq(personalReadings.id, id))))[0];
}

/** The newest first. */
export async function readingsOf(
  db: Handle,
  inboxId: string,
  limit: number,
): Promise<(ReadingRow & { readonly name: string })[]> {
  const rows = await db
    .select({ reading: personalReadings, name: agents.name })
    .from(personalReadings)
    .innerJoin(agents, eq(agents.id, personalReadings.agentId))
    .where(eq(personalReadings.inboxId, inboxId))
    .orderBy(desc(personalReadings.createdAt), desc(personalReadings.id))
    .limit(limit);
  return rows.map(({ reading, name }) => ({ ...reading, name }));
}
