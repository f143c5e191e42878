import { useCallback, useEffect, useState } from 'react';
import { messagesAfter, type ThreadMessage } from './simulator-api.ts';

/** How often the thread is asked for news, in ms. A hidden tab does not ask. */
const EVERY = 1_500;

interface ThreadState {
  readonly token: string;
  /** Null before the first answer. */
  readonly messages: readonly ThreadMessage[] | null;
  readonly error: unknown;
}

/** The messages of a thread, asked for again and again while the page is looked at. */
export function useThread(token: string): ThreadState & { refresh: () => void } {
  const [state, setState] = useState<ThreadState>({ token, messages: null, error: undefined });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    let messages: ThreadMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        try {
          const more = await messagesAfter(token, messages.length, abort.signal);
          if (abort.signal.aborted) return;
          messages = [...messages, ...more];
          setState({ token, messages, error: undefined });
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((before) => ({ ...before, token, error }));
        }
      }
      timer = setTimeout(() => void ask(), EVERY);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [token, round]);

  const refresh = useCallback(() => setRound((last) => last + 1), []);
  const current = state.token === token ? state : { token, messages: null, error: undefined };
  return { ...current, refresh };
}
