import { refuse } from '@latchbox/shared';
import type { Redis } from 'ioredis';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { answersWithin, closeRedis, COMMAND_TIMEOUT, loadScripts, openRedis } from './redis-client.ts';
import type { PresenceEntry, PresenceRegistry, TypingEntry } from './registry.ts';
import { createMemoryRegistry, type MemoryRegistry, typistName } from './registry-memory.ts';
import { createShelf, SHELF_SCRIPTS } from './registry-shelf.ts';

export interface RedisRegistryOptions {
  readonly url: string;
  readonly deploymentId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Ms after which Redis counts as down. */
  readonly commandTimeout?: number;
}

export interface RedisRegistry extends PresenceRegistry {
  /** Waits until Redis answers; throws `coordination_unavailable` when it is not connected within `timeout` ms, or silent. */
  ready(timeout?: number): Promise<void>;
}

const READY_TIMEOUT = 5_000;
/** Most entries in one call: other clients of Redis wait so long. */
const MOST_AT_ONCE = 100;

function inParts<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += MOST_AT_ONCE) parts.push(all.slice(at, at + MOST_AT_ONCE));
  return parts;
}

/**
 * Who is there, in Redis. What this process puts it keeps as well: that is the answer while Redis is down, and newer than
 * what Redis says while a put is on its way.
 */
export function createRedisRegistry(options: RedisRegistryOptions): RedisRegistry {
  const { url, deploymentId, clock, log, commandTimeout = COMMAND_TIMEOUT } = options;
  const client = openRedis({ url, name: 'registry', commandTimeout, log });
  loadScripts(client, SHELF_SCRIPTS);
  const shared: Shared = {
    client,
    log,
    own: createMemoryRegistry(clock),
    prefix: `latchbox:${deploymentId}:`,
  };
  return {
    ...createSessions(shared),
    ...createTypists(shared),
    async ready(timeout = READY_TIMEOUT) {
      if (!(await answersWithin(client, timeout))) throw refuse('coordination_unavailable');
    },
    async close() {
      await shared.own.close();
      await closeRedis(client);
    },
  };
}

interface Shared {
  readonly client: Redis;
  readonly log: Log;
  /** What this process put. */
  readonly own: MemoryRegistry;
  readonly prefix: string;
}

function createSessions({ client, log, own, prefix }: Shared): Omit<PresenceRegistry, TypingCall | 'close'> {
  const shelf = createShelf<PresenceEntry>(client, log, {
    prefix: `${prefix}presence:`,
    nameOf: (entry) => entry.sessionId,
    indexesOf: sessionIndexes,
    revisionOf: (entry) => entry.revision,
    ownerOf: (entry) => entry.serverId,
  });
  return {
    async put(entries, ttl) {
      void own.put(entries, ttl);
      for (const some of inParts(entries)) {
        // One part after the other: what has changed or gone while it waited is told by a put or remove of its own.
        await shelf.put(
          some.filter((entry) => own.session(entry.sessionId) === entry),
          ttl,
        );
      }
    },
    async remove(serverId, sessionIds) {
      const gone = sessionIds.map((id) => {
        const entry = own.session(id);
        return { name: id, indexes: entry === undefined ? [] : sessionIndexes(entry) };
      });
      void own.remove(serverId, sessionIds);
      await Promise.all(inParts(gone).map((some) => shelf.remove(some, serverId)));
    },
    async inInbox(id) {
      const all = newest(await shelf.read(`inbox:${id}`), await own.inInbox(id));
      return all.filter((entry) => entry.inboxIds.includes(id));
    },
    async inConversation(id) {
      const all = newest(await shelf.read(`conversation:${id}`), await own.inConversation(id));
      return all.filter((entry) => entry.viewing.some((at) => at.conversationId === id));
    },
    ofAgent: async (id) => newest(await shelf.read(`agent:${id}`), await own.ofAgent(id)),
    async onServer(id) {
      const found = await shelf.read(`server:${id}`);
      return found?.filter((entry) => entry.serverId === id) ?? null;
    },
  };
}

type TypingCall = 'putTyping' | 'removeTyping' | 'typingIn' | 'typingInInbox';

function createTypists({ client, log, own, prefix }: Shared): Pick<PresenceRegistry, TypingCall> {
  const shelf = createShelf<TypingEntry>(client, log, {
    prefix: `${prefix}typing:`,
    nameOf: typistName,
    indexesOf: typistIndexes,
    // Whatever comes last counts: the clock that `until` is read from may jump.
    revisionOf: () => 0,
    ownerOf: (entry) => entry.agentId,
  });
  return {
    async putTyping(typing, ttl) {
      void own.putTyping(typing, ttl);
      await shelf.put([typing], ttl);
    },
    async removeTyping(typing) {
      void own.removeTyping(typing);
      await shelf.remove([{ name: typistName(typing), indexes: typistIndexes(typing) }], typing.agentId);
    },
    typingIn: async (id) => latest(await shelf.read(`conversation:${id}`), await own.typingIn(id)),
    typingInInbox: async (id) => latest(await shelf.read(`inbox:${id}`), await own.typingInInbox(id)),
  };
}

function sessionIndexes(entry: PresenceEntry): string[] {
  return [
    `agent:${entry.agentId}`,
    `server:${entry.serverId}`,
    ...entry.inboxIds.map((id) => `inbox:${id}`),
    ...entry.viewing.map((at) => `conversation:${at.conversationId}`),
  ];
}

function typistIndexes({
  inboxId,
  conversationId,
}: Pick<TypingEntry, 'inboxId' | 'conversationId'>): string[] {
  return [`conversation:${conversationId}`, `inbox:${inboxId}`];
}

/** Of every session the newest entry that is known. */
function newest(shared: readonly PresenceEntry[] | null, own: readonly PresenceEntry[]): PresenceEntry[] {
  const best = new Map(own.map((entry) => [entry.sessionId, entry]));
  for (const entry of shared ?? []) {
    if ((best.get(entry.sessionId)?.revision ?? -1) < entry.revision) best.set(entry.sessionId, entry);
  }
  return [...best.values()];
}

function latest(shared: readonly TypingEntry[] | null, own: readonly TypingEntry[]): TypingEntry[] {
  const best = new Map(own.map((entry) => [typistName(entry), entry]));
  for (const entry of shared ?? []) {
    if ((best.get(typistName(entry))?.until ?? -1) < entry.until) best.set(typistName(entry), entry);
  }
  return [...best.values()];
}
