/** Addresses at which something is wrong, and what keeps machines from answering each other for ever. */
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { addressTroubles, correspondences } from './schema/sqlite.ts';

const value = (name: string) => sql`${sql.placeholder(name)}`;

const gone = prepared<{ address: string; now: number; reason: string; code: string | null }, unknown>(
  'manners.gone',
  (db) =>
    db
      .insert(addressTroubles)
      .values({
        address: sql.placeholder('address'),
        goneAt: sql.placeholder('now'),
        goneReason: sql.placeholder('reason'),
        goneCode: sql.placeholder('code'),
      })
      .onConflictDoUpdate({
        target: addressTroubles.address,
        set: { goneAt: value('now'), goneReason: value('reason'), goneCode: value('code') },
      }),
);

/** There is no such address (lower case): a server said so for good. */
export async function markGone(
  tx: Tx,
  {
    address,
    reason,
    code,
  }: { readonly address: string; readonly reason: string; readonly code: string | null },
): Promise<void> {
  await gone(tx.db, { address, now: tx.now, reason, code });
}

const back = prepared<{ address: string }, unknown>('manners.back', (db) =>
  db
    .update(addressTroubles)
    .set({ goneAt: null, goneReason: null, goneCode: null })
    .where(and(eq(addressTroubles.address, sql.placeholder('address')), isNotNull(addressTroubles.goneAt))),
);

/** Somebody wrote from it: there is such an address. */
export async function markBack(tx: Tx, address: string): Promise<void> {
  await back(tx.db, { address });
}

const complained = prepared<{ address: string; now: number }, unknown>('manners.complained', (db) =>
  db
    .insert(addressTroubles)
    .values({ address: sql.placeholder('address'), complainedAt: sql.placeholder('now') })
    .onConflictDoUpdate({ target: addressTroubles.address, set: { complainedAt: value('now') } }),
);

/** Its owner does not want to hear from us but in answer to what they write. */
export async function markComplained(tx: Tx, address: string): Promise<void> {
  await complained(tx.db, { address, now: tx.now });
}

export type AddressTrouble = {
  readonly goneAt: number | null;
  readonly goneReason: string | null;
  readonly complainedAt: number | null;
};

const selectTrouble = prepared<{ address: string }, AddressTrouble[]>('manners.trouble', (db) =>
  db
    .select({
      goneAt: addressTroubles.goneAt,
      goneReason: addressTroubles.goneReason,
      complainedAt: addressTroubles.complainedAt,
    })
    .from(addressTroubles)
    .where(eq(addressTroubles.address, sql.placeholder('address'))),
);

/** What is wrong at an address (lower case); undefined: nothing that is known. */
export async function troubleAt(db: Handle, address: string): Promise<AddressTrouble | undefined> {
  return (await selectTrouble(db, { address }))[0];
}

/** What an inbox and somebody outside wrote to each other lately. */
export interface Correspondence {
  /** When the newest messages came in, the oldest first. */
  readonly incoming: readonly number[];
  readonly machineTurns: number;
  readonly answeredAt: number | null;
  readonly stoppedUntil: number | null;
}

const insertNone = prepared<{ inboxId: string; address: string }, unknown>('manners.begin', (db) =>
  db
    .insert(correspondences)
    .values({
      inboxId: sql.placeholder('inboxId'),
      address: sql.placeholder('address'),
      incoming: '[]',
      machineTurns: 0,
    })
    .onConflictDoNothing(),
);

/** Reads a correspondence and locks it to the commit, begun if there was none: of two that ask at once one waits. */
export async function holdCorrespondence(
  tx: Tx,
  { inboxId, address }: { readonly inboxId: string; readonly address: string },
): Promise<Correspondence> {
  await insertNone(tx.db, { inboxId, address });
  const query = tx.db
    .select()
    .from(correspondences)
    .where(and(eq(correspondences.inboxId, inboxId), eq(correspondences.address, address)));
  const [row] = await forUpdate(tx, query);
  if (row === undefined) throw new Error('a correspondence vanished inside its transaction');
  return { ...row, incoming: JSON.parse(row.incoming) as number[] };
}

const update = prepared<
  {
    inboxId: string;
    address: string;
    incoming: string;
    machineTurns: number;
    answeredAt: number | null;
    stoppedUntil: number | null;
  },
  unknown
>('manners.update', (db) =>
  db
    .update(correspondences)
    .set({
      incoming: value('incoming'),
      machineTurns: value('machineTurns'),
      answeredAt: value('answeredAt'),
      stoppedUntil: value('stoppedUntil'),
    })
    .where(
      and(
        eq(correspondences.inboxId, sql.placeholder('inboxId')),
        eq(correspondences.address, sql.placeholder('address')),
      ),
    ),
);

/** Writes down a correspondence that is held. */
export async function writeCorrespondence(
  tx: Tx,
  { inboxId, address }: { readonly inboxId: string; readonly address: string },
  { incoming, machineTurns, answeredAt, stoppedUntil }: Correspondence,
): Promise<void> {
  const row = { inboxId, address, machineTurns, answeredAt, stoppedUntil };
  await update(tx.db, { ...row, incoming: JSON.stringify(incoming) });
}
