import './list.css';
import '../ui/pill.css';
import type { ListQuery, ListRow } from '@latchbox/client';
import { ArrowUp, Bookmark, Menu, SquarePen } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useClient } from '../app/client.ts';
import { Link } from '../app/link.tsx';
import { placePath, type View, viewPath } from '../app/place.ts';
import { useCompose } from '../compose/compose-context.ts';
import { FilterRow } from '../filters/filter-row.tsx';
import { usePhone } from '../lib/is-phone.ts';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { KeepView } from '../views/keep-view.tsx';
import { useSavedViews } from '../views/views-context.ts';
import { ListLine } from './list-line.tsx';
import { queryOf } from './queries.ts';
import { Rows } from './rows.tsx';
import { settle } from './settled-order.ts';
import { useHeld } from './use-held.ts';
import { viewWords } from './view-words.ts';

interface ListPanelProps {
  view: View;
  openId: string | null;
  onMenu: () => void;
}

/** Of a view that is not known. */
const NOTHING: ListQuery = { inboxIds: [] };

/** The conversations of a view, newest first. */
export function ListPanel({ view, openId, onMenu }: ListPanelProps) {
  const client = useClient();
  const phone = usePhone();
  const compose = useCompose();
  const { inbox, kept, query } = useShown(view);
  const list = client.list(query);
  const snapshot = useReadable(list);
  const { held, release, handlers } = useHeld();
  const order = useRef<{ list: object; rows: readonly ListRow[] }>({ list, rows: [] });
  const { shown, waiting } = useMemo(() => {
    const before = order.current.list === list ? order.current.rows : [];
    return settle(snapshot.rows, before, held && before.length > 0);
  }, [list, snapshot.rows, held]);
  useEffect(() => {
    order.current = { list, rows: shown };
  }, [list, shown]);
  const words = viewWords(view, kept?.name ?? inbox?.name ?? '');

  return (
    // On a phone it is all there is while nothing is open.
    <section className="list" aria-label="Conversations" role={phone && openId === null ? 'main' : undefined}>
      <header className="list-head">
        <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={onMenu} />
        <h1>
          {inbox === undefined ? null : <InboxSquare colour={inbox.colour} />}
          {kept === undefined ? null : <Icon of={Bookmark} size={18} />}
          <span className="cut">{words.title}</span>
        </h1>
        <KeepView view={view} query={query} />
        <IconButton
          icon={SquarePen}
          label="New message"
          shortcut="compose"
          className="only-narrow"
          onClick={() => compose()}
        />
      </header>
      {view.name === 'inbox' ? <ListTabs view={view} /> : null}
      <FilterRow view={view} query={query} />
      <Rows
        key={viewPath(view)}
        view={view}
        list={list}
        snapshot={snapshot}
        rows={shown}
        openId={openId}
        words={words}
        pointer={handlers}
      />
      {waiting === 0 ? null : (
        <button type="button" className="pill list-news" onClick={release}>
          <Icon of={ArrowUp} size={16} />
          {waiting === 1 ? '1 new' : `${waiting} new`}
        </button>
      )}
      {/* With a conversation open the bar above its composer says it. */}
      {openId === null ? <ListLine /> : null}
    </section>
  );
}

const TABS = [
  ['open', 'Open'],
  ['snoozed', 'Snoozed'],
  ['archived', 'Archived'],
] as const;

/** What a view is about: the inbox or the view that is kept, and its query. */
function useShown(view: View) {
  const inboxes = useReadable(useClient().inboxes);
  const { views } = useSavedViews();
  const inbox = view.name === 'inbox' ? inboxes.find(({ id }) => id === view.inboxId) : undefined;
  const kept = view.name === 'view' ? views?.find(({ id }) => id === view.viewId) : undefined;
  return { inbox, kept, query: queryOf(view) ?? kept?.filter ?? NOTHING };
}

/** Open, snoozed or archived, under the same filter. */
function ListTabs({ view }: { view: Extract<View, { name: 'inbox' }> }) {
  return (
    <nav className="list-tabs" aria-label="Which conversations">
      {TABS.map(([status, words]) => (
        <Link
          key={status}
          href={placePath({ view: { ...view, status }, conversationId: null })}
          aria-current={view.status === status ? 'page' : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
