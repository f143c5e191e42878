/** The client processes of a race, and the barrier from which they start together. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { within } from '../tools/eventually.ts';
import { type History, monotonic, type Op } from '../tools/history.ts';
import { compiledIn, repository } from '../tools/server-process.ts';
import type { World } from '../tools/world.ts';

export type Act =
  | {
      readonly act: 'acquire';
      readonly agent: string;
      readonly conversationId: string;
      readonly requestId: string;
    }
  | {
      readonly act: 'send';
      readonly agent: string;
      readonly conversationId: string;
      readonly fence: number;
      readonly lastSeen: number;
      readonly clientId: string;
      readonly body: string;
    }
  | {
      readonly act: 'sendOnce';
      readonly agent: string;
      readonly url: string;
      readonly conversationId: string;
      readonly clientId: string;
      readonly body: string;
    }
  | { readonly act: 'leave'; readonly agent: string; readonly conversationId: string };

export type ToWorker =
  | {
      readonly id: number;
      readonly order: 'connect';
      readonly agents: readonly {
        readonly name: string;
        readonly token: string;
        readonly url: string;
        readonly node: string;
      }[];
    }
  | { readonly id: number; readonly order: 'act'; readonly at: number; readonly acts: readonly Act[] };

/** What an agent was answered; `code` is `ok` or the refusal's. `tries`: how often it had to ask. */
export interface Answered {
  readonly agent: string;
  readonly code: string;
  readonly details: unknown;
  readonly fence?: number;
  readonly tries: number;
}
export interface FromWorker {
  readonly id: number;
  readonly answers: readonly Answered[];
  readonly ops: readonly Op[];
  readonly error?: string;
}

export interface Crew extends AsyncDisposable {
  /** Lets all acts begin at the same instant, and answers when the last one is answered. */
  together(acts: readonly Act[]): Promise<Answered[]>;
}

/** How long before the common start the orders go out, ms: every process must have got its own by then. */
const LEAD = 40;

let nextId = 1;

function give(worker: ChildProcess, order: ToWorker): Promise<FromWorker> {
  return new Promise((done, failed) => {
    const exited = (): void => failed(new Error('a client process has ended'));
    const listen = (answer: FromWorker): void => {
      if (answer.id !== order.id) return;
      worker.off('message', listen);
      worker.off('exit', exited);
      if (answer.error === undefined) done(answer);
      else failed(new Error(answer.error));
    };
    worker.on('message', listen);
    worker.once('exit', exited);
    worker.send(order);
  });
}

/** Starts `processes` clients and connects `agents` from them, spread over the processes and the servers of `world`. */
export async function startCrew(world: World, agents: readonly string[], processes = 8): Promise<Crew> {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiledIn(repository) };
  const workers = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'worker.ts'), { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  const placeOf = new Map(agents.map((name, index) => [name, index % processes]));
  const dispose = async (): Promise<void> => {
    await Promise.all(
      workers.map(async (worker) => {
        if (worker.exitCode !== null) return;
        const gone = new Promise((done) => worker.once('exit', done));
        worker.kill('SIGKILL');
        await gone;
      }),
    );
  };
  /** The acts of each process, in its own order. */
  const shares = (acts: readonly Act[]): Map<number, Act[]> =>
    Map.groupBy(acts, (act) => placeOf.get(act.agent) ?? 0);
  try {
    await within(
      'all agents are connected',
      60_000,
      Promise.all(
        workers.map((worker, place) => give(worker, connectOrder(world, agents, placeOf, place, processes))),
      ),
    );
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    async together(acts) {
      // One act has nobody to wait for.
      const at = monotonic() + (acts.length === 1 ? 0 : LEAD);
      const orders = [...shares(acts)].map(([place, share]) => {
        const worker = workers[place];
        if (worker === undefined) throw new Error(`there is no process ${place}`);
        return give(worker, { id: nextId++, order: 'act', at, acts: share });
      });
      const answers = await within('the round is over', 60_000, Promise.all(orders));
      keep(world.history, answers);
      return answers.flatMap((answer) => answer.answers);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function connectOrder(
  world: World,
  agents: readonly string[],
  placeOf: ReadonlyMap<string, number>,
  place: number,
  processes: number,
): ToWorker {
  const mine = agents.filter((name) => placeOf.get(name) === place);
  return {
    id: nextId++,
    order: 'connect',
    agents: mine.map((name) => {
      // Not by the agent's number alone, which has chosen the process: each process has agents on every server.
      const node = Math.floor(agents.indexOf(name) / processes) % world.servers.length;
      return { name, token: world.agent(name).token, url: world.server(node).url, node: String(node) };
    }),
  };
}

function keep(history: History, answers: readonly FromWorker[]): void {
  for (const { ops } of answers) history.add(ops);
}
