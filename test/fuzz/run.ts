/**
 * Reads odd mails and webhook bodies for a while: `node test/fuzz/run.ts --seconds 600 --seed 1`; one case alone: `--seed 1 --case 4711`. Prints every
 * case that is wrong and ends with 1 if there was one.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { caseOf, play } from './cases.ts';

/** One case may not take longer than this (ms) by the clock: then it hangs. */
const HANGS_AFTER = 60_000;

interface Task {
  readonly seed: number;
  readonly seconds: number;
  readonly only: number | undefined;
}

interface Told {
  readonly at: number;
  readonly wrong?: string;
  readonly over?: boolean;
}

async function work({ seed, seconds, only }: Task, tell: (told: Told) => void): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  for (let at = only ?? 0; ; at += 1) {
    tell({ at });
    try {
      await play(seed, at);
    } catch (error) {
      tell({ at, wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (only !== undefined || performance.now() > end) return tell({ at, over: true });
  }
}

/** In a thread of its own, so that a case that never ends is seen. */
async function watch(task: Task): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  let wrong = 0;
  let now = { at: 0, since: performance.now() };
  const hung = Promise.withResolvers<number>();
  const timer = setInterval(() => {
    if (performance.now() - now.since < HANGS_AFTER) return;
    process.stdout.write(`case ${now.at} hangs\n`);
    hung.resolve(1);
  }, 1_000);
  worker.on('error', (error) => hung.reject(error));
  worker.on('message', (told: Told) => {
    now = { at: told.at, since: performance.now() };
    if (told.wrong !== undefined) {
      wrong += 1;
      process.stdout.write(`case ${told.at}: ${told.wrong}\n`);
    }
    if (told.over !== true) return;
    process.stdout.write(`seed ${task.seed}: ${told.at + 1} mails and webhooks, ${wrong} wrong\n`);
    hung.resolve(wrong === 0 ? 0 : 1);
  });
  const code = await hung.promise.finally(() => clearInterval(timer));
  await worker.terminate();
  return code;
}

function taskOf(): Task & { readonly save: string | undefined } {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      case: { type: 'string' },
      save: { type: 'string' },
    },
  });
  const only = values.case === undefined ? undefined : Number(values.case);
  return { seed: Number(values.seed), seconds: Number(values.seconds), only, save: values.save };
}

if (isMainThread) {
  const { save, ...task } = taskOf();
  if (save !== undefined && task.only !== undefined) writeFileSync(save, caseOf(task.seed, task.only));
  process.exitCode = await watch(task);
} else {
  await work(workerData as Task, (told) => parentPort?.postMessage(told));
}
