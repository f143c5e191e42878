import type { LatchboxClient, PreparedReply } from '@latchbox/client';
import { createStore, type Store } from '../lib/store.ts';

const known = new WeakMap<LatchboxClient, Map<string, Store<PreparedReply | null>>>();

/** What was last heard of how a reply of this conversation would leave; null: nothing yet. */
export function preparedOf(client: LatchboxClient, conversationId: string): Store<PreparedReply | null> {
  const mine = known.get(client) ?? new Map<string, Store<PreparedReply | null>>();
  known.set(client, mine);
  const store = mine.get(conversationId) ?? createStore<PreparedReply | null>(null);
  mine.set(conversationId, store);
  return store;
}
