import { type NotificationSettings, notifications } from '@latchbox/client/admin';
import { useEffect, useRef } from 'react';
import { useClient } from './client.ts';
import { showNotice } from './desktop-notice.ts';

type Messages = NotificationSettings['messages'];

/** Says on the desktop that a customer wrote while nobody looks at the page, as each agent has set it (T13). */
export function MessageNotices() {
  const client = useClient();
  // Until the settings are here, what holds for who has set nothing.
  const wanted = useRef<Messages>('mine');
  useEffect(() => {
    const abort = new AbortController();
    // They are needed only while the page is hidden, and may have been changed on another device since.
    const ask = (): void => {
      if (document.visibilityState === 'visible') return;
      notifications(client)
        .settings({ signal: abort.signal })
        .then(
          ({ messages }) => (wanted.current = messages),
          () => undefined,
        );
    };
    ask();
    document.addEventListener('visibilitychange', ask, { signal: abort.signal });
    const stop = client.on('event', ({ data }) => {
      if (data.type !== 'entry.added' || data.entry.kind !== 'message') return;
      if (document.visibilityState === 'visible' || wanted.current === 'none') return;
      const { row, entry } = data;
      if (wanted.current === 'mine' && row.assignee?.id !== client.me.getSnapshot()?.id) return;
      showNotice(`${row.contact.name || row.contact.address} wrote`, beginningOf(entry.body));
    });
    return () => {
      abort.abort();
      stop();
    };
  }, [client]);
  return null;
}

/** Desktops show about as much (characters). */
const LONGEST = 120;

function beginningOf(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
