import { expect, test } from 'vitest';
import { changeInbox } from '@latchbox/shared/http/inboxes';
import { startProxy } from '../tools/proxy.ts';
import { startRedis } from '../tools/redis.ts';
import { restClient } from '../tools/rest-client.ts';
import { MAIN, type ServerProcess, startServer } from '../tools/server-process.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { play } from './play-steps.ts';

/** Short times for the play; the order of things is that of the defaults. */
const TIMES = { lockTtl: 3_000, reconnectGrace: 1_000, idleAfter: 4_000, idleGrace: 4_000 };
const QUICK = {
  PING_INTERVAL_MS: '1000',
  PING_TIMEOUT_MS: '1000',
  HEAD_BEAT_MS: '1000',
  TYPING_EVERY_MS: '500',
};

async function shorten(server: ServerProcess): Promise<void> {
  const { email, password } = demoAgent('Mara Okafor');
  const answer = await fetch(`${server.url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { token } = (await answer.json()) as { token: string };
  const rest = restClient(server.url, token);
  await rest.call(changeInbox, { params: { inbox: 'orders' }, body: { times: TIMES } });
}

async function playOn(name: string, serverA: ServerProcess, serverB: ServerProcess): Promise<void> {
  await shorten(serverA);
  await using proxy = await startProxy(serverA.port);
  await using stage = await openStage(name);
  await play({
    stage,
    urlA: proxy.url,
    urlB: serverB.url,
    signInA: demoAgent('Jonas Lind'),
    signInB: demoAgent('Tess Amiri'),
    cutA: async () => {
      await proxy.close();
      proxy.reset();
    },
    healA: () => proxy.open(),
  });
  expect(stage.errors).toEqual([]);
}

test('two agents and a customer: lock, typing, idle ping, take, stale send stopped, answered, and on', async () => {
  await using server = await startServer({ env: QUICK, entry: MAIN });
  await playOn('one-server', server, server);
}, 180_000);

test('the same play with the agents on two servers that share Redis and one SQLite file', async () => {
  await using redis = await startRedis();
  const env = { ...QUICK, REDIS_URL: redis.url };
  await using one = await startServer({ env });
  await using two = await startServer({ env, dataDir: one.dataDir });
  await playOn('two-servers', one, two);
}, 180_000);
