/** S7: an application that mints tokens for its own users, on a started server; the page about it is taken at its word. */
import { execFile } from 'node:child_process';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createLatchbox,
  LatchboxError,
  type LatchboxOptions,
  socketIoTransport,
  type Transport,
} from '@latchbox/client';
import { demoSignIns } from '@latchbox/server/src/demo/sign-ins.ts';
import type { Ack, UpResult } from '@latchbox/shared';
import { createTokenIssuer, endTokenIssuer, listTokenIssuers } from '@latchbox/shared/http/token-issuers';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSnippets } from '../docs/snippets.ts';
import { eventually } from '../tools/eventually.ts';
import { type HostApp, startHost } from '../tools/host-app.ts';
import { type RestClient, restClient, signInOver } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort, repository, type ServerProcess, startServer } from '../tools/server-process.ts';
import { opened, shows } from './stage.ts';

const SECRET = 'a secret that only the host and the server know';
/** How long the host’s tokens live. */
const TOKEN_SECONDS = 3;
const TESS = 'tess@fernhillpaper.example';

let server: ServerProcess;
let admin: RestClient;
/** The host with a shared secret, and the one with a key set. */
let host: HostApp;
let keyHost: HostApp;
let issuerId = '';

async function register(url: string, secret: string, kind: 'hs256' | 'jwks'): Promise<string> {
  const body = { kind, secret, name: 'Host', issuer: url, audience: 'latchbox', trustEmail: true };
  return (await admin.call(createTokenIssuer, { body: { ...body, allowedOrigins: [url] } })).id;
}

beforeAll(async () => {
  const keyPort = await freePort();
  const env = { ALLOWED_PRIVATE_HOSTS: `localhost:${keyPort}`, HEAD_BEAT_MS: '500' };
  [server, host, keyHost] = await Promise.all([
    startServer({ env }),
    startHost({ secret: SECRET, tokenSeconds: TOKEN_SECONDS }),
    startHost({ port: keyPort }),
  ]);
  const { email = '', password = '' } = demoSignIns[0] ?? {};
  const { token } = await signInOver(restClient(server.url, null), { email, password });
  admin = restClient(server.url, token);
  issuerId = await register(host.url, SECRET, 'hs256');
  await register(keyHost.url, `${keyHost.url}/.well-known/jwks.json`, 'jwks');
}, 60_000);
afterAll(async () => {
  await Promise.all([server, host, keyHost].map((one) => one?.[Symbol.asyncDispose]()));
});

/** What the host's token says, changed and signed anew. */
async function forged(
  from: HostApp,
  claims: Record<string, unknown>,
  signed: (text: string) => Buffer = (text) => createHmac('sha256', SECRET).update(text).digest(),
): Promise<string> {
  const token = String(await from.token(await from.signIn(TESS)));
  const [header = '', payload = ''] = token.split('.');
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const changed = Buffer.from(JSON.stringify({ ...said, ...claims })).toString('base64url');
  return `${header}.${changed}.${signed(`${header}.${changed}`).toString('base64url')}`;
}

const embedded = (auth: LatchboxOptions['auth'], more: Partial<LatchboxOptions> = {}) =>
  createLatchbox({ url: server.url, auth, ...more });

/** A transport that tells of each answer: to which command, and what it is. */
function watched(answered: (name: string, ack: Ack<unknown>) => void): Transport {
  const real = socketIoTransport();
  return {
    open(url, events) {
      const link = real.open(url, events);
      const request: typeof link.request = (name, input, answer) =>
        link.request(name, input, (ack) => {
          answered(name, ack as Ack<unknown>);
          answer(ack);
        });
      return { request, signal: (name, input) => link.signal(name, input), close: () => link.close() };
    },
  };
}

/** Says hello as a page of `origin` does. */
async function helloFrom(origin: string, token: string): Promise<Ack<UpResult<'hello'>>> {
  const socket = io(server.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin },
  });
  try {
    const hello = { protocol: PROTOCOL_VERSION, client: 'page/1', token, resume: null, device: 'x' };
    const refused = new Promise<never>((_, failed) => void socket.once('connect_error', failed));
    const answer = socket.timeout(5_000).emitWithAck('hello', hello) as Promise<Ack<UpResult<'hello'>>>;
    return await Promise.race([answer, refused]);
  } finally {
    socket.disconnect();
  }
}

/** The commands of a page of docs that register an application. */
function commandsOf(page: string): string {
  const snippets = readSnippets(page, readFileSync(join(repository, 'docs', page), 'utf8'));
  return snippets.find(({ code }) => code.startsWith('LATCHBOX=http://localhost:4000\n'))?.code ?? '';
}

test('S7: the commands of the pages let an application in, and its users are agents', async () => {
  const page = readFileSync(join(repository, 'docs/embedding.md'), 'utf8');
  const script = commandsOf('embedding.md').replace('http://localhost:4000', server.url);
  expect(script).toContain(server.url);
  expect(commandsOf('start.md')).toBe(commandsOf('embedding.md'));
  const { stdout } = await promisify(execFile)('bash', ['-eu', '-c', script]);
  const secret = /LATCHBOX_SECRET=(\S{32,})/.exec(stdout)?.[1];
  const { tokenIssuers } = await admin.call(listTokenIssuers);
  const registered = tokenIssuers.find(({ name }) => name === 'My application');
  expect(registered).toMatchObject({ kind: 'hs256', issuer: 'http://localhost:3000', trustEmail: true });
  // The page's own lines mint the token.
  const minting = readSnippets('embedding.md', page).find(({ code }) => code.includes('mintToken'));
  const run = `${minting?.code}\nconsole.log(mintToken({ id: 'u1', email: '${TESS}' }, '${secret}'));`;
  const minted = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', run]);
  await using client = embedded(() => Promise.resolve(minted.stdout.trim()));
  await client.connect();
  expect(client.me.getSnapshot()).toMatchObject({ name: 'Tess Amiri' });
});

test('S7: HS256: whom the host vouches for is signed in; a token of another audience, issuer, secret or time is not', async () => {
  const cookie = await host.signIn(TESS);
  await using client = embedded(async () => String(await host.token(cookie)));
  await client.connect();
  expect(client.me.getSnapshot()).toMatchObject({ name: 'Tess Amiri' });
  const minute = Math.floor(Date.now() / 1_000) - 60;
  const wrong: Record<string, string> = {
    'another audience': await forged(host, { aud: 'elsewhere' }),
    'another issuer': await forged(host, { iss: 'https://elsewhere.example' }),
    'another secret': await forged(host, {}, (text) => createHmac('sha256', 'guess').update(text).digest()),
    'a minute over': await forged(host, { exp: minute }),
    'no end': await forged(host, { exp: undefined }),
    'an address that nobody has': await forged(host, { email: 'nobody@fernhillpaper.example' }),
    'an address that was not verified': await forged(host, { email_verified: false }),
  };
  for (const [what, token] of Object.entries(wrong)) {
    await using stranger = embedded(() => Promise.resolve(token));
    await expect(stranger.connect(), what).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(stranger.connection.getSnapshot().name, what).toBe('needs-auth');
  }
});

test('S7: JWKS: the host signs with its own key, and the server fetches the public one', async () => {
  const cookie = await keyHost.signIn(TESS);
  await using client = embedded(async () => String(await keyHost.token(cookie)));
  await client.connect();
  expect(client.me.getSnapshot()).toMatchObject({ name: 'Tess Amiri' });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = (text: string) =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  for (const token of [
    await forged(keyHost, {}, other),
    await forged(keyHost, { aud: 'elsewhere' }, other),
  ]) {
    await using stranger = embedded(() => Promise.resolve(token));
    await refusal('unauthenticated', stranger.connect());
  }
});

test('S7: pages of other origins are refused with forbidden and told which, over the socket and over REST', async () => {
  const token = await forged(host, {});
  expect(await helloFrom(host.url, token)).toMatchObject({
    ok: true,
    result: { me: { name: 'Tess Amiri' } },
  });
  for (const origin of ['https://evil.example', `${host.url}0`, 'null']) {
    // Not even the upgrade; a browser keeps that answer from the page, which asks for it.
    await expect(helloFrom(origin, token), origin).rejects.toThrow('websocket error');
    const why = await fetch(`${server.url}/socket.io/`, { headers: { origin } });
    expect([why.status, why.headers.get('access-control-allow-origin')]).toEqual([403, origin]);
    expect(await why.json()).toMatchObject({
      error: {
        code: 'forbidden',
        message: expect.stringContaining(`Pages of ${origin} may not use this token`),
      },
    });
  }
  // A page that another application lets in.
  const answer = await helloFrom(keyHost.url, await forged(host, {}));
  expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  expect(answer.ok ? '' : answer.error.message).toContain(`Pages of ${keyHost.url} may not use this token`);
  const ask = (origin: string) =>
    fetch(`${server.url}/api/inboxes`, { headers: { origin, authorization: `Bearer ${token}` } });
  const mine = await ask(host.url);
  expect([mine.status, mine.headers.get('access-control-allow-origin')]).toEqual([200, host.url]);
  const evil = await ask('https://evil.example');
  expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('S7: a token is replaced while connected: the session and its lock go on beyond the end of the first one', async () => {
  const cookie = await host.signIn(TESS);
  const asked: string[] = [];
  let replaced = 0;
  const auth: LatchboxOptions['auth'] = async (why) => {
    asked.push(why);
    return String(await host.token(cookie));
  };
  const transport = watched((name, { ok }) => {
    if (name === 'auth.refresh' && ok) replaced += 1;
  });
  await using client = embedded(auth, { transport });
  await client.connect();
  const began = performance.now();
  const [row] = (await shows('the list', client.list(), ({ status }) => status === 'ready')).rows;
  const conversation = await opened(client, row?.id ?? '', 'none');
  const { fence } = await conversation.lock.acquire();
  const states: string[] = [];
  client.connection.subscribe(() => states.push(client.connection.getSnapshot().name));
  await eventually(
    'a token was replaced after the first one’s end',
    () => replaced >= 2 && performance.now() - began > TOKEN_SECONDS * 1_000,
    20_000,
  );
  expect(asked).toEqual(['first', ...asked.slice(1).map(() => 'expired')]);
  expect(states).toEqual([]);
  expect(await conversation.reply({ body: 'Still here.' }).confirmed).toMatchObject({ fence });
});

test('S7: what is written while a token ends and the host cannot be asked goes with the next one, once', async () => {
  const cookie = await host.signIn(TESS);
  let reached = true;
  let endsAt = 0;
  const transport = watched((name, ack) => {
    if (name === 'hello' && ack.ok) endsAt = (ack.result as UpResult<'hello'>).tokenEndsAt ?? 0;
  });
  const auth = async (): Promise<string> => {
    if (!reached) throw new Error('The host is not reached.');
    return String(await host.token(cookie));
  };
  await using client = embedded(auth, { transport });
  await client.connect();
  const [row] = (await shows('the list', client.list(), ({ status }) => status === 'ready')).rows;
  const conversation = await opened(client, row?.id ?? '', 'none');
  reached = false;
  await eventually('the token has ended', () => client.clock.now() > endsAt, 20_000);
  // Mostly ahead of the goodbye, which comes with the head beat.
  const sent = conversation.note({ body: 'At the end of a token.' });
  await shows('it waits for a token', client.connection, ({ name }) => name === 'reconnecting');
  expect(client.sync.getSnapshot()).toEqual({ unsent: 1, failed: 0 });
  reached = true;
  const { clientId } = await sent.confirmed;
  await shows('it is there', conversation, ({ outgoing }) => outgoing.length === 0);
  const same = conversation
    .getSnapshot()
    .entries.filter((entry) => entry.kind === 'note' && entry.clientId === clientId);
  expect(same).toHaveLength(1);
});

test('S7: when the host’s own sign-in is over the client needs one, and goes on after it', async () => {
  let cookie = await host.signIn(TESS);
  await using client = embedded(async () => {
    const token = await host.token(cookie);
    if (token === 401) throw new LatchboxError('unauthenticated', {});
    return String(token);
  });
  await client.connect();
  cookie = 'none';
  const state = await shows(
    'a sign-in is needed',
    client.connection,
    ({ name }) => name === 'needs-auth',
    15_000,
  );
  expect(state).toMatchObject({ error: { code: 'unauthenticated' } });
  cookie = await host.signIn(TESS);
  await client.connect();
  expect(client.connection.getSnapshot().name).toBe('connected');
});

test('S7: an application that is let go of takes its users with it, and can sign in nobody any more', async () => {
  const cookie = await host.signIn(TESS);
  await using client = embedded(async () => String(await host.token(cookie)));
  await client.connect();
  await admin.call(endTokenIssuer, { params: { issuer: issuerId } });
  const state = await shows('signed out', client.connection, ({ name }) => name === 'needs-auth', 15_000);
  expect(state).toMatchObject({ error: { code: 'unauthenticated' } });
  await using later = embedded(async () => String(await host.token(cookie)));
  await refusal('unauthenticated', later.connect());
});
