import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UpResult } from '@latchbox/shared';
import { openLock } from '../database/locks.ts';
import { helloInput } from './testing/client.ts';
import { createWorld, type MemoryConnection, soon, type TestServer, type World } from './testing/world.ts';

let world: World;
let server: TestServer;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
});
afterEach(() => world.close());

type Hello = UpResult<'hello'>;

async function arrive(
  at: TestServer,
  resume: Hello | null = null,
): Promise<{ client: MemoryConnection; hello: Hello }> {
  const client = at.connect();
  const hello = await client.hello(world.token('anna'), {
    resume: resume && { id: resume.session.id, key: resume.session.key },
  });
  return { client, hello };
}

async function takeLock(client: MemoryConnection): Promise<number> {
  const taken = await client.do('lock.acquire', {
    conversationId: world.conversationId,
    requestId: randomUUID(),
  });
  return taken.fence;
}

async function lockNow(): Promise<{ status: string; goneDeadline?: number | null }> {
  const other = await server.join('ben');
  const { row } = await other.do('conversation.open', {
    conversationId: world.conversationId,
    view: false,
    limit: 1,
  });
  other.close();
  return row.lock;
}

describe('a session', () => {
  it('goes on over a new connection with its lock, on any server', async () => {
    const first = await arrive(server);
    const fence = await takeLock(first.client);
    first.client.pair.client.cut();
    const second = await arrive(world.server(), first.hello);
    expect(second.hello.session).toMatchObject({ id: first.hello.session.id, resumed: true });
    expect(second.hello.locks).toMatchObject([
      { conversationId: world.conversationId, lock: { fence, status: 'held' } },
    ]);
  });

  it('is a new one when its key is wrong', async () => {
    const { hello } = await arrive(server);
    const forged = { ...hello, session: { ...hello.session, key: 'x'.repeat(40) } };
    const second = await arrive(server, forged);
    expect(second.hello.session.resumed).toBe(false);
    expect(second.hello.session.id).not.toBe(hello.session.id);
  });

  it('has one live connection: an older one on this server is told goodbye and closed', async () => {
    const first = await arrive(server);
    const second = await arrive(server, first.hello);
    expect((await first.client.gone()).code).toBe('conflict');
    expect(second.client.closed).toBe(false);
    expect(server.gateway.stats()).toMatchObject({ connections: 1, signedIn: 1 });
  });

  it('has one live connection: an older one on another server is told goodbye and closed', async () => {
    const first = await arrive(server);
    const second = await arrive(world.server(), first.hello);
    expect((await first.client.gone()).code).toBe('conflict');
    expect(second.client.closed).toBe(false);
    expect(server.gateway.stats().signedIn).toBe(0);
  });

  it('keeps its lock when an older connection closes late', async () => {
    const first = await arrive(server);
    await takeLock(first.client);
    const second = await arrive(server, first.hello);
    await first.client.gone();
    expect(await lockNow()).toMatchObject({ status: 'held', goneDeadline: null });
    expect(second.client.closed).toBe(false);
  });

  it('starts the grace of its lock when its connection is gone', async () => {
    const { client } = await arrive(server);
    await takeLock(client);
    client.pair.client.cut();
    await soon('the gateway forgot it', () => server.gateway.stats().signedIn === 0);
    await world.clock.advance(0);
    expect((await lockNow()).goneDeadline).toBe(world.clock.now() + 10_000);
  });

  it('tells of a lost connection again when that could not be written down', async () => {
    let failures = 2;
    const told: string[] = [];
    const fragile = world.server({
      sessions: {
        ...server.heart.sessions,
        connectionLost: ({ sessionId }) => {
          if (failures-- > 0) return Promise.reject(new Error('the database is away'));
          told.push(sessionId);
          return Promise.resolve();
        },
      },
    });
    const { client, hello } = await arrive(fragile);
    client.pair.client.cut();
    await world.clock.advance(1_000);
    expect(told).toEqual([]);
    await world.clock.advance(2_000);
    expect(told).toEqual([hello.session.id]);
  });

  it('is told of the end of a connection that went away during its hello', async () => {
    const told: string[] = [];
    const { sessions } = server.heart;
    const watched = world.server({
      sessions: {
        ...sessions,
        connectionLost: (holder) => {
          told.push(holder.sessionId);
          return sessions.connectionLost(holder);
        },
      },
    });
    const client = watched.connect();
    client.emit('hello', { protocol: 1, client: 'x', token: world.token('anna'), resume: null, device: 'x' });
    await Promise.resolve();
    client.pair.client.cut();
    await soon('it is told', () => told.length === 1);
    expect(watched.gateway.stats()).toMatchObject({ connections: 0, signedIn: 0 });
  });

  it('ends for good when it says so: its lock is free and its key is void', async () => {
    const { client, hello } = await arrive(server);
    await takeLock(client);
    await client.do('session.close', { signOut: false });
    await client.until(() => client.closed);
    expect(client.of('goodbye')).toEqual([]);
    expect(await lockNow()).toMatchObject({ status: 'free' });
    const again = await arrive(server, hello);
    expect(again.hello.session.resumed).toBe(false);
  });

  it('is forgotten with its connection when its client says so and is gone before the answer', async () => {
    const { client } = await arrive(server);
    await takeLock(client);
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    };
    // Its end cannot be written yet.
    const busy = Promise.withResolvers<void>();
    const writing = world.db.inTransaction(() => busy.promise);
    void client.do('session.close', { signOut: false }).catch(() => undefined);
    await turns();
    client.pair.client.cut();
    await turns();
    busy.resolve();
    await writing;
    await turns();
    expect(await openLock(world.db.read, world.conversationId)).toBeUndefined();
    expect(server.gateway.stats()).toMatchObject({ connections: 0, signedIn: 0 });
  });
});

describe('a token', () => {
  const code = async (client: MemoryConnection): Promise<string> => (await client.gone()).code;

  it('ends its connection when it is over, within a second', async () => {
    const client = server.connect();
    await client.hello(world.token('anna', { endsAt: world.clock.now() + 5_000 }));
    await world.clock.advance(4_000);
    expect(client.closed).toBe(false);
    await world.clock.advance(2_000);
    expect(await code(client)).toBe('unauthenticated');
  });

  it('that is over does nothing any more, also within that second (C13)', async () => {
    const client = server.connect();
    await client.hello(world.token('anna', { endsAt: world.clock.now() + 1_500 }));
    await world.clock.advance(1_600);
    const refused = await client.refused('note.add', {
      conversationId: world.conversationId,
      clientId: randomUUID(),
      body: 'late',
    });
    expect(refused.code).toBe('unauthenticated');
  });

  it('is replaced by a fresh one of the same agent', async () => {
    const client = server.connect();
    await client.hello(world.token('anna', { endsAt: world.clock.now() + 5_000 }));
    const endsAt = world.clock.now() + 60_000;
    expect(await client.do('auth.refresh', { token: world.token('anna', { endsAt }) })).toEqual({
      tokenEndsAt: endsAt,
    });
    await world.clock.advance(10_000);
    expect(client.closed).toBe(false);
    expect((await client.refused('auth.refresh', { token: world.token('ben') })).code).toBe('forbidden');
    expect((await client.refused('auth.refresh', { token: 'nobody' })).code).toBe('unauthenticated');
  });

  it('of another sign-in puts the session under that one: its end ends the lock, and not the end of the first', async () => {
    const [first, second] = [await givenSignIn(world), await givenSignIn(world)];
    const client = server.connect();
    const token = world.token('anna', { signInId: first });
    await client.hello(token);
    await takeLock(client);
    const fresh = world.token('anna', { signInId: second });
    await client.do('auth.refresh', { token: fresh });
    await endSignIn(world, first, token);
    await endLocksOf(first);
    await world.clock.advance(1_000);
    expect(client.closed).toBe(false);
    expect(await lockNow()).toMatchObject({ status: 'held' });
    await endSignIn(world, second, fresh);
    await endLocksOf(second);
    expect(await lockNow()).toMatchObject({ status: 'free' });
    await world.clock.advance(1_000);
    expect(await code(client)).toBe('unauthenticated');
  });

  it('of a sign-in that ended since the token was looked at is refused, and the session stays under its own', async () => {
    const [first, second] = [await givenSignIn(world), await givenSignIn(world)];
    const client = server.connect();
    await client.hello(world.token('anna', { signInId: first }));
    await takeLock(client);
    const late = world.token('anna', { signInId: second });
    await world.directory.endSignIn(second);
    expect((await client.refused('auth.refresh', { token: late })).code).toBe('unauthenticated');
    await endLocksOf(second);
    expect(await lockNow()).toMatchObject({ status: 'held' });
    await endLocksOf(first);
    expect(await lockNow()).toMatchObject({ status: 'free' });
  });

  it.each([false, true])(
    'of a sign-in that ended closes the connections on every server (hints lost: %s)',
    async (lost) => {
      const signInId = await givenSignIn(world);
      const elsewhere = world.server();
      const clients = [server.connect(), elsewhere.connect()];
      const token = world.token('anna', { signInId });
      for (const client of clients) await client.hello(token);
      const unconcerned = await server.join('anna');
      world.hintsLost = lost;
      await endSignIn(world, signInId, token);
      await world.clock.advance(1_000);
      for (const client of clients) expect(await code(client)).toBe('unauthenticated');
      expect(unconcerned.closed).toBe(false);
    },
  );

  it('of an agent who was deactivated closes every connection, also when the hint is lost', async () => {
    const client = await server.join('ben');
    world.hintsLost = true;
    await world.directory.changeAgent({ agentId: world.admin.id }, world.ben.id, { state: 'deactivated' });
    await world.clock.advance(1_000);
    expect(await code(client)).toBe('unauthenticated');
  });

  it('that is void otherwise, as of an API key, closes its connection at the hint, and by and by without one', async () => {
    const token = world.token('ben');
    const first = server.connect();
    await first.hello(token);
    const other = world.token('anna');
    const second = server.connect();
    await second.hello(other);
    world.endToken(token);
    await world.directory.changeAgent({ agentId: world.admin.id }, world.ben.id, { role: 'admin' });
    await world.directory.changeAgent({ agentId: world.admin.id }, world.ben.id, { role: 'agent' });
    await soon('the hint closed it', () => first.closed);
    expect(second.closed).toBe(false);
    world.endToken(other);
    await world.clock.advance(2_000);
    expect(await code(second)).toBe('unauthenticated');
  });
});

describe('a drain', () => {
  it('tells everybody to go elsewhere, each at its own moment, answers what is under way, and keeps the locks', async () => {
    const { client, hello } = await arrive(server);
    const fence = await takeLock(client);
    const ben = await server.join('ben');
    const send = client.do('reply.send', {
      conversationId: world.conversationId,
      clientId: randomUUID(),
      fence,
      lastSeen: 1,
      body: 'On its way.',
      then: 'stay',
    });
    await Promise.resolve();
    const drained = server.gateway.drain('The server restarts.', 5_000);
    expect((await send).entry.position).toBe(2);
    await drained;
    for (const gone of [client, ben])
      expect(await gone.gone()).toMatchObject({
        code: 'offline',
        message: 'The server restarts.',
        retryAfterMs: 1_000,
      });
    const late = server.connect();
    expect((await late.gone()).code).toBe('offline');
    const next = await arrive(world.server(), hello);
    expect(next.hello.locks).toMatchObject([{ lock: { fence } }]);
  });

  it.each(['drains', 'sees it close'])(
    'overtakes nobody who has gone on elsewhere while a hello was under way here (it %s)',
    async (why) => {
      const first = await arrive(server);
      const fence = await takeLock(first.client);
      first.client.pair.client.cut();
      const { sessions } = server.heart;
      const gate = Promise.withResolvers<void>();
      const resumed: boolean[] = [];
      const slow = world.server({
        sessions: {
          ...sessions,
          async resume(input) {
            await gate.promise;
            return await sessions.resume(input).finally(() => resumed.push(true));
          },
        },
      });
      const late = slow.connect();
      const { id, key } = first.hello.session;
      late.emit('hello', helloInput(world.token('anna'), { resume: { id, key } }));
      await Promise.resolve();
      if (why === 'drains') await slow.gateway.drain('The server restarts.', 5_000);
      else late.close();
      const next = await arrive(world.server(), first.hello);
      gate.resolve();
      await soon('the late one was answered', () => resumed.length > 0);
      await world.clock.advance(1_000);
      expect(next.client.closed).toBe(false);
      expect(next.hello.locks).toMatchObject([{ lock: { fence } }]);
      expect(await lockNow()).toMatchObject({ status: 'held', goneDeadline: null });
      next.client.close();
    },
  );
});

async function givenSignIn({ db, anna }: World): Promise<string> {
  const { signIns } = await import('../database/schema/sqlite.ts');
  const id = `sgn_${randomUUID()}`;
  await db.inTransaction((tx) =>
    tx.db.insert(signIns).values({
      id,
      agentId: anna.id,
      refreshHash: id,
      rotatedAt: tx.now,
      userAgent: 'test',
      createdAt: tx.now,
      expiresAt: tx.now + 1_000_000,
    }),
  );
  return id;
}

/** The part of a sign-in's end that the directory of this world leaves out. */
async function endLocksOf(signInId: string): Promise<void> {
  await world.db.inTransaction((tx) => server.heart.locks.endInScope(tx, { signInId }, 'signed_out', null));
}

/** As the directory does, and the token check no longer knows the token. */
async function endSignIn({ directory, ...rest }: World, signInId: string, token: string): Promise<void> {
  rest.endToken(token);
  await directory.endSignIn(signInId);
}

it('stores any name of a device without what Postgres does not take (C39)', async () => {
  const client = server.connect();
  await client.hello(world.token('anna'), { device: 'a\u0000b\ud800' });
  await takeLock(client);
  const { client: other } = await arrive(server);
  const { conversationId } = world;
  const refused = await other.refused('lock.acquire', { conversationId, requestId: randomUUID() });
  expect(refused).toMatchObject({ code: 'lock_elsewhere', details: { device: 'ab\ufffd' } });
});
