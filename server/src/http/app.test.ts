import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CustomerPages } from './deps.ts';
import { codeOf, startTestHttp } from './testing/server.ts';

async function givenWebApp() {
  const root = await mkdtemp(join(tmpdir(), 'latchbox-web-'));
  await mkdir(join(root, 'assets'));
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Latchbox</title>');
  await writeFile(join(root, 'assets', 'index-a1b2c3.js'), 'export {};');
  await writeFile(join(root, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(root, 'mail-frame.html'), '<!doctype html><title>Mail</title>');
  await writeFile(join(root, '.env'), 'SECRET=1');
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

describe('pages and files', () => {
  test('pages are the app, hashed files are kept for ever, nothing else is there', async () => {
    await using web = await givenWebApp();
    await using at = await startTestHttp({ deps: { webRoot: web.root } });
    for (const path of ['/', '/customer', '/set-up', '/inbox/anything']) {
      const page = await at.ask('GET', path);
      expect([page.status, page.text], path).toEqual([200, '<!doctype html><title>Latchbox</title>']);
      expect(page.headers.get('cache-control'), path).toBe('no-cache');
    }
    const script = await at.ask('GET', '/assets/index-a1b2c3.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await at.ask('GET', '/favicon.svg')).status).toBe(200);
    for (const path of [
      '/assets/missing.js',
      '/assets/',
      '/.env',
      '/assets/../.env',
      '/..%2f..%2fetc/passwd',
      '/missing.js',
      '/%2e%2e/package.json',
    ]) {
      const missing = await at.ask('GET', path);
      expect([404, 422], path).toContain(missing.status);
      expect(missing.text, path).not.toContain('SECRET');
    }
    expect(codeOf(await at.ask('POST', '/'))).toBe('not_found');
  });

  test('the page for the HTML of mails has rules of its own: no script, nothing from elsewhere', async () => {
    await using web = await givenWebApp();
    await using at = await startTestHttp({ deps: { webRoot: web.root } });
    const policyOf = async (path: string) =>
      ((await at.ask('GET', path)).headers.get('content-security-policy') ?? '').split('; ');
    const plain = await policyOf('/mail-frame.html');
    expect(plain).toContain("default-src 'none'");
    expect(plain).toContain("img-src 'self' data:");
    expect(plain).toContain("frame-ancestors 'self'");
    expect(plain.find((rule) => rule.startsWith('sandbox'))).not.toContain('allow-scripts');
    expect(await policyOf('/')).toContain("frame-ancestors 'none'");
  });

  test('a server whose pages are not built says so', async () => {
    await using at = await startTestHttp({ deps: { webRoot: join(tmpdir(), 'latchbox-nothing-here') } });
    const page = await at.ask('GET', '/');
    expect(page.status).toBe(503);
    expect(page.text).toContain('The web app is not built');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  });

  test('every answer carries the headers that keep it to itself', async () => {
    await using web = await givenWebApp();
    await using at = await startTestHttp({
      deps: { webRoot: web.root },
      config: { ALLOWED_ORIGINS: ['http://localhost:4001'] },
    });
    for (const path of ['/', '/assets/index-a1b2c3.js', '/api/me', '/api/nothing', '/health/live']) {
      const { headers } = await at.ask('GET', path);
      const policy = headers.get('content-security-policy');
      expect(policy, path).toContain("default-src 'self'");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy, path).toContain("connect-src 'self' http://localhost:4001 ws://localhost:4001");
      expect(policy, path).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('x-powered-by'), path).toBeNull();
    }
  });
});

describe('pages of other origins', () => {
  const shop = 'https://shop.example';

  test('may ask with tokens when they are allowed, and read nothing when not', async () => {
    await using at = await startTestHttp({ config: { ALLOWED_ORIGINS: [shop] } });
    const preflight = (origin: string) =>
      at.ask('OPTIONS', '/api/inboxes', {
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      });
    const allowed = await preflight(shop);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(shop);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect(allowed.headers.get('vary')).toContain('Origin');
    for (const origin of [
      'https://evil.example',
      'null',
      `${shop}.evil.example`,
      'https://shop.example:444',
      'http://shop.example',
    ]) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin'), origin).toBeNull();
      const answer = await at.ask('GET', '/api/inboxes', { token: at.tokens.anna, headers: { origin } });
      expect(codeOf(answer), origin).toBe('forbidden');
      expect(answer.headers.get('access-control-allow-origin'), origin).toBeNull();
    }
    const read = await at.ask('GET', '/api/inboxes', { token: at.tokens.anna, headers: { origin: shop } });
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, shop]);
    expect(
      (await at.ask('GET', '/api/inboxes', { token: at.tokens.anna, headers: { origin: at.url } })).status,
    ).toBe(200);
  });
});

describe('for whoever runs the server', () => {
  test('health and readiness', async () => {
    let database = true;
    await using at = await startTestHttp({ deps: { ready: () => Promise.resolve({ database }) } });
    expect((await at.ask('GET', '/health/live')).body).toEqual({ live: true });
    expect((await at.ask('GET', '/health/ready')).body).toEqual({ ready: true, checks: { database: true } });
    database = false;
    const not = await at.ask('GET', '/health/ready');
    expect([not.status, not.body]).toEqual([503, { ready: false, checks: { database: false } }]);
  });

  test('a readiness check that fails means not ready', async () => {
    await using at = await startTestHttp({
      deps: { ready: () => Promise.reject(new Error('connection refused')) },
    });
    const not = await at.ask('GET', '/health/ready');
    expect([not.status, not.body]).toEqual([503, { ready: false, checks: { checks: false } }]);
  });

  test('figures are for the machine itself, not through a proxy on it', async () => {
    await using at = await startTestHttp();
    await at.ask('GET', '/api/me', { token: at.tokens.anna });
    const figures = await at.ask('GET', '/metrics');
    expect(figures.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(figures.text).toContain('latchbox_http_answers_total{route="getMe",status="200"} 1');
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      expect(codeOf(await at.ask('GET', '/metrics', { headers: { [name]: '203.0.113.9' } })), name).toBe(
        'not_found',
      );
    }
  });

  test('with a metrics token figures are for whoever has it', async () => {
    const token = 'a-token-for-the-metrics';
    await using at = await startTestHttp({ config: { METRICS_TOKEN: token } });
    expect((await at.ask('GET', '/metrics', { token })).status).toBe(200);
    for (const wrong of [undefined, 'wrong', `${token}x`, at.tokens.mara]) {
      expect(codeOf(await at.ask('GET', '/metrics', { token: wrong }))).toBe('not_found');
    }
  });
});

describe("the customer's page", () => {
  const message = {
    inboxCode: 'orders',
    from: { name: 'Nora', address: 'nora@example.com' },
    subject: 'Parcel',
    body: 'Where is it?',
    threadToken: null,
    providerId: 'message-1',
  };
  function pages(): CustomerPages & { readonly written: unknown[]; readonly asked: unknown[] } {
    const written: unknown[] = [];
    const asked: unknown[] = [];
    return {
      written,
      asked,
      inboxes: () => Promise.resolve([{ id: 'ibx_1', name: 'Orders', apiCode: 'orders' }]),
      write(input) {
        written.push(input);
        return Promise.resolve({ threadToken: 'cnv_1.signature-of-it' });
      },
      thread(token, after) {
        asked.push([token, after]);
        return Promise.resolve([
          { id: 'ent_1', from: 'customer', author: 'Nora', body: 'Where is it?', at: 1 },
        ]);
      },
    };
  }

  test('writes without signing in and reads its own thread by its token', async () => {
    const simulator = pages();
    await using at = await startTestHttp({ simulator });
    expect((await at.ask('GET', '/api/simulator/inboxes')).body).toEqual({
      inboxes: [{ id: 'ibx_1', name: 'Orders', apiCode: 'orders' }],
    });
    const written = await at.ask('POST', '/api/simulator/messages', { body: message });
    expect([written.status, written.body]).toEqual([201, { threadToken: 'cnv_1.signature-of-it' }]);
    expect(simulator.written).toEqual([message]);
    const thread = await at.ask('GET', '/api/simulator/thread?after=1', { token: 'cnv_1.signature-of-it' });
    expect(thread.body).toMatchObject({ messages: [{ id: 'ent_1' }] });
    expect(simulator.asked).toEqual([['cnv_1.signature-of-it', 1]]);
    expect(codeOf(await at.ask('GET', '/api/simulator/thread'))).toBe('unauthenticated');
    expect(codeOf(await at.ask('GET', '/api/simulator/thread?token=cnv_1.x'))).toBe('unauthenticated');
  });

  test('hostile messages reach nobody', async () => {
    const simulator = pages();
    await using at = await startTestHttp({ simulator });
    for (const fields of [
      { subject: 'Hello\r\nBcc: everybody@example.com' },
      { subject: 'a\u2028b' },
      { from: { name: 'Nora\nX', address: 'nora@example.com' } },
      { from: { name: 'Nora', address: 'nora@example.com', agentId: 'agt_1' } },
      { body: '\u200b' },
      { body: 'a\u0000' },
      { inboxCode: '../orders' },
      { threadToken: '' },
      { providerId: '1' },
      { agentId: 'agt_1' },
    ]) {
      expect(
        codeOf(await at.ask('POST', '/api/simulator/messages', { body: { ...message, ...fields } })),
        JSON.stringify(fields),
      ).toBe('invalid');
    }
    expect(simulator.written).toEqual([]);
  });

  test('is limited by address', async () => {
    await using at = await startTestHttp({ simulator: pages(), config: { RATE_LIMIT_FACTOR: 0.1 } });
    const codes = await Promise.all(
      Array.from({ length: 70 }, () => at.ask('GET', '/api/simulator/inboxes')),
    );
    expect(codes.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(codes.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  test('is not there when the simulator is off', async () => {
    await using at = await startTestHttp();
    expect(codeOf(await at.ask('GET', '/api/simulator/inboxes'))).toBe('not_found');
    expect(codeOf(await at.ask('POST', '/api/simulator/messages', { body: message }))).toBe('not_found');
    expect(codeOf(await at.ask('GET', '/api/simulator/thread', { token: 'cnv_1.signature-of-it' }))).toBe(
      'not_found',
    );
  });
});

test('an agent who calls too often is slowed down, the others are not', async () => {
  await using at = await startTestHttp({ config: { RATE_LIMIT_FACTOR: 0.1 } });
  const me = (token: string) => at.ask('GET', '/api/me', { token });
  const answers = await Promise.all(Array.from({ length: 130 }, () => me(at.tokens.anna)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(120);
  expect(answers.find(({ status }) => status === 429)?.error).toMatchObject({
    code: 'rate_limited',
    details: { retryAfterMs: expect.any(Number) },
  });
  expect((await me(at.tokens.ben)).status).toBe(200);
});
