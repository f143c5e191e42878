/** T5: pictures of mails that lie on other servers, and what those servers learn. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { getEntryHtml } from '@latchbox/shared/http/entry-mails';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailWorld, mailOf, startMailWorld } from './mail-stage.ts';
import { sendMail } from '../tools/smtp-client.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let pictures: Server;
let host = '';
let mail: MailWorld;
const asked: IncomingMessage[] = [];
let serve: RequestListener = () => undefined;

beforeAll(async () => {
  pictures = createServer((request, response) => {
    asked.push(request);
    serve(request, response);
  });
  pictures.listen(0, '127.0.0.1');
  await once(pictures, 'listening');
  host = `127.0.0.1:${(pictures.address() as { port: number }).port}`;
  mail = await startMailWorld({ ALLOWED_PRIVATE_HOSTS: host });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  pictures.closeAllConnections();
  pictures.close();
});

/** A mail with these pictures comes in; answers the paths under which Rita sees them. */
async function shown(subject: string, sources: readonly string[]) {
  const body = `<p>Hello</p>${sources.map((source) => `<img src="${source}">`).join('')}`;
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  await sendMail(mail.port, { to: 'orders@shop.example' }, mailOf({ subject, body, headers }));
  const { row } = await mail.thread(subject);
  const params = { conversation: row.id, position: '1' };
  const rest = mail.world.rest('rita');
  const html = async (images: 0 | 1) => {
    const answer = await rest.call(getEntryHtml, { params, query: { images } });
    return [...answer.html.matchAll(/<img[^>]* src="([^"]*)"/g)].map(([, src = '']) => src);
  };
  expect(await html(0)).toEqual([]);
  return await html(1);
}

const get = (path = '') => fetch(mail.world.server().url + path, { headers: { cookie: 'secret=1' } });

test('T5: pictures of other servers come through this one, which tells nothing about who looks', async () => {
  serve = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'seen=1' }).end(PNG);
  };
  asked.length = 0;
  const [path] = await shown('Through us', [`http://${host}/a.png?for=rita`]);
  expect(asked).toEqual([]);
  const answer = await get(path);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(PNG.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  const [request] = asked;
  expect(request?.url).toBe('/a.png?for=rita');
  expect(Object.keys(request?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
  // Kept: the second look is not told.
  expect((await get(path)).status).toBe(200);
  expect(asked).toHaveLength(1);
});

test('T5: what is no picture by its bytes, is private, too large or gone is not shown', async () => {
  const far = [
    'http://127.0.0.1:1/x.png',
    'http://169.254.169.254/latest',
    'https://[::ffff:10.0.0.1]/x.png',
  ];
  const near = ['svg', 'html', 'huge', 'gone', 'away'].map((name) => `http://${host}/${name}`);
  serve = ({ url }, response) => {
    response.setHeader('content-type', 'image/png');
    if (url === '/svg') response.end('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    else if (url === '/html') response.end('<script>alert(1)</script>');
    else if (url === '/huge') response.end(Buffer.concat([PNG, Buffer.alloc(6 * 1_024 * 1_024)]));
    else if (url === '/away') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else response.writeHead(404).end(PNG);
  };
  const paths = await shown('Not pictures', [...far, ...near]);
  expect(paths).toHaveLength(far.length + near.length);
  for (const path of paths) expect((await get(path)).status, path).toBe(404);
});

test('T5: a link is good for one mail, one reader and some minutes, and cannot be made', async () => {
  serve = (_request, response) => void response.end(PNG);
  const [path = ''] = await shown('One reader', [`http://${host}/one.png`]);
  const parts = path.split('/');
  const [conversation = '', agent = ''] = [parts[3], parts[5]];
  const other = Buffer.from(`http://${host}/two.png`).toString('base64url');
  for (const [at, value] of [
    [3, 'cnv_other'],
    [4, '2'],
    [5, mail.world.agent('ana').id],
    [6, String(Number(parts[6]) + 60_000)],
    [7, 'A'.repeat(43)],
    [8, other],
  ] as const) {
    const forged = parts.with(at, value).join('/');
    expect((await get(forged)).status, forged).toBe(404);
  }
  expect((await get(path)).status).toBe(200);
  expect(conversation).toMatch(/^cnv_/);
  // Whoever is no reader any more has no use of the link.
  const inbox = mail.world.seeded.inboxes['orders']?.inboxId ?? '';
  await mail.world.rest('mia').call(removeMember, { params: { inbox, agent } });
  expect((await get(path)).status).toBe(404);
  await mail.world.rest('mia').call(putMember, { params: { inbox, agent }, body: { capability: 'read' } });
  expect((await get(path)).status).toBe(200);
});
