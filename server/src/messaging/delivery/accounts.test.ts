/** Rates of accounts, and pauses of those that cannot be reached: for all workers together, and without a message that leaves twice. */
import { eq, inArray } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertMailbox } from '../../database/mailboxes.ts';
import { outbox, outboxAttempts, sendingAccounts } from '../../database/schema/sqlite.ts';
import { givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { newId } from '../../lib/ids.ts';
import { silentLog } from '../../lib/log.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';
import { accepted, type DeliveryAnswer, refused, unreachable } from './channel.ts';
import { createOutboxWorker, type OutboxWorker } from './outbox-worker.ts';

const down: DeliveryAnswer = {
  ...unreachable('the relay cannot be reached (ECONNREFUSED)'),
  account: 'failed',
};
const MINUTE = 60_000;

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let answer: (body: string) => DeliveryAnswer | Promise<DeliveryAnswer>;
  let reached: { readonly body: string; readonly at: number }[];
  let told: string[];
  let account: string;
  const workers: OutboxWorker[] = [];

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    reached = [];
    told = [];
    answer = () => accepted;
    account = newId('mbx');
    hire();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    await ground.db.inTransaction(async (tx) => {
      await tx.db.delete(outboxAttempts);
      await tx.db.delete(outbox);
      await tx.db.delete(sendingAccounts);
    });
  });
  afterAll(() => ground.db.close());

  function hire(): void {
    const worker = createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      channels: [
        {
          name: 'simulator',
          async deliver({ body }) {
            reached.push({ body, at: desk.clock.now() });
            return await answer(body);
          },
        },
      ],
      random: () => 0,
      metrics: {
        settled: () => undefined,
        ambiguous: () => told.push('ambiguous'),
        account: (became) => told.push(became),
      },
    });
    workers.push(worker);
  }

  const given = (ratePerMinute: number) =>
    desk.db.inTransaction((tx) =>
      insertMailbox(tx, {
        id: account,
        inboxId: desk.inboxId,
        ownerId: null,
        address: `${account}@shop.example`,
        name: '',
        incoming: {} as never,
        outgoing: null,
        secrets: '',
        ratePerMinute,
        createdBy: desk.anna.id,
      }),
    );

  /** So many replies, each in a conversation of its own, that leave by the account. */
  async function queued(many: number, by = account, name = 'm'): Promise<void> {
    const keys: string[] = [];
    for (let number = 1; number <= many; number += 1) {
      const { conversationId } = await givenConversation(desk.db, desk.inboxId);
      keys.push((await desk.answer(`${name}${number}`, { conversationId })).entry.id);
    }
    await desk.db.inTransaction((tx) =>
      tx.db.update(outbox).set({ account: by }).where(inArray(outbox.messageKey, keys)),
    );
  }

  const drain = () => Promise.all(workers.map((worker) => worker.drain()));
  const bodies = () => reached.map(({ body }) => body);
  async function later(ms: number): Promise<void> {
    await desk.clock.advance(ms);
    await drain();
  }
  const state = async () => {
    const [row] = await desk.db.read
      .select()
      .from(sendingAccounts)
      .where(eq(sendingAccounts.account, account));
    return row;
  };
  const waits = async () =>
    (await desk.events()).flatMap((event) =>
      event.type === 'reply.delivery' && event.delivery.state === 'queued' ? [event.delivery.reason] : [],
    );

  test('no more leave in any minute than the rate, by all workers together; the others wait, and it is told once', async () => {
    await given(3);
    hire();
    await queued(8);
    await drain();
    expect(reached).toHaveLength(3);
    expect(await waits()).toEqual(
      Array.from({ length: 5 }, () => 'only so many mails a minute leave from this address'),
    );
    await later(30_000);
    expect(reached).toHaveLength(3);
    await later(30_000);
    expect(reached).toHaveLength(6);
    await later(MINUTE - 1);
    expect(reached).toHaveLength(6);
    await later(1);
    expect(new Set(bodies()).size).toBe(8);
    expect(reached).toHaveLength(8);
    expect(await waits()).toHaveLength(5);
  });

  test('the minute slides: what left late in one does not make room early in the next', async () => {
    await given(2);
    await queued(1, account, 'a');
    await drain();
    await desk.clock.advance(50_000);
    await queued(3, account, 'b');
    await drain();
    expect(reached).toHaveLength(2);
    await later(10_000);
    expect(reached).toHaveLength(3);
    await later(49_999);
    expect(reached).toHaveLength(3);
    await later(1);
    expect(reached).toHaveLength(4);
    const times = reached.map(({ at }) => at);
    for (const at of times)
      expect(times.filter((one) => one > at - MINUTE && one <= at).length).toBeLessThanOrEqual(2);
  });

  test('another account waits for none of that', async () => {
    await given(1);
    await queued(3, account, 'a');
    await queued(3, 'relay', 'b');
    await drain();
    expect(bodies().filter((body) => body.startsWith('b'))).toHaveLength(3);
    expect(bodies().filter((body) => body.startsWith('a'))).toHaveLength(1);
  });

  test('after five failures in a row nothing is tried for a while, then one; what is told says why', async () => {
    answer = () => down;
    await queued(8);
    await drain();
    // All eight were under way before anything was known.
    expect(reached).toHaveLength(8);
    expect(told).toEqual(['paused']);
    expect(await state()).toMatchObject({ failures: 8, pauses: 1, waitReason: 'paused' });
    await later(999);
    expect(reached).toHaveLength(8);
    await later(1);
    expect(reached).toHaveLength(9);
    expect(told).toEqual(['paused', 'paused']);
    // Longer each time: 2 s, then 4 s (half of it with this chance).
    await later(1_999);
    expect(reached).toHaveLength(9);
    await later(1);
    expect(reached).toHaveLength(10);
    expect(new Set(await waits())).toEqual(new Set(['the relay cannot be reached (ECONNREFUSED)']));
  });

  test('one that gets through ends the pause, and each message leaves once', async () => {
    answer = () => down;
    await queued(6);
    await drain();
    answer = () => accepted;
    reached.length = 0;
    await later(1_000);
    expect(told).toEqual(['paused', 'free']);
    await later(MINUTE);
    expect(bodies().toSorted()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    expect(await state()).toMatchObject({ failures: 0, pauses: 0, waitReason: null, lastError: null });
  });

  test('a word about a message is a word all the same: the account works', async () => {
    answer = () => down;
    await queued(5);
    await drain();
    answer = () => refused('550 no such user');
    await later(1_000);
    expect(told).toEqual(['paused', 'free']);
  });

  test('failures that are not in a row pause nothing', async () => {
    let turn = 0;
    answer = () => (++turn % 3 === 0 ? accepted : down);
    for (let round = 0; round < 4; round += 1) {
      await queued(1, account, `r${round}-`);
      await later(10_000);
    }
    expect(told).toEqual([]);
  });

  test('while one is tried by a worker that died, no other is; after its claim another one', async () => {
    answer = () => down;
    await queued(6);
    await drain();
    answer = () => new Promise(() => undefined);
    hire();
    await desk.clock.advance(1_000);
    workers[0]?.poke();
    await expect.poll(() => reached.length).toBe(7);
    workers[1]?.poke();
    await desk.clock.advance(50_000);
    expect(reached).toHaveLength(7);
    answer = () => accepted;
    await later(10_000);
    await later(MINUTE);
    expect(told).toContain('free');
    expect(new Set(bodies()).size).toBe(6);
  });
});
