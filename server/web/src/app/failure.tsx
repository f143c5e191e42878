import './failure.css';
import { useCallback, useEffect, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';

/** How long the failure of a button is said, in ms. */
const SAID_FOR = 8_000;

/** What to call when a button's act failed, and the words to show for a while. */
export function useFailure() {
  const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
  useEffect(() => {
    if (failure === null) return undefined;
    const timer = setTimeout(() => setFailure(null), SAID_FOR);
    return () => clearTimeout(timer);
  }, [failure]);
  const onFailed = useCallback((error: unknown) => setFailure({ error }), []);
  return { onFailed, words: failure === null ? null : errorWords(failure.error) };
}

export function Failure({ words }: { words: string | null }) {
  // Always there, so that what appears in it is read aloud.
  return <div role="alert">{words === null ? null : <p className="failure">{words}</p>}</div>;
}
