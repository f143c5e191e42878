/** What the row tests share: SDK clients on a started server, and waiting for what they show. */

import {
  type Conversation,
  createLatchbox,
  type LatchboxClient,
  type LatchboxOptions,
  type Lease,
  type LockState,
  type Readable,
} from '@latchbox/client';
import { NeverHappened, within } from '../tools/eventually.ts';
import type { World } from '../tools/world.ts';

/** How long something may take for which no time is promised, ms. */
const PATIENCE = 8_000;

export interface People extends AsyncDisposable {
  /** A connected SDK client of a seeded agent; each call is a tab of its own. */
  join(name: string, options?: Partial<LatchboxOptions>): Promise<LatchboxClient>;
}

/** SDK clients of a world. Disposing closes them all. */
export function people(world: World): People {
  const joined: LatchboxClient[] = [];
  return {
    async join(name, options = {}) {
      const { token } = world.agent(name);
      const client = createLatchbox({
        url: world.server().url,
        auth: () => Promise.resolve(token),
        ...options,
      });
      joined.push(client);
      await client.connect();
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(joined.map((client) => client.close()));
    },
  };
}

/** Waits until a readable shows what `match` accepts; tells what it shows when it never does. */
export async function shows<T>(
  what: string,
  readable: Readable<T>,
  match: (value: T) => boolean,
  withinMs = PATIENCE,
): Promise<T> {
  const abort = new AbortController();
  const shown = readable.until(match, { signal: abort.signal });
  shown.catch(() => undefined);
  try {
    return await within(what, withinMs, shown);
  } catch (error) {
    const last = JSON.stringify(readable.getSnapshot())?.slice(0, 1_500);
    throw new NeverHappened(`${String(error)}; shown last: ${last}`, { cause: error });
  } finally {
    abort.abort();
  }
}

type Shown<S extends LockState['status']> = Extract<LockState, { readonly status: S }>;

/** Waits until a conversation's lock has this status. */
export async function lockIs<S extends LockState['status']>(
  conversation: Conversation,
  status: S,
  withinMs = PATIENCE,
): Promise<Shown<S>> {
  const match = (state: LockState): boolean => state.status === status;
  return (await shows(`the lock is ${status}`, conversation.lock, match, withinMs)) as Shown<S>;
}

const leases = new WeakMap<Conversation, Lease[]>();

/** Opens a conversation and waits until it is read. `lock: 'none'` only looks at it. */
export async function opened(
  client: LatchboxClient,
  id: string,
  lock: 'if-free' | 'none' = 'if-free',
): Promise<Conversation> {
  const conversation = client.conversation(id);
  leases.set(conversation, [...(leases.get(conversation) ?? []), conversation.open({ lock })]);
  await within('the conversation is read', PATIENCE, conversation.ready);
  return conversation;
}

/** Leaves a conversation that was `opened`. */
export function leave(conversation: Conversation): void {
  for (const lease of leases.get(conversation) ?? []) lease.release();
  leases.delete(conversation);
}
