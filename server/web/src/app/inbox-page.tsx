import './app.css';
import { useEffect, useRef, useState } from 'react';
import { ListPanel } from '../list/list-panel.tsx';
import { NoList } from '../list/no-list.tsx';
import { isPhone } from '../lib/is-phone.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Nav } from '../nav/nav.tsx';
import { Blank } from '../ui/blank.tsx';
import { useClient } from './client.ts';
import { ConversationColumns } from './conversation-columns.tsx';
import { Outdated } from './outdated.tsx';
import { type Place, parsePlace, placePath } from './place.ts';
import { navigate, usePath } from './router.ts';
import { useTabSign } from './use-tab-sign.ts';

/** The whole inbox: which list, which conversation, and which of the columns is in front on a narrow page. */
export function InboxPage() {
  const { view, conversationId } = usePlace();
  const inboxes = useReadable(useClient().inboxes);
  const isThere = view?.name !== 'inbox' || inboxes.some(({ id }) => id === view.inboxId);
  const [menu, setMenu] = useState(false);
  /** The conversation whose details are shown where they do not fit beside it. */
  const [detailsOf, setDetailsOf] = useState<string | null>(null);
  const details = conversationId !== null && detailsOf === conversationId;
  useFocusOnReturn(conversationId);
  useEscape(details ? () => setDetailsOf(null) : null);

  return (
    <div className="app" data-open={conversationId !== null} data-menu={menu} data-details={details}>
      <Nav view={view} onClose={() => setMenu(false)} onChosen={() => setMenu(false)} />
      {view === null || !isThere ? (
        <NoList onMenu={() => setMenu(true)} />
      ) : (
        <ListPanel view={view} openId={conversationId} onMenu={() => setMenu(true)} />
      )}
      {conversationId === null ? (
        <NothingOpen />
      ) : (
        <ConversationColumns
          key={conversationId}
          id={conversationId}
          detailsShown={details}
          onDetails={(shown) => setDetailsOf(shown ? conversationId : null)}
          onBack={() => navigate(placePath({ view, conversationId: null }))}
        />
      )}
      <Outdated />
    </div>
  );
}

function NothingOpen() {
  useTabSign(null, false);
  return (
    <main className="thread">
      <Blank picture="keyhole" title="Nothing open">
        <p>Pick a conversation from the list.</p>
      </Blank>
    </main>
  );
}

/** Where the address points to; without a view, the first inbox. */
function usePlace(): Place {
  const { view, conversationId } = parsePlace(usePath());
  const [first] = useReadable(useClient().inboxes);
  if (view !== null || first === undefined) return { view, conversationId };
  return { view: { name: 'inbox', inboxId: first.id, status: 'open' }, conversationId };
}

/** On a phone the list comes back where the conversation was: so does the focus, to the row that was open. */
function useFocusOnReturn(conversationId: string | null): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = conversationId;
    if (conversationId !== null || before === null || !isPhone()) return;
    document.querySelector<HTMLElement>(`[data-row="${CSS.escape(before)}"]`)?.focus({ preventScroll: true });
  }, [conversationId]);
}

function useEscape(onEscape: (() => void) | null): void {
  useEffect(() => {
    if (onEscape === null) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onEscape();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onEscape]);
}
