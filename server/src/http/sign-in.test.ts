import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../directory/testing/directory.ts';
import { codeOf, startTestHttp, type TestHttp } from './testing/server.ts';

const anna = 'anna@fernhill.example';
const cookieOf = (answer: { headers: Headers }) => answer.headers.getSetCookie().join('\n');

describe('signing in', () => {
  test('answers token and me, and sets a cookie that scripts and other sites never see', async () => {
    await using at = await startTestHttp();
    const signedIn = await at.signIn(anna);
    expect(signedIn.status).toBe(200);
    expect(signedIn.body).toEqual({
      token: expect.any(String),
      endsAt: expect.any(Number),
      me: { id: at.anna.id, name: 'Anna', email: anna, role: 'agent', kind: 'person' },
    });
    expect(signedIn.headers.get('cache-control')).toBe('no-store');
    expect(cookieOf(signedIn)).toMatch(
      /^latchbox_refresh=[^;]+; Path=\/api; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(signedIn.text).not.toContain(signedIn.cookie.split('=')[1]);
    const me = await at.ask('GET', '/api/me', { token: String(signedIn.body['token']) });
    expect(me.body).toMatchObject({ me: { id: at.anna.id }, organisation: { name: 'Fernhill Paper' } });
  });

  test('under https the cookie is secure, and so is its name', async () => {
    await using at = await startTestHttp({ config: { PUBLIC_URL: 'https://inbox.example' } });
    const signedIn = await at.signIn(anna);
    expect(cookieOf(signedIn)).toMatch(/^__Secure-latchbox_refresh=.*; Secure; SameSite=Strict$/);
    expect(signedIn.headers.get('strict-transport-security')).toMatch(/max-age=/);
  });

  test('wrong password and unknown address answer byte for byte alike', async () => {
    await using at = await startTestHttp();
    const wrong = await at.signIn(anna, 'not her password');
    const unknown = await at.signIn('nobody@fernhill.example', 'not her password');
    const plain = (text: string) => text.replaceAll(/req_[\w-]+/g, '');
    expect(wrong.status).toBe(401);
    expect(plain(unknown.text)).toBe(plain(wrong.text));
    expect(wrong.headers.getSetCookie()).toEqual([]);
    const logged = at.logged.join('\n');
    expect(logged).not.toContain('not her password');
    expect(logged).not.toContain('nobody@');
  });

  test('is limited, with the time to wait', async () => {
    await using at = await startTestHttp();
    const codes: string[] = [];
    for (let round = 0; round < 10; round += 1)
      codes.push(codeOf(await at.signIn(anna, `guess number ${round}`)));
    expect(codes).toEqual([...Array<string>(8).fill('unauthenticated'), 'rate_limited', 'rate_limited']);
    const limited = await at.signIn(anna);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(limited.error?.details).toEqual({ retryAfterMs: expect.any(Number) });
  });

  test('a forged X-Forwarded-For is only text, unless a proxy is trusted', async () => {
    const tries = async (at: TestHttp) => {
      const codes = [];
      for (let round = 0; round < 10; round += 1) {
        const body = { email: anna, password: `guess number ${round}` };
        const headers = {
          'x-forwarded-for': `198.51.100.${round}`,
          'cf-connecting-ip': `198.51.100.${round}`,
        };
        codes.push(codeOf(await at.ask('POST', '/api/sign-in', { body, headers })));
      }
      return codes;
    };
    await using bare = await startTestHttp();
    expect(await tries(bare)).toContain('rate_limited');
    await using proxied = await startTestHttp({ config: { TRUST_PROXY: true } });
    expect(await tries(proxied)).not.toContain('rate_limited');
  });
});

describe('the refresh cookie', () => {
  test('is changed for its successor, which a reload and a parallel tab both get', async () => {
    await using at = await startTestHttp();
    const { cookie } = await at.signIn(anna);
    const refresh = (with_: string, headers = {}) =>
      at.ask('POST', '/api/token', { headers: { cookie: with_, ...headers } });
    const [one, two] = await Promise.all([refresh(cookie), refresh(cookie)]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(Object.keys(one.body).sort()).toEqual(['endsAt', 'token']);
    const next = one.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(two.headers.getSetCookie()[0]?.split(';')[0]).toBe(next);
    await at.clock.advance(30_001);
    expect(codeOf(await refresh(cookie))).toBe('unauthenticated');
    // The copy that came back ended the sign-in for its owner too.
    expect(codeOf(await refresh(next))).toBe('unauthenticated');
  });

  test('does nothing for a page of another site', async () => {
    await using at = await startTestHttp({ config: { ALLOWED_ORIGINS: ['https://shop.example'] } });
    const { cookie, body } = await at.signIn(anna);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      // Allowed to embed, with tokens: not to use the cookie.
      { origin: 'https://shop.example' },
      { origin: `${at.url}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      for (const path of ['/api/token', '/api/sign-out']) {
        const answer = await at.ask('POST', path, {
          headers: { cookie, ...headers } as Record<string, string>,
        });
        expect(codeOf(answer), JSON.stringify(headers)).toBe('forbidden');
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
    }
    expect((await at.ask('GET', '/api/me', { token: String(body['token']) })).status).toBe(200);
    expect((await at.ask('POST', '/api/token', { headers: { cookie, origin: at.url } })).status).toBe(200);
  });

  test('is nothing without its form', async () => {
    await using at = await startTestHttp();
    for (const cookie of [
      '',
      'latchbox_refresh=',
      'latchbox_refresh=x',
      `latchbox_refresh=${'A'.repeat(8_000)}`,
      'other=1; latchbox_refresh',
      ';;;=',
    ]) {
      expect(codeOf(await at.ask('POST', '/api/token', { headers: { cookie } })), cookie.slice(0, 40)).toBe(
        'unauthenticated',
      );
    }
    expect(codeOf(await at.ask('POST', '/api/token'))).toBe('unauthenticated');
  });

  test('signing out takes it away and ends the token', async () => {
    await using at = await startTestHttp();
    const { cookie, body } = await at.signIn(anna);
    const out = await at.ask('POST', '/api/sign-out', { headers: { cookie } });
    expect(out.status).toBe(204);
    expect(cookieOf(out)).toMatch(/^latchbox_refresh=; Path=\/api; Expires=Thu, 01 Jan 1970/);
    expect(codeOf(await at.ask('GET', '/api/me', { token: String(body['token']) }))).toBe('unauthenticated');
    expect(codeOf(await at.ask('POST', '/api/token', { headers: { cookie } }))).toBe('unauthenticated');
    expect((await at.ask('POST', '/api/sign-out', { headers: { cookie } })).status).toBe(204);
    expect((await at.ask('POST', '/api/sign-out')).status).toBe(204);
  });
});

test('signing out ends the locks of its sessions', async () => {
  await using at = await startTestHttp();
  const { cookie, body } = await at.signIn(anna);
  const path = `/api/conversations/${at.conversationId}/lock`;
  const token = String(body['token']);
  expect((await at.ask('POST', path, { token, body: { requestId: 'request-1' } })).status).toBe(201);
  expect(codeOf(await at.ask('POST', path, { token: at.tokens.ben, body: { requestId: 'request-2' } }))).toBe(
    'lock_held',
  );
  await at.ask('POST', '/api/sign-out', { headers: { cookie } });
  expect(
    (await at.ask('POST', path, { token: at.tokens.ben, body: { requestId: 'request-3' } })).status,
  ).toBe(201);
  const history = await at.ask('GET', `/api/conversations/${at.conversationId}/lock-history`, {
    token: at.tokens.ben,
  });
  expect(history.body['periods']).toMatchObject([
    { endReason: null },
    { holder: { name: 'Anna' }, endReason: 'signed_out' },
  ]);
});

test('the first set-up over REST', async () => {
  await using at = await startTestHttp();
  expect((await at.ask('GET', '/api/set-up')).body).toEqual({ needed: false });
  const good = {
    key: 'x'.repeat(43),
    organisation: 'Mine',
    admin: { name: 'Eve', email: 'eve@example.com', password: PASSWORD },
    inbox: { name: 'Hello' },
  };
  for (const [body, code] of [
    [good, 'forbidden'],
    [{ ...good, key: '' }, 'invalid'],
    [{ ...good, key: null }, 'invalid'],
    [{ ...good, key: ['x'] }, 'invalid'],
    [{ ...good, role: 'admin' }, 'invalid'],
    [{ ...good, organisation: 'two\nlines' }, 'invalid'],
    [{ ...good, admin: { ...good.admin, email: 'no address' } }, 'invalid'],
  ] as const) {
    expect(codeOf(await at.ask('POST', '/api/set-up', { body })), JSON.stringify(body).slice(0, 60)).toBe(
      code,
    );
  }
});
