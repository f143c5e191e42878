import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type MemoryConnection, told, type TestServer, type World } from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: MemoryConnection;
let ben: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = await server.join('anna');
  ben = await world.server().join('ben');
  await ben.do('stream.subscribe', { stream: world.inbox, after: null });
});
afterEach(() => world.close());

const type = (client: MemoryConnection, kind: string) =>
  client.emit('activity', { conversationId: world.conversationId, kind });

describe('activity', () => {
  it('is shown as typing to whoever sees the inbox, on other servers too', async () => {
    type(anna, 'reply');
    expect(await told(world, ben, 'typing')).toMatchObject({
      conversationId: world.conversationId,
      person: { id: world.anna.id },
      kind: 'reply',
      until: expect.any(Number) as number,
    });
    const later = await world.server().join('ben');
    const { typists } = await later.do('conversation.open', {
      conversationId: world.conversationId,
      view: false,
      limit: 1,
    });
    expect(typists).toMatchObject([{ person: { id: world.anna.id }, kind: 'reply' }]);
    type(anna, 'stopped');
    expect(await told(world, ben, 'typing', ({ kind }) => kind === null)).toMatchObject({
      person: { id: world.anna.id },
    });
  });

  it('goes on at most once a second for one session and conversation', async () => {
    for (let each = 0; each < 10; each += 1) type(anna, 'reply');
    await told(world, ben, 'typing');
    await world.clock.advance(900);
    expect(ben.of('typing')).toHaveLength(1);
    await world.clock.advance(200);
    type(anna, 'reply');
    await world.clock.advance(16);
    expect(ben.of('typing')).toHaveLength(2);
  });

  it('of somebody who may not reply there is no typing of a reply, but of a note', async () => {
    const rita = await server.join('rita');
    type(rita, 'reply');
    type(rita, 'note');
    expect(await told(world, ben, 'typing')).toMatchObject({ kind: 'note', person: { id: world.rita.id } });
    await world.clock.advance(1_000);
    expect(ben.of('typing')).toHaveLength(1);
  });

  it('of a stranger shows nothing and touches nothing', async () => {
    const admin = await server.join('admin');
    type(admin, 'reply');
    type(admin, 'note');
    admin.emit('activity', { conversationId: 'cnv_nowhere', kind: 'note' });
    await world.clock.advance(2_000);
    expect(ben.of('typing')).toEqual([]);
  });

  it('asks the database for nothing once it is known who may do what', async () => {
    let reads = 0;
    const db = Object.defineProperty({ ...world.db }, 'read', {
      get: () => {
        reads += 1;
        return world.db.read;
      },
    });
    const typist = await world.server({ db }).join('anna');
    await typist.do('stream.subscribe', { stream: world.inbox, after: null });
    type(typist, 'note');
    await told(world, ben, 'typing');
    expect(reads).toBeGreaterThan(0);
    reads = 0;
    for (const kind of ['reply', 'reading', 'stopped', 'note', 'stopped', 'reply']) {
      type(typist, kind);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(reads).toBe(0);
  });

  it('ends with the connection', async () => {
    type(anna, 'reply');
    await told(world, ben, 'typing');
    anna.pair.client.cut();
    expect(await told(world, ben, 'typing', ({ kind }) => kind === null)).toMatchObject({
      person: { id: world.anna.id },
    });
  });

  it('ends when the conversation is left, and when what was typed is sent', async () => {
    type(anna, 'note');
    await told(world, ben, 'typing');
    await anna.do('conversation.leave', { conversationId: world.conversationId });
    await told(world, ben, 'typing', ({ kind }) => kind === null);
    await world.clock.advance(1_000);
    type(anna, 'note');
    await world.clock.advance(16);
    expect(ben.of('typing')).toHaveLength(3);
    await anna.do('note.add', {
      conversationId: world.conversationId,
      clientId: randomUUID(),
      body: 'Done.',
    });
    await world.clock.advance(16);
    expect(ben.of('typing').map(({ kind }) => kind)).toEqual(['note', null, 'note', null]);
  });

  it('puts off the idle question of the holder', async () => {
    const { conversationId } = world;
    await anna.do('lock.acquire', { conversationId, requestId: randomUUID() });
    await world.clock.advance(170_000);
    type(anna, 'reply');
    await world.clock.advance(20_000);
    const { row } = await ben.do('conversation.open', { conversationId, view: false, limit: 1 });
    expect(row.lock).toMatchObject({ status: 'held', idle: { phase: 'active' } });
  });
});

describe('presence', () => {
  it('tells who comes, turns away and goes', async () => {
    const rita = await server.join('rita');
    const about = (availability: string) =>
      told(world, ben, 'presence', ({ changes }) =>
        changes.some((change) => change.person.id === world.rita.id && change.availability === availability),
      );
    await about('online');
    rita.emit('presence', { state: 'hidden' });
    await about('away');
    rita.close();
    await about('offline');
  });

  it('tells who looks at a conversation until the connection is gone', async () => {
    await anna.do('conversation.open', { conversationId: world.conversationId, view: true, limit: 5 });
    const seen = await told(world, ben, 'viewers', ({ viewers }) => viewers.length === 1);
    expect(seen.viewers).toMatchObject([{ person: { id: world.anna.id }, sessions: 1 }]);
    anna.pair.client.cut();
    await told(world, ben, 'viewers', ({ viewers }) => viewers.length === 0);
  });
});
