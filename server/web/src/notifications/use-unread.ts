import { notifications, watchNotifications } from '@latchbox/client/admin';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';

/** How much I was told and have not read; null: not known yet. Asked on every connection, and counted on from there. */
export function useUnread(): number | null {
  const client = useClient();
  const connected = useConnected();
  const [unread, setUnread] = useState<number | null>(null);
  useEffect(() => {
    if (!connected) return undefined;
    const abort = new AbortController();
    notifications(client)
      .list({ limit: '1' }, abort)
      .then(
        (page) => (abort.signal.aborted ? undefined : setUnread(page.unread)),
        // Without it the bell only shows no number.
        () => undefined,
      );
    return () => abort.abort();
  }, [client, connected]);
  useEffect(
    () =>
      watchNotifications(client, {
        added: () => setUnread((before) => (before ?? 0) + 1),
        read: (ids) => setUnread((before) => Math.max(0, (before ?? 0) - ids.length)),
      }),
    [client],
  );
  return unread;
}
