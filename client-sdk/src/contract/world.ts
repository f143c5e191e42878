import type { LatchboxClient } from '../client.ts';
import type { LockState } from '../conversation/lock-state.ts';
import type { Conversation } from '../conversation/types.ts';
import type { Readable } from '../lib/readable.ts';

/** One running client of an agent, and its line to the server. */
export interface Participant {
  readonly agentId: string;
  readonly client: LatchboxClient;
  /** Cuts the line and keeps it cut. */
  cut(): void;
  mend(): void;
}

/**
 * What the behaviours need of a server: three agents who may reply, an inbox of each kind with conversations that hold one
 * customer message and are free, and times short enough to wait for. Every behaviour gets a world of its own.
 */
export interface ContractWorld {
  readonly ana: string;
  readonly ben: string;
  readonly cleo: string;
  /** Inbox with `lockOn: open`, and two conversations in it. */
  readonly openInbox: string;
  readonly first: string;
  readonly second: string;
  /** Inbox with `lockOn: compose`, and a conversation in it. */
  readonly composeInbox: string;
  readonly composed: string;
  /** In ms, as the inboxes are set. The grace is longer than a client needs to come back (5 s). */
  readonly times: {
    readonly idleAfter: number;
    readonly idleGrace: number;
    readonly reconnectGrace: number;
    readonly askGrace: number;
    readonly offerTime: number;
    readonly handOverTime: number;
  };
  /** Ms after which typing that is not repeated is over. */
  readonly typingExpires: number;
  /** A connected client. The same name is the same tab: it begins with what that tab had stored. */
  join(agentId: string, tab?: string): Promise<Participant>;
  customerWrites(conversationId: string, body: string): Promise<void>;
  /** The agent may not see that inbox any more. */
  revoke(agentId: string, inboxId: string): Promise<void>;
  /** From now on every member who may reply may take over in both inboxes. Before, none of these agents may. */
  letMembersTakeOver(): Promise<void>;
  /** The server goes down and comes back, with what it has stored. */
  restart(): Promise<void>;
  /** Lets this much time pass, on the server's clock and the clients'. */
  pass(ms: number): Promise<void>;
}

/** A named behaviour, and the rows of the requirements that it shows. */
export interface Behaviour {
  readonly name: string;
  readonly rows: readonly string[];
  run(world: ContractWorld): Promise<void>;
}

/** Nothing that a client can see takes longer than this much of the world's time. */
const PATIENCE = 20_000;
const STEP = 50;

/** Lets time pass until `promise` settles. */
export async function eventually<T>(world: ContractWorld, what: string, promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  for (let waited = 0; !settled && waited < PATIENCE; waited += STEP) await world.pass(STEP);
  if (!settled) throw new Error(`This never happened: ${what}.`);
  return await watched;
}

export function becomes<T, S extends T>(
  world: ContractWorld,
  what: string,
  readable: Readable<T>,
  match: (value: T) => value is S,
): Promise<S>;
export function becomes<T>(
  world: ContractWorld,
  what: string,
  readable: Readable<T>,
  match: (value: T) => boolean,
): Promise<T>;
export async function becomes<T>(
  world: ContractWorld,
  what: string,
  readable: Readable<T>,
  match: (value: T) => boolean,
): Promise<T> {
  const abort = new AbortController();
  try {
    return await eventually(world, what, readable.until(match, { signal: abort.signal }));
  } catch (error) {
    const shown = JSON.stringify(readable.getSnapshot())?.slice(0, 2_000);
    throw new Error(`${what}: not so, it is ${shown}`, { cause: error });
  } finally {
    abort.abort();
  }
}

type Shows<S extends LockState['status']> = Extract<LockState, { readonly status: S }>;

/** Waits until the lock of a conversation shows this status. */
export function lockBecomes<S extends LockState['status']>(
  world: ContractWorld,
  { lock, id }: Conversation,
  status: S,
): Promise<Shows<S>> {
  const match = (state: LockState): state is Shows<S> => state.status === status;
  return becomes(world, `the lock of ${id} is ${status}`, lock, match);
}

export interface Opened {
  readonly conversation: Conversation;
  leave(): void;
}

/** Opens a conversation and waits until it is shown. */
export async function opened(
  world: ContractWorld,
  { client }: Participant,
  id: string,
  lock: 'if-free' | 'none' = 'if-free',
): Promise<Opened> {
  const conversation = client.conversation(id);
  const lease = conversation.open({ lock });
  await eventually(world, `${id} is read`, conversation.ready);
  return { conversation, leave: lease.release };
}

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Not so: ${what}.`);
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

/** The error that a promise rejects with. */
export async function refusal(
  world: ContractWorld,
  what: string,
  promise: Promise<unknown>,
): Promise<unknown> {
  try {
    await eventually(world, what, promise);
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it was not refused.`);
}
