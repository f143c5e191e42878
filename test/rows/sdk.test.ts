import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLatchbox, LatchboxError, socketIoTransport, type Transport } from '@latchbox/client';
import { type Ack, PROTOCOL_VERSION, type UpResult } from '@latchbox/shared';
import { createAgent } from '@latchbox/shared/http/agents';
import { putMember } from '@latchbox/shared/http/inboxes';
import { addToTeam } from '@latchbox/shared/http/teams';
import { createTokenIssuer } from '@latchbox/shared/http/token-issuers';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy } from '../tools/proxy.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { refusal, staysTrue } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, type People, people, shows } from './stage.ts';

const PASSWORD = 'a pass phrase for a script';

let world: World;
let sdk: People;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        front: { lockOn: 'open', times: { ...SHORT, idleAfter: 1_500, idleGrace: 10_000 }, conversations: 2 },
        other: { times: SHORT, conversations: 3 },
      },
      agents: {
        ana: { inboxes: ['other'] },
        ben: {},
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

test('S1: a plain Node script signs in, lists, opens, holds the lock, is asked, types, sees who is there, drafts, replies and notes', async () => {
  const admin = world.rest('mia');
  const { inboxId, teamId } = world.seeded.inboxes['front'] ?? { inboxId: '', teamId: '' };
  const nell = await admin.call(createAgent, {
    body: { name: 'Nell', email: 'nell@shop.example', password: PASSWORD },
  });
  await admin.call(addToTeam, { params: { team: teamId, agent: nell.id } });
  await admin.call(putMember, { params: { inbox: inboxId, agent: nell.id }, body: { capability: 'reply' } });
  const ben = await sdk.join('ben');
  const colleagues = await Promise.all(
    (world.seeded.inboxes['front']?.conversations ?? []).map((id) => opened(ben, id, 'none')),
  );
  const typing = setInterval(() => colleagues.forEach((conversation) => conversation.activity('note')), 200);
  try {
    const script = join(import.meta.dirname, 'sdk-script.ts');
    const run = promisify(execFile)(
      process.execPath,
      [script, world.server().url, 'nell@shop.example', PASSWORD],
      { timeout: 40_000 },
    );
    // What it said until then tells where it stopped.
    const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
      throw new Error(`The script failed after:\n${error.stdout}`, { cause: error });
    });
    const saw = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => {
          const { step, saw: what } = JSON.parse(line) as { step: string; saw: unknown };
          return [step, what];
        }),
    );
    expect(saw).toMatchObject({
      me: 'Nell',
      inboxes: ['front: reply'],
      list: [2, expect.stringMatching(/^Customer/), true],
      thread: ['message'],
      lock: 'mine',
      viewers: expect.arrayContaining(['Nell', 'ben']),
      presence: expect.arrayContaining(['Nell: online', 'ben: online']),
      draft: 'It left this morning.',
      typing: ['ben: note'],
      asked: 'are you still working?',
      sent: ['note', 'reply', 'queued'],
      archived: ['sent'],
      closed: 'closed',
    });
  } finally {
    clearInterval(typing);
  }
});

test('S3: every refusal is a LatchboxError with a code and typed details', async () => {
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const id = world.conversation('other', 0);
  const hers = await opened(ana, id);
  const { fence } = await hers.lock.acquire();
  const { since } = await lockIs(hers, 'mine');
  const held = await refusal('lock_held', (await opened(ben, id, 'none')).lock.acquire());
  expect(held).toBeInstanceOf(LatchboxError);
  expect(held).toMatchObject({ retry: 'later', details: { holder: { name: 'ana' }, since } });
  const one = hers.reply({ body: 'One' });
  expect(await one.confirmed).toMatchObject({ fence });
  await refusal('idempotency_mismatch', hers.reply({ body: 'Two', clientId: one.clientId }).confirmed);
  const missing = ana.conversation('cnv_not_there');
  missing.open();
  expect(await refusal('not_found', missing.ready)).toMatchObject({ retry: 'never' });
  expect(missing.getSnapshot()).toMatchObject({ status: 'gone', error: { code: 'not_found' } });
});

test('S3: nothing hangs: connecting and every call end by themselves when a server takes everything and answers nothing', async () => {
  await using proxy = await startProxy(world.server().port);
  const options = { url: proxy.url, timings: { ackTimeout: 400, connectTimeout: 700 } };
  const ana = await sdk.join('ana', options);
  const hers = await opened(ana, world.conversation('other', 1), 'none');
  proxy.spoil({ blackHole: 'both' });
  const codes: string[] = [];
  for (const call of [
    hers.lock.acquire(),
    hers.history(),
    hers.markRead(),
    hers.assign(null),
    hers.setStatus('archived'),
  ]) {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    codes.push(LatchboxError.is(error) ? error.code : `no refusal: ${String(error)}`);
  }
  expect(codes.filter((code) => code !== 'timeout' && code !== 'offline')).toEqual([]);
  const { token } = world.agent('ana');
  await using late = createLatchbox({ ...options, auth: () => Promise.resolve(token) });
  await refusal('timeout', late.connect());
  await refusal('aborted', late.connect({ signal: AbortSignal.abort() }));
  const waiting = late.connect();
  await late.close();
  await refusal('closed', waiting);
  await using nobody = createLatchbox({ url: world.server().url, auth: () => Promise.resolve('wrong') });
  await refusal('unauthenticated', nobody.connect());
  expect(nobody.connection.getSnapshot().name).toBe('needs-auth');
});

/** The transport of a client that speaks another protocol. */
function speaking(protocol: number): Transport {
  const real = socketIoTransport();
  return {
    open(url, events) {
      const link = real.open(url, events);
      const request: typeof link.request = (name, input, answer) =>
        link.request(name, name === 'hello' ? { ...input, protocol } : input, answer);
      return { request, signal: (name, input) => link.signal(name, input), close: () => link.close() };
    },
  };
}

test('S8: an older protocol is refused with client_too_old and what is needed, a newer one with server_too_old; the SDK stops trying', async () => {
  const { token } = world.agent('ana');
  for (const [protocol, code, details] of [
    [0, 'client_too_old', { minimum: 1 }],
    [99, 'server_too_old', { protocol: PROTOCOL_VERSION }],
  ] as const) {
    const socket = io(world.server().url, { transports: ['websocket'], reconnection: false, forceNew: true });
    try {
      const hello = { protocol, client: 'old/1', token, resume: null, device: 'x' };
      const answer = (await socket.timeout(5_000).emitWithAck('hello', hello)) as Ack<UpResult<'hello'>>;
      expect(answer).toMatchObject({ ok: false, error: { code, details } });
    } finally {
      socket.disconnect();
    }
    await using old = createLatchbox({
      url: world.server().url,
      auth: () => Promise.resolve(token),
      transport: speaking(protocol),
    });
    await refusal(code, old.connect());
    await staysTrue('it does not try again', () => old.connection.getSnapshot().name === 'outdated', 1_500);
  }
});

test('S7: a token that the host application mints (HS256) signs its agent in, with the origins it allows; a forged one does not', async () => {
  const secret = 'a secret that only the host application and the server know';
  const claims = { iss: 'https://shop.example', aud: 'latchbox', sub: 'user-7' };
  // Only a person who signed in may let a further application in, not a key.
  const email = 'ada@shop.example';
  await world
    .rest('mia')
    .call(createAgent, { body: { name: 'Ada', email, role: 'admin', password: PASSWORD } });
  const { token } = await signInOver(restClient(world.server().url, null), { email, password: PASSWORD });
  const issuer = await restClient(world.server().url, token).call(createTokenIssuer, {
    body: {
      name: 'Shop',
      kind: 'hs256',
      issuer: claims.iss,
      audience: claims.aud,
      allowedOrigins: ['https://app.shop.example'],
      secret,
    },
  });
  const { teamId, inboxId } = world.seeded.inboxes['front'] ?? { teamId: '', inboxId: '' };
  const agent = await world.rest('mia').call(createAgent, {
    body: { name: 'Otto', email: 'otto@shop.example', externalId: `${issuer.id}:user-7`, teamIds: [teamId] },
  });
  await world
    .rest('mia')
    .call(putMember, { params: { inbox: inboxId, agent: agent.id }, body: { capability: 'read' } });
  const mint = (key: string) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1_000);
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat: now, exp: now + 300 })}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const url = world.server().url;
  await using embedded = createLatchbox({ url, auth: () => Promise.resolve(mint(secret)) });
  await embedded.connect();
  expect(embedded.me.getSnapshot()).toMatchObject({ name: 'Otto' });
  await shows('its inbox', embedded.inboxes, (all) => all.some(({ id }) => id === inboxId));
  await using forged = createLatchbox({ url, auth: () => Promise.resolve(mint(`${secret}!`)) });
  await refusal('unauthenticated', forged.connect());
});
