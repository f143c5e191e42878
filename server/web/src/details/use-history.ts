import type { Conversation, ConversationRow, LockPeriod } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';

export interface History {
  /** Newest first; null before the first answer. */
  readonly periods: readonly LockPeriod[] | null;
  readonly error: unknown;
  readonly retry: () => void;
}

/** The lock history of a conversation, read again whenever its lock changes. */
export function useHistory(conversation: Conversation, row: ConversationRow | null): History {
  const [history, setHistory] = useState<Omit<History, 'retry'>>({ periods: null, error: undefined });
  const [round, setRound] = useState(0);
  // What has to change for the history to be another one.
  const lock = row?.lock;
  const asked = lock?.status === 'held' && lock.idle.phase === 'asked' ? lock.idle.deadline : 0;
  const mark = lock === undefined ? null : `${lock.fence} ${lock.status} ${asked}`;

  useEffect(() => {
    if (mark === null) return undefined;
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
