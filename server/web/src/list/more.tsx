import type { ConversationList } from '@latchbox/client';
import { type CSSProperties, useEffect, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { Button } from '../ui/button.tsx';

/** In px. */
export const MORE_HEIGHT = 56;

/** Loads the next page when the end of the list comes near: it is rendered a little before it is seen. */
export function More({
  list,
  count,
  style,
}: {
  list: ConversationList;
  count: number;
  style: CSSProperties;
}) {
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setError(undefined);
    list.more({ signal: abort.signal }).catch((failure: unknown) => {
      if (!abort.signal.aborted) setError(failure);
    });
    return () => abort.abort();
  }, [list, count, round]);
  return (
    <li className="list-more hint" style={style}>
      {error === undefined ? (
        'Loading more…'
      ) : (
        <span role="alert">
          {errorWords(error)}{' '}
          <Button size="small" look="quiet" onClick={() => setRound((last) => last + 1)}>
            Try again
          </Button>
        </span>
      )}
    </li>
  );
}
