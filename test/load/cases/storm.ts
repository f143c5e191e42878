/** Every connection is cut at once (N16): until all agents are current again. */
import { startChild } from '../../bench/parts/child.ts';
import { pause } from '../../tools/eventually.ts';
import { startCrew } from '../crew.ts';
import { startDeployment } from '../deployment.ts';
import { Sum } from '../meter.ts';
import { storm } from '../profiles.ts';
import { errorsOf } from '../recording.ts';
import { startBare } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';

const SERVERS = 3;
const STORMS = 3;
const INBOXES = 20;
/** Agents of each client process. */
const A_PROCESS = 500;
const BASELINE =
  'bare Socket.IO servers and clients, which come back with the client’s own defaults (after half a second to one and a half) and join a room again';

/** The worst of the storms over bare servers, in seconds. */
async function bareStorms(sockets: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const bare = stack.use(await startBare(SERVERS));
  const processes = Math.ceil(sockets / A_PROCESS);
  const crews = Array.from({ length: processes }, () =>
    stack.use(startChild(new URL('../parts/bare-comers.ts', import.meta.url).href)),
  );
  const count = sockets / processes;
  await Promise.all(crews.map((crew) => crew.ask('connect', { urls: bare.urls, count, rooms: INBOXES })));
  let worst = 0;
  for (let number = 0; number < STORMS; number += 1) {
    const began = performance.now();
    await Promise.all(crews.map((crew) => crew.ask('cut')));
    for (let joined = 0; joined < sockets; await pause(50)) {
      const each = await Promise.all(crews.map((crew) => crew.ask<number>('joined')));
      joined = each.reduce((sum, one) => sum + one, 0);
    }
    worst = Math.max(worst, (performance.now() - began) / 1_000);
  }
  return worst;
}

async function run(size: Size): Promise<LoadFigure[]> {
  const agents = size === 'full' ? 2_000 : 40;
  const bare = await bareStorms(agents);
  const seed = { agents, inboxes: INBOXES, each: 1, conversations: 10 };
  await using deployment = await startDeployment(seed, SERVERS);
  await using crew = startCrew(deployment, { agents, seed: 1, pace: 1, aProcess: A_PROCESS });
  const began = performance.now();
  await crew.connect();
  const arrived = (performance.now() - began) / 1_000;
  const sum = new Sum();
  await crew.sample();
  const took: number[] = [];
  for (let number = 0; number < STORMS; number += 1) {
    took.push(((await storm({ crew, agents })) ?? Number.POSITIVE_INFINITY) / 1_000);
    sum.add(await crew.sample());
  }
  const alone = (name: string, ours: number, unit: string, target: LoadFigure['target']): LoadFigure => ({
    name,
    ours,
    unit,
    target,
    bare: null,
    baseline: '',
  });
  const reconnect = sum.of('reconnect');
  return [
    {
      ...alone(`the worst of ${STORMS} storms: until all are current`, Math.max(...took), 's', {
        atMost: 15,
      }),
      bare,
      baseline: BASELINE,
    },
    alone('an agent, from cut to current, p50', reconnect.percentile(0.5) / 1_000, 's', null),
    alone('an agent, from cut to current, p99', reconnect.percentile(0.99) / 1_000, 's', { atMost: 15 }),
    alone('errors', errorsOf(Object.fromEntries(sum.counts)), 'errors', { atMost: 0 }),
    alone('reading afresh instead of going on', sum.counted('resyncs'), 'times', null),
    alone('the first coming of all of them', arrived, 's', null),
  ];
}

export const reconnectStorm: LoadCase = {
  id: 'N16',
  what: `2,000 agents of the SDK on ${SERVERS} servers, all connections cut at once`,
  run,
};
