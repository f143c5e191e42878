import { refuse } from '@latchbox/shared/errors';
import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, said } from '../test-clients.ts';

async function manyConversations(count: number) {
  const server = createFakeServer();
  for (let number = 0; number < count; number += 1) {
    await server.advance(1_000);
    server.newConversation({ id: `n${String(number).padStart(3, '0')}`, from: 'Mia', body: 'Hello' });
  }
  return server;
}

test('a list loads when it is first observed, and the same query is the same list', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const list = client.list({ inboxIds: ['support', 'sales'] });
  expect(list.getSnapshot().status).toBe('idle');
  expect(said(server)).toEqual([]);
  expect(client.list({ inboxIds: ['sales', 'support'] })).toBe(list);
  const { rows } = await list.until(({ status }) => status === 'ready');
  expect(rows.map(({ id }) => id)).toEqual(['d1', 'c1']);
  expect(said(server)).toEqual(['conversation.list']);
  expect(client.inbox('support').list()).toBe(client.list({ inboxIds: ['support'] }));
});

test('pages join without a gap or a repetition while conversations move', async () => {
  const server = await manyConversations(120);
  const { client } = await join(server);
  const list = client.list();
  await list.until(({ status }) => status === 'ready');
  expect(list.getSnapshot()).toMatchObject({ hasMore: true });
  expect(list.getSnapshot().rows).toHaveLength(50);
  // From beyond the first page to the top of it.
  await server.advance(1_000);
  server.customerWrites('n010', 'Me again');
  await server.flush();
  expect(list.getSnapshot().rows).toHaveLength(51);
  expect(list.getSnapshot().rows[0]?.id).toBe('n010');
  await list.more();
  await server.advance(1_000);
  server.customerWrites('n011', 'Me too');
  await list.more();
  const ids = list.getSnapshot().rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(122);
  expect(list.getSnapshot().hasMore).toBe(false);
  expect(ids.slice(0, 3)).toEqual(['n011', 'n010', 'n119']);
  await list.more();
  expect(said(server)).toHaveLength(3);
});

test('a row that is beyond the last page is not shown, though it is known', async () => {
  const server = await manyConversations(60);
  const { client } = await join(server);
  const list = client.list();
  await list.until(({ status }) => status === 'ready');
  server.colleague('ben').notes('n000', 'Changes the row, not its place');
  await server.flush();
  expect(list.getSnapshot().rows.some(({ id }) => id === 'n000')).toBe(false);
});

test('rows keep their identity while they stay the same', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const list = client.list();
  const before = await list.until(({ status }) => status === 'ready');
  const untouched = before.rows.find(({ id }) => id === 'd1');
  server.customerWrites('c1', 'One more thing');
  await server.flush();
  const after = list.getSnapshot();
  expect(after).not.toBe(before);
  expect(after.rows.find(({ id }) => id === 'd1')).toBe(untouched);
  expect(Object.isFrozen(after.rows) && after.rows.every((row) => Object.isFrozen(row))).toBe(true);
});

test('what many events of one frame change is told once', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const list = client.list();
  await list.until(({ status }) => status === 'ready');
  let calls = 0;
  list.subscribe(() => (calls += 1));
  const { world } = server;
  const conversation = world.conversations.get('c1');
  if (conversation === undefined) throw new Error('no c1');
  for (const lastAt of [10, 20, 30]) {
    conversation.lastAt += lastAt;
    world.tell(conversation, (row) => ({ type: 'draft.changed', row }));
  }
  server.gateway.flush();
  await server.flush();
  expect(calls).toBe(1);
});

test('a filter by assignee and status follows what changes', async () => {
  const server = createFakeServer();
  const { client } = await join(server, 'ben');
  const mine = client.list({ assignee: 'me', status: 'open' });
  await mine.until(({ status }) => status === 'ready');
  expect(mine.getSnapshot().rows).toEqual([]);
  server.colleague('ana').assigns('c1', 'ben');
  await server.flush();
  expect(mine.getSnapshot().rows.map(({ id }) => id)).toEqual(['c1']);
  server.colleague('ana').archives('c1');
  await server.flush();
  expect(mine.getSnapshot().rows).toEqual([]);
});

test('unread is told by the read mark: of this tab, of another one, and of rows that were never listed', async () => {
  const server = await manyConversations(60);
  const { client } = await join(server);
  const other = await join(server);
  const list = client.list({ status: 'open' });
  await list.until(({ status }) => status === 'ready');
  const unread = (id: string): boolean | undefined =>
    list.getSnapshot().rows.find((row) => row.id === id)?.unread;
  expect(unread('n059')).toBe(true);
  other.client.conversation('n059').open({ lock: 'none' });
  await other.client.conversation('n059').ready;
  await other.client.conversation('n059').markRead();
  await server.flush();
  expect(unread('n059')).toBe(false);
  await client.conversation('n059').markUnread();
  await server.flush();
  expect(unread('n059')).toBe(true);
  // Read by this agent, but so long ago that its row is on no page here.
  server.world.agents.get('ana')?.reads.set('n000', 1);
  server.colleague('ben').answers('n000', 'Sorry for the wait');
  await server.flush();
  expect(unread('n000')).toBe(false);
  server.customerWrites('n001', 'Hello?');
  await server.flush();
  expect(unread('n001')).toBe(true);
});

test('a list that is refused says so; one that failed for the moment tries again', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const strange = client.list({ inboxIds: ['elsewhere'] });
  const refused = await strange.until(({ status }) => status === 'failed');
  expect(refused.error).toMatchObject({ code: 'not_found' });
  server.refuse('conversation.list', 'internal', { ref: 'req_1' });
  const list = client.list();
  await list.until(({ status }) => status === 'failed');
  await server.advance(2_100);
  expect(list.getSnapshot()).toMatchObject({ status: 'ready', error: null });
});

test('a list that is observed before there is a connection loads with the first one', async () => {
  const server = createFakeServer();
  const { clientOf } = await import('../test-clients.ts');
  const { client } = clientOf(server);
  const ready = client.list().until(({ status }) => status === 'ready');
  await client.connect();
  expect((await ready).rows).toHaveLength(2);
});

test('a page that was read before an event and arrives after it does not bring old rows back', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.gateway.held.add('conversation.list');
  const list = client.list();
  const ready = list.until(({ status }) => status === 'ready');
  await server.flush();
  server.colleague('ben').archives('c1');
  server.colleague('ben').takes('d1');
  await server.flush();
  server.gateway.letGo();
  const rows = new Map((await ready).rows.map((row) => [row.id, row]));
  expect(rows.get('c1')?.status).toBe('archived');
  expect(rows.get('d1')?.lock.status).toBe('held');
});

test('a list that was read far down is as long after it is read afresh, in as many pages as that takes', async () => {
  const server = await manyConversations(260);
  const { client, line } = await join(server);
  const list = client.list();
  await list.until(({ status }) => status === 'ready');
  for (let page = 0; page < 4; page += 1) await list.more();
  const before = list.getSnapshot().rows;
  expect(before).toHaveLength(250);
  const lengths = new Set<number>();
  list.subscribe(() => lengths.add(list.getSnapshot().rows.length));
  line.cut();
  server.settings.replayMost = 0;
  await server.advance(1_000);
  server.customerWrites('c1', 'Hello?');
  line.mend();
  await server.advance(10_000);
  const { rows, status, hasMore } = list.getSnapshot();
  expect([status, hasMore, rows[0]?.id]).toEqual(['ready', true, 'c1']);
  // Nobody who has scrolled there saw it shorter in between.
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(250);
  expect(rows.length).toBeGreaterThanOrEqual(250);
  // A page that cannot be read now is left to `more()`.
  line.cut();
  await server.advance(1_000);
  server.customerWrites('d1', 'Hello?');
  line.mend();
  server.gateway.held.add('conversation.list');
  await server.advance(2_000);
  server.gateway.refusals.set('conversation.list', [refuse('coordination_unavailable')]);
  server.gateway.letGo();
  await server.advance(2_000);
  expect(list.getSnapshot()).toMatchObject({ status: 'ready', hasMore: true, error: null });
  expect(list.getSnapshot().rows).toHaveLength(100);
  await list.more();
  expect(list.getSnapshot().rows).toHaveLength(150);
});
