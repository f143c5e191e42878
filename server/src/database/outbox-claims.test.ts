import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../lib/ids.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { claimMessage, type ClaimedMessage, dueMessages, insertOutbox, settleMessage } from './outbox.ts';
import { entries, outbox } from './schema/sqlite.ts';
import { givenOrganisation } from './testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from './testing/open.ts';

const CLAIM = 1_000;

describe.each(TEST_DIALECTS)('claims of the outbox on %s', (dialect) => {
  let db: TestDatabase;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock();
    db = await openTestDatabase(dialect, { clock });
    const { inboxId, conversationId, anna } = await givenOrganisation(db);
    const id = newId('ent');
    const at = { conversationId, position: 2 };
    await db.inTransaction(async (tx) => {
      await tx.db
        .insert(entries)
        .values({ ...at, id, at: tx.now, kind: 'reply', agentId: anna.id, body: 'Hello' });
      const row = { id: newId('out'), inboxId, channel: 'simulator', messageKey: id, dueAt: tx.now } as const;
      await insertOutbox(tx, { ...row, ...at, account: null });
    });
  });
  afterEach(() => db.close());

  async function claimOne(): Promise<ClaimedMessage> {
    const [due] = await dueMessages(db.read, await db.now(), 10);
    if (due === undefined) throw new Error('nothing is due');
    const claimed = await db.inTransaction((tx) => claimMessage(tx, due, tx.now + CLAIM));
    if (claimed === undefined) throw new Error('somebody else was faster');
    return claimed;
  }

  it('lets a worker that stood still past its claim decide nothing while the next one is at it', async () => {
    const paused = await claimOne();
    await clock.advance(CLAIM);
    const next = await claimOne();
    expect(next.claimNo).toBe(paused.claimNo + 1);
    const failed = { state: 'failed', dueAt: 0, error: 'no such person' } as const;
    expect(await db.inTransaction((tx) => settleMessage(tx, paused, failed))).toBe(false);
    expect(await db.read.select({ state: outbox.state, claimNo: outbox.claimNo }).from(outbox)).toEqual([
      { state: 'sending', claimNo: next.claimNo },
    ]);
    const sent = { state: 'sent', dueAt: 0, error: null } as const;
    expect(await db.inTransaction((tx) => settleMessage(tx, next, sent))).toBe(true);
  });

  it('gives a claim that ran out to one alone', async () => {
    await claimOne();
    await clock.advance(CLAIM);
    const [due] = await dueMessages(db.read, await db.now(), 10);
    const claims = [1, 2].map(() => db.inTransaction((tx) => claimMessage(tx, due!, tx.now + CLAIM)));
    const claimed = (await Promise.all(claims)).filter((one) => one !== undefined);
    expect(claimed).toHaveLength(1);
  });
});
