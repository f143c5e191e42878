/** C12–C17, I26: tokens that are none, sessions that are over, pages that nobody let in, and whoever says nothing. */

import { generateKeyPairSync, sign } from 'node:crypto';
import { type DownItem, PROTOCOL_VERSION } from '@latchbox/shared';
import { changeAgent } from '@latchbox/shared/http/agents';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { connectWire, type WireClient } from '../tools/wire-client.ts';
import { openRaw, type RawSocket } from './raw-socket.ts';
import { ISSUER, jwt, type Ledger, type Stage, startStage } from './stage.ts';

let stage: Stage;
let before: Ledger;
/** Connections that say nothing, from the start of this file to their end. */
let silent: readonly { readonly raw: RawSocket; readonly since: number }[];

beforeAll(async () => {
  stage = await startStage();
  const mute = await openRaw(stage.url);
  const joined = await openRaw(stage.url);
  await joined.message('0{');
  joined.text('40');
  await joined.message('40{');
  silent = [mute, joined].map((raw) => ({ raw, since: performance.now() }));
  // They live as long as they answer pings, as a browser's WebSocket does by itself.
  for (const { raw } of silent) answerPings(raw);
  for (const name of ['ann', 'ben'] as const) stage.accessToken(name);
  before = stage.ledger();
});
afterAll(() => stage[Symbol.asyncDispose]());

function answerPings(raw: RawSocket): void {
  let seen = 0;
  raw.net.on('data', () => {
    const pings = raw.messages.filter((text) => text === '2').length;
    for (; seen < pings; seen += 1) raw.text('3');
  });
}

/** The code of the answer to a hello, or of what closes the connection before it. */
async function helloWith(
  token: unknown,
  headers: Readonly<Record<string, string>> = {},
  query = {},
): Promise<string> {
  const options = { transports: ['websocket'], reconnection: false, forceNew: true, query };
  const socket = io(stage.url, { ...options, extraHeaders: headers });
  const input = { protocol: PROTOCOL_VERSION, client: 'hostile/1', token, resume: null, device: 'x' };
  try {
    const refused = new Promise<string>((done) => {
      socket.once('connect_error', () => done('no connection'));
    });
    const answer = socket.timeout(5_000).emitWithAck('hello', input) as Promise<{
      ok: boolean;
      error?: { code: string };
    }>;
    const code = answer.then(
      ({ ok, error }) => (ok ? 'ok' : (error?.code ?? '')),
      (error: unknown) => (socket.connected ? String(error) : 'closed'),
    );
    return await Promise.race([code, refused]);
  } finally {
    socket.disconnect();
  }
}

const overRest = async (token: string): Promise<string> =>
  (await stage.ask('GET', '/api/me', { token })).code;
const seconds = (): number => Math.floor(Date.now() / 1_000);

describe('tokens that are none (C13, C16)', () => {
  const unsigned = (header: object, claims: object): string => jwt(header, claims, 'x').replace(/[^.]*$/, '');
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  function forged(): Record<string, string> {
    const own = stage.accessToken('ann');
    const issued = stage.issuedToken();
    const [head = '', body = '', signature = ''] = own.split('.');
    const ada = Buffer.from(JSON.stringify({ ...claimsOf(own), sub: stage.id('ada') })).toString('base64url');
    return {
      'alg none': unsigned({ alg: 'none', typ: 'at+jwt' }, claimsOf(own)),
      'alg None': unsigned({ alg: 'None', typ: 'at+jwt' }, claimsOf(own)),
      'alg none, with a signature': jwt({ alg: 'none', typ: 'at+jwt' }, claimsOf(own), 'x'),
      'issued, alg none': unsigned({ alg: 'none' }, claimsOf(issued)),
      'no signature': `${head}.${body}.`,
      'no signature part': `${head}.${body}`,
      'two signatures': `${own}.${signature}`,
      'a signature of something else': `${head}.${ada}.${signature}`,
      'another typ': stage.accessToken('ann', {}, { typ: 'JWT' }),
      'another alg': stage.accessToken('ann', {}, { alg: 'HS512' }),
      'RS256 in the header, HMAC below': stage.accessToken('ann', {}, { alg: 'RS256' }),
      'issued, RS256 in the header, HMAC below': stage.issuedToken({}, { alg: 'RS256' }),
      'an empty secret': jwt({ alg: 'HS256', typ: 'at+jwt' }, claimsOf(own), ''),
      'another secret': jwt({ alg: 'HS256', typ: 'at+jwt' }, claimsOf(own), 'guessed'),
      'the application’s secret for the server’s own': jwt(
        { alg: 'HS256', typ: 'at+jwt' },
        claimsOf(own),
        ISSUER.secret,
      ),
      'another audience': stage.accessToken('ann', { aud: 'elsewhere' }),
      'a list of audiences': stage.accessToken('ann', { aud: ['latchbox', 'x'] }),
      'another issuer': stage.accessToken('ann', { iss: ISSUER.issuer }),
      'issued, another audience': stage.issuedToken({ aud: 'elsewhere' }),
      'issued, an issuer that is none': stage.issuedToken({ iss: 'https://nobody.example' }),
      'issued, as the server itself': stage.issuedToken({ iss: 'latchbox', aud: 'latchbox' }),
      'issued, an issuer that is a list': stage.issuedToken({ iss: [ISSUER.issuer] }),
      over: stage.accessToken('ann', { exp: seconds() - 1 }),
      'over since 1970': stage.accessToken('ann', { exp: 0 }),
      'an end that is a text': stage.accessToken('ann', { exp: '9999999999' }),
      'no end': stage.accessToken('ann', { exp: undefined }),
      'issued, over': stage.issuedToken({ exp: seconds() - 60 }),
      'issued, no end': stage.issuedToken({ exp: undefined }),
      'not good yet': stage.accessToken('ann', { nbf: seconds() + 60 }),
      'issued, not good yet': stage.issuedToken({ nbf: seconds() + 60 }),
      'somebody else’s sign-in': stage.accessToken('ann', { sid: claimsOf(stage.accessToken('ben'))['sid'] }),
      'a sign-in that is none': stage.accessToken('ann', { sid: 'sgn_none' }),
      nobody: stage.accessToken('ann', { sub: 'agt_nobody' }),
      'issued, nobody': stage.issuedToken({ sub: 'nobody' }),
      'issued, an agent by its id': stage.issuedToken({ sub: stage.id('ada') }),
      'issued, everything there is': stage.issuedToken({ sub: '%' }),
      'issued, a name with a NUL': stage.issuedToken({ iss: 'a\u0000' }),
      'a key that is none': `lbk_${'A'.repeat(43)}`,
      'an empty key': 'lbk_',
      'a word': 'undefined',
      dots: '..',
      'JSON that is none': `${Buffer.from('{').toString('base64url')}.e30.x`,
      'very deep JSON': `${Buffer.from('['.repeat(3_000)).toString('base64url')}.e30.x`,
    };
  }

  test('are refused alike, over the socket and over REST, and stand in no log', async () => {
    expect([await helloWith(stage.accessToken('ann')), await overRest(stage.accessToken('ann'))]).toEqual([
      'ok',
      'ok',
    ]);
    expect([await helloWith(stage.issuedToken()), await overRest(stage.issuedToken())]).toEqual(['ok', 'ok']);
    const wrong: string[] = [];
    for (const [name, token] of Object.entries(forged())) {
      const codes = [await helloWith(token), await overRest(token)];
      if (codes.some((code) => code !== 'unauthenticated')) wrong.push(`${name}: ${codes.join(', ')}`);
    }
    expect(wrong).toEqual([]);
    const log = stage.world.server().lines.join('\n');
    const told = Object.entries(forged()).filter(([, token]) => token.length > 40 && log.includes(token));
    expect(told.map(([name]) => name)).toEqual([]);
  });

  test('a public key is no shared secret, whatever the header says (RS→HS)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const claims = { iss: ISSUER.issuer, aud: ISSUER.audience, sub: 'emb', exp: seconds() + 60 };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
    const signed = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    for (const token of [signed, jwt({ alg: 'HS256' }, claims, pem)])
      expect([await helloWith(token), await overRest(token)]).toEqual(['unauthenticated', 'unauthenticated']);
  });

  test('what is no text, too long, or in the address instead', async () => {
    for (const token of ['', null, 1, ['x'], { toString: 'x' }, 'A'.repeat(8_193)])
      expect(await helloWith(token)).toBe('invalid');
    expect(await helloWith('A'.repeat(8_192))).toBe('unauthenticated');
    expect(await helloWith('A'.repeat(100_000))).toBe('closed');
    const good = stage.accessToken('ann');
    expect(await helloWith('', {}, { token: good, access_token: good })).toBe('invalid');
    expect(
      await helloWith('none', { authorization: `Bearer ${good}`, cookie: `latchbox_refresh=${good}` }),
    ).toBe('unauthenticated');
    expect((await stage.ask('GET', `/api/me?token=${good}`, { token: good })).code).toBe('unauthenticated');
    expect(stage.world.server().lines.join('\n')).not.toContain(good);
  });

  test('what proxies and others say of a caller is not believed (C17)', async () => {
    const headers = {
      'x-remote-user': 'ada',
      'x-forwarded-user': stage.id('ada'),
      'x-forwarded-for': '127.0.0.1',
      'cf-connecting-ip': '127.0.0.1',
      'x-original-url': '/api/agents',
      'x-http-method-override': 'DELETE',
    };
    expect((await stage.ask('GET', '/api/me', { headers })).code).toBe('unauthenticated');
    expect((await stage.ask('GET', '/api/agents', { headers, token: stage.key('ann') })).code).toBe(
      'forbidden',
    );
    // From the machine itself, but through a proxy: the figures are not for everybody.
    expect((await stage.ask('GET', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).code).toBe(
      'not_found',
    );
  });

  test('none of it was written, and good clients are served', async () => {
    expect(stage.ledger()).toEqual(before);
    await stage.alive();
  });
});

describe('what ends while it is used (C13, C14, I26)', () => {
  const isGoodbye = (item: DownItem): item is Extract<DownItem, { t: 'goodbye' }> =>
    item.t === 'goodbye' && item.code === 'unauthenticated';
  const over = async (client: WireClient): Promise<void> => {
    await client.told('goodbye', isGoodbye, 3_000);
    await eventually('the connection closes', () => !client.connected);
  };
  const connect = (token: string) => connectWire({ url: stage.url, token });

  test('a sign-in that ended, an agent who was deactivated, a role that was lowered', async () => {
    await using bySignIn = await connect(stage.accessToken('ann'));
    const [row] = stage.world.rows<{ id: string }>(
      'SELECT id FROM sign_ins WHERE agent_id = ?',
      stage.id('ann'),
    );
    stage.write('UPDATE sign_ins SET ended_at = ? WHERE id = ?', Date.now(), row?.id ?? '');
    await over(bySignIn);
    expect(await helloWith(stage.accessToken('ann'))).toBe('unauthenticated');

    await using rita = await connect(stage.key('rita'));
    const admin = stage.world.rest('mia');
    await admin.call(changeAgent, { params: { agent: stage.id('rita') }, body: { state: 'deactivated' } });
    await over(rita);
    expect([await helloWith(stage.key('rita')), await overRest(stage.key('rita'))]).toEqual([
      'unauthenticated',
      'unauthenticated',
    ]);

    await using ada = await connect(stage.key('ada'));
    await admin.call(changeAgent, { params: { agent: stage.id('ada') }, body: { role: 'agent' } });
    await over(ada);
    expect((await stage.ask('GET', '/api/agents', { token: stage.key('ada') })).code).toBe('forbidden');
  });

  test('a token that ends in the middle of a session: nothing is taken or told any more', async () => {
    await using client = await connect(stage.accessToken('ben'));
    await using issued = await connect(stage.issuedToken());
    await client.subscribe(stage.world.stream('orders'));
    const server = stage.world.server();
    await server.moveClock(11 * 60_000);
    try {
      const note = { conversationId: stage.conversation(), clientId: 'after-the-end', body: 'Too late' };
      await expect(client.call('note.add', note)).rejects.toMatchObject({
        code: expect.stringMatching(/^(unauthenticated|offline)$/),
      });
      await over(client);
      await over(issued);
      expect(await overRest(stage.issuedToken())).toBe('unauthenticated');
      expect(stage.world.rows('SELECT 1 FROM entries WHERE body = ?', 'Too late')).toEqual([]);
    } finally {
      await server.moveClock(-11 * 60_000);
    }
    await stage.alive();
  });
});

describe('pages of other origins', () => {
  const upgrade = async (...headers: string[]): Promise<string> => {
    using raw = await openRaw(stage.url, { headers });
    return raw.answer;
  };

  test('hold no socket: the upgrade is refused, whatever the headers say', async () => {
    const host = new URL(stage.url).host;
    const foreign = [
      ['Origin: https://evil.example'],
      ['Origin: null'],
      [`Origin: http://${host}.evil.example`],
      [`Origin: http://evil.example/${host}`],
      [`Origin: http://evil.example@${host}x`],
      [`Origin: ${ISSUER.origin}.evil.example`],
      ['Origin: file://'],
      ['Origin: chrome-extension://abcdef'],
      ['Origin: https://evil.example', 'X-Forwarded-Host: evil.example'],
      ['Origin: https://evil.example', 'Referer: https://host.example/', 'X-Forwarded-Proto: https'],
      [`Origin: ${'x'.repeat(4_000)}`],
      ['Origin: \u00ff\u00fe'],
    ];
    for (const headers of foreign)
      expect([headers, await upgrade(...headers)]).toEqual([headers, 'HTTP/1.1 403 Forbidden']);
    for (const origin of [`http://${host}`, ISSUER.origin])
      expect(await upgrade(`Origin: ${origin}`)).toBe('HTTP/1.1 101 Switching Protocols');
    expect(await upgrade()).toBe('HTTP/1.1 101 Switching Protocols');
  });

  test('of one application use no other token, over the socket and over REST', async () => {
    const origin = ISSUER.origin;
    expect(await helloWith(stage.issuedToken(), { origin })).toBe('ok');
    expect(await helloWith(stage.key('ben'), { origin })).toBe('forbidden');
    expect(await helloWith(stage.issuedToken(), { origin: stage.url })).toBe('forbidden');
    const ask = (token: string, from: string) =>
      stage.ask('GET', '/api/me', { token, headers: { origin: from } });
    expect((await ask(stage.issuedToken(), origin)).code).toBe('ok');
    expect((await ask(stage.issuedToken(), 'https://evil.example')).code).toBe('forbidden');
    expect((await ask(stage.key('ben'), 'https://evil.example')).code).toBe('forbidden');
  });

  test('are told why by a plain request, and whatever else comes to that address breaks nothing', async () => {
    const plain = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      stage.ask(method, path, { headers });
    const why = await plain('/socket.io/', { origin: 'https://evil.example' });
    expect([why.code, why.headers.get('access-control-allow-origin')]).toEqual([
      'forbidden',
      'https://evil.example',
    ]);
    const polling = await plain('/socket.io/?EIO=4&transport=polling', { origin: 'https://evil.example' });
    expect([polling.code, polling.headers.get('set-cookie')]).toEqual(['forbidden', null]);
    for (const path of [
      '/socket.io/',
      '/socket.io/?EIO=4&transport=polling',
      '/socket.io/?EIO=3',
      '/socket.io/?sid=x',
      '/socket.io/x/../y',
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'])
        expect((await plain(path, {}, method)).status).toBeLessThan(500);
  });

  test('upgrades to what is not there are refused', async () => {
    const paths = [
      '/socket.io/?EIO=4&transport=polling',
      '/socket.io/?EIO=3&transport=websocket',
      '/socket.io/',
      '/socket.io/?EIO=4&transport=websocket&sid=__proto__',
    ];
    for (const path of paths) {
      using raw = await openRaw(stage.url, { path });
      expect([path, raw.answer]).toEqual([path, expect.not.stringContaining(' 101 ')]);
    }
    await stage.alive();
  });
});

test('whoever connects and says no hello, or does not even join, is let go within 10 s (C12)', async () => {
  for (const { raw, since } of silent) {
    await raw.closed(15_000);
    expect(performance.now() - since).toBeGreaterThan(5_000);
    expect(performance.now() - since).toBeLessThan(20_000);
    raw[Symbol.dispose]();
  }
});
