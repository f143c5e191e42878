import { useEffect } from 'react';
import { AccountContext } from '../app/account.ts';
import { ClientContext } from '../app/client.ts';
import { Frame } from '../app/frame.tsx';
import { SignedInPage } from '../app/signed-in-page.tsx';
import { useReadable } from '../lib/use-readable.ts';
import { Door } from './door.tsx';
import type { Session } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';

/** The inbox, for those who are signed in; the door for the others. */
export function SignedInArea({ session }: { session: Session }) {
  const state = useReadable(session.state);
  useEffect(() => session.start(), [session]);
  switch (state.name) {
    case 'asking':
      return null;
    case 'leaving':
      return <Door>{null}</Door>;
    case 'signed-out':
      return <SignInPage session={session} because={state.because} />;
    case 'signed-in':
      return (
        <AccountContext value={session}>
          <ClientContext value={state.client}>
            <Frame>
              <SignedInPage />
            </Frame>
          </ClientContext>
        </AccountContext>
      );
  }
}
