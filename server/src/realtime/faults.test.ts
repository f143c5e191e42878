import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, LOG_EPOCH, soon, told, type TestServer, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** A server whose database can be away for reading. */
function fragile(): { server: TestServer; away: (yes: boolean) => void } {
  let isAway = false;
  const db = Object.defineProperty({ ...world.db }, 'read', {
    get: () => {
      if (isAway) throw new Error('the database is away');
      return world.db.read;
    },
  });
  return { server: world.server({ db }), away: (yes) => void (isAway = yes) };
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('while the database is away', () => {
  it('the pump waits, and loses nothing', async () => {
    const { server, away } = fragile();
    const anna = await server.join('anna');
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    away(true);
    await world.append(5);
    await world.clock.advance(3_000);
    expect(anna.seqs(world.inbox)).toEqual([]);
    expect(anna.closed).toBe(false);
    away(false);
    await world.clock.advance(1_000);
    expect(anna.seqs(world.inbox)).toEqual(upTo(5));
    const warnings = world.logged.filter(({ level }) => level === 'warn');
    expect(warnings.length).toBeGreaterThan(0);
    // A failure that lasts is not told again every second.
    expect(warnings.length).toBeLessThan(8);
  });

  it('a replay waits, and goes on where it was', async () => {
    const { server, away } = fragile();
    const anna = await server.join('anna');
    await world.append(1_000);
    anna.emit(
      'stream.subscribe',
      { stream: world.inbox, after: { logEpoch: LOG_EPOCH, seq: 0 } },
      () => undefined,
    );
    await soon('the replay has begun', () => anna.seqs(world.inbox).length > 0);
    away(true);
    await world.clock.advance(3_000);
    const had = anna.seqs(world.inbox).length;
    expect(had).toBeLessThan(1_000);
    away(false);
    await world.clock.advance(2_000);
    await soon('it is through', () => anna.seqs(world.inbox).length >= 1_000);
    expect(anna.seqs(world.inbox)).toEqual(upTo(1_000));
  });

  it('a command fails with a reference, and the next one works', async () => {
    const { server, away } = fragile();
    const anna = await server.join('anna');
    away(true);
    const asked = { conversationId: world.conversationId, before: null, limit: 10 };
    expect((await anna.refused('conversation.history', asked)).code).toBe('internal');
    expect((await anna.refused('stream.subscribe', { stream: world.inbox, after: null })).code).toBe(
      'internal',
    );
    expect(server.gateway.stats().rooms).toBe(0);
    away(false);
    await anna.do('conversation.history', asked);
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
  });
});

describe('what other servers say', () => {
  it('may be anything, and changes nothing then', async () => {
    const handlers: ((message: unknown) => void)[] = [];
    const server = world.server({
      hints: {
        publish: () => undefined,
        subscribe: (_channel, receive) => {
          handlers.push(receive);
          return () => undefined;
        },
        close: () => Promise.resolve(),
      },
    });
    const anna = await server.join('anna');
    for (const receive of handlers)
      for (const message of [
        undefined,
        null,
        7,
        'inbox:nowhere',
        [],
        {},
        { agentId: 5 },
        { inboxId: 'ibx_nowhere' },
      ])
        receive(message);
    await world.clock.advance(2_000);
    expect(anna.closed).toBe(false);
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('of a lease that cannot be renewed goes to the holder alone', async () => {
    const server = world.server();
    const anna = server.connect();
    const { session } = await anna.hello(world.token('anna'));
    const ben = await server.join('ben');
    server.gateway.signals.uncertain(session.id, world.conversationId, 3, true);
    expect(await told(world, anna, 'lock.uncertain')).toMatchObject({ fence: 3, uncertain: true });
    server.gateway.signals.uncertain('ses_nowhere', world.conversationId, 3, true);
    expect(ben.of('lock.uncertain')).toEqual([]);
  });
});

describe('after a lot of coming and going', () => {
  it('nothing is left behind', async () => {
    const server = world.server();
    for (let round = 0; round < 60; round += 1) {
      const client = server.connect();
      if (round % 4 === 0) {
        client.pair.client.cut();
        continue;
      }
      const hello = client.hello(world.token(round % 2 === 0 ? 'anna' : 'ben'));
      if (round % 5 === 0) {
        hello.catch(() => undefined);
        client.pair.client.cut();
        continue;
      }
      await hello;
      const subscribed = client.do('stream.subscribe', {
        stream: world.inbox,
        after: { logEpoch: LOG_EPOCH, seq: 0 },
      });
      await world.append(1);
      if (round % 3 === 0) await subscribed;
      client.emit('activity', { conversationId: world.conversationId, kind: 'note' });
      client.pair.client.cut();
      await world.clock.advance(1_000);
    }
    await world.clock.advance(30_000);
    expect(server.gateway.stats()).toMatchObject({
      connections: 0,
      signedIn: 0,
      rooms: 0,
      slow: 0,
      failed: 0,
    });
  });

  it('a server that drains says so to whoever still asks', async () => {
    const server = world.server();
    const anna = await server.join('anna');
    const slow = Promise.withResolvers<void>();
    void server.gateway.drain('restarting', 1_000);
    const refused = anna.refused('conversation.list', { filter: {}, after: null, limit: 1 });
    slow.resolve();
    await Promise.race([refused, anna.gone()]);
    expect((await anna.gone()).code).toBe('offline');
  });
});
