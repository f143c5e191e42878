/** One live session as all servers see it. `state`: what its tab says; `viewing`: what it has open. */
export interface PresenceEntry {
  readonly sessionId: string;
  /** The server that has its connection. */
  readonly serverId: string;
  /** Grows with every connection and every change of the session: of two entries the greater one is the newer. */
  readonly revision: number;
  readonly agentId: string;
  readonly agentName: string;
  readonly state: 'active' | 'hidden' | 'idle';
  readonly inboxIds: readonly string[];
  readonly viewing: readonly Viewing[];
}

export interface Viewing {
  readonly inboxId: string;
  readonly conversationId: string;
}

export interface TypingEntry {
  readonly inboxId: string;
  readonly conversationId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly kind: 'reply' | 'note';
  readonly until: number;
}

/**
 * Who is there, over all servers. Every entry has a time to live (ms) and is put again on every presence beat, so the entries
 * of a dead server vanish by themselves (a ghost lives at most two beats). Typing is kept the same way, per person and
 * conversation. Nothing throws when Redis is down: writes are lost until the next beat, and reads answer what this process put.
 */
export interface PresenceRegistry {
  /** Puts entries, new ones or again, a hundred in a round trip. An entry older than the one that stands changes nothing. */
  put(entries: readonly PresenceEntry[], ttl: number): Promise<void>;
  /** Removes sessions of this server. One that has meanwhile connected to another server stays. */
  remove(serverId: string, sessionIds: readonly string[]): Promise<void>;
  inInbox(inboxId: string): Promise<readonly PresenceEntry[]>;
  inConversation(conversationId: string): Promise<readonly PresenceEntry[]>;
  ofAgent(agentId: string): Promise<readonly PresenceEntry[]>;
  /** The sessions connected to a server; null when that cannot be known now. */
  onServer(serverId: string): Promise<readonly PresenceEntry[] | null>;
  putTyping(typing: TypingEntry, ttl: number): Promise<void>;
  removeTyping(typing: Pick<TypingEntry, 'inboxId' | 'conversationId' | 'agentId'>): Promise<void>;
  typingIn(conversationId: string): Promise<readonly TypingEntry[]>;
  typingInInbox(inboxId: string): Promise<readonly TypingEntry[]>;
  close(): Promise<void>;
}
