/** A process with many agents of the SDK, and the customers that write to them. Asked by `crew.ts`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { simulatorWrite } from '@latchbox/shared/http/simulator';
import { processorTime, serve } from '../bench/parts/child.ts';
import { createRandom } from '../faults/random.ts';
import { pause } from '../tools/eventually.ts';
import { restClient } from '../tools/rest-client.ts';
import { LoadAgent, stamped } from './agent.ts';
import { Meter, type Reading } from './meter.ts';

export interface Hands {
  /** Each agent with the addresses it tries, its own server first. */
  readonly agents: readonly { readonly token: string; readonly urls: readonly string[] }[];
  readonly seed: number;
  readonly pace: number;
  /** At most so many connect at once. */
  readonly atOnce: number;
}

export interface Customers {
  readonly urls: readonly string[];
  readonly inboxCodes: readonly string[];
  /** Messages a second. */
  readonly rate: number;
}

/** What a worker says of the time since it was asked last. */
export interface WorkerSample extends Reading {
  readonly agents: number;
  readonly current: number;
  /** Its own event-loop lag, p99 in ms: above some tens it measures itself. */
  readonly lag: number;
  /** µs. */
  readonly processor: number;
}

const meter = new Meter();
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
let agents: LoadAgent[] = [];
let random: () => number = () => 0;
let writing = false;
let messages = 0;

/** A customer's message: a new conversation. */
async function write(url: string, inboxCode: string): Promise<void> {
  const began = performance.now();
  messages += 1;
  const address = `customer-${process.pid}-${messages}@load.example`;
  try {
    await restClient(url, null, 10_000).call(simulatorWrite, {
      body: {
        inboxCode,
        from: { name: `Customer ${messages}`, address },
        subject: `Question ${messages}`,
        body: stamped('Where is my parcel? It should have been here on Monday.'),
        threadToken: null,
        providerId: `load-${process.pid}-${Date.now()}-${messages}`,
      },
    });
    meter.took('customer’s message', performance.now() - began);
  } catch (error) {
    meter.count(`error ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function keepWriting({ urls, inboxCodes, rate }: Customers): Promise<void> {
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  while (writing) {
    // As customers come: at random, so many a second.
    await pause((-Math.log(1 - random()) * 1_000) / rate);
    const [url, code] = [any(urls), any(inboxCodes)];
    if (writing && url !== undefined && code !== undefined) void write(url, code);
  }
}

/** `work` for all of them, at most `atOnce` at a time. */
async function crowd<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const hand = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}

const count = () => ({ agents: agents.length, current: agents.filter(({ current }) => current).length });

serve({
  async connect({ agents: hands, seed, pace, atOnce }: Hands) {
    const chance = createRandom(seed);
    random = () => chance.next();
    agents = hands.map(({ token, urls }) => new LoadAgent({ token, urls, meter, random, pace }));
    await crowd(agents, atOnce, (agent) => agent.connect());
  },
  work: () => {
    for (const agent of agents) agent.start();
  },
  customers: (customers: Customers) => {
    writing = true;
    void keepWriting(customers);
  },
  /** One message to each inbox, now. */
  mark: ({ urls, inboxCodes }: Omit<Customers, 'rate'>) =>
    Promise.all(inboxCodes.map((code, at) => write(urls[at % urls.length] ?? '', code))),
  cut: () => {
    for (const agent of agents) agent.cut();
  },
  /** So many agents, at random, go and come again. Answers at once. */
  churn: (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      const agent = agents[Math.floor(random() * agents.length)];
      meter.count('came again');
      agent?.comeAgain().catch((error: unknown) => meter.count(`error ${String(error)}`));
    }
  },
  count,
  sample: (): WorkerSample => {
    const sample = {
      ...meter.read(),
      ...count(),
      lag: delay.percentile(99) / 1e6,
      processor: processorTime(),
    };
    delay.reset();
    return sample;
  },
  async stop() {
    writing = false;
    await crowd(agents, 50, (agent) => agent.stop().catch(() => undefined));
  },
});
