import { watchNotifications } from '@latchbox/client/admin';
import { useEffect } from 'react';
import { useClient } from '../app/client.ts';
import { showNotice } from '../app/desktop-notice.ts';
import { navigate } from '../app/router.ts';
import { useToast } from '../ui/toasts.tsx';

/** Says what I am told when it comes: in the page, and on the desktop where that is allowed and the page is not looked at. */
export function News() {
  const client = useClient();
  const say = useToast();
  useEffect(
    () =>
      watchNotifications(client, {
        added: ({ notification }) =>
          // The words come with the first one that is to be said.
          void import('./words.ts').then(({ toldOf }) => {
            const { words, more = '', href } = toldOf(notification);
            if (document.visibilityState !== 'visible') showNotice(words, more);
            say(words, href === undefined ? undefined : () => navigate(href), 'Look');
          }),
        read: () => undefined,
      }),
    [client, say],
  );
  return null;
}
