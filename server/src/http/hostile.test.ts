/** Bad inputs over REST: the code is right, nothing is written, nothing leaks, the server lives. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusals } from './testing/refusals.ts';
import { codeOf, startTestHttp, type TestHttp } from './testing/server.ts';

let at: TestHttp;
beforeAll(async () => {
  at = await startTestHttp({ config: { RATE_LIMIT_FACTOR: 100 } });
});
afterAll(() => at[Symbol.asyncDispose]());

const expectRefused: ReturnType<typeof refusals> = (table, codes) => refusals(at)(table, codes);

const conversation = (rest = '') => `/api/conversations/${at.conversationId}${rest}`;
const reply = (fields: Record<string, unknown> = {}) => ({
  clientId: 'client-id-1',
  body: 'Hello',
  ...fields,
});
const post = (path: string, body: unknown) => () => at.ask('POST', path, { token: at.tokens.anna, body });
const put = (path: string, body: unknown) => () => at.ask('PUT', path, { token: at.tokens.anna, body });
const get = (path: string) => () => at.ask('GET', path, { token: at.tokens.anna });

describe('who calls (C13, C16)', () => {
  test('no token, and tokens that are none', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [head, body, signature] = at.tokens.anna.split('.');
    const tokens: Record<string, string> = {
      none: `${part({ alg: 'none' })}.${body}.`,
      signature: `${head}.${body}.${'A'.repeat(43)}`,
      claims: `${head}.${part({ iss: 'latchbox', aud: 'latchbox', sub: at.admin.agentId, exp: 9e9 })}.${signature}`,
      key: `lbk_${'A'.repeat(43)}`,
      word: 'undefined',
      long: 'A'.repeat(9_000),
    };
    const headers: Record<string, Record<string, string>> = {
      basic: { authorization: `Basic ${Buffer.from('anna:x').toString('base64')}` },
      bare: { authorization: at.tokens.anna },
      empty: { authorization: 'Bearer ' },
      two: { authorization: `Bearer ${at.tokens.anna} ${at.tokens.ben}` },
      forged: { 'x-remote-user': 'anna', 'x-forwarded-user': 'anna', 'x-agent-id': at.anna.id },
    };
    await expectRefused(
      {
        'no token': () => at.ask('GET', '/api/me'),
        ...Object.fromEntries(
          Object.entries(tokens).map(([name, token]) => [name, () => at.ask('GET', '/api/me', { token })]),
        ),
        ...Object.fromEntries(
          Object.entries(headers).map(([name, given]) => [
            name,
            () => at.ask('GET', '/api/me', { headers: given }),
          ]),
        ),
      },
      'unauthenticated',
    );
    const answer = await at.ask('GET', '/api/me');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a token of 100 KB is refused before anybody looks at it', async () => {
    const answer = await at
      .ask('GET', '/api/me', { headers: { authorization: `Bearer ${'A'.repeat(100_000)}` } })
      .catch(() => undefined);
    expect(answer === undefined || [401, 431].includes(answer.status)).toBe(true);
    expect((await at.ask('GET', '/api/me', { token: at.tokens.anna })).status).toBe(200);
  });

  test('a token in the address is refused, also a good one, and not logged', async () => {
    const names = [
      'token',
      'access_token',
      'accessToken',
      'api_key',
      'apikey',
      'key',
      'jwt',
      'authorization',
      'thread_token',
    ];
    await expectRefused(
      Object.fromEntries(
        names.map((name) => [
          name,
          () => at.ask('GET', `/api/me?${name}=${at.tokens.anna}`, { token: at.tokens.anna }),
        ]),
      ),
      'unauthenticated',
    );
    expect(at.logged.join('\n')).not.toContain(at.tokens.anna);
  });

  test('whoever is nobody learns nothing about what would be valid', async () => {
    await expectRefused(
      {
        'bad body': () => at.ask('POST', conversation('/replies'), { body: { isAdmin: true } }),
        'not JSON': () => at.ask('POST', conversation('/replies'), { raw: '{' }),
        'bad params': () => at.ask('GET', '/api/conversations/%00'),
        'too large': () => at.ask('POST', conversation('/notes'), { raw: 'x'.repeat(200_000) }),
        'an inbox that is there': () => at.ask('GET', '/api/inboxes/orders'),
      },
      'unauthenticated',
    );
  });

  test('a token ends while it is used', async () => {
    await using other = await startTestHttp();
    const ask = () => other.ask('GET', '/api/me', { token: other.tokens.anna });
    expect((await ask()).status).toBe(200);
    await other.directory.changeAgent(other.admin, other.anna.id, { state: 'deactivated' });
    expect(codeOf(await ask())).toBe('unauthenticated');
    await other.clock.advance(15 * 60_000);
    expect(codeOf(await other.ask('GET', '/api/me', { token: other.tokens.ben }))).toBe('unauthenticated');
  });
});

describe('unknown fields and forms (C10)', () => {
  test('are refused, not ignored', async () => {
    await expectRefused(
      {
        isAdmin: post(conversation('/notes'), reply({ isAdmin: true })),
        agentId: post(conversation('/replies'), reply({ agentId: at.ben.id })),
        epoch: post(conversation('/replies'), reply({ epoch: 1 })),
        bcc: post(conversation('/replies'), reply({ bcc: ['x@example.com'] })),
        force: post(conversation('/replies'), reply({ force: true })),
        conversationId: post(conversation('/notes'), reply({ conversationId: at.foreign.conversationId })),
        'memberVersion of an inbox': () =>
          at.ask('PATCH', '/api/inboxes/orders', { token: at.tokens.mara, body: { memberVersion: 9 } }),
        'team of an inbox': () =>
          at.ask('PATCH', '/api/inboxes/orders', { token: at.tokens.mara, body: { teamId: 'tea_x' } }),
        'a nested one': () =>
          at.ask('PATCH', '/api/inboxes/orders', {
            token: at.tokens.mara,
            body: { times: { lockTtl: 9_000, forever: 1 } },
          }),
        'hash of an agent': () =>
          at.ask('PATCH', `/api/agents/${at.anna.id}`, {
            token: at.tokens.mara,
            body: { passwordHash: 'x' },
          }),
        'of the query': get('/api/conversations?isAdmin=1'),
        'twice in the query': get('/api/conversations?status=open&status=archived'),
        'as a list in the query': get('/api/conversations?status[]=open'),
        'a body where none belongs': () => at.ask('POST', '/api/token', { body: { refresh: 'x' } }),
      },
      ['invalid'],
    );
    const refused = await post(conversation('/notes'), reply({ isAdmin: true, tenantId: 'x' }))();
    expect(refused.error?.details).toEqual({
      issues: [
        { path: 'isAdmin', message: 'is not known here' },
        { path: 'tenantId', message: 'is not known here' },
      ],
    });
  });

  test('names of every object poison nothing', async () => {
    const raw = (text: string) => () =>
      at.ask('POST', conversation('/notes'), { token: at.tokens.anna, raw: text });
    await expectRefused(
      {
        proto: raw('{"clientId":"client-id-1","body":"x","__proto__":{"isAdmin":true}}'),
        constructor: raw(
          '{"clientId":"client-id-1","body":"x","constructor":{"prototype":{"isAdmin":true}}}',
        ),
        'only proto': raw('{"__proto__":{"clientId":"client-id-1","body":"x"}}'),
        'in the query': get('/api/conversations?__proto__=x'),
        'in the query, nested': get('/api/conversations?__proto__[isAdmin]=x'),
      },
      'invalid',
    );
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('bodies that are none', async () => {
    const raw =
      (text: string | Buffer, headers = {}) =>
      () =>
        at.ask('POST', conversation('/notes'), { token: at.tokens.anna, raw: text, headers });
    const note = JSON.stringify(reply());
    await expectRefused(
      {
        'not JSON': raw('{'),
        empty: raw(''),
        text: raw('"text"'),
        null: raw('null'),
        number: raw('1'),
        list: raw('[]'),
        'nothing at all': () => at.ask('POST', conversation('/notes'), { token: at.tokens.anna }),
        form: raw('clientId=client-id-1&body=x', { 'content-type': 'application/x-www-form-urlencoded' }),
        'text/plain, as a form of another site would send it': raw(note, { 'content-type': 'text/plain' }),
        multipart: raw(note, { 'content-type': 'multipart/form-data; boundary=x' }),
        'another charset': raw(note, { 'content-type': 'application/json; charset=utf-7' }),
        compressed: raw(Buffer.from([0x1f, 0x8b, 0x08]), { 'content-encoding': 'gzip' }),
        'deeply nested': raw(`{"body":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
        'wrong types': raw('{"clientId":["client-id-1"],"body":{"toString":"x"}}'),
        'bytes that are no UTF-8': raw(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22])),
      },
      'invalid',
    );
  });

  test('what is too large is refused by its size', async () => {
    const answer = await at.ask('POST', conversation('/notes'), {
      token: at.tokens.anna,
      raw: `{"body":"${'x'.repeat(200_000)}"}`,
    });
    expect(answer).toMatchObject({ status: 413, error: { code: 'too_large', details: { max: 102_400 } } });
    const ten = await at
      .ask('POST', conversation('/notes'), { token: at.tokens.anna, raw: 'x'.repeat(10_000_000) })
      .catch(() => undefined);
    expect(ten === undefined || ten.status === 413).toBe(true);
  });
});

describe('numbers, fences and texts (C29, C37, C39)', () => {
  const session = { id: 'ses_unknown', key: 'x'.repeat(43) };

  test('fences and positions that are none', async () => {
    const fences = {
      'minus one': -1,
      zero: 0,
      half: 1.5,
      'two to the 53rd': 2 ** 53,
      text: '5',
      huge: 1e300,
      null: null,
      list: [1],
    };
    const table = Object.entries(fences).flatMap(([name, fence]) => [
      [`send ${name}`, post(conversation('/replies'), reply({ lastSeen: 1, session, fence }))],
      [`renew ${name}`, put(conversation('/lock'), { session, fence })],
      [
        `release ${name}`,
        () => at.ask('DELETE', conversation('/lock'), { token: at.tokens.anna, body: { session, fence } }),
      ],
      [`last seen ${name}`, post(conversation('/replies'), reply({ lastSeen: fence === 0 ? -1 : fence }))],
    ]);
    await expectRefused(Object.fromEntries(table), 'invalid');
    await expectRefused(
      {
        'a fence without a session': post(conversation('/replies'), reply({ lastSeen: 1, fence: 1 })),
        'a session without a fence': post(conversation('/replies'), reply({ lastSeen: 1, session })),
        'a fence without last seen': post(conversation('/replies'), reply({ fence: 1, session })),
        'a position of the future': post(conversation('/replies'), reply({ lastSeen: 99 })),
        'a read mark of the future': put(conversation('/read'), { read: 99 }),
        'a page before nothing': get(conversation('/entries?before=0')),
        'a page of a word': get(conversation('/entries?before=one')),
        'a page of too much': get('/api/conversations?limit=101'),
        'a page of none': get('/api/conversations?limit='),
        'a number in another form': get('/api/conversations?limit=1e1'),
        'a place that is none': get('/api/conversations?after=now'),
        'inboxes that are none': get('/api/conversations?inbox=a,,b'),
      },
      'invalid',
    );
  });

  test('texts that are none', async () => {
    const texts: Record<string, string> = {
      empty: '',
      spaces: ' \n\t ',
      'zero width': '\u200b\u200d\ufeff',
      NUL: 'a\u0000b',
      escape: 'a\u001b[31m',
      'a lone surrogate': '\ud800',
      'too many bytes': 'é'.repeat(40_000),
    };
    const table = Object.entries(texts).flatMap(([name, body]) => [
      [`reply: ${name}`, post(conversation('/replies'), reply({ body }))],
      [`note: ${name}`, post(conversation('/notes'), reply({ body }))],
    ]);
    await expectRefused(Object.fromEntries(table), 'invalid');
  });

  test('texts that are odd come back byte for byte', async () => {
    const texts = [
      '\u202egnp.exe',
      'e' + '\u0301'.repeat(500),
      '👩‍👩‍👧‍👦',
      "'; DROP TABLE entries; --",
      '<script>alert(1)</script>',
      '\r\n.\r\n',
      '  kept  ',
    ];
    for (const [index, body] of texts.entries()) {
      const answer = await post(conversation('/notes'), { clientId: `odd-text-${index}`, body })();
      expect(answer.status, body).toBe(201);
      expect(answer.body, body).toMatchObject({ entry: { kind: 'note', body } });
    }
    const thread = await get(conversation())();
    const bodies = (thread.body['entries'] as { body: string }[]).map((entry) => entry.body);
    expect(bodies.slice(-texts.length)).toEqual(texts);
  });

  test('ids and names with anything in them', async () => {
    const paths = [
      '%00',
      '..%2f..%2fetc%2fpasswd',
      'a%20b',
      '%F0%9F%A6%8A',
      "'%20OR%201=1",
      'x'.repeat(65),
      '%E2%80%AE',
    ];
    await expectRefused(
      Object.fromEntries(
        paths.flatMap((id) => [
          [id, get(`/api/conversations/${id}`)],
          [`inbox ${id}`, get(`/api/inboxes/${id}`)],
        ]),
      ),
      ['invalid', 'not_found'],
    );
    await expectRefused(
      {
        'a broken escape': get('/api/conversations/%E0%A4%A'),
        'a broken one in the query': get('/api/conversations?inbox=%E0%A4%A'),
      },
      'invalid',
    );
    const named = (name: string) => () =>
      at.ask('POST', '/api/teams', { token: at.tokens.mara, body: { name } });
    await expectRefused(
      Object.fromEntries(
        ['', '  ', 'a\r\nBcc: x@example.com', 'a\u2028b', 'a\u0000', '\ud800', '\u200b', 'x'.repeat(201)].map(
          (name) => [JSON.stringify(name), named(name)],
        ),
      ),
      'invalid',
    );
  });
});

describe('requests that are none', () => {
  const raw = (options: { method?: string; path: string; headers?: Record<string, string | string[]> }) =>
    new Promise<number>((resolve, reject) => {
      const url = new URL(at.url);
      const call = request({ host: url.hostname, port: url.port, ...options }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject);
      call.end();
    });

  test('are answered, and the server lives', async () => {
    expect(await raw({ path: '//evil.example/api/me' })).toBeLessThan(500);
    expect(await raw({ path: 'http://evil.example/api/me' })).toBe(401);
    expect(await raw({ path: '*', method: 'OPTIONS' })).toBeLessThan(500);
    expect(await raw({ path: '/api/me', method: 'TRACE' })).toBe(404);
    expect(await raw({ path: '/api/me', method: 'PROPFIND' })).toBe(404);
    expect(await raw({ path: `/api/${'x/'.repeat(3_000)}` })).toBe(404);
    expect(await raw({ path: '/api/me', headers: { host: 'evil.example' } })).toBe(401);
    expect((await at.ask('GET', '/health/live')).body).toEqual({ live: true });
  });

  test('a failure inside answers a reference that the log knows, and nothing else', async () => {
    await using broken = await startTestHttp({
      deps: { locks: { history: () => Promise.reject(new Error('SELECT secret FROM vault')) } as never },
    });
    const answer = await broken.ask('GET', `/api/conversations/${broken.conversationId}/lock-history`, {
      token: broken.tokens.anna,
    });
    expect(answer.status).toBe(500);
    const ref = answer.headers.get('x-request-id');
    expect(answer.body).toEqual({
      error: {
        code: 'internal',
        message: 'Something went wrong on the server; it was logged.',
        details: { ref },
        requestId: ref,
      },
    });
    expect(
      broken.logged.find((line) => line.includes('SELECT secret') && line.includes(String(ref))),
    ).toBeDefined();
  });
});
