import type { Conversation, LockPeriod } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';
import { useReadable } from '../lib/use-readable.ts';

interface History {
  /** Newest first; null before the first answer. */
  readonly periods: readonly LockPeriod[] | null;
  readonly error: unknown;
}

/** The lock history of a conversation, read again whenever the lock changes. */
export function useHistory(conversation: Conversation): History & { retry: () => void } {
  const [history, setHistory] = useState<History>({ periods: null, error: undefined });
  const [round, setRound] = useState(0);
  const lock = useReadable(conversation.lock);
  // What has to change for the history to be another one.
  const asked = 'idle' in lock && lock.idle.phase === 'asked' ? lock.idle.deadline : 0;
  const holder = lock.status === 'theirs' ? lock.holder.id : '';
  const since = 'since' in lock ? lock.since : 0;
  const mark = `${lock.status} ${holder} ${since} ${asked} ${lock.stale}`;

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
