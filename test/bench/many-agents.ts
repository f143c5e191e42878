/** Thousands of signed-in agents in one inbox: what they cost in memory and how fast they come, beside bare sockets. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../tools/eventually.ts';
import { freePort } from '../tools/server-process.ts';
import { DATABASE_FILE } from '../tools/seed.ts';
import type { BenchCase } from './case.ts';
import { type Child, startChild } from './parts/child.ts';
import type { Arrivals } from './parts/crew.ts';
import { seedAgents } from './parts/seed-agents.ts';

const AGENTS = 5_000;
/** Connections on their way at once, of each of the two client processes. */
const AT_ONCE = 50;
const CREWS = 2;

interface Figures {
  /** Bytes for each connection, over what the server used before. */
  readonly memory: number;
  /** Resident bytes of the whole process. */
  readonly resident: number;
  /** Connections a second. */
  readonly rate: number;
}

/** Lets the clients come and looks at the server before and after. */
async function crowd(
  server: Child,
  url: string,
  agents: number,
  members?: Arrivals['members'],
): Promise<Figures> {
  const before = await server.ask<number>('memory');
  const crews = Array.from({ length: CREWS }, () => startChild('./crew.ts'));
  try {
    const share = agents / CREWS;
    const began = performance.now();
    await Promise.all(
      crews.map((crew, at) =>
        crew.ask('connect', {
          url,
          count: share,
          atOnce: AT_ONCE,
          ...(members && {
            members: { ...members, tokens: members.tokens.slice(at * share, (at + 1) * share) },
          }),
        } satisfies Arrivals),
      ),
    );
    const took = performance.now() - began;
    const resident = await server.ask<number>('memory');
    return { memory: (resident - before) / agents, resident, rate: agents / (took / 1_000) };
  } finally {
    await Promise.all(crews.map((crew) => crew[Symbol.asyncDispose]()));
  }
}

async function bareCrowd(agents: number): Promise<Figures> {
  await using server = startChild('./bare-server.ts');
  return await crowd(server, await server.ask('url'), agents);
}

async function ourCrowd(agents: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
  try {
    const { tokens, inboxId } = await seedAgents(join(folder, DATABASE_FILE), agents);
    const port = await freePort();
    const env = { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'error' };
    const url = `http://127.0.0.1:${port}`;
    await using server = startChild('./latchbox-server.ts', { env });
    await eventually('the server answers', async () => (await fetch(`${url}/health/ready`)).ok, 30_000);
    return await crowd(server, url, agents, { tokens, inboxId });
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Crowds {
  readonly ours: Figures;
  readonly bare: Figures;
}

/** How often each of the two is measured: one run of either differs from the next by a tenth. */
const ROUNDS = 3;

/** As many agents of Latchbox as bare sockets, in turns: the machine may become slower or faster meanwhile. */
export async function compareCrowds(agents: number, rounds = ROUNDS): Promise<Crowds> {
  const bare: Figures[] = [];
  const ours: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareCrowd(agents));
    ours.push(await ourCrowd(agents));
  }
  // Once more afterwards, so that there are bare sockets on both sides of each of ours.
  bare.push(await bareCrowd(agents));
  return { ours: meanOf(ours), bare: meanOf(bare) };
}

function meanOf(runs: readonly Figures[]): Figures {
  const mean = (of: (one: Figures) => number) => runs.reduce((sum, one) => sum + of(one), 0) / runs.length;
  return {
    memory: mean(({ memory }) => memory),
    resident: mean(({ resident }) => resident),
    rate: mean(({ rate }) => rate),
  };
}

let figures: Promise<Crowds> | undefined;

/** Both cases look at the same crowds. */
function bothCrowds(): Promise<Crowds> {
  figures ??= compareCrowds(AGENTS);
  return figures;
}

export const manyAgents: readonly BenchCase[] = [
  {
    name: `memory of ${AGENTS} agents`,
    baseline:
      'RSS after gc of a bare Socket.IO process with as many sockets, both with --max-semi-space-size=16 as npm start sets it; ours: signed in and subscribed to one inbox',
    target: { atMost: 1.35 },
    async measure() {
      const { ours, bare } = await bothCrowds();
      return { ours: ours.resident / 2 ** 20, bare: bare.resident / 2 ** 20, unit: 'MiB' };
    },
  },
  {
    name: `memory added by each of ${AGENTS} agents`,
    baseline:
      'the growth of RSS after gc a socket, over the process before the first one came; ours grows in part into what its start left free',
    target: { atMost: 1.35 },
    async measure() {
      const { ours, bare } = await bothCrowds();
      return { ours: ours.memory / 1_024, bare: bare.memory / 1_024, unit: 'KiB' };
    },
  },
  {
    name: `connect rate of ${AGENTS} agents`,
    baseline: 'bare Socket.IO until connected; ours: until signed in and subscribed',
    target: { atLeast: 0.6 },
    async measure() {
      const { ours, bare } = await bothCrowds();
      return { ours: ours.rate, bare: bare.rate, unit: 'a second' };
    },
  },
];
