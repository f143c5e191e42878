import type { Conversation, ConversationRow, PreparedReply } from '@latchbox/client';
import { useEffect } from 'react';
import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { preparedOf } from './prepared-store.ts';

/** From where and to whom a reply would go, and under which signature; null until it is known. Asked anew when something comes in. */
export function usePrepared(conversation: Conversation, row: ConversationRow): PreparedReply | null {
  const store = preparedOf(useClient(), conversation.id);
  const { channel, newestIncoming } = row;
  useEffect(() => {
    if (channel === 'simulator') return undefined;
    const abort = new AbortController();
    conversation.prepareReply(undefined, abort).then(
      // Not while the next one is under way.
      (answer) => (abort.signal.aborted ? undefined : store.set(answer)),
      // Then it goes to the contact, as it would by itself.
      () => {},
    );
    return () => abort.abort();
  }, [conversation, store, channel, newestIncoming]);
  return useReadable(store);
}
