/** A reply whose delivery failed for good is sent on its way again by hand (T6). */
import { asc } from 'drizzle-orm';
import { type Delivery, LatchboxError } from '@latchbox/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outboxBacklog } from '../../database/outbox.ts';
import { outbox, outboxAttempts } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted, type DeliveryAnswer, refused, unreachable } from './channel.ts';
import { createOutboxWorker } from './outbox-worker.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let answer: DeliveryAnswer;
  let reached: string[];
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    reached = [];
  });
  afterEach(() =>
    ground.db.inTransaction(async (tx) => {
      await tx.db.delete(outboxAttempts);
      await tx.db.delete(outbox);
    }),
  );
  afterAll(() => ground.db.close());

  /** A worker of its own that hands over whatever is due, and gets this answer. */
  async function deliver(next: DeliveryAnswer, maxAttempts = 5): Promise<void> {
    answer = next;
    const worker = createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      channels: [
        {
          name: 'simulator',
          deliver({ messageKey }) {
            reached.push(messageKey);
            return Promise.resolve(answer);
          },
        },
      ],
      random: () => 0.5,
      settings: { maxAttempts },
    });
    await worker.drain();
    await worker.stop();
  }
  const told = async () =>
    (await desk.events()).flatMap((event) => (event.type === 'reply.delivery' ? [event.delivery.state] : []));
  const delivery = async (): Promise<Delivery | undefined> => {
    const at = { conversationId: desk.conversationId, limit: 50 };
    const { entries } = await desk.messaging.open(desk.anna.id, at);
    return entries.flatMap((entry) => (entry.kind === 'reply' ? [entry.delivery] : []))[0];
  };
  const attempts = () =>
    desk.db.read
      .select({ claimNo: outboxAttempts.claimNo, outcome: outboxAttempts.outcome })
      .from(outboxAttempts)
      .orderBy(asc(outboxAttempts.claimNo));
  const retry = (position = 2, who: 'anna' | 'rita' | 'admin' = 'anna') =>
    desk.messaging.retry(desk.by(who), { conversationId: desk.conversationId, position });
  const failOnce = async () => {
    const { entry } = await desk.answer('It is on its way.');
    await deliver(refused('no such mailbox'));
    expect(await delivery()).toMatchObject({ state: 'failed', reason: 'no such mailbox' });
    return entry;
  };

  test('a reply that failed is queued, told so, and leaves under the id it had', async () => {
    const entry = await failOnce();
    let poked = 0;
    desk.onPoke(() => (poked += 1));
    await retry();
    expect(poked).toBe(1);
    expect(await delivery()).toEqual({ state: 'queued' });
    expect(await outboxBacklog(desk.db.read)).toMatchObject({ queued: 1 });
    await deliver(accepted);
    expect(reached).toEqual([entry.id, entry.id]);
    expect(await told()).toEqual(['failed', 'queued', 'sent']);
    expect(await attempts()).toEqual([
      { claimNo: 1, outcome: 'refused' },
      { claimNo: 2, outcome: 'accepted' },
    ]);
  });

  test('it has all its attempts before it once more', async () => {
    await failOnce();
    await retry();
    await deliver(unreachable('the line is dead'), 2);
    // Tried once since, so it is not given up.
    expect(await delivery()).toEqual({ state: 'queued' });
  });

  test('twice at once it is queued once, and in any other state not at all', async () => {
    await failOnce();
    const codes = await Promise.all(
      [1, 2].map(() =>
        retry().then(
          () => 'queued',
          (error: unknown) => (LatchboxError.is(error) ? error.code : String(error)),
        ),
      ),
    );
    expect(codes.sort()).toEqual(['conflict', 'queued']);
    await deliver(accepted);
    expect(await codeOf(retry())).toBe('conflict');
    expect(await told()).toEqual(['failed', 'queued', 'sent']);
  });

  test('only by who may reply, and only what is a reply', async () => {
    await failOnce();
    expect(await codeOf(retry(2, 'rita'))).toBe('forbidden');
    expect(await codeOf(retry(2, 'admin'))).toBe('not_found');
    expect(await codeOf(retry(1))).toBe('not_found');
    expect(await codeOf(retry(99))).toBe('not_found');
    expect(await delivery()).toMatchObject({ state: 'failed' });
  });
});
