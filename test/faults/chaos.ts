/** A run under random faults: players and watchers on two servers, faults by a seed, then healing, quiet, and judgement. */

import { checkOutboxDrained } from '../tools/checkers-replies.ts';
import { tell } from '../tools/checkers.ts';
import { eventually, pause, within } from '../tools/eventually.ts';
import { FAILPOINTS } from '../tools/failpoints.ts';
import type { SourceCopy } from '../tools/source-copy.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { startPlayer, startWatcher } from './player.ts';
import { createRandom, type Random } from './random.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How long faults are made, ms. */
  readonly duration: number;
  /** Sources with the failpoints patched in. */
  readonly sources: SourceCopy;
}

export interface ChaosResult {
  readonly ops: number;
  readonly sends: number;
  readonly faults: readonly string[];
}

/** A row is dated at the beginning of its transaction, which a frozen server may end seconds later. */
const WAIVED = ['right holder'];
const AGENTS = ['ann', 'ben', 'cleo', 'dan', 'eve', 'fay'];
const FAULTS = {
  kill: 3,
  stop: 3,
  flush: 3,
  freezeRedis: 2,
  restartRedis: 1,
  block: 2,
  failpoint: 4,
  calm: 2,
};
/** Points at which a server may die in a random run; the rest of the patches are no points. */
const POINTS = FAILPOINTS.map(({ name }) => name).filter(
  (name) => name !== 'short claims' && name !== 'before-ack',
);

async function fault(world: World, random: Random): Promise<string> {
  const number = random.below(world.servers.length);
  const server = world.server(number);
  const { redis } = world;
  const what = random.weighted(FAULTS);
  world.history.nemesis(`${what} (server ${number})`);
  switch (what) {
    case 'kill':
      await server.kill9();
      await pause(random.below(1_500));
      await server.restart();
      break;
    case 'stop':
      await server.sigstop();
      await pause(SHORT.lockTtl / 2 + random.below(SHORT.lockTtl * 2));
      server.sigcont();
      break;
    case 'flush':
      await redis?.flushall();
      break;
    case 'freezeRedis':
      redis?.pause();
      await pause(random.below(SHORT.lockTtl * 2));
      redis?.resume();
      break;
    case 'restartRedis':
      await redis?.kill();
      await pause(random.below(1_000));
      await redis?.start();
      break;
    case 'block':
      await server.block(random.below(SHORT.lockTtl + 1_000));
      break;
    case 'failpoint': {
      const point = random.pick(POINTS as [string, ...string[]]);
      // One that was armed before and not reached in time may be reached at any moment, also while this one is set.
      const died = server.exited.then(() => true);
      const diedBefore = await Promise.race([died, server.arm(point, 'kill').then(() => false)]);
      const hit = diedBefore || (await Promise.race([died, pause(1_500).then(() => false)]));
      if (hit || !server.running) await server.restart();
      return `${what} ${point}${hit ? '' : ' (not reached)'}`;
    }
    case 'calm':
      await pause(random.below(1_000));
      break;
  }
  return what;
}

/** Ends every fault: all servers run and answer, Redis too. */
async function heal(world: World): Promise<void> {
  world.redis?.resume();
  for (const server of world.servers) {
    // A failpoint that is still armed may kill it in the quiet that follows.
    server.sigcont();
    await server.restart();
  }
}

/** How long healing and quiet may take, ms. Whatever takes longer hangs. */
const QUIET = 90_000;

interface Progress {
  phase: string;
}

async function play(
  world: World,
  random: Random,
  duration: number,
  progress: Progress,
): Promise<ChaosResult> {
  const watchers = ['rita', 'sue'].map((name, server) => startWatcher(world, name, 'orders', server));
  // Two agents have a second tab, into which they move their locks.
  const players = [...AGENTS, 'ann', 'ben'].map((name, at) =>
    startPlayer(world, name, 'orders', random.fork(at < AGENTS.length ? name : `${name} again`)),
  );
  const faults: string[] = [];
  const nemesis = random.fork('faults');
  const end = performance.now() + duration;
  while (performance.now() < end) {
    world.dump();
    progress.phase = `fault ${faults.length + 1}`;
    faults.push(await fault(world, nemesis));
    await pause(nemesis.below(600));
  }
  progress.phase = 'healing';
  await heal(world);
  progress.phase = 'waiting for the players';
  for (const player of players) player.stop();
  await Promise.all(players.map((player) => player.done));
  progress.phase = 'waiting for the watchers';
  const reader = (await Promise.all(watchers.map((watcher) => watcher.finish())))[0];
  progress.phase = 'waiting for the outbox';
  const drained = () => world.rows(`SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')`).length === 0;
  await eventually('the outbox is drained', drained, 15_000);
  progress.phase = 'judging';
  if (reader !== undefined) await world.snapshot(reader, 'orders');
  await world.check(WAIVED);
  world.dump();
  const stuck = tell(checkOutboxDrained(world.run(), Date.now()));
  if (stuck !== '') throw new Error(stuck);
  const { ops } = world.history;
  return {
    ops: ops.length,
    sends: ops.filter((op) => op.op === 'send' && op.outcome === 'ok').length,
    faults,
  };
}

/** Runs one seed. Throws with the seed and with everything that is wrong. */
export async function runChaos({ seed, duration, sources }: ChaosOptions): Promise<ChaosResult> {
  await using world = await startWorld({
    servers: 2,
    sources: sources.top,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 3 } },
      agents: Object.fromEntries([...AGENTS, 'rita', 'sue'].map((name) => [name, {}])),
    },
  });
  const progress: Progress = { phase: 'starting' };
  try {
    return await within('the run', duration + QUIET, play(world, createRandom(seed), duration, progress));
  } catch (error) {
    const lines = world.servers.flatMap((server, number) =>
      server.lines.slice(-15).map((line) => `[${number}] ${line}`),
    );
    const told = world.history.nemeses.map(({ what }) => what).join(', ');
    const where = `seed ${seed} failed while ${progress.phase}, after: ${told}`;
    throw new Error(`${where}\n${lines.join('\n')}\n${String(error)}`, { cause: error });
  }
}
