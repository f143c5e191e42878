/** Many clients in one process. */
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { restingMemory, serve } from './child.ts';
import { machineTime } from './emission.ts';
import { openSocket, type RawSocket } from './raw-socket.ts';

const sockets: RawSocket[] = [];
let received = 0;
let awaited = Number.POSITIVE_INFINITY;
let arrived: ((at: number) => void) | undefined;
let arrival: Promise<number> | undefined;

function count(events: number): void {
  received += events;
  if (received < awaited) return;
  awaited = Number.POSITIVE_INFINITY;
  arrived?.(machineTime());
}

/** What a Latchbox client says as it joins, before it gets events. */
function hello(token: string, inboxId: string): object {
  const subscribe = { streams: [{ stream: `inbox:${inboxId}`, after: null }], rest: false };
  return { protocol: PROTOCOL_VERSION, client: 'bench/1', token, resume: null, device: 'bench', subscribe };
}

async function isGreeted(socket: RawSocket): Promise<void> {
  const answer = await socket.greeting;
  if (!answer.includes('"ok":true,"logEpoch"')) throw new Error(`hello was refused: ${answer}`);
}

export interface Arrivals {
  readonly url: string;
  readonly count: number;
  /** At most so many on their way at once. */
  readonly atOnce: number;
  /** Of Latchbox: who they are and the inbox to subscribe to. Without it they only connect, as a bare server's clients do. */
  readonly members?: { readonly tokens: readonly string[]; readonly inboxId: string };
  /** Of a bare server: joins its room. */
  readonly join?: boolean;
}

serve({
  /** Connects clients; answers how long that took, in ms. */
  async connect({ url, count: wanted, atOnce, members, join }: Arrivals) {
    const began = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < wanted) {
          const greeting = members && hello(members.tokens[next] ?? '', members.inboxId);
          next += 1;
          const socket = await openSocket(url, count, greeting && { hello: greeting });
          sockets.push(socket);
          if (greeting !== undefined) await isGreeted(socket);
          if (join === true) await socket.call('join', {});
        }
      }),
    );
    return performance.now() - began;
  },
  /** Begins to count. `received` answers when so many events have arrived. */
  expect(events: number) {
    received = 0;
    awaited = events;
    const { promise, resolve } = Promise.withResolvers<number>();
    arrived = resolve;
    arrival = promise;
  },
  received: () => arrival,
  counted: () => received,
  memory: restingMemory,
});
