import { randomUUID } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Peer } from './peer.ts';
import { systemClock } from '../lib/clock.ts';
import { helloInput } from './testing/client.ts';
import { type ListeningServer, listen, type SocketClient } from './testing/sockets.ts';
import { LOG_EPOCH, type TestServer, worldOn, type World } from './testing/world.ts';

let world: World<typeof systemClock>;
let server: TestServer;
let net: ListeningServer;
beforeEach(async () => {
  world = await worldOn(systemClock);
  server = world.server({ settings: { pollEvery: 100, slowFor: 500 } });
  net = await listen(server.gateway);
});
afterEach(async () => {
  await net.close();
  await world.close();
});

async function join(who: 'anna' | 'ben' | 'rita' | 'admin'): Promise<SocketClient> {
  const client = await net.connect();
  await client.hello(world.token(who));
  return client;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const has = (client: SocketClient, count: number) =>
  client.until(() => client.seqs(world.inbox).length >= count);

describe('over Socket.IO', () => {
  it('says hello, replays, delivers live and works in a conversation', async () => {
    await world.append(450);
    const [anna, ben] = [await join('anna'), await join('ben')];
    await anna.do('stream.subscribe', { stream: world.inbox, after: { logEpoch: LOG_EPOCH, seq: 0 } });
    await ben.do('stream.subscribe', { stream: world.inbox, after: null });
    await has(anna, 450);
    const { conversationId } = world;
    const { fence } = await anna.do('lock.acquire', { conversationId, requestId: randomUUID() });
    const { entry } = await anna.do('reply.send', {
      conversationId,
      clientId: randomUUID(),
      fence,
      lastSeen: 1,
      body: 'Ünïcode “quotes”, \u2028 and 🎈: on its way.',
      then: 'stay',
    });
    const told = await ben.item('event', ({ event }) => event.data.type === 'entry.added');
    expect(told.event.data).toMatchObject({ entry });
    await ben.until(() => ben.seqs(world.inbox).at(-1) === anna.seqs(world.inbox).at(-1));
    expect(anna.seqs(world.inbox)).toEqual(upTo(anna.seqs(world.inbox).length));
  });

  it('takes the greeting along with joining, and answers it with an event', async () => {
    const subscribe = { streams: [{ stream: world.inbox, after: null }], rest: false };
    const hello = helloInput(world.token('anna'), { subscribe });
    const anna = await net.connect({ auth: { hello } });
    await anna.until(() => anna.greetings.length === 1);
    expect(anna.greetings).toMatchObject([
      { ok: true, result: { me: { id: world.anna.id }, streams: [{ stream: world.inbox, ok: true }] } },
    ]);
    await world.append(2);
    await has(anna, 2);
    const { rows } = await anna.do('conversation.list', { filter: {}, after: null, limit: 1 });
    expect(rows).toHaveLength(1);
  });

  it('refuses and closes whoever joins with a greeting that is none (C07)', async () => {
    for (const hello of [null, 7, 'hello', [], {}, [helloInput(world.token('anna'))], { token: 'x' }]) {
      const client = await net.connect({ auth: { hello } });
      await client.until(() => client.greetings.length === 1);
      expect(client.greetings).toMatchObject([{ ok: false, error: { code: 'invalid' } }]);
      await client.gone();
    }
    const stranger = await net.connect({ auth: { hello: helloInput('no token') } });
    await stranger.until(() => stranger.greetings.length === 1);
    expect(stranger.greetings).toMatchObject([{ ok: false, error: { code: 'unauthenticated' } }]);
    expect((await stranger.gone()).code).toBe('unauthenticated');
    expect(server.gateway.stats()).toMatchObject({ connections: 0, signedIn: 0 });
  });

  it('carries frames of every length, from one to three length forms of a WebSocket header', async () => {
    const anna = await join('anna');
    for (const padding of [0, 10, 60, 100, 150]) {
      const before = anna.frames.length;
      server.gateway.emitToInbox(world.inboxId, {
        t: 'presence',
        inboxId: world.inboxId,
        changes: [],
        total: padding,
      });
      expect(anna.frames.length).toBe(before);
    }
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    for (const name of ['ü', 'x'.repeat(150)]) {
      for (const people of [0, 1, 5, 300, 500]) {
        const changes = upTo(people).map((id) => ({
          person: { id: `agt_${id}`, name },
          availability: 'online' as const,
        }));
        server.gateway.emitToInbox(world.inboxId, {
          t: 'presence',
          inboxId: world.inboxId,
          changes,
          total: people,
        });
        const told = await anna.item(
          'presence',
          (item) => item.changes.length === people && people === item.total,
        );
        expect(told.changes).toEqual(changes);
      }
      anna.frames.length = 0;
    }
  });

  it('writes one message for what gathers', async () => {
    const anna = await join('anna');
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    let messages = 0;
    anna.socket.io.engine.on('packet', () => {
      messages += 1;
    });
    const { inboxId } = world;
    for (let total = 1; total <= 150; total += 1)
      server.gateway.emitToInbox(inboxId, { t: 'presence', inboxId, changes: [], total });
    await anna.item('presence', ({ total }) => total === 150);
    expect(messages).toBe(1);
  });

  it('encodes a frame once for the whole room', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => join('anna')));
    for (const client of clients) await client.do('stream.subscribe', { stream: world.inbox, after: null });
    const before = server.gateway.stats();
    await world.append(10);
    await Promise.all(clients.map((client) => has(client, 10)));
    const after = server.gateway.stats();
    expect([after.frames - before.frames, after.deliveries - before.deliveries]).toEqual([1, 8]);
  });

  it('refuses a page of a foreign origin at the upgrade, and tells it why when it asks', async () => {
    for (const origin of ['https://evil.example', 'null', `${net.url}.evil.example`]) {
      const upgrade = await askRaw(net.port, [...UPGRADE, `Origin: ${origin}`]);
      expect(upgrade).toMatch(/^HTTP\/1\.1 403 /);
      expect(upgrade).toContain(`Pages of ${origin} may not use this token`);
      await expect(net.connect({ origin })).rejects.toThrow('websocket error');
      const why = await fetch(`${net.url}/socket.io/`, { headers: { origin } });
      expect([why.status, why.headers.get('access-control-allow-origin')]).toEqual([403, origin]);
      expect(await why.json()).toMatchObject({ error: { code: 'forbidden' } });
    }
    expect(server.gateway.stats().connections).toBe(0);
    for (const origin of [net.url, undefined]) {
      const why = await fetch(`${net.url}/socket.io/`, { headers: origin === undefined ? {} : { origin } });
      expect([why.status, why.headers.get('access-control-allow-origin')]).toEqual([422, null]);
      const own = await net.connect(origin === undefined ? {} : { origin });
      expect((await own.hello(world.token('anna'))).me.id).toBe(world.anna.id);
    }
  });

  it('refuses in hello what an allowed page may not use: the token of another application, or a sign-in', async () => {
    const crm = 'https://crm.example';
    const shop = 'https://shop.example';
    const embedding = await listen(server.gateway, { allowedOrigins: [crm, shop] });
    const token = world.token('anna', { allowedOrigins: [crm] });
    for (const [origin, one] of [
      [shop, token],
      [crm, world.token('anna')],
    ] as const) {
      const stranger = await embedding.connect({ origin });
      const refused = await stranger.refused('hello', helloInput(one));
      expect(refused.code).toBe('forbidden');
      expect(refused.message).toContain(`Pages of ${origin} may not use this token`);
      expect((await stranger.gone()).code).toBe('forbidden');
    }
    const embedded = await embedding.connect({ origin: crm });
    expect((await embedded.hello(token)).me.id).toBe(world.anna.id);
    await embedding.close();
  });

  it('takes no token from an address (C16)', async () => {
    const client = await net.connect({
      query: { token: world.token('anna'), access_token: world.token('anna') },
    });
    const refused = await client.refused('conversation.list', { filter: {}, after: null, limit: 1 });
    expect(refused.code).toBe('unauthenticated');
    expect((await client.gone()).code).toBe('unauthenticated');
  });

  it('closes who joins and says no hello, and who does not even join (C12)', async () => {
    const impatient = await listen(world.server({ settings: { helloWithin: 300 } }).gateway, {
      settings: { connectTimeout: 300 },
    });
    const silent = await impatient.connect();
    expect((await silent.gone()).code).toBe('unauthenticated');
    const raw = new WebSocket(`${impatient.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(raw, 'open');
    await once(raw, 'close');
    await impatient.close();
  });

  it('closes its side when a session is replaced, dropped or ended, with the reason first', async () => {
    const first = await net.connect();
    const { session } = await first.hello(world.token('anna'));
    const second = await net.connect();
    await second.hello(world.token('anna'), { resume: { id: session.id, key: session.key } });
    expect((await first.gone()).code).toBe('conflict');
    await second.do('session.close', { signOut: true });
    await second.until(() => second.closed);
    expect(server.gateway.stats()).toMatchObject({ connections: 0, signedIn: 0, rooms: 0 });
  });

  it('tells everybody to go when it drains, and takes nobody in', async () => {
    const clients = [await join('anna'), await join('ben')];
    const drained = server.gateway.drain('restarting', 1_000);
    for (const client of clients)
      expect(await client.gone()).toMatchObject({ code: 'offline', retryAfterMs: 1_000 });
    await drained;
    expect((await (await net.connect()).gone()).code).toBe('offline');
  });
});

describe('bad input over Socket.IO', () => {
  const alive = async () => {
    const probe = await join('rita');
    await probe.do('conversation.list', { filter: {}, after: null, limit: 1 });
  };

  it.each(['base', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'error', 'message', '*'])(
    'knows no command %s (C01)',
    async (name) => {
      const anna = await join('anna');
      expect((await anna.refused(name, {})).code).toBe('unknown_event');
      expect(anna.closed).toBe(false);
    },
  );

  it.each([
    'connect',
    'connection',
    'disconnect',
    'disconnecting',
    'newListener',
    'removeListener',
    'connect_error',
  ])('survives a client that says the reserved %s (C02)', async (name) => {
    const anna = await join('anna');
    sendText(anna, `42["${name}",{}]`);
    const closed = anna.until(() => anna.closed);
    const answered = anna.ask('conversation.list', { filter: {}, after: null, limit: 1 });
    await Promise.race([closed, answered]);
    await alive();
  });

  it('takes commands without an acknowledgement, with too many arguments, with arrays, and with nothing (C07)', async () => {
    const anna = await join('anna');
    anna.emit('conversation.list');
    anna.emit('conversation.list', [], 'no function');
    anna.emit('note.add', ...Array(50).fill({}));
    expect((await anna.refused('conversation.list')).code).toBe('invalid');
    expect((await anna.refused('conversation.list', [])).code).toBe('invalid');
    expect((await anna.refused('conversation.list', ...Array(50).fill({}))).code).toBe('invalid');
    expect((await anna.refused('conversation.list', Buffer.from('binary'))).code).toBe('invalid');
    sendText(anna, '422[7,{}]');
    expect(await anna.do('stream.unsubscribe', { stream: world.inbox })).toEqual({});
    await alive();
  });

  it('closes who sends what is no packet at all', async () => {
    for (const text of [
      '421[]',
      '4x',
      '42{"a":1}',
      '451-["a",{"_placeholder":true,"num":9}]',
      '9',
      '42["a"',
      '40/admin,',
    ]) {
      const anna = await join('anna');
      sendText(anna, text);
      sendText(anna, '42["lock.stay"');
      await anna.until(() => anna.closed);
    }
    await alive();
  });

  it('closes who sends a message of more than 100 kB (C05)', async () => {
    const anna = await join('anna');
    anna.emit('note.add', {
      conversationId: world.conversationId,
      clientId: 'large-note-1',
      body: 'x'.repeat(120_000),
    });
    await anna.until(() => anna.closed);
    await alive();
  });

  it('survives connections that break in the middle of a handshake', async () => {
    for (const text of ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n', 'nonsense\r\n\r\n']) {
      const socket = connectTcp(net.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(text);
      socket.destroy();
    }
    await alive();
  });
});

it('writes the answer to the upgrade and the first packet together', async () => {
  expect(await askRaw(net.port, UPGRADE)).toMatch(/^HTTP\/1\.1 101 [\s\S]+\r\n\r\n[\s\S]{2,4}0\{"sid":/);
});

it('writes the answer to joining and that to the greeting which came along together', async () => {
  const socket = connectTcp(net.port, '127.0.0.1');
  socket.write(`${UPGRADE.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  socket.write(masked(`40${JSON.stringify({ hello: helloInput(world.token('anna')) })}`));
  const [read] = (await once(socket, 'data')) as [Buffer];
  expect(String(read)).toMatch(/40\{"sid":[\s\S]+42\["hello",\{"ok":true/);
  socket.destroy();
});

describe('a client that does not read its socket', () => {
  it('is closed after its time, while the others get everything', async () => {
    const peers: Peer[] = [];
    const watched = await listen({
      attach(peer) {
        peers.push(peer);
        server.gateway.attach(peer);
      },
    });
    const [slow, quick] = [await watched.connect(), await watched.connect()];
    await slow.hello(world.token('ben'));
    await quick.hello(world.token('anna'));
    for (const client of [slow, quick])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    rawSocketOf(slow).pause();
    let most = 0;
    let written = 0;
    while (server.gateway.stats().closedAsSlow === 0) {
      written = await world.append(200, world.inbox, 180);
      most = Math.max(most, peers[0]?.bufferedBytes() ?? 0);
      await has(quick, written);
    }
    expect(quick.seqs(world.inbox)).toEqual(upTo(written));
    expect(most).toBeLessThan(2 * 1024 * 1024);
    expect(server.gateway.stats().signedIn).toBe(1);
    await watched.close();
  }, 30_000);
});

const UPGRADE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Sends the head of a request as it stands; the first that comes back. */
async function askRaw(port: number, head: readonly string[]): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first.toString();
}

/** Writes a packet as it stands, past the client library. */
function sendText(client: SocketClient, text: string): void {
  const { transport } = client.socket.io.engine as unknown as {
    transport: { ws: { send(text: string): void } };
  };
  transport.ws.send(text);
}

function rawSocketOf(client: SocketClient): { pause(): void } {
  const { transport } = client.socket.io.engine as unknown as {
    transport: { ws: { _socket: { pause(): void } } };
  };
  return transport.ws._socket;
}

/** A text message as clients send it (RFC 6455, 5.2), of 126 to 65 535 bytes; the mask is four zeros. */
function masked(text: string): Buffer {
  const message = Buffer.from(`\0\0\0\0\0\0\0\0${text}`);
  message.writeUInt16BE(0x81fe, 0);
  message.writeUInt16BE(message.length - 8, 2);
  return message;
}
