import type { Conversation, ConversationRow, LockPeriod } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';

interface History {
  /** Newest first; null before the first answer. */
  readonly periods: readonly LockPeriod[] | null;
  readonly error: unknown;
}

/** The lock history of a conversation, read again whenever its lock changes. */
export function useHistory(
  conversation: Conversation,
  { lock }: ConversationRow,
): History & { retry: () => void } {
  const [history, setHistory] = useState<History>({ periods: null, error: undefined });
  const [round, setRound] = useState(0);
  // What has to change for the history to be another one.
  const asked = lock.status === 'held' && lock.idle.phase === 'asked' ? lock.idle.deadline : 0;
  const mark = `${lock.fence} ${lock.status} ${asked}`;

  useEffect(() => {
    const abort = new AbortController();
    conversation.history({ signal: abort.signal }).then(
      (periods) => setHistory({ periods, error: undefined }),
      (error: unknown) => {
        if (!abort.signal.aborted) setHistory((before) => ({ ...before, error }));
      },
    );
    return () => abort.abort();
  }, [conversation, mark, round]);

  const retry = useCallback(() => setRound((last) => last + 1), []);
  return { ...history, retry };
}
