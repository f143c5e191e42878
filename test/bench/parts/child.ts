/** Processes of a benchmark: servers and clients run apart, and are asked over Node's own channel. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Question {
  readonly ask: number;
  readonly name: string;
  readonly input: unknown;
}
type Answer =
  | { readonly answer: number; readonly result: unknown }
  | { readonly answer: number; readonly error: string };

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  /** Runs what the process serves under this name. Throws what it throws, and when the process ends. */
  ask<R>(name: string, input?: unknown): Promise<R>;
}

const living = new Set<ChildProcess>();
// A run that breaks off leaves nothing behind.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts `file` of this folder (or of anywhere, as a `file:` address) with Node, with `--expose-gc`. */
export function startChild(
  file: string,
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...(options.args ?? [])], {
    // As `npm start` starts the server, and the same for the bare one.
    execArgv: ['--expose-gc', '--max-semi-space-size=16', ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', process.env.BENCH_LOG === '1' ? 'inherit' : 'ignore', 'inherit', 'ipc'],
  });
  living.add(child);
  const waiting = new Map<number, (answer: Answer) => void>();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      living.delete(child);
      for (const [ask, answered] of waiting)
        answered({ answer: ask, error: `${file} ended (${code ?? signal})` });
      resolve();
    });
  });
  child.on('message', (message: Answer) => {
    waiting.get(message.answer)?.(message);
    waiting.delete(message.answer);
  });
  let number = 0;
  return {
    pid: child.pid ?? 0,
    ended,
    ask: <R>(name: string, input?: unknown) => {
      number += 1;
      const ask = number;
      return new Promise<R>((resolve, reject) => {
        waiting.set(ask, (answer) => {
          if ('error' in answer) reject(new Error(answer.error));
          else resolve(answer.result as R);
        });
        child.send({ ask, name, input } satisfies Question);
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

/** In such a process: answers what the benchmark asks. */
export function serve(handlers: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', ({ ask, name, input }: Question) => {
    const handler = handlers[name] as ((input: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => {
        if (handler === undefined) throw new Error(`nothing is served as ${name}`);
        return handler(input);
      })
      .then(
        (result) => process.send?.({ answer: ask, result } satisfies Answer),
        (error: unknown) => process.send?.({ answer: ask, error: String(error) } satisfies Answer),
      );
  });
  // The benchmark is gone: nobody will ask again.
  process.on('disconnect', () => process.exit(0));
}

async function rest(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What every served process can do besides: its memory after a full collection, in bytes. */
export async function restingMemory(): Promise<number> {
  await rest();
  return process.memoryUsage().rss;
}

/** What lives in the heap after a full collection, and outside of it for its sake, in bytes. */
export async function restingHeap(): Promise<number> {
  await rest();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The processor time that the process has used, of all its threads, in µs. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
