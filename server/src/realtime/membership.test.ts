import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createWorld,
  LOG_EPOCH,
  type MemoryConnection,
  soon,
  type TestServer,
  told,
  type World,
} from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: MemoryConnection;
let ben: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = await server.join('anna');
  ben = await server.join('ben');
});
afterEach(() => world.close());

const remove = () => world.directory.removeMember({ agentId: world.admin.id }, world.inboxId, world.ben.id);

describe('who is no member', () => {
  it('cannot subscribe, is answered as if there were no such inbox, and hears nothing while it is busy (C20)', async () => {
    const admin = await server.join('admin');
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    const here = await admin.refused('stream.subscribe', { stream: world.inbox, after: null });
    const nowhere = await admin.refused('stream.subscribe', { stream: 'inbox:ibx_nowhere', after: null });
    expect(here.code).toBe('not_found');
    expect({ ...here, requestId: '' }).toEqual({ ...nowhere, requestId: '' });
    for (let second = 0; second < 5; second += 1) {
      await world.append(5);
      await world.clock.advance(1_000);
    }
    expect(anna.seqs(world.inbox)).toHaveLength(25);
    expect(admin.items.filter(({ t }) => t !== 'head')).toEqual([]);
  });

  it('cannot replay with a cursor from when it was one (C23)', async () => {
    await world.append(5);
    await ben.do('stream.subscribe', { stream: world.inbox, after: null });
    await remove();
    const back = await server.join('ben');
    const after = { logEpoch: LOG_EPOCH, seq: 2 };
    expect((await back.refused('stream.subscribe', { stream: world.inbox, after })).code).toBe('not_found');
    expect(back.of('event')).toEqual([]);
  });
});

describe('who greets', () => {
  it('subscribes to the own stream from the greeting, and so misses no inbox that came or went in between', async () => {
    const stream = `agent:${world.ben.id}` as const;
    const early = server.connect();
    const greeted = await early.hello(world.token('ben'));
    expect(greeted.asOf).toEqual({ stream, logEpoch: LOG_EPOCH, seq: expect.any(Number) });
    expect(greeted.inboxes.map(({ id }) => id)).toEqual([world.inboxId]);
    await remove();
    const { logEpoch, seq } = greeted.asOf!;
    await early.do('stream.subscribe', { stream, after: { logEpoch, seq } });
    await soon('it is told of the inbox that went', () => early.seqs(stream).length > 0);
    expect(early.of('event').map(({ event }) => event.data)).toEqual([
      { type: 'inbox.hidden', inboxId: world.inboxId },
    ]);
    // Whoever greets afterwards has it in the greeting, and is not told again.
    const late = server.connect();
    const again = await late.hello(world.token('ben'));
    expect(again.inboxes).toEqual([]);
    expect(again.asOf?.seq).toBe(seq + 1);
  });
});

describe('a member who is removed', () => {
  it('gets no event that was written afterwards, on no server, however fast they come, with every hint lost', async () => {
    const elsewhere = await world.server().join('ben');
    for (const client of [anna, ben, elsewhere])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    await world.append(3);
    await soon('they have what came before', () => ben.seqs(world.inbox).length === 3);
    world.hintsLost = true;
    await remove();
    await world.append(300);
    // The pump is woken, as it would be on the server of the write, and the other one finds it by itself.
    server.gateway.pump.wake(world.inbox);
    await world.clock.advance(3_000);
    expect(anna.seqs(world.inbox)).toHaveLength(304);
    expect(ben.seqs(world.inbox)).toEqual([1, 2, 3]);
    expect(elsewhere.seqs(world.inbox)).toEqual([1, 2, 3]);
  });

  it('gets nothing more of a replay that is under way', async () => {
    await world.append(2_000);
    ben.emit(
      'stream.subscribe',
      { stream: world.inbox, after: { logEpoch: LOG_EPOCH, seq: 0 } },
      () => undefined,
    );
    await soon('the replay has begun', () => ben.seqs(world.inbox).length > 0);
    await remove();
    const had = ben.seqs(world.inbox).length;
    await world.clock.advance(3_000);
    expect(had).toBeLessThan(2_000);
    expect(ben.seqs(world.inbox).length).toBeLessThanOrEqual(had + 200);
    expect(Math.max(...ben.seqs(world.inbox))).toBeLessThanOrEqual(2_000);
  });

  it('is told on its own stream, hears no signal any more, and is neither present nor a viewer', async () => {
    await ben.do('stream.subscribe', { stream: `agent:${world.ben.id}`, after: null });
    for (const client of [anna, ben])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    await ben.do('conversation.open', { conversationId: world.conversationId, view: true, limit: 5 });
    await remove();
    expect((await told(world, ben, 'event')).event.data).toMatchObject({
      type: 'inbox.hidden',
      inboxId: world.inboxId,
    });
    await told(world, anna, 'viewers', ({ viewers }) => viewers.length === 0);
    const { present } = await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    expect(present?.people.map(({ person }) => person.name)).toEqual(['Anna Berg']);
    const before = ben.items.length;
    anna.emit('activity', { conversationId: world.conversationId, kind: 'reply' });
    await told(world, anna, 'typing');
    await world.clock.advance(1_000);
    expect(ben.items.slice(before).filter(({ t }) => t !== 'head' && t !== 'event')).toEqual([]);
  });

  it('hears no signal after a second when every hint is lost', async () => {
    for (const client of [anna, ben])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    world.hintsLost = true;
    await remove();
    await world.clock.advance(1_000);
    const before = ben.items.length;
    server.gateway.emitToInbox(world.inboxId, {
      t: 'viewers',
      inboxId: world.inboxId,
      conversationId: world.conversationId,
      viewers: [],
    });
    await told(world, anna, 'viewers', ({ viewers }) => viewers.length === 0);
    await world.clock.advance(100);
    expect(ben.items.slice(before).filter(({ t }) => t !== 'head')).toEqual([]);
  });

  it('is present again when it is added again', async () => {
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    await remove();
    await told(world, anna, 'presence', ({ changes }) =>
      changes.some(({ availability }) => availability === 'offline'),
    );
    await world.directory
      .addToTeam({ agentId: world.admin.id }, world.teamId, world.ben.id)
      .catch(() => undefined);
    await world.directory.putMember({ agentId: world.admin.id }, world.inboxId, world.ben.id, {
      capability: 'read',
    });
    const { present } = await ben.do('stream.subscribe', { stream: world.inbox, after: null });
    expect(present?.total).toBe(2);
  });
});
