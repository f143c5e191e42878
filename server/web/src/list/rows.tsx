import { Link } from '../app/link.tsx';
import { isFiltered, placePath, type View } from '../app/place.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { Blank, Failed } from '../ui/blank.tsx';
import type { RowsProps } from './rows-props.ts';
import { ListSkeleton } from './list-skeleton.tsx';
import { VirtualRows } from './virtual-rows.tsx';
import type { ViewWords } from './view-words.ts';

/** The rows themselves, or why there are none. */
export function Rows(props: RowsProps) {
  const { view, snapshot, rows, words } = props;
  const waiting = rows.length === 0 && (snapshot.status === 'idle' || snapshot.status === 'loading');
  const late = useDelayed(waiting);

  if (waiting) return late ? <ListSkeleton /> : <div className="list-rows" />;
  if (rows.length === 0 && snapshot.status === 'failed') {
    return <Failed title="The list did not load" error={snapshot.error} onRetry={() => location.reload()} />;
  }
  if (rows.length === 0) return <Empty view={view} words={words} />;
  return <VirtualRows {...props} />;
}

function Empty({ view, words }: { view: View; words: ViewWords }) {
  return (
    <Blank picture="letter" title={words.empty}>
      <p>{words.next}</p>
      {view.name !== 'view' && isFiltered(view.filter) ? (
        <Link className="button" href={placePath({ view: { ...view, filter: {} }, conversationId: null })}>
          Clear the filter
        </Link>
      ) : view.name === 'inbox' && view.status === 'open' ? (
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
