import { type SavedView, views as viewsOf } from '@latchbox/client/admin';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';
import { useReadable } from '../lib/use-readable.ts';
import { useVisible } from '../lib/use-visible.ts';
import { SavedViewsContext } from './views-context.ts';

/** Knows the saved views for everything inside. Asked anew when one comes back to the tab, and when my inboxes are others. */
export function SavedViews({ children }: { children: ReactNode }) {
  const client = useClient();
  const connected = useConnected();
  const visible = useVisible();
  const inboxes = useReadable(client.inboxes);
  const [views, setViews] = useState<readonly SavedView[] | null>(null);
  const [nth, setNth] = useState(0);
  const again = useCallback(() => setNth((before) => before + 1), []);
  const mine = inboxes.map(({ id }) => id).join();

  useEffect(() => {
    if (!connected || !visible) return undefined;
    const abort = new AbortController();
    viewsOf(client)
      .list(abort)
      .then(
        (found) => (abort.signal.aborted ? undefined : setViews(found)),
        // What was known stays; without anything known there are none to go to.
        () => (abort.signal.aborted ? undefined : setViews((before) => before ?? [])),
      );
    return () => abort.abort();
  }, [client, connected, visible, mine, nth]);

  const value = useMemo(() => ({ views, again }), [views, again]);
  return <SavedViewsContext value={value}>{children}</SavedViewsContext>;
}
