/** The processes in which the agents live. */
import { type Child, startChild } from '../bench/parts/child.ts';
import type { Deployment } from './deployment.ts';
import { type Reading, Sum } from './meter.ts';
import type { Customers, Hands, WorkerSample } from './worker.ts';

export interface CrewSample extends Reading {
  readonly agents: number;
  readonly current: number;
  /** Of the busiest of them, ms. */
  readonly lag: number;
  /** Of all of them, µs. */
  readonly processor: number;
}

export interface Crew extends AsyncDisposable {
  connect(): Promise<void>;
  work(): Promise<void>;
  /** Customers write at this rate, messages a second. */
  customers(rate: number): Promise<void>;
  /** A message to each inbox, now. */
  mark(): Promise<void>;
  /** Breaks every connection at once. */
  cut(): Promise<void>;
  /** So many agents go and come again. */
  churn(count: number): Promise<void>;
  /** How many there are, and how many are connected with everything applied. */
  count(): Promise<{ readonly agents: number; readonly current: number }>;
  sample(): Promise<CrewSample>;
  stop(): Promise<void>;
}

export interface CrewOptions {
  readonly agents: number;
  readonly seed: number;
  readonly pace: number;
  /** Agents of each process. */
  readonly aProcess: number;
}

/** As many connect at once, of all processes together. */
const AT_ONCE = 48;

/** The addresses with the agent's own first, so that they spread over the servers and know where else to go. */
function addressesOf(agent: number, urls: readonly string[]): string[] {
  return urls.map((_, next) => urls[(agent + next) % urls.length] ?? '');
}

/** Starts the processes. Nothing connects yet. */
export function startCrew(deployment: Deployment, options: CrewOptions): Crew {
  const { agents, aProcess, seed, pace } = options;
  const { urls, tokens, inboxCodes } = deployment;
  if (tokens.length < agents) throw new Error(`There are ${tokens.length} tokens for ${agents} agents.`);
  const count = Math.max(1, Math.ceil(agents / aProcess));
  const workers = Array.from({ length: count }, () =>
    startChild(new URL('./worker.ts', import.meta.url).href),
  );
  const all = Array.from({ length: agents }, (_, agent) => ({
    token: tokens[agent] ?? '',
    urls: addressesOf(agent, urls),
  }));
  const everybody = async (name: string, input?: (worker: number) => unknown): Promise<void> => {
    await Promise.all(workers.map((worker, at) => worker.ask(name, input?.(at))));
  };
  const [first] = workers as [Child, ...Child[]];
  return {
    connect: () =>
      everybody(
        'connect',
        (worker): Hands => ({
          agents: all.filter((_, agent) => agent % count === worker),
          seed: seed + worker,
          pace,
          atOnce: Math.ceil(AT_ONCE / count),
        }),
      ),
    work: () => everybody('work'),
    customers: (rate) =>
      inboxCodes.length === 0 || rate === 0
        ? Promise.resolve()
        : everybody('customers', (): Customers => ({ urls, inboxCodes, rate: rate / count })),
    mark: () => first.ask('mark', { urls, inboxCodes }),
    cut: () => everybody('cut'),
    churn: (number) => everybody('churn', (worker) => Math.floor((number + worker) / count)),
    async count() {
      const counts = await Promise.all(
        workers.map((worker) => worker.ask<{ agents: number; current: number }>('count')),
      );
      const total = (of: 'agents' | 'current') => counts.reduce((sum, one) => sum + one[of], 0);
      return { agents: total('agents'), current: total('current') };
    },
    async sample() {
      const samples = await Promise.all(workers.map((worker) => worker.ask<WorkerSample>('sample')));
      const sum = new Sum();
      for (const sample of samples) sum.add(sample);
      const total = (of: (sample: WorkerSample) => number) =>
        samples.reduce((before, sample) => before + of(sample), 0);
      return {
        ...sum.reading(),
        agents: total((one) => one.agents),
        current: total((one) => one.current),
        lag: Math.max(...samples.map(({ lag }) => lag)),
        processor: total((one) => one.processor),
      };
    },
    stop: () => everybody('stop'),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    },
  };
}
