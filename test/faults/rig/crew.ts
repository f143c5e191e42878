/** The client processes of a run, as their driver has them. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { within } from '../../tools/eventually.ts';
import { compiledIn, repository } from '../../tools/server-process.ts';
import type { FromClients, Shown, Start, ToClients } from './messages.ts';
import type { Notebook } from './notebook.ts';

export interface Crew extends AsyncDisposable {
  /** An agent's token is another one from now on. */
  token(agent: string, token: string): void;
  /** All clients finish what is under way and stay connected. */
  settle(): Promise<void>;
  /** What each client shows. */
  report(): Promise<Shown[]>;
  /** All clients close in order. */
  end(): Promise<void>;
}

/** How long the clients may take to settle: their patience, and 30 s to become current, ms. */
const SETTLE = 90_000;

interface Worker {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  give(order: ToClients): void;
  /** The next message of this kind. */
  said<S extends FromClients['say']>(say: S): Promise<Extract<FromClients, { say: S }>>;
}

function startWorker(group: number, notebook: Notebook): Worker {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiledIn(repository) };
  const child = fork(join(import.meta.dirname, 'client-process.ts'), {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Set<(message: FromClients) => void>();
  child.on('message', (message: FromClients) => {
    if (message.say === 'batch') notebook.add(group, message.batch);
    if (message.say === 'failed')
      notebook.wrong.push({ invariant: 'I31', story: `client process ${group}: ${message.error}` });
    for (const tell of waiting) tell(message);
  });
  child.on('error', () => undefined);
  return {
    child,
    exited: new Promise((done) => child.once('exit', () => done())),
    give: (order) => void (child.connected && child.send(order)),
    said: (say) =>
      new Promise((done) => {
        const tell = (message: FromClients): void => {
          if (message.say !== say) return;
          waiting.delete(tell);
          done(message as never);
        };
        waiting.add(tell);
      }),
  };
}

/** Starts one process for each group of clients; returns when all have begun. */
export async function startCrew(notebook: Notebook, groups: readonly Start[]): Promise<Crew> {
  const workers = groups.map(({ group }) => startWorker(group, notebook));
  const all = async <S extends FromClients['say']>(
    what: string,
    say: S,
    order: (index: number) => ToClients,
    ms: number,
  ): Promise<Extract<FromClients, { say: S }>[]> => {
    const answers = workers.map((worker, index) => {
      const said = worker.said(say);
      worker.give(order(index));
      return said;
    });
    return await within(what, ms, Promise.all(answers));
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(
      workers.map(async ({ child, exited }) => {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        await exited;
      }),
    );
  };
  try {
    await all('the clients have begun', 'ready', (index) => groups[index] ?? { order: 'end' }, 60_000);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    token(agent, token) {
      for (const worker of workers) worker.give({ order: 'token', agent, token });
    },
    async settle() {
      await all('the clients have settled', 'settled', () => ({ order: 'settle' }), SETTLE);
    },
    async report() {
      const answers = await all(
        'the clients have told what they show',
        'shown',
        () => ({ order: 'report' }),
        SETTLE,
      );
      return answers.flatMap(({ shown }) => shown);
    },
    async end() {
      for (const worker of workers) worker.give({ order: 'end' });
      await within('the clients have ended', 30_000, Promise.all(workers.map(({ exited }) => exited)));
    },
    [Symbol.asyncDispose]: dispose,
  };
}
