import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dumpDatabase } from './history-dump.ts';
import { DATABASE_FILE, seedDatabase } from './seed.ts';

test('what is seeded is what the dump reads', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchbox-seed-'));
  try {
    const seeded = await seedDatabase(dataDir, {
      inboxes: { orders: { conversations: 3, times: { lockTtl: 2_000, reconnectGrace: 1_000 } }, hello: {} },
      agents: { ann: {}, rita: { inboxes: ['hello'], capability: 'read' } },
    });
    const dump = dumpDatabase(join(dataDir, DATABASE_FILE));
    expect(dump.conversations).toHaveLength(4);
    expect(seeded.inboxes.orders!.conversations).toHaveLength(3);
    expect(dump.events.map(({ data }) => data.type)).toEqual(Array(4).fill('entry.added'));
    expect(seeded.agents.ann!.token).not.toBe(seeded.agents.rita!.token);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
