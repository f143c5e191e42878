/** The three races, as functions of a world: the short run of the tests and the long one of `npm run faults` use the same. */

import { checkRun, tell } from '../tools/checkers.ts';
import { newClientId } from '../tools/history-client.ts';
import type { Seed } from '../tools/seed.ts';
import { startWorld, type World } from '../tools/world.ts';
import { type Act, type Answered, type Crew, startCrew } from './crew.ts';

export const MODES = {
  'one server, leases in memory': { servers: 1, redis: false },
  'two servers on one SQLite file, leases in Redis': { servers: 2, redis: true },
} as const;
export type Mode = keyof typeof MODES;

const AGENTS = Array.from({ length: 100 }, (_, number) => `agent${number}`);
const TIMES = { lockTtl: 30_000, reconnectGrace: 10_000, idleAfter: 3_600_000 };

/** What a race must never show, as sentences. */
export class RaceLost extends Error {}

function must(holds: boolean, says: () => string): void {
  if (!holds) throw new RaceLost(says());
}

const seed: Seed = {
  inboxes: {
    compose: { lockOn: 'compose', times: TIMES, conversations: 2 },
    open: { lockOn: 'open', times: TIMES, conversations: 2 },
  },
  agents: Object.fromEntries(AGENTS.map((name) => [name, {}])),
};

export interface RaceTrack extends AsyncDisposable {
  /** Lets `race` run, and holds everything that happened so far against the invariants. */
  run<T>(race: (world: World, crew: Crew) => Promise<T>): Promise<T>;
}

/** Starts the servers of `mode` and the clients. The races use conversations of their own: each may run once. */
export async function startTrack(mode: Mode): Promise<RaceTrack> {
  const world = await startWorld({ ...MODES[mode], seed });
  const crew = await startCrew(world, AGENTS).catch(async (error: unknown) => {
    await world[Symbol.asyncDispose]();
    throw error;
  });
  return {
    async run(race) {
      const result = await race(world, crew);
      world.dump();
      // REST's replies are not in the history.
      const wrong = tell(checkRun(world.run(), ['I12']));
      must(wrong === '', () => wrong);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await crew[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

export interface LockRaceResult {
  readonly rounds: number;
  readonly grants: number;
  readonly toldRightHolder: number;
  /** Losers that were told to come back first, because the grant was still being written. */
  readonly cameBack: number;
}

/** 100 agents take one conversation at the same instant: one grant a round, every loser told the right holder. */
export async function lockRace(world: World, crew: Crew, rounds: number): Promise<LockRaceResult> {
  const conversationId = world.conversation('compose', 0);
  let toldRightHolder = 0;
  let cameBack = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const answers = await crew.together(
      AGENTS.map((agent): Act => ({ act: 'acquire', agent, conversationId, requestId: newClientId() })),
    );
    const winners = answers.filter(({ code }) => code === 'ok');
    must(winners.length === 1, () => `round ${round}: ${winners.length} grants: ${JSON.stringify(winners)}`);
    const winner = winners[0]?.agent ?? '';
    must(winners[0]?.fence === round, () => `round ${round} was granted under fence ${winners[0]?.fence}`);
    for (const loser of answers) {
      if (loser.code === 'ok') continue;
      must(
        isToldHolder(loser, 'lock_held', world.agent(winner).id),
        () => `round ${round}, ${winner} holds: ${JSON.stringify(loser)}`,
      );
      toldRightHolder += 1;
      if (loser.tries > 1) cameBack += 1;
    }
    await crew.together([{ act: 'leave', agent: winner, conversationId }]);
  }
  return { rounds, grants: rounds, toldRightHolder, cameBack };
}

function isToldHolder(answer: Answered, code: string, holderId: string): boolean {
  const details = answer.details as { holder?: { id?: string } | null } | null;
  return answer.code === code && details?.holder?.id === holderId;
}

export interface SendRaceResult {
  readonly rounds: number;
  readonly stored: number;
  readonly refused: number;
}

/**
 * 50 sends at once with stale, forged or somebody else's current fence, in every other round the holder's own among them: at
 * most one is stored, the holder's, and each of the others is refused with `lock_lost` and the holder's name.
 */
export async function sendRace(world: World, crew: Crew, rounds: number): Promise<SendRaceResult> {
  const conversationId = world.conversation('open', 0);
  const racers = AGENTS.slice(0, 50);
  const stale = new Map<string, number>();
  const take = async (agent: string): Promise<number> => {
    const [answer] = await crew.together([
      { act: 'acquire', agent, conversationId, requestId: newClientId() },
    ]);
    must(answer?.code === 'ok', () => `${agent} could not take a free lock: ${JSON.stringify(answer)}`);
    return answer?.fence ?? 0;
  };
  // Everybody has held it once, so that everybody has a fence of the past.
  for (const agent of racers) {
    stale.set(agent, await take(agent));
    await crew.together([{ act: 'leave', agent, conversationId }]);
  }
  let stored = 0;
  let refused = 0;
  let newest = 1;
  for (let round = 1; round <= rounds; round += 1) {
    const holder = racers[round % racers.length] ?? '';
    const fence = await take(holder);
    const holderSends = round % 2 === 0;
    const acts = racers.map((agent, index): Act => {
      const forgeries = [stale.get(agent) ?? 0, fence + 1 + index, fence];
      const own =
        agent === holder ? (holderSends ? fence : fence + 1_000) : (forgeries[(index + round) % 3] ?? 0);
      const clientId = newClientId();
      return {
        act: 'send',
        agent,
        conversationId,
        fence: own,
        lastSeen: newest,
        clientId,
        body: `${agent}, round ${round}`,
      };
    });
    const answers = await crew.together(acts);
    const ok = answers.filter(({ code }) => code === 'ok');
    must(
      ok.length === (holderSends ? 1 : 0),
      () => `round ${round}: ${ok.length} stored: ${JSON.stringify(ok)}`,
    );
    must(
      ok.every(({ agent }) => agent === holder),
      () => `round ${round}: stored for ${ok[0]?.agent}, ${holder} holds`,
    );
    for (const answer of answers) {
      if (answer.code === 'ok') continue;
      // The holder's own forgery is refused too; who holds it is then no news.
      const right =
        answer.agent === holder
          ? answer.code === 'lock_lost'
          : isToldHolder(answer, 'lock_lost', world.agent(holder).id);
      must(right, () => `round ${round}, ${holder} holds: ${JSON.stringify(answer)}`);
      refused += 1;
    }
    stored += ok.length;
    newest += ok.length;
    stale.set(holder, fence);
    await crew.together([{ act: 'leave', agent: holder, conversationId }]);
  }
  const rows = world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', conversationId);
  must(rows.length === stored, () => `${rows.length} replies are stored, ${stored} were acknowledged`);
  return { rounds, stored, refused };
}

export interface TwinRaceResult {
  readonly rounds: number;
  readonly answers: number;
}

/** The same client id 20 times in parallel, over one socket under a lock and over REST on all servers without one. */
export async function twinRace(world: World, crew: Crew, rounds: number): Promise<TwinRaceResult> {
  const [held, free] = [world.conversation('open', 1), world.conversation('compose', 1)];
  const [holder, script] = [AGENTS[60] ?? '', AGENTS[61] ?? ''];
  const [granted] = await crew.together([
    { act: 'acquire', agent: holder, conversationId: held, requestId: newClientId() },
  ]);
  const fence = granted?.fence ?? 0;
  const copies = Array.from({ length: 20 }, (_, index) => index);
  let answers = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const body = `round ${round}`;
    const sent = {
      act: 'send',
      agent: holder,
      conversationId: held,
      fence,
      lastSeen: round,
      clientId: newClientId(),
      body,
    } as const;
    const once = {
      act: 'sendOnce',
      agent: script,
      conversationId: free,
      clientId: newClientId(),
      body,
    } as const;
    const twins = copies.map(
      (index): Act => ({ ...once, url: world.server(index % world.servers.length).url }),
    );
    for (const acts of [copies.map((): Act => sent), twins]) {
      const got = await crew.together(acts);
      const different = new Set(got.map(({ code, details }) => JSON.stringify({ code, details })));
      must(
        got.every(({ code }) => code === 'ok') && different.size === 1,
        () => `round ${round}: ${[...different].join('\n')}`,
      );
      answers += got.length;
    }
  }
  for (const conversationId of [held, free]) {
    const rows = world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', conversationId);
    must(rows.length === rounds, () => `${rows.length} replies for ${rounds} client ids`);
  }
  await crew.together([{ act: 'leave', agent: holder, conversationId: held }]);
  return { rounds, answers };
}
