/** One run: warm up, break things, heal, wait for quiet, read everything once more, judge. */

import { join } from 'node:path';
import type { Violation } from '../../tools/checkers-locks.ts';
import { eventually, pause } from '../../tools/eventually.ts';
import { monotonic } from '../../tools/history.ts';
import type { Recovery } from '../../tools/history-record.ts';
import type { Dump } from '../../tools/history-dump.ts';
import { NEMESES } from '../nemeses/index.ts';
import { createRandom } from '../random.ts';
import { breakThings, type BreakOptions, chosen, type Faults } from './break.ts';
import { startGauges } from './gauges.ts';
import { watchHoldings } from './holdings.ts';
import { judge, runOf } from './judge.ts';
import { keep } from './keep.ts';
import { letHoldersDie } from './orphans.ts';
import { probe } from './probes.ts';
import { INBOXES, type Rig, startRig, T } from './rig.ts';

export interface PlayOptions extends BreakOptions {
  readonly seed: number;
  /** Ms between two acts of one client, on average. */
  readonly pace: number;
  /** Sources of the servers, with the failpoints in them. */
  readonly sources: string;
  /** Ms before the first fault. */
  readonly warmUp: number;
}

/** What a run says of itself, in one line of JSON. */
export interface Summary {
  readonly seed: number;
  readonly seconds: number;
  readonly operations: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly invariant: string; readonly story: string }[];
}

/** How long servers may take to serve, clients to be current, and the outbox to be empty, after healing, ms. */
const SERVING = 20_000;
const CURRENT = 60_000;
const DRAINED = 60_000;
/** The links to Redis run in this process: looking too often would slow them down, ms. */
const LOOK = 250;
const MOST_STORIES = 40;

interface Stage {
  readonly rig: Rig;
  readonly options: PlayOptions;
  readonly faults: Faults;
}

async function heal({ rig }: Stage): Promise<void> {
  for (const nemesis of NEMESES) await nemesis.heal?.(rig);
  rig.redis.resume();
  for (const [number, server] of rig.servers.entries()) {
    if (!server.running) await rig.restart(number);
    else await server.disarm().catch(() => undefined);
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
  await answer.arrayBuffer();
  return answer.ok;
}

/** Waits until servers serve, clients are current, and everything is quiet; answers when the first two were. */
async function recover(rig: Rig, healedAt: number): Promise<Recovery> {
  const [ready, current] = await Promise.all([whenReady(rig), whenCurrent(rig)]);
  await rig.crew.settle();
  const quiet = (): boolean =>
    rig.rows(`SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')`).length === 0;
  await eventually('the outbox is empty', quiet, DRAINED, LOOK).catch(() => undefined);
  await eventually(
    'every client is at the head',
    () => behind(rig, headsOf(rig)).length === 0,
    CURRENT,
    LOOK,
  ).catch(() => undefined);
  return { healedAt, ready, current };
}

function whenReady(rig: Rig): Promise<Recovery['ready']> {
  return Promise.all(
    rig.servers.map(async ({ url }, number) => {
      const serves = async (): Promise<number | null> => ((await isReady(url)) ? monotonic() : null);
      const at = await eventually(`server ${number} is ready`, serves, SERVING, LOOK).catch(() => null);
      return { node: String(number), at };
    }),
  );
}

type Heads = ReadonlyMap<string, number>;

function headsOf(rig: Rig): Heads {
  const rows = rig.rows<{ id: string; seq: number }>('SELECT id, last_seq AS seq FROM streams');
  const wanted = INBOXES.map((name) => `inbox:${rig.seeded.inboxes[name]?.inboxId}`);
  return new Map(rows.filter(({ id }) => wanted.includes(id)).map(({ id, seq }) => [id, seq]));
}

const clientOf = (connection: string): string => connection.replace(/@.*/, '');

/** Clients that lack something of what there was when the streams stood at `heads`. */
function behind(rig: Rig, heads: Heads): string[] {
  const reached = new Map<string, Set<string>>();
  for (const { client, live, stream, events, from } of rig.notebook.deliveries) {
    const streams = reached.get(clientOf(client)) ?? new Set();
    reached.set(clientOf(client), streams);
    const head = heads.get(stream);
    if (live && head !== undefined && (events.at(-1)?.event.seq ?? from) >= head) streams.add(stream);
  }
  return [...reached].filter(([, streams]) => streams.size < heads.size).map(([name]) => name);
}

/** When each client had everything that there was at the end of the faults. */
async function whenCurrent(rig: Rig): Promise<Recovery['current']> {
  const heads = headsOf(rig);
  const clients = new Set(rig.notebook.deliveries.map(({ client }) => clientOf(client)));
  const times = new Map<string, number>();
  const look = (): boolean => {
    const late = new Set(behind(rig, heads));
    for (const name of clients) if (!late.has(name) && !times.has(name)) times.set(name, monotonic());
    return times.size === clients.size;
  };
  await eventually('every client is current', look, CURRENT, LOOK).catch(() => undefined);
  return [...clients].map((client) => ({ client, at: times.get(client) ?? null }));
}

/**
 * What the clients show, as snapshots at the heads. Offers and questions still run out: it counts when nothing moved meanwhile, and
 * nothing was on its way to a client.
 */
async function readShown(rig: Rig): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const before = headsOf(rig);
    const arrived = (): boolean => behind(rig, before).length === 0;
    await eventually('every client has what there is', arrived, CURRENT, LOOK).catch(() => undefined);
    const shown = await rig.crew.report();
    const heads = headsOf(rig);
    if ([...heads].some(([stream, seq]) => before.get(stream) !== seq)) continue;
    for (const thread of shown.flatMap(({ threads }) => threads)) {
      const stream = `inbox:${thread.rows[0]?.inboxId}`;
      rig.notebook.snapshots.push({ ...thread, stream, seq: heads.get(stream) ?? 0 });
    }
    return;
  }
  rig.notebook.wrong.push({ invariant: 'rig', story: 'it never became quiet' });
}

/** After every client has gone and a lease has had its time, Redis holds none. */
async function readLeases(rig: Rig): Promise<void> {
  const nobodySince = monotonic();
  await pause(T + 1_000);
  const keys = (await rig.redis.keys()).filter((key) => key.includes(':lease:'));
  rig.notebook.leases.push({ at: monotonic(), nobodySince, ttl: T, keys });
}

async function act(stage: Stage): Promise<Violation[]> {
  const { rig, options } = stage;
  const { tell } = options;
  const random = createRandom(options.seed);
  const dumps: [Dump, ...Dump[]] = [rig.dump()];
  tell(`seed ${options.seed}: ${options.warmUp / 1_000} s to warm up, then ${options.seconds} s of faults`);
  const gauges = startGauges(rig);
  const holdings = watchHoldings(rig);
  await pause(options.warmUp);
  const half = setTimeout(() => dumps.push(rig.dump()), options.seconds * 500);
  await breakThings(rig, stage.faults, options, random.fork('faults'));
  clearTimeout(half);
  dumps.push(rig.dump());
  tell('healing');
  await heal(stage);
  const recovery = await recover(rig, monotonic());
  tell('reading what the clients show');
  await readShown(rig);
  tell('asking for what is hidden, and letting holders die');
  await probe(rig);
  await letHoldersDie(rig);
  await whenCurrent(rig);
  rig.notebook.closing();
  await rig.crew.end();
  await readLeases(rig);
  await holdings.finish();
  await gauges.finish();
  dumps.push(rig.dump());
  tell('judging');
  const { violations, noData } = judge(runOf(rig, dumps, recovery), rig.notebook);
  if (noData.length > 0) tell(`  nothing to judge by: ${noData.join(', ')}`);
  return violations;
}

/** Plays one run and tells what it broke. Throws only when the rig itself could not be started or ended. */
export async function playFaults(options: PlayOptions): Promise<Summary> {
  chosen(options.only);
  await using rig = await startRig(options);
  const stage: Stage = { rig, options, faults: {} };
  const began = performance.now();
  const violations = await act(stage).catch((error: unknown): Violation[] => [
    ...rig.notebook.wrong,
    { invariant: 'rig', story: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  ]);
  if (violations.length > 0 && process.env.FAULTS_KEEP !== undefined)
    await keep(rig, join(process.env.FAULTS_KEEP, `seed-${options.seed}`));
  return {
    seed: options.seed,
    seconds: Math.round((performance.now() - began) / 1_000),
    operations: rig.notebook.history.ops.length,
    faults: stage.faults,
    violations: some(violations),
  };
}

const some = (violations: readonly Violation[]): Summary['violations'] =>
  violations
    .slice(0, MOST_STORIES)
    .map(({ invariant, story }) => ({ invariant, story: story.slice(0, 800) }));
