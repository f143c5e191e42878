import type { Conversation, ConversationRow, PreparedReply } from '@latchbox/client';
import { useEffect, useState } from 'react';

/** From where and to whom a reply would go, and under which signature; null until it is known. Asked anew when something comes in. */
export function usePrepared(conversation: Conversation, row: ConversationRow): PreparedReply | null {
  const [prepared, setPrepared] = useState<PreparedReply | null>(null);
  const { channel, newestIncoming } = row;
  useEffect(() => {
    if (channel === 'simulator') return undefined;
    const abort = new AbortController();
    conversation.prepareReply(undefined, abort).then(
      // Not while the next one is under way.
      (answer) => (abort.signal.aborted ? undefined : setPrepared(answer)),
      // Then it goes to the contact, as it would by itself.
      () => {},
    );
    return () => abort.abort();
  }, [conversation, channel, newestIncoming]);
  return prepared;
}
