import type { Database, Handle } from './database.ts';

/** Reads in one transaction at most, so that nobody waits long for a reader. */
export const MOST_READS = 100;

/**
 * Reads the same of each item, in their order. In SQLite within one read transaction, because beginning and ending one is most of
 * what a small read costs; Postgres reads side by side.
 */
export async function readEach<T, R>(
  db: Pick<Database, 'dialect' | 'read' | 'readTogether'>,
  items: readonly T[],
  read: (handle: Handle, item: T) => Promise<R>,
): Promise<R[]> {
  if (items.length === 1 || db.dialect === 'postgres')
    return await Promise.all(items.map((item) => read(db.read, item)));
  return await db.readTogether(async (handle) => {
    const results: R[] = [];
    for (const item of items) results.push(await read(handle, item));
    return results;
  });
}
