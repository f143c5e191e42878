import type { PresenceEntry } from '../cluster/registry.ts';

/** Tells two lists of sessions apart: how many, and what they add up to in whatever order. */
export interface Digest {
  readonly count: number;
  readonly sum: number;
}

/**
 * FNV-1a over the session and its revision, in 32 bits, stirred at the end (MurmurHash3): without that, two sessions with equal
 * revisions that both change once would add up to the same as before.
 */
function fingerprint(entry: PresenceEntry): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < entry.sessionId.length; at += 1) {
    hash = Math.imul(hash ^ entry.sessionId.charCodeAt(at), 0x01000193);
  }
  hash ^= Math.imul(entry.revision, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The sessions of each server with their digest, kept as they come and go. */
export function createDigests() {
  const servers = new Map<string, { readonly sessions: Set<string>; sum: number }>();
  return {
    add(entry: PresenceEntry): void {
      const server = servers.get(entry.serverId) ?? { sessions: new Set(), sum: 0 };
      servers.set(entry.serverId, server);
      server.sessions.add(entry.sessionId);
      server.sum ^= fingerprint(entry);
    },
    delete(entry: PresenceEntry): void {
      const server = servers.get(entry.serverId);
      if (server?.sessions.delete(entry.sessionId) !== true) return;
      server.sum ^= fingerprint(entry);
      if (server.sessions.size === 0) servers.delete(entry.serverId);
    },
    of(serverId: string): Digest {
      const server = servers.get(serverId);
      return { count: server?.sessions.size ?? 0, sum: server?.sum ?? 0 };
    },
    sessions: (serverId: string): readonly string[] => [...(servers.get(serverId)?.sessions ?? [])],
  };
}
