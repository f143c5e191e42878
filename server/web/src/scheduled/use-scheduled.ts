import type { Conversation, ScheduledReply } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';

const NONE: readonly ScheduledReply[] = [];

/** Replies that wait for their time or were stopped: everybody's of a conversation, or mine everywhere. Null: not known yet. */
export function useScheduled(conversation: Conversation | null, newest: number) {
  const client = useClient();
  const connected = useConnected();
  const [known, setKnown] = useState<readonly ScheduledReply[] | null>(null);
  const [nth, setNth] = useState(0);
  const again = useCallback(() => setNth((before) => before + 1), []);

  useEffect(() => {
    if (!connected) return undefined;
    const abort = new AbortController();
    (conversation ?? client).scheduled(abort).then(
      (scheduled) => (abort.signal.aborted ? undefined : setKnown(scheduled)),
      () => {},
    );
    return () => abort.abort();
  }, [client, conversation, connected, newest, nth]);

  useEffect(
    () =>
      client.on('scheduled.changed', ({ scheduled }) => {
        if (conversation !== null && scheduled.conversationId !== conversation.id) return;
        setKnown((before) => withChanged(before ?? NONE, scheduled));
      }),
    [client, conversation],
  );
  return { scheduled: known, again };
}

function withChanged(before: readonly ScheduledReply[], changed: ScheduledReply): readonly ScheduledReply[] {
  const others = before.filter(({ id }) => id !== changed.id);
  const over = changed.state === 'sent' || changed.state === 'canceled';
  return over ? others : [...others, changed].sort((a, b) => a.sendAt - b.sendAt);
}
