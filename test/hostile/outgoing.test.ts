/** C53–C55: addresses that the server is told to call, and what may answer there. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkOutgoing, fetchOutside, fetchText, isPrivateAddress } from '../../server/src/lib/outgoing.ts';

/** What names have for addresses in this file; a list for each time that one is looked up. */
const NAMES: Record<string, { address: string; family: number }[]> = {
  'private.example': [{ address: '10.0.0.1', family: 4 }],
  'mixed.example': [
    { address: '93.184.216.34', family: 4 },
    { address: '::1', family: 6 },
  ],
  'mapped.example': [{ address: '::ffff:169.254.169.254', family: 6 }],
  'none.example': [],
};
/** Names whose owner changes their addresses: each look-up takes the next ones. */
const REBOUND: Record<string, { address: string; family: number }[][]> = {};
let lookedUp = 0;

vi.mock('node:dns', async (original) => ({
  ...(await original<object>()),
  lookup: (name: string, _options: object, done: (error: Error | null, addresses: unknown) => void) => {
    lookedUp += 1;
    done(null, REBOUND[name]?.shift() ?? NAMES[name] ?? []);
  },
}));

let server: Server;
let base = '';
let serve: RequestListener = (_request, response) => response.end();
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    serve(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options = { allowedHosts: [] as string[], timeout: 2_000, maxBytes: 1_000 };
const allowed = () => ({ ...options, allowedHosts: [base], timeout: 300 });

describe('where (C53, C54)', () => {
  test('addresses that the public internet does not know, in every way of writing them', () => {
    const urls = [
      'https://127.0.0.1/',
      'https://127.1/',
      'https://0x7f000001/',
      'https://2130706433/',
      'https://017700000001/',
      'https://0/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://[64:ff9b::7f00:1]/',
      'https://[2002:7f00:1::]/',
      'https://169.254.169.254/latest/meta-data',
      'https://100.64.0.1/',
      'https://192.168.0.1:8443/',
      'https://[fe80::1]/',
      'https://[fd00::1]/',
      'https://224.0.0.1/',
      'https://255.255.255.255/',
      'https://①②⑦.0.0.1/',
    ];
    const let_in = urls.filter((url) => {
      try {
        checkOutgoing(new URL(url), []);
        return true;
      } catch {
        return false;
      }
    });
    expect(let_in).toEqual([]);
    for (const url of [
      'http://example.com/',
      'file:///etc/passwd',
      'ftp://example.com/',
      'gopher://x/',
      'https://a:b@example.com/',
      'data:text/plain,x',
    ])
      expect(() => checkOutgoing(new URL(url), []), url).toThrow();
    for (const text of ['', 'x', '1.2.3', '::g', '127.0.0.1\u0000'])
      expect(isPrivateAddress(text)).toBe(true);
    expect(['93.184.216.34', '2606:4700::1111'].map(isPrivateAddress)).toEqual([false, false]);
  });

  test('names with a private address among theirs are refused when the connection is made', async () => {
    for (const name of Object.keys(NAMES))
      await expect(fetchText(new URL(`https://${name}:1/keys`), options), name).rejects.toThrow(
        'no public address',
      );
  });

  test('a redirect is not followed', async () => {
    serve = (_request, response) => response.writeHead(302, { location: `http://${base}/secret` }).end();
    asked = 0;
    await expect(fetchText(new URL(`http://${base}/`), allowed())).rejects.toThrow('answered 302');
    expect(asked).toBe(1);
  });
});

describe('where a redirect leads (C54)', () => {
  const following = (redirects: number, more: object = {}) =>
    fetchOutside(new URL(`http://${base}/0`), { ...allowed(), redirects, ...more });
  const onward = (to: string): RequestListener => {
    return (_request, response) => void response.writeHead(302, { location: to }).end();
  };

  test('into a private address, another scheme or none is refused, however it is written', async () => {
    for (const to of [
      'https://127.0.0.1/latest',
      'http://169.254.169.254/latest/meta-data',
      '//[::ffff:10.0.0.1]/',
      'https://private.example/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:25/_HELO',
      'https://user:secret@example.com/',
      'http://[::1',
    ]) {
      serve = onward(to);
      await expect(following(3, { plain: true }), to).rejects.toThrow();
    }
  });

  test('is followed so often and no more', async () => {
    serve = ({ url }, response) => {
      const step = Number(url?.slice(1));
      if (step === 3) return void response.end('there');
      response.writeHead(302, { location: `/${step + 1}` }).end('x'.repeat(5_000));
    };
    const answer = await following(3);
    expect([answer.status, answer.body.toString(), answer.url.pathname]).toEqual([200, 'there', '/3']);
    await expect(following(2)).rejects.toThrow('too many redirects');
    serve = onward('/0');
    asked = 0;
    await expect(following(3)).rejects.toThrow('too many redirects');
    expect(asked).toBe(4);
  });

  test('gets credentials only where they were meant for', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('media');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const host = `127.0.0.1:${(other.address() as { port: number }).port}`;
    serve = ({ headers, url }, response) => {
      seen.push(headers.authorization);
      response.writeHead(307, { location: url === '/0' ? '/1' : `http://${host}/` }).end();
    };
    const options = { authorization: 'Basic c2VjcmV0', allowedHosts: [base, host] };
    expect((await following(3, options)).body.toString()).toBe('media');
    expect(seen).toEqual(['Basic c2VjcmV0', 'Basic c2VjcmV0', undefined]);
    other.close();
  });
});

describe('names that change their mind (C53)', () => {
  test('the address that was checked is the one that is connected to', async () => {
    const here = [{ address: '127.0.0.1', family: 4 }];
    const public_ = [{ address: '192.88.99.1', family: 4 }];
    const port = base.split(':')[1];
    asked = 0;
    // Public when it is looked at, ours when it is used: there is no second look-up that could tell them apart.
    REBOUND['rebound.example'] = [[{ address: '93.184.216.34', family: 4 }], here, here];
    lookedUp = 0;
    const url = new URL(`http://rebound.example:${port}/`);
    const once_ = fetchOutside(url, { ...options, plain: true, timeout: 200 });
    await expect(once_).rejects.toThrow();
    expect([lookedUp, asked]).toEqual([1, 0]);
    await expect(fetchOutside(url, { ...options, plain: true })).rejects.toThrow('no public address');
    REBOUND['rebound.example'] = [public_];
    await expect(fetchOutside(url, { ...options, plain: true })).rejects.toThrow('no public address');
    expect(asked).toBe(0);
  });
});

describe('what answers (C55)', () => {
  test('an error is an answer without a body, and a length that is announced is believed', async () => {
    serve = (_request, response) => response.writeHead(404).end('x'.repeat(5_000));
    const url = new URL(`http://${base}/`);
    expect(await fetchOutside(url, allowed())).toMatchObject({ status: 404, body: Buffer.alloc(0) });
    let written = false;
    serve = (_request, response) => {
      response.writeHead(200, { 'content-length': '5000000000' });
      response.flushHeaders();
      written = true;
    };
    await expect(fetchOutside(url, allowed())).rejects.toThrow('more than 1000 bytes');
    expect(written).toBe(true);
  });

  const fetching = () => fetchText(new URL(`http://${base}/`), allowed());

  test('without end, slowly, or not at all, is given up', async () => {
    serve = (_request, response) => {
      const more = (): void => void (response.writable && response.write('x'.repeat(100_000), more));
      more();
    };
    await expect(fetching()).rejects.toThrow('more than 1000 bytes');
    serve = (_request, response) => {
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    };
    await expect(fetching()).rejects.toThrow();
    serve = () => undefined;
    await expect(fetching()).rejects.toThrow();
  });

  test('with a bomb, with heads without end, or with nonsense', async () => {
    // Nothing is unpacked: what comes counts as it comes.
    serve = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([0x1f, 0x8b, 8, 0]));
    expect(await fetching()).toHaveLength(4);
    serve = (request) => void request.socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`);
    await expect(fetching()).rejects.toThrow();
    serve = (request) => void request.socket.end('nonsense\r\n\r\n');
    await expect(fetching()).rejects.toThrow();
    serve = (request) => void request.socket.destroy();
    await expect(fetching()).rejects.toThrow();
  });
});
