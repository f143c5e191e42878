import type { Log } from '../lib/log.ts';

type Receive = (message: unknown) => void;

export interface LocalHints {
  /** Hands a message to the channel's subscribers before it returns, unless it is called by one of them: then after them. */
  deliver(channel: string, message: unknown): void;
  add(channel: string, receive: Receive): () => void;
  has(channel: string): boolean;
  channels(): string[];
  clear(): void;
}

/**
 * The subscribers of this process. Messages are handed out in the order in which they were published, also when a subscriber
 * publishes while it receives; a subscriber that throws keeps nobody else from the message.
 */
export function createLocalHints(log: Log): LocalHints {
  const subscribers = new Map<string, Set<Receive>>();
  const waiting: { channel: string; message: unknown }[] = [];
  let delivering = false;

  function hand(channel: string, message: unknown): void {
    for (const receive of subscribers.get(channel) ?? []) {
      try {
        receive(message);
      } catch (error) {
        log.error('a subscriber could not take a hint', { channel, error: String(error) });
      }
    }
  }

  return {
    deliver(channel, message) {
      waiting.push({ channel, message });
      if (delivering) return;
      delivering = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          hand(next.channel, next.message);
      } finally {
        delivering = false;
      }
    },
    add(channel, receive) {
      // A subscription is its own object: the same function given twice receives twice and ends one by one.
      const own: Receive = (message) => receive(message);
      const all = subscribers.get(channel) ?? new Set();
      subscribers.set(channel, all.add(own));
      return () => {
        all.delete(own);
        if (all.size === 0 && subscribers.get(channel) === all) subscribers.delete(channel);
      };
    },
    has: (channel) => subscribers.has(channel),
    channels: () => [...subscribers.keys()],
    clear: () => subscribers.clear(),
  };
}
