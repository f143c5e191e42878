/** LD1: everybody takes one conversation at the same instant. */
import { randomUUID } from 'node:crypto';
import type { Child } from '../../bench/parts/child.ts';
import { Latencies } from '../meter.ts';
import type { RaceAct } from '../parts/racers.ts';
import { BARE } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { inTurns, startFields } from './fields.ts';
import type { Field } from './racing.ts';

const AGENTS = 100;
const SERVERS = 3;

class Tally {
  readonly granted = new Latencies();
  readonly refused = new Latencies();
  rounds = 0;
  /** With exactly one grant, and its holder named to all others. */
  right = 0;
  cameBack = 0;
  /** µs of the servers. */
  processor = 0;
}

interface Side {
  readonly field: Field;
  readonly servers: readonly Child[];
  readonly ids: readonly string[];
  readonly tally: Tally;
  readonly acquire: (who: number) => RaceAct;
  readonly end: (who: number, fence: number) => RaceAct;
}

async function processorOf(servers: readonly Child[]): Promise<number> {
  const each = await Promise.all(servers.map((server) => server.ask<number>('processor')));
  return each.reduce((sum, one) => sum + one, 0);
}

async function race(side: Side, rounds: number): Promise<void> {
  const { field, ids, tally, acquire, end, servers } = side;
  const all = ids.map((_, who) => who);
  const before = await processorOf(servers);
  for (let round = 0; round < rounds; round += 1) {
    const answers = await field.together(all.map(acquire));
    const winners = all.filter((who) => answers[who]?.ok === true);
    const holder = ids[winners[0] ?? 0];
    tally.rounds += 1;
    const told = answers.filter(
      ({ ok, code, holder: named }) => ok || (code === 'lock_held' && named === holder),
    );
    if (winners.length === 1 && told.length === ids.length) tally.right += 1;
    for (const { ok, took, tries } of answers) {
      (ok ? tally.granted : tally.refused).add(took);
      if (tries > 1) tally.cameBack += 1;
    }
    for (const who of winners) await field.one(end(who, answers[who]?.result?.fence ?? 0));
  }
  tally.processor += (await processorOf(servers)) - before;
}

function figures(ours: Tally, bare: Tally): LoadFigure[] {
  const p = (name: string, of: (tally: Tally) => number, target: LoadFigure['target']): LoadFigure => ({
    name,
    ours: of(ours),
    bare: of(bare),
    unit: 'ms',
    target,
    baseline: BARE,
  });
  const under = { atMost: 50 };
  return [
    {
      name: `rounds of ${ours.rounds} with exactly one grant and its holder named to all others`,
      ours: ours.right,
      bare: bare.right,
      unit: 'rounds',
      target: { atLeast: ours.rounds },
      baseline: BARE,
    },
    p('granted, p50', ({ granted }) => granted.percentile(0.5), null),
    p('granted, p99', ({ granted }) => granted.percentile(0.99), under),
    p('refused with the holder, p50', ({ refused }) => refused.percentile(0.5), null),
    p('refused with the holder, p99', ({ refused }) => refused.percentile(0.99), under),
    {
      name: 'processor of the servers for each answer, with its part of grant and release',
      ours: ours.processor / (ours.rounds * AGENTS),
      bare: bare.processor / (bare.rounds * AGENTS),
      unit: 'µs',
      target: null,
      baseline: BARE,
    },
    {
      name: 'answers in a hundred that were "come back" first, because a grant was being written',
      ours: (ours.cameBack * 100) / (ours.rounds * AGENTS),
      bare: null,
      unit: '%',
      target: null,
      baseline: '',
    },
  ];
}

async function run(size: Size): Promise<LoadFigure[]> {
  const rounds = size === 'full' ? 1_000 : 20;
  await using fields = await startFields({ agents: AGENTS, servers: SERVERS, conversations: 1 });
  const { ourField, bareField, deployment } = fields;
  const { agents, inboxes } = deployment.seeded;
  const conversationId = inboxes[0]?.conversations[0] ?? '';
  const ids = agents.map(({ id }) => id);
  const ours: Side = {
    field: ourField,
    servers: deployment.servers,
    ids,
    tally: new Tally(),
    acquire: (who) => ({ who, name: 'lock.acquire', input: { conversationId, requestId: randomUUID() } }),
    end: (who, fence) => ({
      who,
      name: 'lock.release',
      input: { conversationId, fence, reason: 'released' },
    }),
  };
  const bare: Side = {
    field: bareField,
    servers: fields.bare.servers,
    ids,
    tally: new Tally(),
    acquire: (who) => ({ who, name: 'acquire', input: { conversationId, agent: ids[who] } }),
    end: (who) => ({ who, name: 'release', input: { conversationId } }),
  };
  await inTurns(
    rounds,
    (some) => race(ours, some),
    (some) => race(bare, some),
  );
  return figures(ours.tally, bare.tally);
}

export const lockRace: LoadCase = {
  id: 'LD1',
  what: `${AGENTS} agents take one conversation at the same instant, over ${SERVERS} servers`,
  run,
};
