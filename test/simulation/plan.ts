/** What happens in a run, as data: made from a seed, cut down when a run fails, and told in words. */
import { seededRandom } from '@latchbox/client/testing';
import { between, pick, type Random } from './chance.ts';
import type { Params } from './act.ts';
import { ACTS, type ActName } from './acts.ts';
import type { Weather } from './world.ts';

export interface Step {
  /** Where it stood in the plan as it was made. */
  readonly number: number;
  /** Ms that pass before it. */
  readonly wait: number;
  readonly act: ActName;
  readonly params: Params;
}

export interface Plan {
  readonly seed: number;
  readonly weather: Weather;
  readonly steps: readonly Step[];
}

/** Most plans have some faults, some have none, some have little else. */
const TROUBLE = [0, 0.5, 1, 1, 2];

export function makePlan(seed: number, count: number): Plan {
  const random = seededRandom(seed);
  const trouble = pick(random, TROUBLE);
  const weather: Weather = {
    network: pick(random, [5, 40, 200, 900]),
    inside: pick(random, [1, 5, 60]),
    store: pick(random, [1, 5, 80]),
    hintLoss: trouble === 0 ? 0 : pick(random, [0, 0, 0.2, 0.7]),
  };
  const names = Object.keys(ACTS) as ActName[];
  const weights = names.map((name) => ACTS[name].weight * (ACTS[name].isFault === true ? trouble : 1));
  const steps: Step[] = [];
  for (let number = 1; number <= count; number += 1) {
    const act = weighted(random, names, weights);
    steps.push({ number, wait: waitBefore(random), act, params: ACTS[act].make(random) });
  }
  return { seed, weather, steps };
}

/** Things come in bursts, with time to think in between, and now and then long enough for somebody to be asked. */
function waitBefore(random: Random): number {
  const kind = random();
  if (kind < 0.55) return between(random, 0, 25);
  if (kind < 0.9) return between(random, 25, 400);
  if (kind < 0.985) return between(random, 400, 2_500);
  return between(random, 4_000, 10_000);
}

function weighted<T>(random: Random, from: readonly T[], weights: readonly number[]): T {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, one] of from.entries()) {
    left -= weights[at] ?? 0;
    if (left < 0) return one;
  }
  return pick(random, from);
}
