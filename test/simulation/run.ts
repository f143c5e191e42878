/**
 * `node test/simulation/run.ts --seeds N [--seed S] [--steps M] [--workers W]`: runs seeds S, S + 1, …, each with M steps, and
 * tells how many it managed a minute. A seed that breaks an invariant is cut down and told as a story, kept in `kept.json`, and the
 * exit code is 1. Without arguments 500 seeds by chance, and then, as with `--guards` alone, seeds on copies without each of the guards.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { GUARDS, tryWithout } from './guards.ts';
import { keepPlans } from './kept.ts';
import type { Plan } from './plan.ts';
import type { Report, Share } from './worker.ts';

/** Steps of a seed, unless told otherwise. */
const STEPS = 60;
/** Megabytes in which a worker keeps what it has just made. */
const YOUNG = 96;

export interface Summary {
  readonly seed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly workers: number;
  readonly seconds: number;
  readonly seedsPerMinute: number;
  /** Of the processor, with the start: what a seed costs on whatever else the machine does. */
  readonly cpuMsPerSeed: number;
  readonly violations: {
    readonly seed: number;
    readonly invariant: string;
    readonly story: string;
    readonly plan: Plan;
  }[];
}

export interface RunOptions {
  readonly seeds: number;
  readonly seed: number;
  readonly steps: number;
  readonly workers: number;
  /** Stops at this many seeds that failed. */
  readonly mostFailures?: number;
  readonly shrinkFor?: number;
  readonly progress?: (done: number) => void;
}

export async function runSeeds(options: RunOptions): Promise<Summary> {
  const { seeds, seed, steps, mostFailures = 5, shrinkFor = 30_000, progress } = options;
  const workers = Math.max(1, Math.min(options.workers, seeds));
  const violations: Summary['violations'] = [];
  let [given, done] = [0, 0];
  let began: number | undefined;
  const next = (): number | null =>
    given < seeds && violations.length < mostFailures ? seed + given++ : null;
  const hear = (worker: Worker, report: Report): void => {
    // The second in which a worker loads the product is no run.
    began ??= performance.now();
    if (report.kind === 'ready') return worker.postMessage(next());
    done += 1;
    if (report.kind === 'bad') violations.push(report);
    progress?.(done);
  };
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const share: Share = { steps, shrinkFor };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: share,
        // A seed is garbage when it is over: little of it is ever copied if it may fill this first.
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
      });
      worker.on('message', (report: Report) => hear(worker, report));
      await new Promise<void>((resolve, reject) => {
        worker.on('exit', () => resolve());
        worker.on('error', reject);
      });
    }),
  );
  const seconds = (performance.now() - (began ?? performance.now())) / 1_000;
  const seedsPerMinute = Math.round((done / seconds) * 60);
  return {
    seed,
    seeds: done,
    steps,
    workers,
    seconds: Number(seconds.toFixed(1)),
    seedsPerMinute,
    cpuMsPerSeed: Math.round(cpuMs() / done),
    violations,
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Takes the guards away, one after the other; answers whether each was missed. */
async function runGuards(): Promise<boolean> {
  let all = true;
  for (const guard of GUARDS) {
    const { noticed, said } = await tryWithout(guard);
    console.log(`${noticed ? 'noticed' : 'NOT NOTICED'}: ${guard.name}`);
    if (!noticed) console.error(said);
    all &&= noticed;
  }
  return all;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '500' },
      seed: { type: 'string' },
      steps: { type: 'string', default: String(STEPS) },
      workers: { type: 'string', default: String(availableParallelism()) },
      failures: { type: 'string', default: '5' },
      shrink: { type: 'string', default: '30000' },
      guards: { type: 'boolean', default: false },
    },
  });
  if (values.guards) {
    process.exitCode = (await runGuards()) ? 0 : 1;
    return;
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
  const [seeds, steps, workers] = [values.seeds, values.steps, values.workers].map(Number);
  if (seeds === undefined || steps === undefined || workers === undefined) return;
  console.error(`${seeds} seeds from ${seed}, ${steps} steps each, ${workers} workers`);
  const summary = await runSeeds({
    seeds,
    seed,
    steps,
    workers,
    mostFailures: Number(values.failures),
    shrinkFor: Number(values.shrink),
    progress: (done) => {
      if (done % 100 === 0) console.error(`${done} seeds`);
    },
  });
  const { violations, ...rest } = summary;
  for (const { story } of violations) console.log(`\n${story}`);
  if (violations.length > 0)
    await keepPlans(violations.map(({ invariant, plan }) => ({ showed: invariant, plan })));
  console.log(
    JSON.stringify({
      ...rest,
      violations: violations.map(({ seed: at, invariant }) => ({ seed: at, invariant })),
    }),
  );
  const guarded = process.argv.length > 2 || (await runGuards());
  process.exitCode = violations.length === 0 && guarded ? 0 : 1;
}

if (import.meta.main) await main();
