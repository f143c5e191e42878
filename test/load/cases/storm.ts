/** Every connection is cut at once (N16): until all agents are current again. */
import { startCrew } from '../crew.ts';
import { startDeployment } from '../deployment.ts';
import { Sum } from '../meter.ts';
import { storm } from '../profiles.ts';
import { errorsOf } from '../recording.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';

const SERVERS = 3;
const STORMS = 3;

async function run(size: Size): Promise<LoadFigure[]> {
  const agents = size === 'full' ? 2_000 : 40;
  const seed = { agents, inboxes: 20, each: 1, conversations: 10 };
  await using deployment = await startDeployment(seed, SERVERS);
  await using crew = startCrew(deployment, { agents, seed: 1, pace: 1, aProcess: 500 });
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
    alone(`the worst of ${STORMS} storms: until all are current`, Math.max(...took), 's', { atMost: 15 }),
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
