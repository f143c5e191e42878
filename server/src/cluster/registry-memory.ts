import type { Clock } from '../lib/clock.ts';
import { createExpiring } from './expiring.ts';
import { createNamedSets } from './named-sets.ts';
import type { PresenceEntry, PresenceRegistry, TypingEntry } from './registry.ts';

export interface MemoryRegistry extends PresenceRegistry {
  session(sessionId: string): PresenceEntry | undefined;
}

/** Typing is kept per person and conversation. */
export const typistName = ({
  conversationId,
  agentId,
}: Pick<TypingEntry, 'conversationId' | 'agentId'>): string => `${conversationId} ${agentId}`;

/** Who is there, in one process. A call costs by what an entry names, never by how many entries there are. */
export function createMemoryRegistry(clock: Clock): MemoryRegistry {
  const sessions = createSessions(clock);
  const typing = createTypists(clock);
  return {
    ...sessions,
    ...typing,
    close: async () => {
      sessions.clear();
      typing.clear();
    },
  };
}

function createSessions(clock: Clock) {
  const inboxes = createNamedSets<PresenceEntry>();
  const conversations = createNamedSets<PresenceEntry>();
  const agents = createNamedSets<PresenceEntry>();
  const servers = createNamedSets<PresenceEntry>();

  const each = (entry: PresenceEntry, change: 'add' | 'delete') => {
    for (const inboxId of entry.inboxIds) inboxes[change](inboxId, entry);
    for (const { conversationId } of entry.viewing) conversations[change](conversationId, entry);
    agents[change](entry.agentId, entry);
    servers[change](entry.serverId, entry);
  };
  const entries = createExpiring<PresenceEntry>(clock, (old) => each(old, 'delete'));
  // Asking for each entry drops those whose time is over.
  const living = (found: readonly PresenceEntry[]) =>
    found.filter((entry) => entries.get(entry.sessionId) === entry);

  return {
    session: (sessionId: string) => entries.get(sessionId),
    put: async (all: readonly PresenceEntry[], ttl: number) => {
      for (const entry of all) {
        const old = entries.get(entry.sessionId);
        if (old !== undefined && old.revision > entry.revision) continue;
        entries.set(entry.sessionId, entry, ttl);
        // The beat puts the same object again: it is in every index already.
        if (old !== entry) each(entry, 'add');
      }
    },
    remove: async (serverId: string, sessionIds: readonly string[]) => {
      for (const id of sessionIds) if (entries.get(id)?.serverId === serverId) entries.delete(id);
    },
    inInbox: async (inboxId: string) => living(inboxes.of(inboxId)),
    inConversation: async (conversationId: string) => living(conversations.of(conversationId)),
    ofAgent: async (agentId: string) => living(agents.of(agentId)),
    onServer: async (serverId: string) => living(servers.of(serverId)),
    clear: () => entries.clear(),
  };
}

function createTypists(clock: Clock) {
  const conversations = createNamedSets<TypingEntry>();
  const inboxes = createNamedSets<TypingEntry>();
  const entries = createExpiring<TypingEntry>(clock, (old) => {
    conversations.delete(old.conversationId, old);
    inboxes.delete(old.inboxId, old);
  });
  const living = (found: readonly TypingEntry[]) =>
    found.filter((entry) => entries.get(typistName(entry)) === entry);

  return {
    putTyping: async (typing: TypingEntry, ttl: number) => {
      entries.set(typistName(typing), typing, ttl);
      conversations.add(typing.conversationId, typing);
      inboxes.add(typing.inboxId, typing);
    },
    removeTyping: async (typing: Pick<TypingEntry, 'conversationId' | 'agentId'>) =>
      void entries.delete(typistName(typing)),
    typingIn: async (conversationId: string) => living(conversations.of(conversationId)),
    typingInInbox: async (inboxId: string) => living(inboxes.of(inboxId)),
    clear: () => entries.clear(),
  };
}
