/** A run that ended badly, as somebody can read it. */
import type { Outcome } from './simulate.ts';

/** `seed` and `steps`: with what it is found again. */
export function story(outcome: Outcome, { seed, steps }: { seed: number; steps: number }): string {
  const { weather } = outcome.plan;
  const what = outcome.violations.slice(0, 5).map(({ invariant, story: told }) => `  ${invariant}: ${told}`);
  const air = [
    `up to ${weather.network} ms between a client and a server`,
    `${weather.inside} ms between the servers`,
    `${weather.store} ms to the database`,
    `${Math.round(weather.hintLoss * 100)} % of the hints get lost`,
  ];
  return [
    `Seed ${seed} with ${steps} steps, cut down to ${outcome.plan.steps.length}:`,
    ...what,
    `What happened (${air.join(', ')}):`,
    ...outcome.lines,
    `Again: node test/simulation/run.ts --seeds 1 --seed ${seed} --steps ${steps}`,
  ].join('\n');
}
