/** LD8: connections that come and go. What they used must be free again. */
import { startChild } from '../../bench/parts/child.ts';
import { pause } from '../../tools/eventually.ts';
import { startDeployment } from '../deployment.ts';
import { readGauges } from '../gauges.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';

interface Extent {
  readonly sockets: number;
  /** As many go and come again. */
  readonly waves: number;
}
const EXTENTS: Readonly<Record<Size, Extent>> = {
  full: { sockets: 2_000, waves: 8 },
  small: { sockets: 20, waves: 2 },
};
/** Reconnect grace and two presence beats: then nobody is remembered any more, ms. */
const FORGOTTEN = 21_000;

/** Everybody comes, subscribes, opens a conversation, and goes: half of them without a word. */
async function wave(crew: ReturnType<typeof startChild>, input: object): Promise<void> {
  await crew.ask('wave', input);
}

async function run(size: Size): Promise<LoadFigure[]> {
  const { sockets, waves } = EXTENTS[size];
  const seed = { agents: sockets, inboxes: 10, each: 1, conversations: 20, lockOn: 'compose' as const };
  await using deployment = await startDeployment(seed);
  const [server] = deployment.servers;
  if (server === undefined) throw new Error('there is no server');
  await using crew = startChild(new URL('../parts/comers.ts', import.meta.url).href);
  const { inboxes, agents } = deployment.seeded;
  const comers = agents.map(({ token }, at) => {
    const inbox = inboxes[at % inboxes.length];
    const conversation = inbox?.conversations[at % inbox.conversations.length];
    return { token, inbox: inbox?.id, conversation };
  });
  const input = { url: deployment.urls[0], comers };
  // What the first ones leave behind is caches and compiled code.
  await wave(crew, input);
  await wave(crew, input);
  await pause(FORGOTTEN);
  const before = await server.ask<number>('heap');
  for (let number = 0; number < waves; number += 1) await wave(crew, input);
  await pause(FORGOTTEN);
  const after = await server.ask<number>('heap');
  const gauges = await readGauges(deployment.urls[0] ?? '');
  return [
    {
      name: `heap after gc, when ${(sockets * waves).toLocaleString('en')} connections have come and gone`,
      ours: after / 2 ** 20,
      bare: before / 2 ** 20,
      unit: 'MiB',
      target: { ratioAtMost: 1.1 },
      baseline: `the same server before them, when ${(2 * sockets).toLocaleString('en')} had come and gone`,
    },
    {
      name: 'what each left behind',
      ours: (after - before) / (sockets * waves),
      bare: null,
      unit: 'bytes',
      target: null,
      baseline: '',
    },
    {
      name: 'connections and streams that the server still has',
      // A server that does not say so has not met it.
      ours: gauges === undefined ? Number.NaN : gauges.sockets + gauges.rooms,
      bare: null,
      unit: 'connections and streams',
      target: { atMost: 0 },
      baseline: '',
    },
  ];
}

export const churn: LoadCase = {
  id: 'LD8',
  what: 'connections come, open a conversation and go, half of them without a word (short form)',
  run,
};
