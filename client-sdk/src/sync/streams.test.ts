import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join } from '../test-clients.ts';

/** A client and the sequence numbers that it applied in the support inbox. */
async function follow(server: ReturnType<typeof createFakeServer>, agentId = 'ana') {
  const joined = await join(server, agentId);
  const applied: number[] = [];
  joined.client.on('event', ({ stream, seq }) => {
    if (stream === 'inbox:support') applied.push(seq);
  });
  return { ...joined, applied };
}

test('every event is applied once and in order, over a lost connection too', async () => {
  const server = createFakeServer();
  const { line, applied } = await follow(server);
  server.customerWrites('c1', 'One');
  await server.flush();
  line.cut();
  for (const body of ['Two', 'Three', 'Four']) server.customerWrites('c1', body);
  line.mend();
  await server.advance(3_000);
  server.customerWrites('c1', 'Five');
  await server.flush();
  const first = applied[0] ?? 0;
  expect(applied).toEqual([0, 1, 2, 3, 4].map((step) => first + step));
});

test('a gap is noticed by the next event, and filled by the next connection', async () => {
  const server = createFakeServer();
  const { client, applied } = await follow(server);
  const resyncs: unknown[] = [];
  client.on('resync', (data) => resyncs.push(data));
  server.gateway.deaf.add('ana');
  server.customerWrites('c1', 'Lost on the way');
  server.gateway.deaf.clear();
  server.customerWrites('c1', 'Arrives');
  await server.flush();
  expect(applied).toEqual([]);
  await server.advance(3_000);
  const first = applied[0] ?? 0;
  expect(applied).toEqual([first, first + 1]);
  expect(resyncs).toEqual([]);
});

test('a lost last event is noticed by the second head beat that is ahead', async () => {
  const server = createFakeServer();
  const { applied } = await follow(server);
  server.gateway.deaf.add('ana');
  server.customerWrites('c1', 'Lost on the way');
  server.gateway.deaf.clear();
  await server.advance(9_000);
  expect(applied).toEqual([]);
  await server.advance(4_000);
  expect(applied).toHaveLength(1);
});

test('too far behind: everything is read afresh, and nothing is shown twice', async () => {
  const server = createFakeServer();
  server.settings.replayMost = 3;
  const { client, line } = await follow(server);
  const list = client.list();
  await list.until(({ status }) => status === 'ready');
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await conversation.ready;
  let resyncs = 0;
  client.on('resync', () => (resyncs += 1));
  line.cut();
  await server.advance(100);
  for (let time = 0; time < 5; time += 1) server.customerWrites('c1', `Message ${time}`);
  line.mend();
  await server.advance(3_000);
  expect(resyncs).toBe(1);
  expect(conversation.getSnapshot().entries.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(list.getSnapshot()).toMatchObject({
    status: 'ready',
    rows: [{ id: 'c1', newestPosition: 6 }, { id: 'd1' }],
  });
});

test('after a restore from a backup everything is read afresh', async () => {
  const server = createFakeServer();
  const { client } = await follow(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  server.endLock('c1', 'restarted');
  server.restore();
  await server.advance(5_000);
  expect(conversation.getSnapshot().row?.lock.fence).toBe(1_000_001);
  expect(conversation.getSnapshot().status).toBe('ready');
});

test('an inbox that becomes visible or hidden comes and goes with all that is in it', async () => {
  const server = createFakeServer();
  const { client } = await follow(server, 'ben');
  const list = client.list();
  const ids = (): string[] =>
    list
      .getSnapshot()
      .rows.map(({ id }) => id)
      .sort();
  const told: string[] = [];
  client.on('inbox.hidden', ({ inboxId }) => told.push(`hidden ${inboxId}`));
  client.on('inbox.visible', ({ inboxId }) => told.push(`visible ${inboxId}`));
  await list.until(({ status }) => status === 'ready');
  const conversation = client.conversation('d1');
  conversation.open();
  await conversation.ready;
  conversation.activity('reply');
  await conversation.lock.until(({ status }) => status === 'mine');
  server.setCapability('ben', 'sales', null);
  await server.advance(3_000);
  expect(ids()).toEqual(['c1']);
  expect(conversation.getSnapshot()).toMatchObject({ status: 'gone', row: null, entries: [] });
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'lost', reason: 'access_lost' });
  server.setCapability('ben', 'sales', 'read');
  await server.advance(3_000);
  expect(ids()).toEqual(['c1', 'd1']);
  expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', row: { id: 'd1' } });
  expect(client.inbox('sales').getSnapshot()?.capability).toBe('read');
  expect(told).toEqual(['hidden sales', 'visible sales']);
});

test('another capability is told without a new connection', async () => {
  const server = createFakeServer();
  const { client } = await follow(server, 'ben');
  server.setCapability('ben', 'support', 'manage');
  await server.flush();
  expect(client.inbox('support').getSnapshot()?.capability).toBe('manage');
  expect(server.commands.filter(({ name }) => name === 'hello')).toHaveLength(1);
});

test('what this client does not know is ignored, and the rest of the frame is not', async () => {
  const server = createFakeServer();
  const { client, applied, logged } = await follow(server);
  const [connection] = server.network.connections;
  const seq = server.world.head('inbox:support') + 1;
  const event = { stream: 'inbox:support', seq, at: 1, data: { type: 'of.the.future', what: 'ever' } };
  connection?.frame({ items: [{ t: 'future' }, null, { t: 'event', event }, { t: 'event' }] });
  connection?.frame({ nonsense: true });
  await server.flush();
  expect(applied).toEqual([seq]);
  expect(logged.filter((line) => line.startsWith('error'))).toHaveLength(2);
  expect(client.connection.getSnapshot().name).toBe('connected');
});

test('what changes between the greeting and the subscription is told too', async () => {
  const server = createFakeServer({ auto: false });
  const joining = join(server, 'cleo');
  for (let step = 0; step < 200 && !server.commands.some(({ name }) => name === 'hello'); step += 1)
    await server.network.step(0);
  // Greeted, and not subscribed to anything yet.
  server.addInbox('billing', 'Billing', 'open');
  server.setCapability('cleo', 'billing', 'reply');
  for (let time = 0; time < 60; time += 1) {
    await server.flush();
    await server.advance(100);
  }
  const { client } = await joining;
  expect(client.inboxes.getSnapshot().map(({ id }) => id)).toContain('billing');
});
