/** Ten thousand connections that do nothing but speak the protocol, on one server. */
import { compareCrowds } from '../../bench/many-agents.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';

const BASELINE =
  'a bare Socket.IO process with as many sockets, started with the same settings of V8; ours: signed in and subscribed to one inbox';

async function run(size: Size): Promise<LoadFigure[]> {
  const agents = size === 'full' ? 10_000 : 200;
  const { ours, bare } = await compareCrowds(agents, 1);
  return [
    {
      name: 'resident memory after gc',
      ours: ours.resident / 2 ** 20,
      bare: bare.resident / 2 ** 20,
      unit: 'MiB',
      target: { ratioAtMost: 1.35 },
      baseline: BASELINE,
    },
    {
      name: 'resident memory that each connection adds',
      ours: ours.memory / 1_024,
      bare: bare.memory / 1_024,
      unit: 'KiB',
      target: { atMost: 60 },
      baseline: BASELINE,
    },
    {
      name: 'coming',
      ours: ours.rate,
      bare: bare.rate,
      unit: 'a second',
      target: { atLeast: 500 },
      baseline: BASELINE,
    },
  ];
}

export const idleCrowd: LoadCase = { id: 'LD5', what: '10,000 idle connections on one server', run };
