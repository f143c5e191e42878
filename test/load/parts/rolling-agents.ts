/** Some agents of the SDK in one process: each holds a lock and answers again and again. Started by `rolling.ts`. */
import { createLatchbox, type LatchboxClient, type LockState } from '@latchbox/client';

export interface RollingTask {
  readonly people: readonly {
    readonly token: string;
    readonly conversationId: string;
    readonly urls: readonly string[];
  }[];
  /** Ms between two answers of one agent. */
  readonly every: number;
}

export interface RollingReport {
  readonly connected: number;
  readonly confirmed: number;
  /** What went wrong with sends, in words. */
  readonly failures: readonly string[];
  /** Agents who do not have their lock. */
  readonly locksLost: number;
  /** Ms that each loss of a connection lasted. */
  readonly reconnects: readonly number[];
}

interface Agent {
  readonly client: LatchboxClient;
  readonly hasLock: () => boolean;
  /** Settles when its last answer is confirmed. */
  readonly done: Promise<void>;
}

const TOGETHER = 5;
/** Ms that an agent may take to have its lock, before it starts again. */
const START_LIMIT = 10_000;

type Mine = Extract<LockState, { status: 'mine' }>;
const isMine = (state: LockState): state is Mine => state.status === 'mine';

let stopped = false;
let confirmed = 0;
const failures: string[] = [];
const reconnects: number[] = [];

const isConnected = (client: LatchboxClient): boolean => client.connection.getSnapshot().name === 'connected';

function timeReconnects(client: LatchboxClient): void {
  let since: number | undefined;
  client.connection.subscribe(() => {
    if (!isConnected(client)) since ??= performance.now();
    else if (since !== undefined) {
      reconnects.push(performance.now() - since);
      since = undefined;
    }
  });
}

async function start(
  { token, conversationId, urls }: RollingTask['people'][number],
  every: number,
): Promise<Agent> {
  const client = createLatchbox({ url: [...urls], auth: () => Promise.resolve(token) });
  const conversation = client.conversation(conversationId);
  try {
    await client.connect();
    conversation.open();
    await conversation.ready;
    // Opening it takes the lock (`lockOn: open`).
    const mine = conversation.lock.until(isMine, { signal: AbortSignal.timeout(START_LIMIT) });
    // Or by asking, where that took so long that it was given up.
    await mine.catch(() => conversation.lock.acquire());
  } catch (error) {
    await client.close();
    throw error;
  }
  timeReconnects(client);
  const write = async (): Promise<void> => {
    for (let number = 1; !stopped; number += 1) {
      conversation.activity('reply');
      try {
        await conversation.reply({ body: `Answer ${number}` }).confirmed;
        confirmed += 1;
      } catch (error) {
        failures.push(String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, every * (0.5 + Math.random())));
    }
  };
  return { client, hasLock: () => conversation.lock.getSnapshot().status === 'mine', done: write() };
}

/** Again when the machine was too busy with all the others: the start is not what is measured. */
async function startSometime(person: RollingTask['people'][number], every: number): Promise<Agent> {
  for (let left = 10; ; left -= 1) {
    try {
      return await start(person, every);
    } catch (error) {
      process.stderr.write(`an agent starts again: ${String(error)}\n`);
      if (left === 1) throw error;
    }
  }
}

function report(agents: readonly Agent[]): RollingReport {
  return {
    connected: agents.filter(({ client }) => isConnected(client)).length,
    confirmed,
    failures,
    locksLost: agents.filter(({ hasLock }) => !hasLock()).length,
    reconnects,
  };
}

async function work({ people, every }: RollingTask): Promise<void> {
  // A few at a time: this is about a restart and not about a storm.
  const agents: Agent[] = [];
  for (let at = 0; at < people.length; at += TOGETHER) {
    const some = people.slice(at, at + TOGETHER);
    agents.push(...(await Promise.all(some.map((person) => startSometime(person, every)))));
  }
  process.on('message', (word) => {
    if (word !== 'stop') {
      process.send?.(report(agents));
      return;
    }
    stopped = true;
    void Promise.all(agents.map(({ done }) => done)).then(() => {
      process.send?.(report(agents));
      setTimeout(() => process.exit(0), 500).unref();
    });
  });
  process.send?.(report(agents));
}

// Whoever started this is gone: nobody asks any more.
process.on('disconnect', () => process.exit(0));
process.once('message', (task) => void work(task as RollingTask));
