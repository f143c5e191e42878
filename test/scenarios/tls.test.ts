/** TLS of its own: REST, page and socket by https and wss, and a renewed certificate without a restart. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { keepFiles, makeCertificate } from '@latchbox/server/src/http/testing/make-certificate.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockIs, opened, people } from '../rows/stage.ts';
import { eventually } from '../tools/eventually.ts';
import { ServerDidNotStart, startServer } from '../tools/server-process.ts';
import { SHORT, startWorld } from '../tools/world.ts';

const [first, second] = [makeCertificate('first'), makeCertificate('second')];
const trusted = getCACertificates('default');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchbox-tls-'));
  // What an operator’s authority is to browsers, these two are to the clients of this file.
  setDefaultCACertificates([...trusted, first.cert, second.cert]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await rm(folder, { recursive: true });
});

/** The serial number of the certificate that a new connection is shown. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.once('error', reject);
  });
}

test('P4: https and wss with a certificate of its own; a renewed one is served without losing a connection', async () => {
  const env = keepFiles(folder, first);
  await using world = await startWorld({
    env,
    seed: {
      inboxes: { front: { lockOn: 'open', times: SHORT, conversations: 1 } },
      agents: { ann: {}, ben: {} },
    },
  });
  const { url, port, pid, lines } = world.server();
  expect(lines).toContainEqual(`Latchbox is ready: https://localhost:${port}`);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get('strict-transport-security')).toMatch(/max-age=\d{7}/);
  await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();

  await using sdk = people(world);
  const ann = await sdk.join('ann');
  const states: string[] = [];
  ann.connection.subscribe(() => states.push(ann.connection.getSnapshot().name));
  const hers = await opened(ann, world.conversation('front'));
  await lockIs(hers, 'mine');
  expect(await shown(port)).toBe(first.serial);

  keepFiles(folder, second);
  process.kill(pid, 'SIGHUP');
  await eventually('the new one is served', async () => (await shown(port)) === second.serial);
  // Who was there has noticed nothing, and whoever comes now trusts the new one.
  await hers.reply({ body: 'Sent by wss' }).confirmed;
  const ben = await sdk.join('ben');
  const { holder } = await lockIs(await opened(ben, hers.id, 'none'), 'theirs');
  expect(holder.name).toBe(world.agent('ann').name);
  expect(states).toEqual([]);

  // Half a pair: the one in use stays.
  keepFiles(folder, { cert: first.cert, key: second.key });
  process.kill(pid, 'SIGHUP');
  await eventually('it says so', () => lines.some((line) => line.includes('the old one stays')));
  expect(await shown(port)).toBe(second.serial);
});

test('P4: a pair that does not fit stops the start, in words', async () => {
  const env = keepFiles(folder, { cert: first.cert, key: second.key });
  const failed = await startServer({ env, args: ['--empty'] }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ServerDidNotStart);
  expect(String(failed)).toMatch(/Latchbox did not start\. The key in TLS_KEY_FILE does not belong/);
});
