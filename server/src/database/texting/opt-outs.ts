/** The ledger of who wants no texts (M12). Rows are only added. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { numbers, optOuts } from '../schema/sqlite.ts';

/** One of our numbers, and a customer's. */
export interface Pair {
  readonly numberId: string;
  readonly address: string;
}

/** `keyword`: the customer wrote so. `manual`: one of us did it for them. `provider`: the provider said so. */
export interface OptOut extends Pair {
  readonly state: 'out' | 'in';
  readonly source: 'keyword' | 'manual' | 'provider';
  readonly agentId: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
}

type StoredOptOut = OptOut & { readonly nth: number; readonly at: number };

const selectNewest = prepared<{ numberId: string; address: string }, StoredOptOut[]>('texting.optOut', (db) =>
  db
    .select()
    .from(optOuts)
    .where(
      and(eq(optOuts.numberId, sql.placeholder('numberId')), eq(optOuts.address, sql.placeholder('address'))),
    )
    .orderBy(desc(optOuts.nth))
    .limit(1),
);

/** What holds between two numbers now; undefined where nothing was ever said. */
export async function optOutOf(db: Handle, { numberId, address }: Pair): Promise<StoredOptOut | undefined> {
  return (await selectNewest(db, { numberId, address }))[0];
}

/** Writes down that somebody stopped or began again; false when that holds already. The conversation's row is locked by the caller. */
export async function recordOptOut(tx: Tx, line: OptOut): Promise<boolean> {
  const newest = await optOutOf(tx.db, line);
  // Whoever never stopped does not begin again; the words of a first START are an answer like any other.
  if (newest === undefined ? line.state === 'in' : newest.state === line.state) return false;
  await tx.db.insert(optOuts).values({ ...line, nth: (newest?.nth ?? 0) + 1, at: tx.now });
  return true;
}

/** Who wants no texts from the numbers of an inbox now, the newest first. */
export async function optedOutOfInbox(
  db: Handle,
  inboxId: string,
  limit: number,
): Promise<(StoredOptOut & { readonly e164: string })[]> {
  const rows = await db
    .select({ line: optOuts, e164: numbers.e164 })
    .from(optOuts)
    .innerJoin(numbers, eq(numbers.id, optOuts.numberId))
    .where(
      and(
        eq(numbers.inboxId, inboxId),
        eq(optOuts.state, 'out'),
        sql`NOT EXISTS (SELECT 1 FROM ${optOuts} AS later WHERE later.number_id = ${optOuts.numberId}
          AND later.address = ${optOuts.address} AND later.nth > ${optOuts.nth})`,
      ),
    )
    .orderBy(desc(optOuts.at), desc(optOuts.address))
    .limit(limit);
  return rows.map(({ line, e164 }) => ({ ...line, e164 }));
}
