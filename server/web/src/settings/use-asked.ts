import { useCallback, useEffect, useEffectEvent, useState } from 'react';

export type Asked<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown };

const LOADING = { state: 'loading' } as const;

/**
 * What the server answers to a question, asked anew when `key` changes. What was known stays in sight while it is asked again;
 * with another key it does not.
 */
export function useAsked<T>(key: string, ask: (signal: AbortSignal) => Promise<T>) {
  const [known, setKnown] = useState<{ readonly key: string; readonly asked: Asked<T> }>({
    key,
    asked: LOADING,
  });
  const [nth, setNth] = useState(0);
  const run = useEffectEvent(ask);
  useEffect(() => {
    const abort = new AbortController();
    const put = (asked: Asked<T>): void => {
      if (!abort.signal.aborted) setKnown({ key, asked });
    };
    run(abort.signal).then(
      (value) => put({ state: 'ready', value }),
      (error: unknown) => put({ state: 'failed', error }),
    );
    return () => abort.abort();
  }, [key, nth]);
  return {
    asked: known.key === key ? known.asked : (LOADING as Asked<T>),
    again: useCallback(() => setNth((before) => before + 1), []),
    /** What an act of this page answered. */
    put: useCallback((value: T) => setKnown({ key, asked: { state: 'ready', value } }), [key]),
  };
}
