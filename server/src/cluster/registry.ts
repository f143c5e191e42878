/** One live session as all servers see it. `state`: what its tab says; `conversationIds`: what it has open. */
export interface PresenceEntry {
  readonly sessionId: string;
  readonly serverId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly state: 'active' | 'hidden' | 'idle';
  readonly inboxIds: readonly string[];
  readonly viewing: readonly { readonly inboxId: string; readonly conversationId: string }[];
}

/**
 * Who is there, over all servers. Every entry has a time to live and is put again on every presence beat, so the entries of a
 * dead server vanish by themselves (a ghost lives at most two beats). Typing is kept the same way, per person and conversation.
 */
export interface PresenceRegistry {
  put(entry: PresenceEntry, ttl: number): Promise<void>;
  remove(sessionId: string): Promise<void>;
  inInbox(inboxId: string): Promise<readonly PresenceEntry[]>;
  inConversation(conversationId: string): Promise<readonly PresenceEntry[]>;
  ofAgent(agentId: string): Promise<readonly PresenceEntry[]>;
  putTyping(typing: TypingEntry, ttl: number): Promise<void>;
  removeTyping(conversationId: string, agentId: string): Promise<void>;
  typingIn(conversationId: string): Promise<readonly TypingEntry[]>;
  typingInInbox(inboxId: string): Promise<readonly TypingEntry[]>;
  close(): Promise<void>;
}

export interface TypingEntry {
  readonly inboxId: string;
  readonly conversationId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly kind: 'reply' | 'note';
  readonly until: number;
}
