/** Servers under test: real processes of the real entry file, which can be killed, stopped, continued and started again. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, within } from './eventually.ts';
import { bundleServer } from './server-bundle.ts';
import type { FailAction, Order } from './server-preload.ts';

/** The top of this repository. */
export const repository = resolve(import.meta.dirname, '../..');

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Where its database is; without one a new folder, which goes when the server does. */
  readonly dataDir?: string;
  readonly port?: number;
  /** Top of the sources that it runs; a patched copy instead of this repository. */
  readonly sources?: string;
  /** Entry file below `sources`, which is run as it is; without one a bundle of the server, in tests. */
  readonly entry?: string;
  /** Time until it must answer, ms. */
  readonly readyWithin?: number;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Of the present process; changes with `restart`. */
  readonly pid: number;
  readonly lines: readonly string[];
  /** Settles when the present process has ended. */
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  kill9(): Promise<void>;
  /** Asks it to drain and end, and waits for that. */
  sigterm(): Promise<Exit>;
  /** Freezes it, and returns when it stands. */
  sigstop(): Promise<void>;
  sigcont(): void;
  /** Waits until a failpoint has frozen it. */
  stopped(withinMs?: number): Promise<void>;
  /** Starts it again on the same port and data; kills it first when it still runs. */
  restart(more?: Pick<ServerOptions, 'env' | 'sources'>): Promise<void>;
  /** Moves its wall clock, as an operator would; what is monotonic stays. */
  moveClock(ms: number): Promise<void>;
  /** Stops its event loop for `ms` and returns at once. */
  block(ms: number): Promise<void>;
  /** Arms a failpoint of a patched copy: the process dies or freezes there, or an error is thrown, after `skip` passages. */
  arm(point: string, action: FailAction, skip?: number): Promise<void>;
  /** Takes back every failpoint that was not reached. */
  disarm(): Promise<void>;
}

/** A server that did not come up, with all that it said. */
export class ServerDidNotStart extends Error {
  readonly exit: Exit | null;
  readonly lines: readonly string[];

  constructor(exit: Exit | null, lines: readonly string[]) {
    const how = exit === null ? 'it does not answer' : `it ended (${exit.code ?? exit.signal})`;
    super(`The server did not start: ${how}.\n${lines.slice(-12).join('\n')}`);
    this.exit = exit;
    this.lines = lines;
  }
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

const living = new Set<ChildProcess>();
// A run that breaks off leaves nothing behind.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

interface Launch {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  exit: Exit | null;
}

/** With SERVER_LOG=1 the servers' words are printed as they come, for whoever looks for a fault. */
function hear(lines: string[], line: string, port: number): void {
  lines.push(line);
  if (process.env.SERVER_LOG === '1') process.stderr.write(`[${port}] ${line}\n`);
}

/** Where what V8 made of these sources is kept for the next process that runs them; it goes with a copy of them. */
export function compiledIn(sources: string): string {
  return join(sources, 'test/.output/compiled');
}

/** The entry file that `npm start` runs, for `entry`. */
export const MAIN = 'server/src/main.ts';

const bundles = new Map<string, Promise<string>>();

/** Rigs and benchmarks, which are not run by Vitest, run what is shipped. */
function entryOf({ sources = repository, entry }: ServerOptions): Promise<string> {
  if (entry !== undefined || process.env.VITEST === undefined)
    return Promise.resolve(join(sources, entry ?? MAIN));
  const bundle = bundles.get(sources) ?? bundleServer(sources);
  bundles.set(sources, bundle);
  return bundle;
}

async function launch(
  options: ServerOptions,
  port: number,
  dataDir: string,
  lines: string[],
): Promise<Launch> {
  const sources = options.sources ?? repository;
  const preload = join(repository, 'test/tools/server-preload.ts');
  const entry = await entryOf(options);
  const child = spawn(process.execPath, ['--import', preload, entry, ...(options.args ?? [])], {
    cwd: sources,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      // Many servers run on this machine at a time: mail is for the tests that ask for it.
      SMTP_PORT: '0',
      // Replies leave at once, but where a test is about taking them back.
      UNDO_FOR_MS: '0',
      DATA_DIR: dataDir,
      NODE_COMPILE_CACHE: compiledIn(sources),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  living.add(child);
  // Answers to orders are awaited by listeners of their own; a child without this one could not be ended cleanly.
  child.on('error', () => undefined);
  for (const output of [child.stdout, child.stderr]) {
    if (output !== null) createInterface({ input: output }).on('line', (line) => hear(lines, line, port));
  }
  const launched: Launch = {
    child,
    exit: null,
    exited: new Promise((done) => {
      child.once('close', (code, signal) => {
        living.delete(child);
        launched.exit = { code, signal };
        done({ code, signal });
      });
    }),
  };
  return launched;
}

/** Whether it is started. Whether Redis answers it is the business of the test. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
  if (response.ok) {
    await response.arrayBuffer();
    return true;
  }
  const { checks } = (await response.json()) as { checks: Record<string, boolean> };
  return checks.database === true;
}

async function becomeReady(launched: Launch, url: string, lines: string[], withinMs: number): Promise<void> {
  try {
    await eventually(
      'the server answers',
      async () => launched.exit !== null || (await answers(url)),
      withinMs,
    );
  } catch {
    // Told below, with what it said.
  }
  if (launched.exit === null && (await answers(url).catch(() => false))) return;
  launched.child.kill('SIGKILL');
  const exit = launched.exit;
  await launched.exited;
  throw new ServerDidNotStart(exit, lines);
}

/** `R`, `S`, `T` (stopped) … as the system's process table has it. */
function processState(pid: number): string {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2)[0] ?? '';
}

let nextOrder = 1;

async function give(child: ChildProcess, order: Omit<Order, 'id'>): Promise<void> {
  const id = nextOrder;
  nextOrder += 1;
  const done = new Promise<void>((resolveDone) => {
    const listen = (message: unknown): void => {
      if ((message as { done?: number }).done !== id) return;
      child.off('message', listen);
      resolveDone();
    };
    child.on('message', listen);
  });
  child.send({ ...order, id });
  await within(`the server takes the order ${order.order}`, 5_000, done);
}

const compiled = new Set<string>();

/** Servers are mostly killed, and would then leave nothing behind for the next one. Once for each sources is enough. */
async function keepCompiled(child: ChildProcess, sources: string): Promise<void> {
  if (compiled.has(sources)) return;
  compiled.add(sources);
  // Without it the next one only starts more slowly.
  await give(child, { order: 'keep compiled' }).catch(() => undefined);
}

async function end(launched: Launch): Promise<void> {
  if (launched.exit === null) launched.child.kill('SIGKILL');
  await launched.exited;
}

/**
 * Starts a server and returns when it answers; throws `ServerDidNotStart` otherwise. Disposing it kills the process and
 * removes the data folder that was made for it.
 */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const scheme = options.env?.TLS_CERT_FILE === undefined ? 'http' : 'https';
  const url = `${scheme}://127.0.0.1:${port}`;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'latchbox-data-')));
  const lines: string[] = [];
  const readyWithin = options.readyWithin ?? 60_000;
  const removeData = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  let now = await launch(options, port, dataDir, lines);
  try {
    await becomeReady(now, url, lines, readyWithin);
    await keepCompiled(now.child, options.sources ?? repository);
  } catch (error) {
    await removeData();
    throw error;
  }
  const signal = (name: NodeJS.Signals): void => {
    if (now.exit === null) now.child.kill(name);
  };
  const stopped = async (withinMs = 10_000): Promise<void> => {
    await eventually('the server stands still', () => processState(now.child.pid ?? 0) === 'T', withinMs);
  };
  return {
    url,
    port,
    dataDir,
    lines,
    get pid() {
      return now.child.pid ?? 0;
    },
    get exited() {
      return now.exited;
    },
    get running() {
      return now.exit === null;
    },
    kill9: () => end(now),
    async sigterm() {
      signal('SIGTERM');
      return await within('the server ends', 20_000, now.exited);
    },
    async sigstop() {
      signal('SIGSTOP');
      await stopped();
    },
    sigcont: () => signal('SIGCONT'),
    stopped,
    async restart(more = {}) {
      await end(now);
      now = await launch({ ...options, ...more, env: { ...options.env, ...more.env } }, port, dataDir, lines);
      await becomeReady(now, url, lines, readyWithin);
    },
    moveClock: (ms) => give(now.child, { order: 'clock', ms } as Omit<Order, 'id'>),
    block: (ms) => give(now.child, { order: 'block', ms } as Omit<Order, 'id'>),
    arm: (point, action, skip = 0) =>
      give(now.child, { order: 'arm', point, action, skip } as Omit<Order, 'id'>),
    disarm: () => give(now.child, { order: 'disarm' }),
    async [Symbol.asyncDispose]() {
      await end(now);
      await removeData();
    },
  };
}
