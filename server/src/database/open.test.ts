import { afterEach, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { appendEvent, streamHead } from './event-log.ts';
import { agents, counters } from './schema/sqlite.ts';
import { openTestDatabase, TEST_DIALECTS } from './testing/open.ts';

describe.each(TEST_DIALECTS)('%s', (dialect) => {
  let db: Database;
  afterEach(() => db.close());
  it('opens, writes, reads and rolls back', async () => {
    db = await openTestDatabase(dialect);
    await db.inTransaction(async (tx) => {
      await tx.db.insert(counters).values({ name: 'a', value: 1 });
      await tx.db.insert(agents).values({ id: 'a', kind: 'person', name: 'A', role: 'agent', active: true, createdAt: 1 });
      await appendEvent(tx, 'inbox:x', { type: 'x' } as never, () => undefined);
      await appendEvent(tx, 'inbox:x', { type: 'x' } as never, () => undefined);
    });
    expect(await db.read.select().from(counters)).toEqual([{ name: 'a', value: 1 }]);
    expect(await db.read.select().from(agents).where(eq(agents.active, true))).toMatchObject([{ active: true, email: null }]);
    expect(await db.readTogether((h) => streamHead(h, 'inbox:x'))).toBe(2);
    await expect(db.inTransaction(async (tx) => {
      await tx.db.insert(counters).values({ name: 'b', value: 1 });
      throw new Error('no');
    })).rejects.toThrow('no');
    expect(await db.read.select().from(counters)).toHaveLength(1);
  });
});
