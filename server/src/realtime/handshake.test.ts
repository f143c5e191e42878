import { PROTOCOL_VERSION, UP } from '@latchbox/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { helloInput } from './testing/client.ts';
import { createWorld, soon, type TestServer, type World } from './testing/world.ts';

let world: World;
let server: TestServer;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
});
afterEach(() => world.close());

describe('hello', () => {
  it('answers who it is, which inboxes there are, and a session that can be resumed', async () => {
    const client = server.connect();
    const answer = await client.hello(world.token('anna', { endsAt: world.clock.now() + 900_000 }));
    expect(answer).toMatchObject({
      protocol: PROTOCOL_VERSION,
      serverTime: world.clock.now(),
      session: { resumed: false },
      me: { id: world.anna.id, name: 'Anna Berg' },
      logEpoch: 'log_test',
      inboxes: [{ id: world.inboxId, capability: 'reply' }],
      locks: [],
      headBeat: 5_000,
      typingEvery: 3_000,
      tokenEndsAt: world.clock.now() + 900_000,
    });
    expect(UP.hello.result.parse(answer)).toEqual(answer);
  });

  it('refuses a wrong token and closes', async () => {
    const client = server.connect();
    expect((await client.refused('hello', helloInput('nobody'))).code).toBe('unauthenticated');
    expect((await client.gone()).code).toBe('unauthenticated');
    await soon('the connection is forgotten', () => server.gateway.stats().connections === 0);
  });

  it('refuses an older protocol with the oldest it speaks, before it looks at anything else', async () => {
    const client = server.connect();
    const error = await client.refused('hello', { protocol: 0, something: 'else' });
    expect(error).toMatchObject({ code: 'client_too_old', details: { minimum: 1 } });
    expect((await client.gone()).code).toBe('client_too_old');
  });

  it('refuses a newer protocol with its own', async () => {
    const client = server.connect();
    const error = await client.refused('hello', {
      ...helloInput(world.token('anna')),
      protocol: PROTOCOL_VERSION + 1,
    });
    expect(error).toMatchObject({ code: 'server_too_old', details: { protocol: PROTOCOL_VERSION } });
    expect((await client.gone()).code).toBe('server_too_old');
  });

  it('closes who says anything else first, and does none of it (C12)', async () => {
    const client = server.connect();
    const token = world.token('anna');
    const subscribed = client.refused('stream.subscribe', { stream: world.inbox, after: null });
    client.emit('hello', helloInput(token));
    expect((await subscribed).code).toBe('unauthenticated');
    expect((await client.gone()).code).toBe('unauthenticated');
    expect(server.gateway.stats()).toMatchObject({ signedIn: 0, rooms: 0 });
  });

  it('takes nothing while a hello is being answered (C12)', async () => {
    const client = server.connect();
    client.emit('hello', helloInput(world.token('anna')));
    const error = await client.refused('conversation.list', { filter: {}, after: null, limit: 10 });
    expect(error.code).toBe('unauthenticated');
    await client.gone();
    await soon('its session is told of the end', () => server.gateway.stats().connections === 0);
    expect(server.gateway.stats().signedIn).toBe(0);
  });

  it('closes who says nothing for ten seconds (C12)', async () => {
    const silent = server.connect();
    const prompt = await server.join('anna');
    await world.clock.advance(9_000);
    expect(silent.closed).toBe(false);
    await world.clock.advance(2_000);
    expect((await silent.gone()).code).toBe('unauthenticated');
    expect(prompt.closed).toBe(false);
  });

  it('refuses a second hello and stays', async () => {
    const client = await server.join('anna');
    expect((await client.refused('hello', helloInput(world.token('anna')))).code).toBe('conflict');
    expect(client.closed).toBe(false);
  });

  it('refuses what is not as it must be, field by field', async () => {
    const client = server.connect();
    const error = await client.refused('hello', { ...helloInput('x'), device: 7, isAdmin: true });
    expect(error).toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(error.details)).toContain('device');
    await client.gone();
  });

  it('lets a token with origins be used by pages of these origins, and by programs', async () => {
    const token = world.token('anna', { allowedOrigins: ['https://crm.example'] });
    const embedded = server.connect({ origin: 'https://crm.example', ownPage: false });
    expect((await embedded.hello(token)).me.id).toBe(world.anna.id);
    const program = server.connect({ origin: null });
    await program.hello(token);
    const stranger = server.connect({ origin: 'https://evil.example', ownPage: false });
    expect((await stranger.refused('hello', helloInput(token))).code).toBe('forbidden');
    await stranger.gone();
  });

  it('refuses a sign-in of the deployment on a page that only embeds it', async () => {
    const client = server.connect({ origin: 'https://crm.example', ownPage: false });
    expect((await client.refused('hello', helloInput(world.token('anna')))).code).toBe('forbidden');
    await client.gone();
  });

  it('limits how often one agent connects, whatever it does with its connections (C43)', async () => {
    const token = world.token('anna');
    const answers: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      const client = server.connect();
      const ack = await client.ask('hello', helloInput(token));
      answers.push(ack.ok ? 'ok' : ack.error.code);
      client.close();
    }
    expect(answers.slice(0, 20)).toEqual(Array(20).fill('ok'));
    expect(new Set(answers.slice(20))).toEqual(new Set(['rate_limited']));
    await world.clock.advance(60_000);
    const again = server.connect();
    await again.hello(token);
  });
});
