/** Cuts a plan that ends badly down to what is needed for that. */
import type { Office } from './office.ts';
import type { Plan, Step } from './plan.ts';
import { type Outcome, simulate } from './simulate.ts';
import { SEATS } from './world.ts';

/** Most runs that are spent on it. */
const MOST_RUNS = 250;

/** The shortest plan found that breaks the same invariant, with its run. Ends within `ms` or after 250 runs. */
export async function shrink(office: Office, failed: Outcome, ms = 30_000): Promise<Outcome> {
  const invariant = failed.violations[0]?.invariant;
  const until = performance.now() + ms;
  let best = failed;
  let runs = 0;
  /** Takes the plan when it still ends as badly. */
  const take = async (plan: Plan): Promise<boolean> => {
    if (runs >= MOST_RUNS || performance.now() > until) return false;
    runs += 1;
    const outcome = await simulate(office, plan);
    if (outcome.violations[0]?.invariant !== invariant) return false;
    best = outcome;
    return true;
  };

  await cutTheEnd(best.lastStep, () => best.plan, take);
  // Whole clients first: who has no part in it says nothing any more.
  for (let who = SEATS.length - 1; who >= 0; who -= 1) {
    const steps = best.plan.steps.filter((step) => actorOf(step) !== who);
    if (steps.length < best.plan.steps.length) await take({ ...best.plan, steps });
  }
  for (
    let size = Math.ceil(best.plan.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = best.plan.steps.length - size; at >= 0; at -= size) {
      await take(without(best.plan, at, size));
    }
  }
  await calm(() => best.plan, take);
  return best;
}

/** What comes after the step at which it broke is not needed. */
async function cutTheEnd(
  last: number,
  plan: () => Plan,
  take: (plan: Plan) => Promise<boolean>,
): Promise<void> {
  await take({ ...plan(), steps: plan().steps.filter(({ number }) => number <= last) });
}

/** A network without delays and losses, and no time between the steps: as far as it goes wrong all the same. */
async function calm(plan: () => Plan, take: (plan: Plan) => Promise<boolean>): Promise<void> {
  for (const better of [{ hintLoss: 0 }, { network: 5 }, { inside: 1 }, { store: 1 }])
    await take({ ...plan(), weather: { ...plan().weather, ...better } });
  for (const { number, wait } of plan().steps) {
    if (wait <= 25) continue;
    const steps = plan().steps.map((step) => (step.number === number ? { ...step, wait: 5 } : step));
    await take({ ...plan(), steps });
  }
}

/** The time that passed before what is left out still passes. */
function without(plan: Plan, at: number, size: number): Plan {
  const passed = plan.steps.slice(at, at + size).reduce((sum, { wait }) => sum + wait, 0);
  const steps = plan.steps.flatMap((step, place): Step[] => {
    if (place >= at && place < at + size) return [];
    return place === at + size ? [{ ...step, wait: step.wait + passed }] : [step];
  });
  return { ...plan, steps };
}

/** Acts of people have the client as their first number. */
function actorOf({ act, params }: Step): number | undefined {
  return NOT_BY_CLIENTS.has(act) ? undefined : params[0];
}
const NOT_BY_CLIENTS = new Set<Step['act']>([
  'customer',
  'member',
  'crash',
  'stop',
  'freeze',
  'apart',
  'empty',
  'clock',
]);
