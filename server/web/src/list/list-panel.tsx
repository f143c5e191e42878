import './list.css';
import '../ui/pill.css';
import type { ListRow } from '@latchbox/client';
import { ArrowUp, Menu, SquarePen } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useClient } from '../app/client.ts';
import { Link } from '../app/link.tsx';
import { placePath, type View, viewPath } from '../app/place.ts';
import { useCompose } from '../compose/compose-context.ts';
import { usePhone } from '../lib/is-phone.ts';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { ListLine } from './list-line.tsx';
import { listOf } from './queries.ts';
import { Rows } from './rows.tsx';
import { settle } from './settled-order.ts';
import { useHeld } from './use-held.ts';
import { SCOPE, viewWords } from './view-words.ts';

interface ListPanelProps {
  view: View;
  openId: string | null;
  onMenu: () => void;
}

/** The conversations of a view, newest first. */
export function ListPanel({ view, openId, onMenu }: ListPanelProps) {
  const client = useClient();
  const phone = usePhone();
  const compose = useCompose();
  const inboxes = useReadable(client.inboxes);
  const inbox = view.name === 'inbox' ? inboxes.find(({ id }) => id === view.inboxId) : undefined;
  const list = listOf(client, view);
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
  const words = viewWords(view, inbox?.name ?? '');

  return (
    // On a phone it is all there is while nothing is open.
    <section className="list" aria-label="Conversations" role={phone && openId === null ? 'main' : undefined}>
      <header className="list-head">
        <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={onMenu} />
        <h1>
          {inbox === undefined ? null : <InboxSquare colour={inbox.colour} />}
          <span className="cut">{words.title}</span>
        </h1>
        <IconButton
          icon={SquarePen}
          label="New message"
          shortcut="compose"
          className="only-narrow"
          onClick={() => compose()}
        />
      </header>
      <ListTabs view={view} />
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

/** Open, snoozed or archived; what a view over all inboxes shows is said in words. */
function ListTabs({ view }: { view: View }) {
  if (view.name !== 'inbox') return <p className="list-tabs list-scope hint">{SCOPE[view.name]}</p>;
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
