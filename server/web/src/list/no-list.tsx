import { Menu } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useClient, useMe } from '../app/client.ts';
import type { View } from '../app/place.ts';
import { errorWords } from '../lib/error-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Blank } from '../ui/blank.tsx';
import { IconButton } from '../ui/button.tsx';
import { useSavedViews } from '../views/views-context.ts';
import { ListSkeleton } from './list-skeleton.tsx';

const InNoInbox = lazy(async () => ({
  default: (await import('../settings/inboxes/get-started.tsx')).InNoInbox,
}));

/** Where the list would be: not connected yet, in no inbox, or at one (or a view) that is not there. */
export function NoList({ view, onMenu }: { view: View | null; onMenu: () => void }) {
  const client = useClient();
  const me = useMe();
  const inboxes = useReadable(client.inboxes);
  return (
    <section className="list" aria-label="Conversations">
      <header className="list-head">
        <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={onMenu} />
        <h1 className="said">Conversations</h1>
      </header>
      {me === null ? (
        <Connecting />
      ) : view?.name === 'view' ? (
        <NoView />
      ) : (
        <Nowhere any={inboxes.length > 0} />
      )}
    </section>
  );
}

function Connecting() {
  const connection = useReadable(useClient().connection);
  const error = 'error' in connection ? connection.error : undefined;
  const late = useDelayed(error === undefined);
  if (error !== undefined) {
    return (
      <Blank picture="keyhole" title="Not connected yet">
        <p>{errorWords(error)} Trying again.</p>
      </Blank>
    );
  }
  return late ? <ListSkeleton /> : null;
}

function NoView() {
  // Until the views are known it may still be there.
  if (useSavedViews().views === null) return null;
  return (
    <Blank picture="keyhole" title="This view is not here">
      <p>It was removed, or it is not yours to see.</p>
    </Blank>
  );
}

function Nowhere({ any }: { any: boolean }) {
  const admin = useMe()?.role === 'admin';
  // Whoever administers can do something about it.
  if (!any && admin)
    return (
      <Suspense>
        <InNoInbox />
      </Suspense>
    );
  return any ? (
    <Blank picture="keyhole" title="This inbox is not here">
      <p>It is gone, or it is not yours to see.</p>
    </Blank>
  ) : (
    <Blank picture="letter" title="You are in no inbox yet">
      <p>An admin adds you to one; it appears here by itself.</p>
    </Blank>
  );
}
