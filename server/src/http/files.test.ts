/** Files over REST: uploaded, linked, served, and what of it is refused. */
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_ATTACHMENT_BYTES } from '@latchbox/shared';
import { codeOf, startTestHttp, type TestHttp } from './testing/server.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let at: TestHttp;
let token = '';
beforeAll(async () => {
  at = await startTestHttp({ config: { RATE_LIMIT_FACTOR: 100 } });
  token = at.tokens.anna;
});
afterAll(() => at[Symbol.asyncDispose]());

/** Moves the clock, and signs Anna in again: her token has ended by then. */
async function later(ms: number): Promise<void> {
  await at.clock.advance(ms);
  token = String((await at.signIn('anna@fernhill.example')).body['token']);
}

const upload = (raw: Buffer | string, query = 'name=note.txt&type=text/plain', headers = {}) =>
  at.ask('POST', `/api/attachments?${query}`, {
    token,
    raw,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

async function linked(raw: Buffer | string, query?: string): Promise<{ id: string; url: string }> {
  const { body } = await upload(raw, query);
  const id = String(body['id']);
  const link = await at.ask('GET', `/api/attachments/${id}/link`, { token });
  expect(link.status).toBe(200);
  return { id, url: String(link.body['url']) };
}

describe('uploading', () => {
  test('stores the bytes and says what it took', async () => {
    const answer = await upload('abc', 'name=C%3A%5Ctemp%5CRechnung%20M%C3%A4rz.txt&type=Text%2FPlain;x=1');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^att_/) as unknown,
      name: 'Rechnung März.txt',
      type: 'text/plain',
      size: 3,
    });
  });

  test('needs a token, a name and plain bytes', async () => {
    const without = await at.ask('POST', '/api/attachments?name=x', { raw: 'x' });
    expect(codeOf(without)).toBe('unauthenticated');
    expect(codeOf(await upload('x', 'type=text/plain'))).toBe('invalid');
    expect(codeOf(await upload('x', 'name=x', { 'content-type': 'application/json' }))).toBe('invalid');
    expect(codeOf(await upload('x', 'name=x', { 'content-encoding': 'gzip' }))).toBe('invalid');
  });

  test('says how large a file may be, whether its size is announced or not', async () => {
    const bytes = Buffer.alloc(MAX_ATTACHMENT_BYTES + 1);
    const announced = await upload(bytes);
    expect(announced.error).toMatchObject({ code: 'too_large', details: { max: MAX_ATTACHMENT_BYTES } });
    const chunked = await fetch(`${at.url}/api/attachments?name=large`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
      },
      body: new Blob([bytes]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await upload(bytes.subarray(1))).body['size']).toBe(MAX_ATTACHMENT_BYTES);
  });

  test('keeps nothing of a file that broke off', async () => {
    const before = await readdir(at.filesFolder, { recursive: true });
    const { port } = new URL(at.url);
    const broken = request({
      port,
      method: 'POST',
      path: '/api/attachments?name=half',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'content-length': 1_000,
      },
    });
    const closed = new Promise((resolve) => broken.once('close', resolve));
    broken.on('error', () => undefined);
    broken.write('only the beginning');
    // The server has begun to write it once its file is there.
    await expect.poll(() => readdir(at.filesFolder, { recursive: true })).toHaveLength(before.length + 1);
    broken.destroy();
    await closed;
    await expect.poll(() => readdir(at.filesFolder, { recursive: true })).toEqual(before);
    expect(at.logged.join('\n')).not.toContain('A request failed');
  });

  test('ends where an agent keeps too much without using it', async () => {
    const big = Buffer.alloc(MAX_ATTACHMENT_BYTES);
    let last = await upload(big);
    for (let count = 0; last.status === 201 && count < 20; count += 1) last = await upload(big);
    expect(last.error).toMatchObject({ code: 'limit', details: { max: 10 * MAX_ATTACHMENT_BYTES } });
    expect(codeOf(await upload('one more'))).toBe('limit');
    await later(24 * 3_600_000 + 1);
    expect((await upload('a day later')).status).toBe(201);
  });
});

describe('links', () => {
  test('are for the uploader alone as long as nothing took the file', async () => {
    const { id } = await linked('mine');
    const asked = (of: string) => at.ask('GET', `/api/attachments/${id}/link`, { token: of });
    for (const name of ['ben', 'mara']) {
      const { body } = await at.signIn(`${name}@fernhill.example`);
      expect(codeOf(await asked(String(body['token'])))).toBe('not_found');
    }
    const other = await at.ask('GET', '/api/attachments/att_nothere/link', { token });
    expect(codeOf(other)).toBe('not_found');
  });

  test('end after some minutes and cannot be forged', async () => {
    const { url } = await linked('for a while');
    const { url: other } = await linked('another file');
    expect((await at.ask('GET', url)).text).toBe('for a while');
    const [, , id = '', until = '', mac = ''] = url.split('/');
    const otherId = other.split('/')[2] ?? '';
    const forged = [
      `/files/${otherId}/${until}/${mac}/note.txt`,
      `/files/${id}/${Number(until) + 1}/${mac}/note.txt`,
      `/files/${id}/${until}/${mac.slice(0, -1)}/note.txt`,
      `/files/${id}/${until}/${'A'.repeat(mac.length)}/note.txt`,
      `/files/att_nothere/${until}/${mac}/note.txt`,
    ];
    for (const path of forged) expect(codeOf(await at.ask('GET', path)), path).toBe('not_found');
    await later(6 * 60_000);
    expect(codeOf(await at.ask('GET', url))).toBe('not_found');
  });
});

describe('serving', () => {
  test('gives an image back as the image it is, and everything else as bytes to be saved', async () => {
    const image = await linked(PNG, 'name=leaf.html&type=text/html');
    const shown = await at.ask('GET', image.url);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('content-disposition')).toMatch(/^inline; /);
    const page = '<!doctype html><script>alert(1)</script>';
    const files = [
      await linked(page, 'name=page.html&type=text/html'),
      await linked(page, 'name=leaf.png&type=image/png'),
      await linked(
        `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
        'name=x.svg&type=image/svg%2Bxml',
      ),
      await linked('%PDF-1.4', 'name=x.pdf&type=application/pdf'),
    ];
    for (const { url } of files) {
      const { headers, status } = await at.ask('GET', url);
      expect(status).toBe(200);
      expect(headers.get('content-type'), url).toBe('application/octet-stream');
      expect(headers.get('content-disposition'), url).toMatch(/^attachment; /);
    }
    for (const { url } of [...files, image]) {
      const { headers } = await at.ask('GET', url);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    }
  });

  test('answers HEAD without the bytes', async () => {
    const { url } = await linked('how long is it');
    const head = await at.ask('HEAD', url);
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('14');
    expect(head.text).toBe('');
  });
});

test('uploads that nothing took are deleted after a day, with their bytes', async () => {
  const { id } = await linked('forgotten');
  await at.files.sweep();
  expect((await at.ask('GET', `/api/attachments/${id}/link`, { token })).status).toBe(200);
  await later(24 * 3_600_000 + 1);
  const young = await linked('of today');
  expect(await at.files.sweep()).toBeGreaterThan(0);
  const gone = await at.ask('GET', `/api/attachments/${id}/link`, { token });
  expect(codeOf(gone)).toBe('not_found');
  expect((await at.ask('GET', young.url)).text).toBe('of today');
});
