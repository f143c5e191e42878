/** "Start" of ARCHITECTURE's "Lock, fence, send": one server whose leases lived in its memory. */

import { describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startRedis } from '../tools/redis.ts';
import { startServer } from '../tools/server-process.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const seed = (times: Partial<typeof SHORT>) => ({
  inboxes: { orders: { times: { ...SHORT, ...times }, conversations: 3 } },
  agents: { ann: {}, ben: {} },
});
/** With a grace in which a busy machine surely manages to come back. */
const world = (): Promise<World> => startWorld({ seed: seed({ lockTtl: 6_000, reconnectGrace: 4_000 }) });

describe('a restart in default mode', () => {
  test('the holder resumes within the grace, and its reply goes through', async () => {
    await using here = await world();
    const id = here.conversation('orders');
    const before = await here.connect('ann');
    const { fence } = await before.acquire(id);
    await here.server().kill9();
    await here.server().restart();
    const after = await here.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks).toMatchObject([{ conversationId: id, lock: { status: 'held', fence } }]);
    // Beyond grace and TTL: it is renewed again, not only left over.
    await eventually(
      'the TTL is over',
      () => Date.now() - after.wire.hello.serverTime > SHORT.lockTtl + SLACK,
      5_000,
    );
    expect(await after.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await here.check();
  });

  test('nobody slips in between the open port and the end of the grace', async () => {
    await using here = await world();
    const id = here.conversation('orders');
    const before = await here.connect('ann');
    const { fence } = await before.acquire(id);
    await here.server().kill9();
    const restarting = here.server().restart();
    // From the first moment at which the port answers, and again and again until the restart is through.
    let tries = 0;
    const ben = await eventually('the port is open', () => here.connect('ben'), 10_000);
    const attempts: Promise<unknown>[] = [];
    const until = performance.now() + 300;
    while (performance.now() < until) {
      tries += 1;
      attempts.push(refusal('lock_held', ben.acquire(id)));
      await attempts.at(-1);
    }
    await restarting;
    expect(tries).toBeGreaterThan(3);
    const after = await here.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks).toMatchObject([{ lock: { status: 'held', fence } }]);
    await here.check();
  });

  test('a holder that does not come back loses the lock when the grace is over, as restarted', async () => {
    await using here = await startWorld({ seed: seed({ lockTtl: 2_500, reconnectGrace: 1_500 }) });
    const id = here.conversation('orders');
    const ann = await here.connect('ann');
    const { fence } = await ann.acquire(id);
    await here.server().kill9();
    await here.server().restart();
    const ended = await eventually(
      'the lock has ended',
      () =>
        here.rows<{ reason: string }>(
          'SELECT end_reason AS reason FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NOT NULL',
          id,
          fence,
        )[0],
      1_500 + 3 * SLACK,
    );
    expect(ended.reason).toBe('restarted');
    // Nobody has overtaken it, so what was typed meanwhile still goes through.
    const late = await here.connect('ann', { resume: ann.wire.session });
    expect(await late.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
    const ben = await here.connect('ben');
    expect(await ben.acquire(id)).toMatchObject({ fence: fence + 1 });
    await here.check();
  });

  test('a drained server gives its locks to nobody: the holder resumes after the restart', async () => {
    await using here = await world();
    const id = here.conversation('orders');
    const before = await here.connect('ann');
    const { fence } = await before.acquire(id);
    expect(await here.server().sigterm()).toMatchObject({ code: 0 });
    await here.server().restart();
    const after = await here.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks).toMatchObject([{ lock: { status: 'held', fence } }]);
    await here.check();
  });

  test('the idle countdown goes on from where it was', async () => {
    await using here = await startWorld({
      seed: {
        inboxes: {
          quick: {
            times: { ...SHORT, lockTtl: 6_000, reconnectGrace: 4_000, idleAfter: 500, idleGrace: 30_000 },
          },
        },
        agents: { ann: {}, ben: {} },
      },
    });
    const id = here.conversation('quick');
    const before = await here.connect('ann');
    const { fence } = await before.acquire(id);
    const asked = await eventually(
      'the holder is asked',
      () =>
        here.rows<{ deadline: number }>(
          'SELECT idle_deadline AS deadline FROM lock_epochs WHERE idle_deadline IS NOT NULL',
        )[0],
    );
    await here.server().kill9();
    await here.server().restart();
    const after = await here.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks[0]?.lock).toMatchObject({
      idle: { phase: 'asked', deadline: asked.deadline },
    });
    // An answer still withdraws it.
    expect(await after.stay(id, fence)).toEqual({});
    expect(here.rows('SELECT 1 FROM lock_epochs WHERE idle_deadline IS NOT NULL')).toEqual([]);
    await here.check();
  });
});

describe('default mode', () => {
  test('refuses to start beside servers that share Redis, and they beside it', async () => {
    await using redis = await startRedis();
    const env = { REDIS_URL: redis.url };
    await using alone = await world();
    await expect(startServer({ dataDir: alone.server().dataDir, args: ['--empty'], env })).rejects.toThrow(
      /without Redis/,
    );
    await using together = await startWorld({ seed: seed({}), redis: true });
    await expect(startServer({ dataDir: together.server().dataDir, args: ['--empty'] })).rejects.toThrow(
      /uses this database/,
    );
  });

  test('refuses to start beside another live process on the same file', async () => {
    await using here = await world();
    const { dataDir } = here.server();
    await expect(startServer({ dataDir, args: ['--empty'] })).rejects.toThrow(/uses this database/);
    expect(here.server().running).toBe(true);
    // A process that was killed is no obstacle.
    await here.server().kill9();
    await using next = await startServer({ dataDir, args: ['--empty'] });
    expect(next.running).toBe(true);
  });
});
