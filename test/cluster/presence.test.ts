/** Presence and typing of several servers over a real Redis, in real time with a short beat. */

import type { DownItem } from '@latchbox/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedisHints } from '../../server/src/cluster/hints-redis.ts';
import { createRedisRegistry } from '../../server/src/cluster/registry-redis.ts';
import { createPresence, type Presence } from '../../server/src/collaboration/presence.ts';
import { people, session } from '../../server/src/collaboration/testing/presence-servers.ts';
import { createTyping, type Typing } from '../../server/src/collaboration/typing.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { silentLog } from '../../server/src/lib/log.ts';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedis } from '../tools/redis.ts';

const BEAT = 400;

interface Server {
  readonly presence: Presence;
  readonly typing: Typing;
  readonly told: DownItem[];
  /** As kill -9: nothing more is said, and nothing given back. */
  readonly die: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly ready: () => Promise<unknown>;
}

let redis: RedisServer;
let servers: Server[];

beforeEach(async () => {
  redis = await startRedis();
  servers = [];
});
afterEach(async () => {
  redis.resume();
  await Promise.all(servers.map((server) => server.stop()));
  await redis.stop();
});

async function start(serverId: string): Promise<Server> {
  const shared = {
    url: redis.url,
    deploymentId: 'dep',
    clock: systemClock,
    log: silentLog,
    commandTimeout: 200,
  };
  const hints = createRedisHints(shared);
  const registry = createRedisRegistry(shared);
  const told: DownItem[] = [];
  const deps = {
    ...shared,
    hints,
    registry,
    serverId,
    emit: (_: string, item: DownItem) => void told.push(item),
  };
  const presence = createPresence({ ...deps, beat: BEAT });
  const typing = createTyping({ ...deps, expiresAfter: 500 });
  const ready = () => Promise.all([hints.ready(), registry.ready()]);
  await ready();
  presence.start();
  typing.start();
  await ready();
  const die = async (): Promise<void> => void (await Promise.all([hints.close(), registry.close()]));
  const server = {
    presence,
    typing,
    told,
    die,
    ready,
    async stop() {
      await presence.close();
      await typing.close();
      await die();
    },
  };
  servers.push(server);
  return server;
}

const sees = (server: Server, expected: string[], withinMs?: number) =>
  eventually(
    `${expected.join(', ') || 'nobody'} is seen`,
    async () => JSON.stringify((await people(server.presence)).sort()) === JSON.stringify(expected),
    withinMs,
  );

test('servers see who is there, what they look at and who types', async () => {
  const [one, two] = [await start('srv_1'), await start('srv_2')];
  one.presence.connected(session('Ana'));
  two.presence.connected(session('Ben'));
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  one.typing.signal(
    'ses_Ana_1',
    { id: 'agt_Ana', name: 'Ana' },
    { inboxId: 'ibx', conversationId: 'cnv_1' },
    'reply',
  );
  await sees(one, ['Ana online', 'Ben online']);
  await sees(two, ['Ana online', 'Ben online']);
  await eventually('the typist is told', () =>
    two.told.some((item) => item.t === 'typing' && item.kind === 'reply'),
  );
  const three = await start('srv_3');
  await sees(three, ['Ana online', 'Ben online']);
  const { conversations } = await three.presence.snapshot('ibx');
  expect(conversations).toMatchObject([
    { conversationId: 'cnv_1', viewers: [{ person: { name: 'Ana' } }], typists: [{ kind: 'reply' }] },
  ]);
  one.typing.gone('ses_Ana_1');
  await eventually('the stop is told', () =>
    two.told.some((item) => item.t === 'typing' && item.kind === null),
  );
  await one.stop();
  await sees(two, ['Ben online'], BEAT);
});

test('the ghosts of a dead server vanish within two beats', async () => {
  const [one, two] = [await start('srv_1'), await start('srv_2')];
  two.presence.connected(session('Ben'));
  two.presence.view('ses_Ben_1', 'ibx', 'cnv_1');
  await eventually('Ben is seen to view', () => one.presence.viewersOf('cnv_1').length === 1);
  await two.die();
  await sees(one, [], 2 * BEAT + 100);
  expect(one.presence.viewersOf('cnv_1')).toEqual([]);
  expect(one.told.at(-1)).toMatchObject({ t: 'viewers', viewers: [] });
});

test.each(['emptied', 'killed and started again'])(
  'when Redis was %s everybody is seen again a beat later',
  async (how) => {
    const [one, two] = [await start('srv_1'), await start('srv_2')];
    one.presence.connected(session('Ana'));
    two.presence.connected(session('Ben'));
    await sees(one, ['Ana online', 'Ben online']);
    if (how === 'emptied') await redis.flushall();
    else {
      await redis.kill();
      await sees(one, ['Ana online'], 3 * BEAT);
      await sees(two, ['Ben online'], 3 * BEAT);
      await redis.start();
      await Promise.all([one.ready(), two.ready()]);
    }
    await sees(one, ['Ana online', 'Ben online']);
    await sees(two, ['Ana online', 'Ben online']);
    await eventually(
      'the registry is whole',
      async () => (await redis.keys('latchbox:dep:presence:entry:*')).length === 2,
    );
  },
);

test('when all have stopped no key and no client is left', async () => {
  const [one, two] = [await start('srv_1'), await start('srv_2')];
  one.presence.connected(session('Ana'));
  two.presence.connected(session('Ben'));
  one.typing.signal(
    'ses_Ana_1',
    { id: 'agt_Ana', name: 'Ana' },
    { inboxId: 'ibx', conversationId: 'cnv_1' },
    'note',
  );
  await sees(one, ['Ana online', 'Ben online']);
  await Promise.all([one.stop(), two.stop()]);
  await eventually(
    'nothing is left',
    async () => (await redis.keys()).length === 0 && (await redis.clients()).length === 0,
  );
});
