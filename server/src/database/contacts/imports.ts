/** Imports of contacts and the rows of their files. */
import { and, asc, desc, eq, inArray, isNotNull, lt, lte, ne, type SQL, sql } from 'drizzle-orm';
import { nameOf } from '../agent-names.ts';
import { preparedForIds } from '../batches.ts';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { forUpdate } from '../row-locks.ts';
import { contactImportRows, contactImports } from '../schema/sqlite.ts';

export type StoredImport = typeof contactImports.$inferSelect;
export type ImportOutcome = NonNullable<(typeof contactImportRows.$inferSelect)['outcome']>;

export async function insertImport(
  tx: Tx,
  row: Pick<StoredImport, 'id' | 'agentId' | 'fileName' | 'bytes' | 'encoding' | 'separator' | 'header'>,
): Promise<void> {
  await tx.db.insert(contactImports).values({
    ...row,
    state: 'reading',
    rows: 0,
    done: 0,
    cursor: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    duplicates: 0,
    failed: 0,
    undone: 0,
    kept: 0,
    createdAt: tx.now,
    claimNo: 0,
  });
}

/** So many rows of a file are put into the table by one statement. */
export const ROWS_AT_ONCE = 25;

const insertMany = prepared<Record<string, unknown>, unknown>('imports.insertRows', (db) =>
  db.insert(contactImportRows).values(
    Array.from({ length: ROWS_AT_ONCE }, (_, at) => ({
      importId: sql.placeholder('importId'),
      row: sql.placeholder(`row${at}`),
      cells: sql.placeholder(`cells${at}`),
    })),
  ),
);
const insertOne = prepared<Record<string, unknown>, unknown>('imports.insertRow', (db) =>
  db.insert(contactImportRows).values({
    importId: sql.placeholder('importId'),
    row: sql.placeholder('row'),
    cells: sql.placeholder('cells'),
  }),
);

export interface FileRow {
  readonly row: number;
  readonly cells: readonly string[];
}

export async function insertRows(tx: Tx, importId: string, rows: readonly FileRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    if (some.length < ROWS_AT_ONCE) {
      for (const { row, cells } of some)
        await insertOne(tx.db, { importId, row, cells: JSON.stringify(cells) });
      continue;
    }
    const values: Record<string, unknown> = { importId };
    for (const [at, { row, cells }] of some.entries()) {
      values[`row${at}`] = row;
      values[`cells${at}`] = JSON.stringify(cells);
    }
    await insertMany(tx.db, values);
  }
}

export type ShownImport = StoredImport & { readonly agentName: string | null };

function selectImports(db: Handle) {
  return db
    .select({ import: contactImports, agentName: nameOf(contactImports.agentId) })
    .from(contactImports);
}

export async function importById(db: Handle, id: string): Promise<ShownImport | undefined> {
  const [found] = await selectImports(db).where(eq(contactImports.id, id));
  return found && { ...found.import, agentName: found.agentName };
}

export async function newestImports(db: Handle, limit: number): Promise<ShownImport[]> {
  const rows = await selectImports(db)
    .orderBy(desc(contactImports.createdAt), desc(contactImports.id))
    .limit(limit);
  return rows.map((row) => ({ ...row.import, agentName: row.agentName }));
}

/** The import, which this transaction is going to change. */
export async function importForUpdate(tx: Tx, id: string): Promise<StoredImport | undefined> {
  return (await forUpdate(tx, tx.db.select().from(contactImports).where(eq(contactImports.id, id))))[0];
}

/** With `claimNo`: only for whoever still has that claim and is to do something. */
export async function updateImport(
  tx: Tx,
  id: string,
  change: Partial<StoredImport>,
  claimNo?: number,
): Promise<void> {
  const claimed =
    claimNo === undefined
      ? undefined
      : and(eq(contactImports.claimNo, claimNo), isNotNull(contactImports.dueAt));
  await tx.db
    .update(contactImports)
    .set(change)
    .where(and(eq(contactImports.id, id), claimed));
}

/** Imports whose file was not read to its end, or that are being forgotten, from before a time. */
export async function brokenOff(db: Handle, before: number): Promise<string[]> {
  const rows = await db
    .select({ id: contactImports.id })
    .from(contactImports)
    .where(and(eq(contactImports.state, 'reading'), lt(contactImports.createdAt, before)));
  return rows.map(({ id }) => id);
}

export async function importIds(db: Handle): Promise<string[]> {
  return (await db.select({ id: contactImports.id }).from(contactImports)).map(({ id }) => id);
}

export async function dueImports(db: Handle, now: number): Promise<StoredImport[]> {
  return await db
    .select()
    .from(contactImports)
    .where(and(isNotNull(contactImports.dueAt), lte(contactImports.dueAt, now)))
    .orderBy(asc(contactImports.dueAt))
    .limit(10);
}

/** Takes a due import on until `deadline`; false when another worker was faster. */
export async function claimImport(tx: Tx, { id, claimNo }: StoredImport, deadline: number): Promise<boolean> {
  const claimed = await tx.db
    .update(contactImports)
    .set({ claimNo: claimNo + 1, dueAt: deadline })
    .where(
      and(eq(contactImports.id, id), eq(contactImports.claimNo, claimNo), lte(contactImports.dueAt, tx.now)),
    )
    .returning({ id: contactImports.id });
  return claimed.length > 0;
}

export type ImportRow = typeof contactImportRows.$inferSelect;

const selectNext = prepared<{ importId: string; after: number; limit: number }, ImportRow[]>(
  'imports.next',
  (db) =>
    db
      .select()
      .from(contactImportRows)
      .where(
        and(
          eq(contactImportRows.importId, sql.placeholder('importId')),
          sql`${contactImportRows.row} > ${sql.placeholder('after')}`,
        ),
      )
      .orderBy(asc(contactImportRows.row))
      .limit(sql.placeholder('limit')),
);

/** Rows of a file from one on, in order. */
export function rowsAfter(db: Handle, importId: string, after: number, limit: number): Promise<ImportRow[]> {
  return selectNext(db, { importId, after, limit });
}

/** Rows of which the cells are kept, after a place, of all imports. */
export async function rowsWithCells(
  db: Handle,
  after: Pick<ImportRow, 'importId' | 'row'>,
  limit: number,
): Promise<Pick<ImportRow, 'importId' | 'row' | 'cells'>[]> {
  const { importId, row, cells } = contactImportRows;
  return await db
    .select({ importId, row, cells })
    .from(contactImportRows)
    .where(and(sql`(${importId}, ${row}) > (${after.importId}, ${after.row})`, ne(cells, '')))
    .orderBy(asc(importId), asc(row))
    .limit(limit);
}

/** Rows that created or changed something, before a row, the last one first. */
export async function appliedBefore(
  db: Handle,
  importId: string,
  before: number,
  limit: number,
): Promise<ImportRow[]> {
  return await db
    .select()
    .from(contactImportRows)
    .where(
      and(
        eq(contactImportRows.importId, importId),
        lt(contactImportRows.row, before),
        inArray(contactImportRows.outcome, ['created', 'changed']),
      ),
    )
    .orderBy(desc(contactImportRows.row))
    .limit(limit);
}

const setOutcome = prepared<
  {
    importId: string;
    row: number;
    outcome: ImportOutcome;
    problem: string | null;
    contactId: string | null;
    change: string | null;
    cells: string;
  },
  unknown
>('imports.outcome', (db) =>
  db
    .update(contactImportRows)
    .set({
      outcome: value('outcome'),
      problem: value('problem'),
      contactId: value('contactId'),
      change: value('change'),
      cells: value('cells'),
    })
    .where(
      and(
        eq(contactImportRows.importId, sql.placeholder('importId')),
        eq(contactImportRows.row, sql.placeholder('row')),
      ),
    ),
);
function value(name: string): SQL {
  return sql`${sql.placeholder(name)}`;
}

export interface RowResult {
  readonly row: number;
  readonly outcome: ImportOutcome;
  readonly problem?: string;
  readonly contactId?: string;
  /** What it changed. */
  readonly change?: unknown;
  /** Kept for whoever corrects them. */
  readonly cells?: string;
}

export async function writeResult(tx: Tx, importId: string, result: RowResult): Promise<void> {
  const { row, outcome, problem = null, contactId = null, change, cells = '' } = result;
  await setOutcome(tx.db, {
    importId,
    row,
    outcome,
    problem,
    contactId,
    change: change === undefined ? null : JSON.stringify(change),
    cells,
  });
}

/** Notes what became of undoing a row: null: nothing is left of it; else what was kept and why. */
export async function writeUndone(tx: Tx, importId: string, row: number, kept: string | null): Promise<void> {
  await tx.db
    .update(contactImportRows)
    // One column of numbers on both databases.
    .set({ kept: sql`${kept === null ? 0 : 1}`, problem: kept })
    .where(and(eq(contactImportRows.importId, importId), eq(contactImportRows.row, row)));
}

const selectBefore = preparedForIds('imports.earlier', (db, ids) =>
  db
    .select({ contactId: contactImportRows.contactId, row: contactImportRows.row })
    .from(contactImportRows)
    .where(
      and(
        eq(contactImportRows.importId, sql.placeholder('importId')),
        inArray(contactImportRows.contactId, ids),
        isNotNull(contactImportRows.contactId),
      ),
    ),
);

/** The earlier row of this file that was about a contact, by the contact's id. */
export async function earlierRows(
  db: Handle,
  importId: string,
  contactIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await selectBefore(db, contactIds, { importId });
  return new Map(
    rows.flatMap(({ contactId, row }) => (contactId === null ? [] : [[contactId, row] as const])),
  );
}

/** Rows with a problem after a row, in order. */
export async function problemRows(
  db: Handle,
  importId: string,
  after: number,
  limit: number,
): Promise<ImportRow[]> {
  return await db
    .select()
    .from(contactImportRows)
    .where(
      and(
        eq(contactImportRows.importId, importId),
        isNotNull(contactImportRows.problem),
        sql`${contactImportRows.row} > ${after}`,
      ),
    )
    .orderBy(asc(contactImportRows.row))
    .limit(limit);
}

/** Takes some rows of an import away; answers how many. */
export async function deleteRows(tx: Tx, importId: string, limit: number): Promise<number> {
  const [last] = await tx.db
    .select({ row: contactImportRows.row })
    .from(contactImportRows)
    .where(eq(contactImportRows.importId, importId))
    .orderBy(asc(contactImportRows.row))
    .limit(1)
    .offset(limit - 1);
  const gone = await tx.db
    .delete(contactImportRows)
    .where(
      and(
        eq(contactImportRows.importId, importId),
        last === undefined ? undefined : lte(contactImportRows.row, last.row),
      ),
    )
    .returning({ row: contactImportRows.row });
  return gone.length;
}

export async function deleteImport(tx: Tx, id: string): Promise<void> {
  await tx.db.delete(contactImports).where(eq(contactImports.id, id));
}
