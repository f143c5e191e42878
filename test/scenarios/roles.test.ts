/** `ROLES`: the work of one deployment shared among servers of different kinds, and what each of them leaves alone. */

import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { staysTrue } from '../tools/scenario.ts';
import { freePort, startServer } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const start = (): Promise<World> =>
  startWorld({
    redis: true,
    env: { ROLES: 'web' },
    seed: {
      inboxes: {
        orders: { lockOn: 'open', times: SHORT, conversations: 2, addresses: ['orders@fernhill.example'] },
      },
      agents: { ann: {}, ben: {} },
    },
  });

/** One more server of the world, of another kind. */
const join = (world: World, roles: string, env: Readonly<Record<string, string>> = {}) =>
  startServer({
    dataDir: world.server().dataDir,
    args: ['--empty'],
    env: { REDIS_URL: world.redis?.url ?? '', ROLES: roles, SWEEP_MS: '100', ...env },
  });

const statuses = async (url: string, paths: readonly string[]): Promise<number[]> =>
  await Promise.all(paths.map(async (path) => (await fetch(url + path)).status));

const states = (world: World): unknown[] =>
  world.rows<{ state: string }>('SELECT state FROM outbox ORDER BY position').map(({ state }) => state);

test('a web server stores replies and sends none; a worker does, and answers nobody else', async () => {
  await using world = await start();
  const customer = await world.customer('orders');
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(customer.conversationId);
  await ann.send(customer.conversationId, { fence, lastSeen: 1, body: 'First', next: 'stay' });
  // Longer than a worker would wait for its next look.
  await staysTrue('it waits', () => states(world)[0] === 'queued', 1_500);

  await using worker = await join(world, 'worker');
  await eventually('the worker sends what waited', () => states(world)[0] === 'sent');
  await ann.send(customer.conversationId, { fence, lastSeen: 2, body: 'Second', next: 'stay' });
  await eventually('and what comes', () => states(world)[1] === 'sent');
  expect(await customer.sees()).toEqual(['First', 'Second']);
  const paths = ['/health/live', '/health/ready', '/metrics', '/', '/api/me', '/socket.io/'];
  expect(await statuses(worker.url, paths)).toEqual([200, 200, 200, 404, 404, 404]);
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain('latchbox_role{role="worker"} 1');
  await world.check();
});

test('a worker ends the lock of somebody who is gone when no web server is left', async () => {
  await using world = await start();
  await using _worker = await join(world, 'worker');
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(world.conversation('orders'));
  const row = (): { gone: number | null; reason: string | null } | undefined =>
    world.rows<{ gone: number | null; reason: string | null }>(
      'SELECT gone_deadline AS gone, end_reason AS reason FROM lock_epochs WHERE epoch = ?',
      fence,
    )[0];
  ann.wire.disconnect();
  await eventually('it is written down that she is gone', () => row()?.gone);
  await world.server().kill9();
  await eventually('the lock ends', () => row()?.reason === 'disconnected');
});

test('mail comes in through a server that does nothing else', async () => {
  await using world = await start();
  const port = await freePort();
  await using _door = await join(world, 'smtp', { SMTP_PORT: String(port) });
  await sendMail(port, { from: 'cleo@example.com', to: 'orders@fernhill.example' }, MAIL);
  const filed = `SELECT 1 FROM entries WHERE body LIKE 'Is it in stock?%'`;
  expect(world.rows(filed)).toHaveLength(1);
});

const MAIL = [
  'From: Cleo <cleo@example.com>',
  'To: orders@fernhill.example',
  'Subject: Ink',
  'Message-ID: <ink-1@example.com>',
  '',
  'Is it in stock?',
  '',
].join('\r\n');
