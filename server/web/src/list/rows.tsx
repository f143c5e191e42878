import type { ConversationList, ConversationListSnapshot, ListRow } from '@latchbox/client';
import { useEffect, useRef } from 'react';
import { Link } from '../app/link.tsx';
import { placePath, type View } from '../app/place.ts';
import { useClient } from '../app/client.ts';
import { useNow } from '../app/use-now.ts';
import { shortTime } from '../lib/time-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Blank, Failed } from '../ui/blank.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { Row } from './row.tsx';
import { useRoving } from './use-roving.ts';
import type { ViewWords } from './view-words.ts';

interface RowsProps {
  view: View;
  list: ConversationList;
  snapshot: ConversationListSnapshot;
  /** The rows of the snapshot, in the order in which they are shown. */
  rows: readonly ListRow[];
  openId: string | null;
  words: ViewWords;
  /** Handlers that notice a pointer over the rows. */
  pointer: object;
}

/** The rows themselves, or why there are none. */
export function Rows({ view, list, snapshot, rows, openId, words, pointer }: RowsProps) {
  const now = useNow();
  const inboxes = useReadable(useClient().inboxes);
  const { stop, onKeyDown, onRowFocus } = useRoving(
    rows.map(({ id }) => id),
    openId,
  );
  const waiting = rows.length === 0 && (snapshot.status === 'idle' || snapshot.status === 'loading');
  const late = useDelayed(waiting);

  if (waiting) return late ? <ListSkeleton /> : <div className="list-rows" />;
  if (rows.length === 0 && snapshot.status === 'failed') {
    return <Failed title="The list did not load" error={snapshot.error} onRetry={() => location.reload()} />;
  }
  if (rows.length === 0) return <Empty view={view} words={words} />;
  return (
    // The keys move the focus among the links inside.
    <ul className="list-rows" aria-label={words.title} onKeyDown={onKeyDown} {...pointer}>
      {rows.map((row) => (
        <li key={row.id}>
          <Row
            row={row}
            href={placePath({ view, conversationId: row.id })}
            open={row.id === openId}
            tabbable={row.id === stop}
            time={shortTime(row.lastAt, now)}
            inbox={view.name === 'inbox' ? null : (inboxes.find(({ id }) => id === row.inboxId) ?? null)}
            onFocus={onRowFocus}
          />
        </li>
      ))}
      {snapshot.hasMore ? <More list={list} count={rows.length} /> : null}
    </ul>
  );
}

function Empty({ view, words }: { view: View; words: ViewWords }) {
  return (
    <Blank picture="letter" title={words.empty}>
      <p>{words.next}</p>
      {view.name === 'inbox' && view.status === 'open' ? (
        <Link
          className="button"
          href={placePath({ view: { ...view, status: 'archived' }, conversationId: null })}
        >
          Show archived
        </Link>
      ) : null}
    </Blank>
  );
}

/** Loads the next page when the end of the list comes near. */
function More({ list, count }: { list: ConversationList; count: number }) {
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null) return undefined;
    const abort = new AbortController();
    const observer = new IntersectionObserver(
      ([entry]) => {
        // What fails is asked for again at the next look.
        if (entry?.isIntersecting === true) list.more({ signal: abort.signal }).catch(() => {});
      },
      { rootMargin: '400px' },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      abort.abort();
    };
  }, [list, count]);
  return (
    <li ref={end} className="list-more hint">
      Loading more…
    </li>
  );
}
