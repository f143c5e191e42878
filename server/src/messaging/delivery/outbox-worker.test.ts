import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asc, eq } from 'drizzle-orm';
import { outboxBacklog } from '../../database/outbox.ts';
import { outbox, outboxAttempts } from '../../database/schema/sqlite.ts';
import { givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted, type DeliveryAnswer, type OutgoingMessage, refused, unreachable } from './channel.ts';
import { createOutboxWorker, type OutboxSettings, type OutboxWorker } from './outbox-worker.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

type Act = (message: OutgoingMessage) => Promise<DeliveryAnswer>;

/** A provider that remembers what reached it, and answers when the test lets it. */
function createProvider() {
  const reached: OutgoingMessage[] = [];
  let act: Act = () => Promise.resolve(accepted);
  return {
    reached,
    bodies: () => reached.map(({ body }) => body),
    answer: (next: Act) => void (act = next),
    channel: {
      name: 'simulator' as const,
      deliver(message: OutgoingMessage) {
        reached.push(message);
        return act(message);
      },
    },
  };
}

/** Answers only when told to. */
function heldBack() {
  const waiting: ((answer: DeliveryAnswer) => void)[] = [];
  return {
    act: () => new Promise<DeliveryAnswer>((resolve) => waiting.push(resolve)),
    answer: (answer: DeliveryAnswer) => waiting.shift()?.(answer),
  };
}

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let provider: ReturnType<typeof createProvider>;
  let counted: string[];
  const workers: OutboxWorker[] = [];

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    provider = createProvider();
    counted = [];
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    const { db } = ground;
    await db.inTransaction(async (tx) => {
      await tx.db.delete(outboxAttempts);
      await tx.db.delete(outbox);
    });
    expect(ground.clock.pending).toBe(0);
  });
  afterAll(() => ground.db.close());

  function hire(settings: Partial<OutboxSettings> = {}): OutboxWorker {
    const worker = createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      channels: [provider.channel],
      // The middle of the jitter: three quarters of the wait.
      random: () => 0.5,
      metrics: {
        settled: (result) => counted.push(result),
        ambiguous: () => counted.push('ambiguous'),
        account: (became) => counted.push(became),
      },
      settings,
    });
    workers.push(worker);
    return worker;
  }
  const deliveries = async () =>
    (await desk.events()).flatMap((event) =>
      event.type === 'reply.delivery' ? [{ position: event.position, ...event.delivery }] : [],
    );
  const delivery = async (position = 2) => {
    const { entries } = await desk.messaging.open(desk.anna.id, {
      conversationId: desk.conversationId,
      limit: 200,
    });
    const entry = entries.find((one) => one.position === position);
    return entry?.kind === 'reply' ? entry.delivery : undefined;
  };
  const attempts = () =>
    desk.db.read
      .select({ claimNo: outboxAttempts.claimNo, outcome: outboxAttempts.outcome })
      .from(outboxAttempts)
      .orderBy(asc(outboxAttempts.claimNo));

  test('a reply is handed to its channel under the entry’s id and told as sent', async () => {
    const { entry } = await desk.answer('It is on its way.');
    expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 1, sending: 0, held: 0 });
    await hire().drain();
    expect(provider.reached).toEqual([
      {
        messageKey: entry.id,
        inboxId: desk.inboxId,
        conversationId: desk.conversationId,
        to: { name: 'Mara Lind', address: desk.contactId },
        recipients: [],
        author: 'Anna Berg',
        subject: 'Where is my order?',
        body: 'It is on its way.',
      },
    ]);
    const sent = { state: 'sent', at: desk.clock.now() };
    expect(await deliveries()).toEqual([{ position: 2, ...sent }]);
    expect(await delivery()).toEqual(sent);
    expect(await attempts()).toEqual([{ claimNo: 1, outcome: 'accepted' }]);
    expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 0, sending: 0, held: 0 });
  });

  test('reply, event and outbox row exist together or not at all', async () => {
    const refusedSend = desk.door.sendOnce(desk.by('rita'), {
      conversationId: desk.conversationId,
      clientId: 'client-0001',
      body: 'Not allowed',
      lastSeen: undefined,
      then: 'stay',
    });
    await expect(refusedSend).rejects.toMatchObject({ code: 'forbidden' });
    await Promise.all([
      desk.answer('Once.', { clientId: 'client-0002' }),
      desk.answer('Once.', { clientId: 'client-0002' }),
    ]);
    await hire().drain();
    expect(provider.bodies()).toEqual(['Once.']);
  });

  test('the worker is woken by the commit, and looks every second without being told', async () => {
    const worker = hire();
    desk.onPoke(() => worker.poke());
    await desk.answer('Told.');
    await worker.drain();
    expect(provider.bodies()).toEqual(['Told.']);
    desk.onPoke(() => undefined);
    worker.start();
    await worker.drain();
    await desk.answer('Not told.');
    expect(provider.bodies()).toEqual(['Told.']);
    await desk.clock.advance(1_000);
    await worker.drain();
    expect(provider.bodies()).toEqual(['Told.', 'Not told.']);
  });

  test('one message of a conversation is under way at a time and in order, others do not wait for it', async () => {
    const other = await givenConversation(desk.db, desk.inboxId);
    const held = heldBack();
    provider.answer((message) => (message.body === 'first' ? held.act() : Promise.resolve(accepted)));
    for (const body of ['first', 'second', 'third']) await desk.answer(body);
    await desk.answer('elsewhere', other);
    const worker = hire();
    worker.poke();
    await expect.poll(() => provider.bodies()).toEqual(['first', 'elsewhere']);
    await expect.poll(() => outboxBacklog(desk.db.read)).toEqual({ queued: 2, sending: 1, held: 0 });
    held.answer(accepted);
    await worker.drain();
    expect(provider.bodies()).toEqual(['first', 'elsewhere', 'second', 'third']);
  });

  test('an unreachable provider is tried again after a growing wait, and what stands behind waits too', async () => {
    provider.answer(() => Promise.resolve(unreachable('421 come back later')));
    await desk.answer('first');
    await desk.answer('second');
    const worker = hire({ first: 1_000, longest: 3_000 });
    await worker.drain();
    // Three quarters of 1, 2, 3 and 3 seconds.
    for (const wait of [750, 1_500, 2_250, 2_250]) {
      const before = provider.reached.length;
      await desk.clock.advance(wait - 1);
      await worker.drain();
      expect(provider.reached).toHaveLength(before);
      await desk.clock.advance(1);
      await worker.drain();
      expect(provider.reached).toHaveLength(before + 1);
    }
    expect(new Set(provider.bodies())).toEqual(new Set(['first']));
    expect(await deliveries()).toEqual([]);
    expect(await delivery()).toEqual({ state: 'queued' });
    provider.answer(() => Promise.resolve(accepted));
    await desk.clock.advance(3_000);
    await worker.drain();
    expect(provider.bodies().slice(-2)).toEqual(['first', 'second']);
    expect(new Set(provider.reached.map(({ messageKey }) => messageKey)).size).toBe(2);
    expect((await deliveries()).map(({ position, state }) => [position, state])).toEqual([
      [2, 'sent'],
      [3, 'sent'],
    ]);
  });

  test('a refused message fails with its reason, and the next of the conversation goes', async () => {
    provider.answer(({ body }) => Promise.resolve(body === 'bad' ? refused('550 no such person') : accepted));
    await desk.answer('bad');
    await desk.answer('good');
    await hire().drain();
    const failed = { state: 'failed', at: desk.clock.now(), reason: '550 no such person' };
    expect(await deliveries()).toEqual([
      { position: 2, ...failed },
      { position: 3, state: 'sent', at: desk.clock.now() },
    ]);
    expect(await delivery(2)).toEqual(failed);
    expect(counted).toEqual(['failed', 'sent']);
  });

  test('a message that cannot be delivered fails when its attempts are used up', async () => {
    provider.answer(() => Promise.resolve(unreachable('no route')));
    await desk.answer('never');
    const worker = hire({ maxAttempts: 3 });
    for (let at = 0; at < 5; at += 1) {
      await worker.drain();
      await desk.clock.advance(10_000);
    }
    expect(provider.reached).toHaveLength(3);
    expect(await delivery()).toMatchObject({
      state: 'failed',
      reason: 'given up after 3 attempts: no route',
    });
  });

  test('an attempt without an answer is marked and counted, and repeated under the same key', async () => {
    provider.answer(() => Promise.reject(new Error('ECONNRESET with a secret in it')));
    await desk.answer('maybe');
    const worker = hire();
    await worker.drain();
    provider.answer(() => Promise.resolve(accepted));
    await desk.clock.advance(1_000);
    await worker.drain();
    expect(provider.reached[1]).toEqual(provider.reached[0]);
    expect(await attempts()).toEqual([
      { claimNo: 1, outcome: null },
      { claimNo: 2, outcome: 'accepted' },
    ]);
    expect(counted).toEqual(['ambiguous', 'retry', 'sent']);
  });

  test('a provider that does not answer within the claim is given up, and asked again', async () => {
    provider.answer(() => new Promise(() => undefined));
    await desk.answer('silence');
    const worker = hire({ claimFor: 5_000 });
    worker.poke();
    await expect.poll(() => provider.reached.length).toBe(1);
    provider.answer(() => Promise.resolve(accepted));
    await desk.clock.advance(5_000);
    await worker.drain();
    await desk.clock.advance(1_000);
    await worker.drain();
    expect(provider.reached).toHaveLength(2);
    expect(await delivery()).toMatchObject({ state: 'sent' });
  });

  test('a worker that dies under way leaves its message to another once the claim has run out', async () => {
    const dead = createProvider();
    dead.answer(() => new Promise(() => undefined));
    const dies = createOutboxWorker({
      db: desk.db,
      // Its timers died with it.
      clock: { now: () => 0, monotonic: () => 0, setTimer: () => () => undefined },
      wake: () => undefined,
      log: silentLog,
      channels: [dead.channel],
      random: () => 0,
    });
    await desk.answer('orphan');
    dies.poke();
    await expect.poll(() => dead.reached.length).toBe(1);
    const worker = hire();
    await worker.drain();
    expect(provider.reached).toEqual([]);
    await desk.clock.advance(60_000);
    await worker.drain();
    expect(provider.reached).toEqual(dead.reached);
    expect(await attempts()).toEqual([
      { claimNo: 1, outcome: null },
      { claimNo: 2, outcome: 'accepted' },
    ]);
    expect(counted).toEqual(['ambiguous', 'sent']);
  });

  test('the late end of a worker that was paused past its claim is rejected by the claim number', async () => {
    const held = heldBack();
    provider.answer(held.act);
    await desk.answer('slow');
    const paused = hire();
    paused.poke();
    await expect.poll(() => provider.reached.length).toBe(1);
    // A paused process fires no timers, but time goes on for everybody else.
    desk.clock.jump(60_000);
    provider.answer(() => Promise.resolve(accepted));
    await hire().drain();
    const sent = await delivery();
    expect(sent).toMatchObject({ state: 'sent' });
    desk.clock.jump(1_000);
    held.answer(refused('550 too late'));
    await paused.drain();
    expect(await delivery()).toEqual(sent);
    expect(await deliveries()).toHaveLength(1);
    expect(await attempts()).toEqual([
      { claimNo: 1, outcome: null },
      { claimNo: 2, outcome: 'accepted' },
    ]);
    expect(counted).toEqual(['ambiguous', 'sent', 'overtaken']);
    await desk.clock.advance(60_000);
  });

  test('several workers never take the same message', async () => {
    for (let at = 0; at < 40; at += 1) {
      const { conversationId } = await givenConversation(desk.db, desk.inboxId);
      await desk.answer(`to ${at}`, { conversationId });
    }
    const three = [hire({ concurrency: 7 }), hire({ concurrency: 7 }), hire({ concurrency: 7 })];
    await Promise.all(three.map((worker) => worker.drain()));
    expect(new Set(provider.bodies()).size).toBe(40);
    expect(provider.reached).toHaveLength(40);
  });

  test('a stopped worker takes no more and writes down what is under way', async () => {
    const held = heldBack();
    provider.answer(held.act);
    await desk.answer('first');
    await desk.answer('second');
    const worker = hire();
    worker.start();
    await expect.poll(() => provider.bodies()).toEqual(['first']);
    const stopped = worker.stop();
    held.answer(accepted);
    await stopped;
    expect(provider.bodies()).toEqual(['first']);
    expect(await deliveries()).toHaveLength(1);
    expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 1, sending: 0, held: 0 });
  });

  test('held messages wait for a person and stop nobody', async () => {
    await desk.answer('held');
    await desk.db.inTransaction((tx) =>
      tx.db.update(outbox).set({ state: 'held' }).where(eq(outbox.position, 2)),
    );
    await desk.answer('goes');
    await hire().drain();
    expect(provider.bodies()).toEqual(['goes']);
    expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 0, sending: 0, held: 1 });
  });

  test('a backlog of 500 is drained in order, at 200 a second or more', async () => {
    // PGlite is Postgres compiled to WebAssembly: it shows the order, its speed says nothing.
    const threads = dialect === 'sqlite' ? 50 : 8;
    const bodies: string[] = [];
    for (let conversation = 0; conversation < threads; conversation += 1) {
      const { conversationId } = await givenConversation(desk.db, desk.inboxId);
      for (let at = 0; at < 10; at += 1) {
        bodies.push(`${conversation} ${at}`);
        await desk.answer(`${conversation} ${at}`, { conversationId });
      }
    }
    // Processor time: on a machine that is busy with other things the clock says nothing.
    const began = process.cpuUsage();
    await hire().drain();
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1_000;
    expect(provider.bodies().toSorted()).toEqual(bodies.toSorted());
    for (const [, ofOne] of Map.groupBy(provider.reached, (message) => message.conversationId)) {
      const order = ofOne.map(({ body }) => Number(body.split(' ')[1]));
      expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    if (dialect === 'sqlite') expect(took).toBeLessThan(2_500);
  }, 60_000);
});
