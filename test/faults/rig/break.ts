/** Which fault comes next, and when. */

import { within } from '../../tools/eventually.ts';
import { MIX, NEMESES } from '../nemeses/index.ts';
import { hold, type Nemesis } from '../nemeses/nemesis.ts';
import type { Random } from '../random.ts';
import type { Rig } from './rig.ts';

/** How many faults of each kind a run makes; without one they come by weight until the time is over. */
export type Plan = Readonly<Record<string, number>>;

export interface BreakOptions {
  /** The longest that faults are made. */
  readonly seconds: number;
  /** Only these nemeses; empty or `N24`: all of them. */
  readonly only: readonly string[];
  readonly plan?: Plan;
  /** Ms from the end of a fault to the next one, on average. */
  readonly every: number;
  readonly tell: (line: string) => void;
}

/** How many faults there were, by name. */
export type Faults = Record<string, number>;

/** Longer than any fault takes, ms. */
const LONGEST = 120_000;

export class UnknownNemesis extends Error {}

/** The nemeses that were asked for. Throws `UnknownNemesis`. */
export function chosen(only: readonly string[]): readonly Nemesis[] {
  if (only.length === 0 || only.includes(MIX)) return NEMESES;
  return only.map((name) => {
    const found = NEMESES.find((nemesis) => nemesis.name === name);
    if (found !== undefined) return found;
    const known = NEMESES.map((nemesis) => nemesis.name).join(', ');
    throw new UnknownNemesis(`There is no nemesis ${name}. There are ${known}, and ${MIX} for all of them.`);
  });
}

/** The time to the next fault: exponential, as faults come in life. */
const gap = (random: Random, mean: number): number => Math.min(4 * mean, -mean * Math.log(1 - random.next()));

/** What comes next in a lane; undefined when its plan is done. */
type Next = () => Nemesis | undefined;

function byWeight(nemeses: readonly Nemesis[], random: Random): Next {
  const weights = Object.fromEntries(nemeses.map(({ name, weight }) => [name, weight]));
  return () => {
    const name = random.weighted(weights);
    return nemeses.find((nemesis) => nemesis.name === name);
  };
}

/** Everything that is planned, in an order by chance. */
function byPlan(nemeses: readonly Nemesis[], plan: Plan, random: Random): Next {
  const left = nemeses.flatMap((nemesis) =>
    Array.from({ length: plan[nemesis.name] ?? 0 }, () => ({ nemesis, place: random.next() })),
  );
  left.sort((a, b) => a.place - b.place);
  return () => left.shift()?.nemesis;
}

interface Lane {
  readonly rig: Rig;
  readonly faults: Faults;
  readonly options: BreakOptions;
  readonly next: Next;
  /** Ms between two faults of this lane, on average. */
  readonly mean: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

async function once({ rig, faults, options, random, signal }: Lane, nemesis: Nemesis): Promise<void> {
  const { name, what } = nemesis;
  const number = faults[name] ?? 0;
  faults[name] = number + 1;
  const began = performance.now();
  rig.notebook.history.nemesis(`${name} begins`);
  const work = nemesis.run(rig, random.fork(`${name} ${number}`), signal);
  const told = await within(name, LONGEST, work).catch(async (error: unknown) => {
    const [why = ''] = String(error).split('\n', 1);
    rig.notebook.wrong.push({ invariant: 'rig', story: `${name} failed: ${String(error)}` });
    await nemesis.heal?.(rig);
    return `failed: ${why}`;
  });
  rig.notebook.history.nemesis(`${name} ${told}`);
  options.tell(`  ${name} ${what}: ${told} (${Math.round(performance.now() - began)} ms)`);
}

/** The faults of one lane, one after the other. */
async function runLane(lane: Lane): Promise<void> {
  const { signal, random, mean, next } = lane;
  while (!signal.aborted) {
    const nemesis = next();
    if (nemesis === undefined) return;
    await hold(gap(random, mean), signal);
    if (!signal.aborted) await once(lane, nemesis);
  }
}

/** Makes faults in all lanes at once, until the time is over or the plan is done. */
export async function breakThings(
  rig: Rig,
  faults: Faults,
  options: BreakOptions,
  random: Random,
): Promise<void> {
  const { plan, only, seconds, every } = options;
  const nemeses = chosen(only);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1_000);
  const all = nemeses.reduce((sum, { weight }) => sum + weight, 0);
  const lanes = [...Map.groupBy(nemeses, (nemesis) => nemesis.lane)].map(([name, group]) => {
    const own = random.fork(name);
    const share = group.reduce((sum, { weight }) => sum + weight, 0) / all;
    const next = plan === undefined ? byWeight(group, own) : byPlan(group, plan, own);
    return runLane({ rig, faults, options, next, mean: every / share, random: own, signal: over.signal });
  });
  await Promise.all(lanes);
  clearTimeout(timer);
}
