import './app.css';
import { useState } from 'react';
import { ListPanel } from '../list/list-panel.tsx';
import { NoList } from '../list/no-list.tsx';
import { useReadable } from '../lib/use-readable.ts';
import { Nav } from '../nav/nav.tsx';
import { useSavedViews } from '../views/views-context.ts';
import { Blank } from '../ui/blank.tsx';
import { useClient } from './client.ts';
import { ConversationColumns } from './conversation-columns.tsx';
import { type Place, parsePlace, placePath } from './place.ts';
import { navigate, usePath } from './router.ts';
import { useBack } from './use-back.ts';
import { useTabSign } from './use-tab-sign.ts';

/** The whole inbox: which list, which conversation, and which of the columns is in front on a narrow page. */
export function InboxPage() {
  const { view, conversationId } = usePlace();
  const inboxes = useReadable(useClient().inboxes);
  const { views } = useSavedViews();
  const isThere =
    view?.name === 'inbox'
      ? inboxes.some(({ id }) => id === view.inboxId)
      : view?.name !== 'view' || (views ?? []).some(({ id }) => id === view.viewId);
  const [menu, setMenu] = useState(false);
  /** The conversation whose details are shown where they do not fit beside it. */
  const [detailsOf, setDetailsOf] = useState<string | null>(null);
  const details = conversationId !== null && detailsOf === conversationId;
  const close = (): void => navigate(placePath({ view, conversationId: null }));
  useBack({
    open: conversationId !== null,
    onCloseDetails: details ? () => setDetailsOf(null) : null,
    onClose: close,
  });

  return (
    <div className="app" data-open={conversationId !== null} data-menu={menu} data-details={details}>
      <Nav view={view} onClose={() => setMenu(false)} onChosen={() => setMenu(false)} />
      {view === null || !isThere ? (
        <NoList view={view} onMenu={() => setMenu(true)} />
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
          onBack={close}
        />
      )}
    </div>
  );
}

function NothingOpen() {
  useTabSign(null, null);
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
