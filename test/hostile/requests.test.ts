/** C10, C17, C18, C26, C28, C48, C50 over REST: requests as bytes, bodies that are none, and files that want to be pages. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pause } from '../tools/eventually.ts';
import { freshId } from './authorisation-sockets.ts';
import { type Answer, type Ledger, type Stage, startStage } from './stage.ts';

let stage: Stage;
let before: Ledger;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  before = stage.ledger();
});
afterEach(() => stage.alive());

const unchanged = (): void => expect(stage.ledger()).toEqual(before);
const notes = () => `/api/conversations/${stage.conversation()}/notes`;
const note = (fields: object = {}) => ({ clientId: freshId(), body: 'x', ...fields });
const raw = (text: string | Buffer, headers: Record<string, string> = {}) =>
  stage.ask('POST', notes(), { token: stage.key('ann'), raw: text, headers });

/** Sends bytes; answers what came back before the connection ended or `ms` were over. */
async function bytes(text: string | Buffer, ms = 1_500): Promise<string> {
  const socket = connect(Number(new URL(stage.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, 'connect');
  socket.end(text);
  // An error is an end as well: the server hung up in the middle of it.
  const closed = new Promise((done) => void socket.once('close', done));
  await Promise.race([closed, pause(ms)]);
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

describe('bodies (C10)', () => {
  test('that are none, too much, too deep, or hold names of every object', async () => {
    const text = JSON.stringify(note());
    const bodies: Readonly<Record<string, () => Promise<Answer>>> = {
      'not JSON': () => raw('{'),
      empty: () => raw(''),
      null: () => raw('null'),
      'a list': () => raw('[]'),
      'two objects': () => raw(`${text}${text}`),
      'a comment': () => raw(`/* x */ ${text}`),
      'single quotes': () => raw(text.replaceAll('"', "'")),
      'a mark before it': () => raw(Buffer.from(`\ufeff${text}`, 'utf16le')),
      'UTF-16': () =>
        raw(Buffer.from(text, 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }),
      'UTF-7': () => raw(text, { 'content-type': 'application/json; charset=utf-7' }),
      gzip: () => raw(Buffer.from([0x1f, 0x8b, 8, 0]), { 'content-encoding': 'gzip' }),
      'a form': () =>
        raw('clientId=client-id-1&body=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      'text, as a form of another site sends it': () => raw(text, { 'content-type': 'text/plain' }),
      '20 000 lists': () => raw(`{"body":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
      '10 000 objects': () => raw(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
      '10 000 fields': () => raw(`{${Array.from({ length: 9_000 }, (_, at) => `"f${at}":1`).join(',')}}`),
      __proto__: () => raw(`{"clientId":"client-id-1","body":"x","__proto__":{"isAdmin":true}}`),
      constructor: () =>
        raw(`{"clientId":"client-id-1","body":"x","constructor":{"prototype":{"isAdmin":true}}}`),
      isAdmin: () => raw(JSON.stringify(note({ isAdmin: true }))),
      agentId: () => raw(JSON.stringify(note({ agentId: stage.id('ada') }))),
      'the same field twice, the second wrong': () => raw('{"clientId":"client-id-1","body":"x","body":1}'),
      'wrong types': () => raw('{"clientId":["client-id-1"],"body":{"toString":"x"}}'),
      'NUL in a text': () => raw(JSON.stringify(note({ body: 'a\u0000b' }))),
      'a lone surrogate': () => raw('{"clientId":"client-id-1","body":"a\\ud800"}'),
    };
    const wrong: string[] = [];
    for (const [name, call] of Object.entries(bodies)) {
      const { code, text: said } = await call();
      if (code !== 'invalid') wrong.push(`${name}: ${code}`);
      if (/isAdmin.*true|at .*\.ts|SyntaxError|ZodError|node_modules/.test(said))
        wrong.push(`${name} tells: ${said}`);
    }
    expect(wrong).toEqual([]);
    expect((await raw(`{"body":"${'x'.repeat(110_000)}"}`)).code).toBe('too_large');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    unchanged();
  });
});

describe('requests as bytes', () => {
  const head = (line: string, ...more: string[]) =>
    [line, `Host: ${new URL(stage.url).host}`, ...more, '', ''].join('\r\n');
  const auth = () => `Authorization: Bearer ${stage.key('ann')}`;

  test('that two servers would read in two ways are refused (smuggling)', async () => {
    const small = JSON.stringify(note());
    const smuggled = `${head(`POST ${notes()} HTTP/1.1`, auth(), 'Content-Type: application/json', `Content-Length: ${small.length}`)}${small}`;
    const tricks = [
      `${head(`POST ${notes()} HTTP/1.1`, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
      `${head(`POST ${notes()} HTTP/1.1`, 'Content-Length: 4', 'Content-Length: 5')}xxxxx${smuggled}`,
      `${head(`POST ${notes()} HTTP/1.1`, 'Transfer-Encoding: xchunked')}0\r\n\r\n${smuggled}`,
      `${head(`POST ${notes()} HTTP/1.1`, 'Transfer-Encoding : chunked')}0\r\n\r\n${smuggled}`,
      `${head(`POST ${notes()} HTTP/1.1`, 'Content-Length: -1')}${smuggled}`,
      `${head(`POST ${notes()} HTTP/1.1`, 'Transfer-Encoding: chunked')}FFFFFFFFFFFFFFFFF\r\nx\r\n${smuggled}`,
      `GET /api/me HTTP/1.1\nHost: x\n${auth()}\n\n${smuggled}`,
    ];
    for (const trick of tricks) expect(await bytes(trick)).toMatch(/^HTTP\/1\.1 400 /);
    unchanged();
  });

  test('with lines and NULs in headers, headers without end, lines that are none', async () => {
    const wrong: string[] = [];
    for (const text of [
      head('GET /api/me HTTP/1.1', 'X-A: a\r\nb'),
      head('GET /api/me HTTP/1.1', 'X-A: a\u0000b'),
      head('GET /api/me HTTP/1.1', `X-A: ${'x'.repeat(100_000)}`),
      head('GET /api/me HTTP/1.1', ...Array.from({ length: 3_000 }, (_, at) => `X-${at}: xxxx`)),
      head(`GET /api/${'x'.repeat(50_000)} HTTP/1.1`),
      head('GET /api/me HTTP/9.9'),
      head('G\u0000T /api/me HTTP/1.1'),
      head('CONNECT evil.example:443 HTTP/1.1'),
      head('PRI * HTTP/2.0'),
      'nonsense\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
      head('POST /api/me HTTP/1.1', 'Expect: 200-ok', 'Content-Length: 5'),
      head('GET /api/me HTTP/1.1', 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings'),
      head('GET /api/../../../etc/passwd HTTP/1.1'),
      head('GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1'),
      head('GET /assets/%00 HTTP/1.1'),
      head('GET /%c0%ae%c0%ae/etc/passwd HTTP/1.1'),
      head('GET //evil.example/%0d%0aSet-Cookie:x=1 HTTP/1.1'),
    ]) {
      const said = await bytes(text, 400);
      if (/^HTTP\/1\.1 (?:5(?!01|05)|2\d\d [^]*"license")/.test(said))
        wrong.push(`${text.slice(0, 40)}: ${said.slice(0, 60)}`);
      if (/set-cookie: x/i.test(said)) wrong.push(`${text.slice(0, 40)}: a header of the caller's`);
    }
    expect(wrong).toEqual([]);
    unchanged();
  }, 30_000);

  test('that never end hold up nobody', async () => {
    const port = Number(new URL(stage.url).port);
    const slow = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write(
        head(
          `POST ${notes()} HTTP/1.1`,
          auth(),
          'Content-Type: application/json',
          'Content-Length: 100',
        ).slice(0, -2),
      );
    }
    expect((await stage.ask('GET', '/api/me', { token: stage.key('ben') })).code).toBe('ok');
    await stage.alive();
    for (const socket of slow) socket.destroy();
  });
});

describe('keys and set-ups of others (C18)', () => {
  test('keys that are empty, lists, in another case, or used, answer alike', async () => {
    const body = (key: unknown) => ({
      key,
      organisation: 'x',
      admin: { name: 'x', email: 'x@shop.example', password: 'long enough for it' },
      inbox: { name: 'x' },
    });
    for (const key of ['', null, ['x'], { $ne: null }, 1, 'x'.repeat(129)])
      expect((await stage.ask('POST', '/api/set-up', { body: body(key) })).code).toBe('invalid');
    const answers = await Promise.all(
      ['x', 'X', '%', 'x'.repeat(128)].map((key) => stage.ask('POST', '/api/set-up', { body: body(key) })),
    );
    expect(new Set(answers.map(({ code, error }) => `${code} ${error?.message}`)).size).toBe(1);
    expect(answers[0]?.code).toBe('forbidden');
    const zoes = await stage.ask('GET', '/api/api-keys', { token: stage.key('zoe') });
    const [{ id = '' } = {}] = (JSON.parse(zoes.text) as { apiKeys: { id?: string }[] }).apiKeys;
    const revoke = (key: string) => stage.ask('DELETE', `/api/api-keys/${key}`, { token: stage.key('ann') });
    const [hers, none] = [await revoke(id), await revoke('key_none')];
    expect([hers.code, hers.error?.message]).toEqual([none.code, none.error?.message]);
    expect((await stage.ask('GET', '/api/me', { token: stage.key('zoe') })).code).toBe('ok');
    // Each refusal is in the audit.
    expect(stage.ledger()).toEqual({ ...before, audit: (before['audit'] ?? 0) + 4 });
  });
});

describe('files (C26, C28, C48, C50)', () => {
  const upload = async (name: string, type: string, content: string | Buffer, who: 'ann' | 'zoe' = 'ann') => {
    const query = new URLSearchParams({ name, type }).toString();
    const { text } = await stage.ask('POST', `/api/attachments?${query}`, {
      token: stage.key(who),
      raw: content,
      headers: { 'content-type': 'application/octet-stream' },
    });
    return JSON.parse(text) as { id: string; name: string; type: string };
  };
  const link = async (id: string): Promise<string> => {
    const { text } = await stage.ask('GET', `/api/attachments/${id}/link`, { token: stage.key('ann') });
    return (JSON.parse(text) as { url: string }).url;
  };

  test('that want to be pages or scripts are saved, whatever they call themselves', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const files: readonly (readonly [string, string, string | Buffer])[] = [
      ['x.html', 'text/html', '<script>alert(1)</script>'],
      ['x.svg', 'image/svg+xml', svg],
      [
        'x.xml',
        'application/xml',
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>',
      ],
      ['x.pdf', 'application/pdf', '%PDF-1.7 /JavaScript'],
      ['x.js', 'text/javascript', 'alert(1)'],
      ['x.png', 'image/png', '<script>alert(1)</script>'],
      ['x.gif', 'image/gif', 'GIF8<script>alert(1)</script>'],
      ['x.png.html', 'text/html', Buffer.concat([png, Buffer.from('<script>alert(1)</script>')])],
      ['x', 'text/html; charset=utf-7', '+ADw-script+AD4-'],
      ['x.css', 'text/css', '@import "https://evil.example"'],
      ['x.wasm', 'application/wasm', Buffer.from('0061736d', 'hex')],
      ['x.swf', 'application/x-shockwave-flash', 'FWS'],
    ];
    for (const [name, type, content] of files) {
      const served = await stage.ask('GET', await link((await upload(name, type, content)).id));
      const image = served.headers.get('content-type')?.startsWith('image/') === true;
      expect([name, served.status, image ? 'image/png' : 'application/octet-stream']).toEqual([
        name,
        200,
        served.headers.get('content-type'),
      ]);
      expect([name, image]).toEqual([name, name === 'x.png.html']);
      expect(served.headers.get('content-disposition')).toMatch(image ? /^inline/ : /^attachment/);
      expect(served.headers.get('x-content-type-options')).toBe('nosniff');
      expect(served.headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  test('names that are paths, headers or tricks are only names', async () => {
    const names = [
      '../../../etc/passwd',
      '..\\..\\x',
      '/etc/passwd',
      'C:\\x.txt',
      'a\r\nSet-Cookie: x=1',
      'a"; filename="b.html',
      'a\u0000.txt',
      '\u202egnp.exe',
      'x'.repeat(900),
      '.',
      '..',
      ' ',
      '%2e%2e%2f',
      'CON',
      'a/b',
      "a'; x=y",
    ];
    for (const name of names) {
      const { id, name: kept } = await upload(name, 'text/plain', 'x');
      expect([name, kept]).toEqual([name, expect.not.stringMatching(/[\\/\u0000-\u001f\u202a-\u202e]/)]);
      const served = await stage.ask('GET', await link(id));
      expect([name, served.status, served.text, served.headers.get('set-cookie')]).toEqual([
        name,
        200,
        'x',
        null,
      ]);
      expect(served.headers.get('content-disposition')).toMatch(
        /^attachment; filename="[^"\r\n]*"(?:; filename\*=UTF-8''[\w%.!#$&+^`|~-]*)?$/,
      );
    }
  });

  test('links that are altered, of another file, over, or guessed lead nowhere, all alike', async () => {
    const [mine, hers] = [
      await upload('a.txt', 'text/plain', 'mine'),
      await upload('b.txt', 'text/plain', 'hers', 'zoe'),
    ];
    const url = await link(mine.id);
    const [, , , until = '', mac = ''] = url.split('/');
    const paths = [
      url.replace(mine.id, hers.id),
      url.replace(until, String(Number(until) + 1)),
      url.replace(until, '9999999999999999'),
      url.replace(mac, 'A'.repeat(mac.length)),
      url.replace(mac, mac.slice(0, -1)),
      url.replace(mine.id, 'att_guessed'),
      `/files/${mine.id}/${until}/x/x`,
    ];
    const answers = await Promise.all(paths.map((path) => stage.ask('GET', path)));
    expect(
      new Set(answers.map(({ status, code, error }) => `${status} ${code} ${error?.message}`)).size,
    ).toBe(1);
    expect(answers[0]?.code).toBe('not_found');
    expect(
      (await stage.ask('GET', `/api/attachments/${hers.id}/link`, { token: stage.key('ann') })).code,
    ).toBe('not_found');
    expect((await stage.ask('GET', url.replace('a.txt', 'x.html'))).headers.get('content-type')).toBe(
      'application/octet-stream',
    );
  });

  test('uploads that lie about their size or break off leave nothing', async () => {
    const host = new URL(stage.url).host;
    const start = [
      'POST /api/attachments?name=x.txt HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${stage.key('ann')}`,
      'Content-Type: application/octet-stream',
    ].join('\r\n');
    await bytes(`${start}\r\nContent-Length: 1000\r\n\r\nonly this`, 300);
    await bytes(`${start}\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nonly this`, 300);
    expect(await bytes(`${start}\r\nContent-Length: 99999999999\r\n\r\nx`)).toMatch(/^HTTP\/1\.1 413 /);
    const other = await stage.ask('POST', '/api/attachments?name=x', { token: stage.key('ann'), raw: '{}' });
    expect(other.code).toBe('invalid');
    unchanged();
  });
});
