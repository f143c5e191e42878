import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { createInstances, HEARTBEAT_LIMIT, type InstanceMode, type Instances } from './instances.ts';
import { deploymentIdentity, getMeta, removeMeta, setMeta } from './meta.ts';
import { instances as rows } from './schema/sqlite.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from './testing/open.ts';

const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('server processes on %s', { timeout: START_LIMIT }, (dialect) => {
  let db: TestDatabase;
  let clock: ManualClock;
  let running: Set<number>;
  beforeEach(async () => {
    clock = new ManualClock();
    db = await openTestDatabase(dialect, { clock });
    running = new Set([1, 2, 3]);
  }, START_LIMIT);
  afterEach(() => db.close());

  const process = (pid: number, mode: InstanceMode, host = 'alpha'): Instances =>
    createInstances({
      db,
      self: { id: `srv_${pid}_${host}`, host, pid, mode },
      isRunning: (id) => running.has(id),
    });

  it('refuse to start without Redis beside another one, and say which and what to do', async () => {
    await process(1, 'alone').register();
    await expect(process(2, 'alone').register()).rejects.toThrow(
      'Another Latchbox (process 1 on alpha) uses this database. Stop it first, or start both with REDIS_URL, so that they share their locks.',
    );
    await expect(process(2, 'cluster').register()).rejects.toThrow(
      'A Latchbox without Redis (process 1 on alpha) uses this database.',
    );
    expect(await db.read.select().from(rows)).toHaveLength(1);
  });

  it('refuse a process of another host, whose life is told by its heartbeat alone', async () => {
    await process(77, 'alone', 'beta').register();
    await expect(process(1, 'alone').register()).rejects.toThrow('process 77 on beta');
  });

  it('start side by side with Redis', async () => {
    const [first, second] = [process(1, 'cluster'), process(2, 'cluster')];
    await first.register();
    await second.register();
    expect(await first.otherLive(await db.now())).toMatchObject([{ pid: 2, host: 'alpha', mode: 'cluster' }]);
    await second.remove();
    expect(await first.otherLive(await db.now())).toEqual([]);
  });

  it('start after one that was killed, at once on the same host', async () => {
    await process(1, 'alone').register();
    running.delete(1);
    await process(2, 'alone').register();
    expect(await process(2, 'alone').otherLive(await db.now())).toEqual([]);
  });

  it('start after one that had the same process id, as every start in a container has', async () => {
    const before = createInstances({ db, self: { id: 'srv_before', host: 'alpha', pid: 1, mode: 'alone' } });
    await before.register();
    await process(1, 'alone').register();
  });

  it('count as dead without a heartbeat for ten seconds, and as alive again with the next', async () => {
    const first = process(1, 'cluster');
    const second = process(2, 'cluster');
    await first.register();
    await second.register();
    const [row] = await first.otherLive(await db.now());
    const limit = (row?.heartbeatAt ?? 0) + HEARTBEAT_LIMIT;
    expect(await first.otherLive(limit)).toHaveLength(1);
    expect(await first.otherLive(limit + 1)).toEqual([]);
    await second.remove();
    await second.beat();
    expect(await first.otherLive(await db.now())).toMatchObject([{ pid: 2 }]);
  });

  it('are one when two start at the same moment', async () => {
    const results = await Promise.allSettled([
      process(1, 'alone').register(),
      process(2, 'alone').register(),
    ]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('agree who the deployment is, whoever comes first', async () => {
    const identities = await Promise.all(Array.from({ length: 8 }, () => deploymentIdentity(db)));
    expect(new Set(identities.map((identity) => JSON.stringify(identity))).size).toBe(1);
    expect(identities[0]).toMatchObject({
      deploymentId: expect.stringMatching(/^dep_/) as string,
      logEpoch: expect.stringMatching(/^log_/) as string,
      tokenSecret: expect.stringMatching(/^.{43}$/) as string,
    });
  });

  it('share single values', async () => {
    expect(await getMeta(db.read, 'organisation')).toBeUndefined();
    await db.inTransaction((tx) => setMeta(tx, 'organisation', 'Shop'));
    await db.inTransaction((tx) => setMeta(tx, 'organisation', 'Bookshop'));
    expect(await getMeta(db.read, 'organisation')).toBe('Bookshop');
    await db.inTransaction((tx) => removeMeta(tx, 'organisation'));
    expect(await getMeta(db.read, 'organisation')).toBeUndefined();
  });
});

it('sees by the system whether a process of this host still runs', async () => {
  const db = await openTestDatabase('sqlite');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const self = { id: 'srv_self', host: 'alpha', pid: process.pid, mode: 'alone' } as const;
  await createInstances({ db, self: { ...self, id: 'srv_child', pid: child.pid ?? 0 } }).register();
  await expect(createInstances({ db, self }).register()).rejects.toThrow(`process ${child.pid} on alpha`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await createInstances({ db, self }).register();
  await db.close();
});
