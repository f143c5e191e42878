/** A share of the seeds, in a thread of its own: every run has its process' chance and its database to itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { openOffice } from './office.ts';
import type { Plan } from './plan.ts';
import { shrink } from './shrink.ts';
import { simulateSeed } from './simulate.ts';
import { story } from './story.ts';

export interface Share {
  readonly steps: number;
  /** Ms that may be spent on cutting a failure down. */
  readonly shrinkFor: number;
}

/** From a worker: `ready` for another seed, or what became of one. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'good'; readonly seed: number; readonly trace: string }
  | {
      readonly kind: 'bad';
      readonly seed: number;
      readonly invariant: string;
      readonly story: string;
      readonly plan: Plan;
    };

// Refusals are answers here, thousands of them: where each was made is of no use.
Error.stackTraceLimit = 4;

const { steps, shrinkFor } = workerData as Share;
const office = await openOffice();
const say = (report: Report): void => parentPort?.postMessage(report);

async function run(seed: number): Promise<void> {
  const outcome = await simulateSeed(office, seed, steps);
  const [first] = outcome.violations;
  if (first === undefined) return say({ kind: 'good', seed, trace: outcome.trace });
  const least = await shrink(office, outcome, shrinkFor);
  say({
    kind: 'bad',
    seed,
    invariant: first.invariant,
    story: story(least, { seed, steps }),
    plan: least.plan,
  });
}

parentPort?.on('message', (seed: number | null) => {
  if (seed === null) {
    void office.close().then(() => parentPort?.close());
    return;
  }
  run(seed).then(
    () => say({ kind: 'ready' }),
    (error: unknown) => {
      throw error;
    },
  );
});
say({ kind: 'ready' });
