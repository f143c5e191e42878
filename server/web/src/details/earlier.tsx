import type { Conversation, ConversationRow } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';
import { Link } from '../app/link.tsx';
import { placePath } from '../app/place.ts';
import { useNow } from '../app/use-now.ts';
import { errorWords } from '../lib/error-words.ts';
import { fullTime, shortTime } from '../lib/time-words.ts';
import { CHANNEL_ICON } from '../list/row.tsx';
import { Icon } from '../ui/icon.tsx';

/** Other conversations with the same contact. `newest`: what has to change for them to be asked for again. */
export function Earlier({ conversation, newest }: { conversation: Conversation; newest: number }) {
  const { rows, error, retry } = useEarlier(conversation, newest);
  const now = useNow(60_000);
  return (
    <section className="details-section" aria-label="Earlier conversations">
      <header>
        <h3>Earlier</h3>
        {rows === null || rows.length === 0 ? null : <span className="hint num">{rows.length}</span>}
      </header>
      {error !== undefined && rows === null ? (
        <p className="hint">
          {errorWords(error)}{' '}
          <button type="button" className="link" onClick={retry}>
            Try again
          </button>
        </p>
      ) : null}
      {rows?.length === 0 ? <p className="hint">This is the first one.</p> : null}
      <ul className="earlier">
        {rows?.map((row) => (
          <li key={row.id}>
            <Link
              href={placePath({
                view: { name: 'inbox', inboxId: row.inboxId, status: row.status },
                conversationId: row.id,
              })}
            >
              <Icon of={CHANNEL_ICON[row.channel]} size={15} />
              <span className="grow cut">{row.subject}</span>
              <time dateTime={new Date(row.lastAt).toISOString()} title={fullTime(row.lastAt)}>
                {shortTime(row.lastAt, now)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useEarlier(conversation: Conversation, newest: number) {
  const [state, setState] = useState<{ rows: readonly ConversationRow[] | null; error: unknown }>({
    rows: null,
    error: undefined,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    conversation.earlier({ signal: abort.signal }).then(
      (rows) => setState({ rows, error: undefined }),
      (error: unknown) => {
        if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
      },
    );
    return () => abort.abort();
  }, [conversation, newest, round]);
  const retry = useCallback(() => setRound((last) => last + 1), []);
  return { ...state, retry };
}
