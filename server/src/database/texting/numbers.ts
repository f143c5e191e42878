/** Our phone numbers. */
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { inboxes, numbers } from '../schema/sqlite.ts';

export type Registration = 'not_needed' | 'unassigned' | 'pending' | 'ready';

export interface StoredNumber {
  readonly id: string;
  readonly inboxId: string;
  readonly e164: string;
  readonly providerSid: string;
  readonly sms: boolean;
  readonly mms: boolean;
  readonly voice: boolean;
  readonly tollFree: boolean;
  /** The one of its inbox that a new conversation leaves from. */
  readonly isPrimary: boolean;
  readonly voiceForward: string | null;
  readonly registration: Registration;
  readonly createdAt: number;
  readonly releasedAt: number | null;
}

const isOurs = isNull(numbers.releasedAt);

/** A unique violation (`numbers_e164`) is the caller's to answer. */
export async function insertNumber(
  tx: Tx,
  number: Omit<StoredNumber, 'createdAt' | 'releasedAt'>,
): Promise<void> {
  await tx.db.insert(numbers).values({ ...number, createdAt: tx.now, releasedAt: null });
}

/** The numbers that an inbox has now: the primary one first, then the oldest. */
export async function numbersOfInbox(db: Handle, inboxId: string): Promise<StoredNumber[]> {
  const rows = await db
    .select()
    .from(numbers)
    .where(and(eq(numbers.inboxId, inboxId), isOurs))
    .orderBy(asc(numbers.createdAt), asc(numbers.id));
  return rows.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
}

/** A number that we have now. */
export async function numberByE164(db: Handle, e164: string): Promise<StoredNumber | undefined> {
  return (
    await db
      .select()
      .from(numbers)
      .where(and(eq(numbers.e164, e164), isOurs))
  )[0];
}

/** Whether the provider's number stands with an inbox now. */
export async function hasNumberOfSid(db: Handle, providerSid: string): Promise<boolean> {
  const rows = await db
    .select({ id: numbers.id })
    .from(numbers)
    .where(and(eq(numbers.providerSid, providerSid), isOurs));
  return rows.length > 0;
}

/** Also one that was given back. */
export async function numberById(db: Handle, id: string): Promise<StoredNumber | undefined> {
  return (await db.select().from(numbers).where(eq(numbers.id, id)))[0];
}

/** The numbers of a team's inboxes that need its campaign. */
export async function campaignNumbers(db: Handle, teamId: string): Promise<StoredNumber[]> {
  const rows = await db
    .select({ number: numbers })
    .from(numbers)
    .innerJoin(inboxes, eq(inboxes.id, numbers.inboxId))
    .where(
      and(
        eq(inboxes.teamId, teamId),
        isOurs,
        inArray(numbers.registration, ['unassigned', 'pending', 'ready']),
      ),
    )
    .orderBy(asc(numbers.createdAt), asc(numbers.id));
  return rows.map(({ number }) => number);
}

/** Makes one number of an inbox the primary one. */
export async function makePrimary(tx: Tx, { inboxId, id }: { inboxId: string; id: string }): Promise<void> {
  await tx.db.update(numbers).set({ isPrimary: false }).where(eq(numbers.inboxId, inboxId));
  await tx.db.update(numbers).set({ isPrimary: true }).where(eq(numbers.id, id));
}

export async function setVoiceForward(tx: Tx, id: string, voiceForward: string | null): Promise<void> {
  await tx.db.update(numbers).set({ voiceForward }).where(eq(numbers.id, id));
}

export async function setRegistration(tx: Tx, id: string, registration: Registration): Promise<void> {
  await tx.db.update(numbers).set({ registration }).where(eq(numbers.id, id));
}

/** Notes that a number was given back; false when it was already. */
export async function markReleased(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.db
    .update(numbers)
    .set({ releasedAt: tx.now, isPrimary: false })
    .where(and(eq(numbers.id, id), isOurs))
    .returning({ id: numbers.id });
  return rows.length > 0;
}
