import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asc } from 'drizzle-orm';
import { inboxes, outboxAttempts, simulatorDeliveries } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted, refused } from '../../messaging/delivery/channel.ts';
import { createOutboxWorker, type OutboxWorker } from '../../messaging/delivery/outbox-worker.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground } from '../../messaging/testing/desk.ts';
import type { ProviderAct } from './provider.ts';
import { createSimulator, type CustomerWrites, type Simulator } from './simulator.ts';
import { signThreadToken } from './thread-token.ts';

const SECRET = 'a secret of this deployment alone';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let simulator: Simulator;
  let worker: OutboxWorker;
  let code: string;
  /** What the provider does with the attempts to come; then it accepts. */
  let acts: ProviderAct[];
  let nextId = 0;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    acts = [];
    const { db, messaging, clock } = desk;
    simulator = createSimulator({ db, messaging, secret: SECRET, script: () => acts.shift() ?? accepted });
    worker = createOutboxWorker({
      db,
      clock,
      wake: () => undefined,
      log: silentLog,
      channels: [simulator],
      random: () => 0.5,
    });
    desk.onPoke(() => worker.poke());
    const stored = await db.read.select().from(inboxes);
    code = stored.find(({ id }) => id === desk.inboxId)?.apiCode ?? '';
  });
  afterAll(() => ground.db.close());

  const write = (message: Partial<CustomerWrites> = {}) =>
    simulator.write({
      inboxCode: code,
      from: { name: 'Cora Quist', address: ' Cora@Quist.example ' },
      subject: 'A torn page',
      body: 'Page 12 came torn.',
      threadToken: null,
      providerId: `provider-${++nextId}`,
      ...message,
    });
  const conversationOf = async (body: string) => {
    const { rows } = await desk.messaging.list(desk.anna.id, { filter: {}, after: null, limit: 50 });
    const row = rows.find(({ preview }) => preview.text === body);
    if (row === undefined) throw new Error(`no conversation begins with ${body}`);
    return row;
  };
  const told = async (token: string, after = 0) =>
    (await simulator.thread(token, after)).map(({ from, author, body }) => `${from} ${author}: ${body}`);

  test('a customer writes, an agent answers, and the answer shows up on the customer’s page', async () => {
    const { threadToken } = await write();
    const row = await conversationOf('Page 12 came torn.');
    expect(row.contact).toMatchObject({ name: 'Cora Quist', address: 'cora@quist.example' });
    await desk.clock.advance(60_000);
    await desk.answer('We send you another one.', { conversationId: row.id });
    await worker.drain();
    await desk.clock.advance(60_000);
    await write({ threadToken, subject: '', body: 'Thank you!' });
    const thread = [
      'customer Cora Quist: Page 12 came torn.',
      'team Anna Berg: We send you another one.',
      'customer Cora Quist: Thank you!',
    ];
    expect(await told(threadToken)).toEqual(thread);
    expect(await told(threadToken, 2)).toEqual(thread.slice(2));
    expect(await conversationOf('Thank you!')).toMatchObject({ id: row.id, newestPosition: 3 });
  });

  test('notes and drafts never reach the customer', async () => {
    const { threadToken } = await write({ body: 'Anybody there?' });
    const { id: conversationId } = await conversationOf('Anybody there?');
    await desk.messaging.addNote(desk.by('anna'), {
      conversationId,
      clientId: 'note-0001',
      body: 'An old friend.',
    });
    await desk.messaging.saveDraft(desk.by('anna'), {
      conversationId,
      kind: 'reply',
      body: 'Well',
      revision: 0,
    });
    await worker.drain();
    expect(await told(threadToken)).toEqual(['customer Cora Quist: Anybody there?']);
  });

  test('the same provider id is stored once, and opens nobody else’s thread', async () => {
    const first = await write({ body: 'Mine alone', providerId: 'provider-same' });
    expect(await write({ body: 'Mine alone', providerId: 'provider-same' })).toEqual(first);
    expect(await told(first.threadToken)).toHaveLength(1);
    expect(await codeOf(write({ body: 'Show me', providerId: 'provider-same' }))).toBe(
      'idempotency_mismatch',
    );
    const eve = { name: 'Eve', address: 'eve@quist.example' };
    expect(await codeOf(write({ body: 'Mine alone', providerId: 'provider-same', from: eve }))).toBe(
      'idempotency_mismatch',
    );
  });

  test('with a thread token the customer is who the thread belongs to, whatever name is given', async () => {
    const { threadToken } = await write({ body: 'It is me' });
    await write({ threadToken, body: 'Still me', from: { name: 'Eve', address: 'eve@quist.example' } });
    expect(await told(threadToken)).toEqual([
      'customer Cora Quist: It is me',
      'customer Cora Quist: Still me',
    ]);
  });

  test('a forged thread token and an inbox that is not there get not_found', async () => {
    const { threadToken } = await write();
    const [id = '', signature = ''] = threadToken.split('.');
    const swapped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const forged = [
      '',
      '.',
      id,
      `${id}.`,
      `${id}.${swapped}`,
      `${desk.conversationId}.${signature}`,
      signThreadToken(id, 'another secret'),
      signThreadToken('cnv_none', SECRET),
    ];
    for (const token of forged) {
      expect(await codeOf(simulator.thread(token, 0))).toBe('not_found');
      expect(await codeOf(write({ threadToken: token }))).toBe('not_found');
    }
    expect(await codeOf(write({ inboxCode: 'none' }))).toBe('not_found');
    expect(await codeOf(write({ inboxCode: 'none', threadToken }))).toBe('not_found');
    expect(await codeOf(write({ subject: '' }))).toBe('invalid');
  });

  test('lists the inboxes that can be written to', async () => {
    expect(await simulator.inboxes()).toContainEqual({ id: desk.inboxId, name: 'Orders', apiCode: code });
  });

  test('an answer lost on its way back: delivered again under the same key, and the provider stores one', async () => {
    acts = [{ status: 'answer_lost' }];
    const { threadToken } = await write({ body: 'Did it arrive?' });
    const { id: conversationId } = await conversationOf('Did it arrive?');
    const { entry } = await desk.answer('It did.', { conversationId });
    await worker.drain();
    expect(acts).toEqual([]);
    await desk.clock.advance(1_000);
    await worker.drain();
    const copies = await desk.db.read.select().from(simulatorDeliveries);
    expect(copies.filter(({ messageKey }) => messageKey === entry.id)).toHaveLength(1);
    const attempts = await desk.db.read.select().from(outboxAttempts).orderBy(asc(outboxAttempts.startedAt));
    expect(attempts.slice(-2).map(({ outcome }) => outcome)).toEqual([null, 'accepted']);
    expect(await told(threadToken)).toEqual([
      'customer Cora Quist: Did it arrive?',
      'team Anna Berg: It did.',
    ]);
  });

  test('a refused answer does not reach the customer, and the agents are told why', async () => {
    acts = [refused('550 mailbox full')];
    const { threadToken } = await write({ body: 'Full house' });
    const { id: conversationId } = await conversationOf('Full house');
    await desk.answer('No room.', { conversationId });
    await worker.drain();
    expect(await told(threadToken)).toHaveLength(1);
    const opened = await desk.messaging.open(desk.anna.id, { conversationId, limit: 5 });
    expect(opened.entries[1]).toMatchObject({ delivery: { state: 'failed', reason: '550 mailbox full' } });
  });

  test('a provider that falls silent is left when the claim runs out', async () => {
    acts = [{ status: 'silent' }];
    const { threadToken } = await write({ body: 'Hello?' });
    const { id: conversationId } = await conversationOf('Hello?');
    await desk.answer('Hello!', { conversationId });
    await expect.poll(() => acts.length).toBe(0);
    await desk.clock.advance(60_000);
    await worker.drain();
    await desk.clock.advance(1_000);
    await worker.drain();
    expect(await told(threadToken)).toHaveLength(2);
    expect(desk.clock.pending).toBe(0);
  });
});
