/** Taking a lock and giving it back through the SDK, beside what that cannot do without. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLatchbox } from '@latchbox/client';
import { Redis } from 'ioredis';
import Redlock from 'redlock';
import { io } from 'socket.io-client';
import { startRedis } from '../tools/redis.ts';
import { seedDatabase } from '../tools/seed.ts';
import { startServer } from '../tools/server-process.ts';
import { type BenchCase, sideBySide } from './case.ts';
import { type Child, startChild } from './parts/child.ts';
import { openRawStore } from './raw-store.ts';

const TTL = 30_000;

/** Two echoes, a lease taken and given back, and two FULL commits of the same rows. */
async function bareSide(server: Child, redisUrl: string, file: string) {
  const socket = io(await server.ask<string>('url'), { transports: ['websocket'], reconnection: false });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const redis = new Redis(redisUrl);
  const redlock = new Redlock([redis], { retryCount: 0 });
  const store = await openRawStore(file);
  const conversationId = 'cnv_'.padEnd(26, 'c');
  return {
    async run(call: number) {
      await socket.emitWithAck('echo', { conversationId, requestId: `req_${call}` });
      const lease = await redlock.acquire([`bench:${conversationId}`], TTL);
      store.grant(call);
      await socket.emitWithAck('echo', { conversationId, fence: call, reason: 'released' });
      store.end();
      await lease.release();
    },
    close() {
      socket.disconnect();
      redis.disconnect();
      store.close();
    },
  };
}

async function ourSide(url: string, token: string, conversationId: string) {
  const client = createLatchbox({ url, auth: () => Promise.resolve(token) });
  await client.connect();
  const conversation = client.conversation(conversationId);
  await using lock = await conversation.lock.acquire();
  await lock.release();
  return {
    async run() {
      const held = await conversation.lock.acquire();
      await held.release();
    },
    close: () => client.close(),
  };
}

export const acquireRelease: BenchCase = {
  name: 'acquire and release through the SDK',
  baseline:
    'two Socket.IO echoes, redlock acquire and release on the same Redis, two FULL commits writing the same rows raw',
  target: { atMost: 1.5 },
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
    const redis = await startRedis();
    try {
      const { inboxes, agents } = await seedDatabase(folder, {
        inboxes: { orders: { lockOn: 'compose' } },
        agents: { anna: {} },
      });
      const env = { NODE_ENV: 'production', REDIS_URL: redis.url, RATE_LIMIT_FACTOR: '1000' };
      await using server = await startServer({ dataDir: folder, args: ['--empty'], env });
      await using echo = startChild('./bare-server.ts');
      const bare = await bareSide(echo, redis.url, join(folder, 'bare.sqlite'));
      const ours = await ourSide(
        server.url,
        agents.anna?.token ?? '',
        inboxes.orders?.conversations[0] ?? '',
      );
      try {
        const times = await sideBySide(
          () => ours.run(),
          (call) => bare.run(call),
          { rounds: 40, each: 10 },
        );
        return { ...times, unit: 'µs' };
      } finally {
        await ours.close();
        bare.close();
      }
    } finally {
      await redis.stop();
      await rm(folder, { recursive: true });
    }
  },
};
