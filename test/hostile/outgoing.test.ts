/** C53–C55: addresses that the server is told to call, and what may answer there. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkOutgoing, fetchText, isPrivateAddress } from '../../server/src/lib/outgoing.ts';

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

vi.mock('node:dns', async (original) => ({
  ...(await original<object>()),
  lookup: (name: string, _options: object, done: (error: Error | null, addresses: unknown) => void) =>
    done(null, NAMES[name] ?? []),
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

describe('what answers (C55)', () => {
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
