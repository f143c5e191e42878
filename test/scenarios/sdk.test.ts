/** The real SDK before two servers: its server is killed, and the agent only notices by the line that says so. */

import { createLatchbox, type LatchboxClient, type LockState } from '@latchbox/client';
import { describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startProxy } from '../tools/proxy.ts';
import type { ServerProcess } from '../tools/server-process.ts';
import { staysTrue, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

type Mine = Extract<LockState, { status: 'mine' }>;
const isMine = (state: LockState): state is Mine => state.status === 'mine';

function start(times: Partial<typeof SHORT> = {}): Promise<World> {
  return startWorld({
    servers: 2,
    seed: {
      inboxes: { orders: { times: { ...SHORT, ...times }, conversations: 2 } },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
}

async function client(
  world: World,
  agent: string,
  urls = world.servers.map(({ url }) => url),
): Promise<LatchboxClient> {
  const made = createLatchbox({ url: urls, auth: () => Promise.resolve(world.agent(agent).token) });
  await made.connect();
  return made;
}

/** The server that a client is connected to. */
function serverOf(world: World, sdk: LatchboxClient): ServerProcess {
  const state = sdk.connection.getSnapshot();
  const session = state.name === 'connected' ? state.sessionId : '';
  const [row] = world.rows<{ pid: number }>(
    'SELECT pid FROM sessions JOIN instances ON instances.id = server_id WHERE sessions.id = ?',
    session,
  );
  const server = world.servers.find(({ pid }) => pid === row?.pid);
  if (server === undefined) throw new Error(`no server has the session ${session}`);
  return server;
}

describe('kill -9 of the holder’s server', () => {
  test('while the holder types: the SDK goes to the other address and still holds the lock', async () => {
    await using world = await start();
    await using ann = await client(world, 'ann');
    const id = world.conversation('orders');
    const conversation = ann.conversation(id);
    const view = conversation.open();
    await conversation.ready;
    const { fence } = await conversation.lock.acquire();
    const states: LockState['status'][] = [];
    conversation.lock.subscribe(() => states.push(conversation.lock.getSnapshot().status));
    const typing = setInterval(() => conversation.activity('reply'), 40);
    try {
      const killed = serverOf(world, ann);
      await killed.kill9();
      world.history.nemesis('kill -9 of the holder’s server');
      await ann.connection.until(
        (state): state is Extract<typeof state, { name: 'connected' }> =>
          state.name === 'connected' && state.resumed,
        { signal: AbortSignal.timeout(SHORT.lockTtl + 2 * SLACK) },
      );
      expect(serverOf(world, ann).pid).not.toBe(killed.pid);
      const mine = await conversation.lock.until(isMine);
      expect(mine.lock.fence).toBe(fence);
      // Beyond what was left of the dead server's lease: it is renewed where the holder is now.
      await staysTrue('it is mine', () => isMine(conversation.lock.getSnapshot()), SHORT.lockTtl + SLACK);
      expect(states.filter((status) => status !== 'mine')).toEqual([]);
    } finally {
      clearInterval(typing);
    }
    const stored = await conversation.reply({ body: 'Typed across two servers' }).confirmed;
    expect(stored).toMatchObject({ fence, lateSend: false });
    view.release();
    await world.check(['I12']);
  });

  test('while the holder is asked: the countdown goes on from where it was', async () => {
    await using world = await start({ idleAfter: 700, idleGrace: 5_000 });
    await using ann = await client(world, 'ann');
    const rita = await world.connect('rita', { server: 1 });
    const id = world.conversation('orders');
    const conversation = ann.conversation(id);
    const view = conversation.open();
    await conversation.ready;
    await conversation.lock.acquire();
    const asked = await conversation.lock.until(
      (state): state is Mine => isMine(state) && state.idle.phase === 'asked',
      { signal: AbortSignal.timeout(700 + 3 * SLACK) },
    );
    await serverOf(world, ann).kill9();
    await ann.connection.until(
      (state): state is Extract<typeof state, { name: 'connected' }> =>
        state.name === 'connected' && state.resumed,
      { signal: AbortSignal.timeout(SHORT.lockTtl + 2 * SLACK) },
    );
    expect((await conversation.lock.until(isMine)).idle).toEqual(asked.idle);
    const lost = await conversation.lock.until(
      (state): state is Extract<LockState, { status: 'lost' }> => state.status === 'lost',
      { signal: AbortSignal.timeout(5_000 + 3 * SLACK) },
    );
    expect(lost.reason).toBe('idle');
    const deadline = asked.idle.phase === 'asked' ? asked.idle.deadline : 0;
    expect(Math.abs(Date.now() - deadline)).toBeLessThan(3 * SLACK);
    view.release();
    await rita[Symbol.asyncDispose]();
    await world.check();
  });
});

describe('a reply that was pressed without a connection', () => {
  test('keeps what its author had seen: something new stops it, and nothing is sent blindly', async () => {
    await using world = await start();
    const customer = await world.customer('orders');
    await using proxy = await startProxy(world.server(0).port);
    await using ann = await client(world, 'ann', [proxy.url]);
    const ben = await world.connect('ben', { server: 1 });
    await ben.wire.subscribe(world.stream('orders'));
    const conversation = ann.conversation(customer.conversationId);
    const view = conversation.open();
    await conversation.ready;
    await conversation.lock.acquire();
    await proxy.close();
    proxy.reset();
    await eventually('the connection is gone', () => ann.connection.getSnapshot().name === 'reconnecting');
    const pending = conversation.reply({ body: 'It will be there on Monday' });
    await customer.writes('Please cancel it');
    await toldOf(
      ben,
      'entry.added',
      customer.conversationId,
      ({ entry }) => entry.kind === 'message' && entry.body === 'Please cancel it',
    );
    await proxy.open();
    await expect(pending.confirmed).rejects.toMatchObject({ code: 'thread_moved_on' });
    expect(world.rows('SELECT 1 FROM replies')).toEqual([]);
    await conversation.lock.until(isMine, { signal: AbortSignal.timeout(5_000) });
    await conversation.sendAnyway(pending.clientId).confirmed;
    expect(world.rows('SELECT 1 FROM replies')).toHaveLength(1);
    view.release();
    await world.check(['I12']);
  });
});
