import { refuse } from '@latchbox/shared';
import type { SignedIn } from '../../directory/api.ts';
import type { Call, Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

export function signInHandlers({
  directory,
}: HttpDeps): Pick<
  Handlers,
  | 'getSetUp'
  | 'setUp'
  | 'signIn'
  | 'refreshToken'
  | 'signOut'
  | 'getMe'
  | 'signInFactor'
  | 'beginSignInFactor'
  | 'confirmSignInFactor'
> {
  return {
    getSetUp: async () => ({ needed: (await directory.organisation()) === undefined }),

    setUp: ({ body, ip, userAgent }) => directory.setUp(body, { ip, userAgent }),

    async signIn({ body, ip, userAgent, setRefreshCookie }) {
      const answer = await directory.enter(body, { ip, userAgent });
      return 'step' in answer ? answer : signedIn(answer, setRefreshCookie);
    },

    async signInFactor({ body, ip, userAgent, setRefreshCookie }) {
      return signedIn(await directory.signInFactor(body, { ip, userAgent }), setRefreshCookie);
    },

    beginSignInFactor: ({ body, ip, userAgent }) => directory.beginSignInFactor(body, { ip, userAgent }),

    async confirmSignInFactor({ body, ip, userAgent, setRefreshCookie }) {
      const { signedIn: who, recoveryCodes } = await directory.confirmSignInFactor(body, { ip, userAgent });
      return { ...signedIn(who, setRefreshCookie), recoveryCodes };
    },

    async refreshToken({ secret, setRefreshCookie }) {
      if (secret === '') throw refuse('unauthenticated');
      const { token, endsAt, ...refresh } = await directory.refresh(secret);
      setRefreshCookie({ value: refresh.refreshToken, endsAt: refresh.refreshEndsAt });
      return { token, endsAt };
    },

    async signOut({ secret, setRefreshCookie }) {
      setRefreshCookie(null);
      if (secret !== '') await directory.signOut(secret);
    },

    async getMe({ verified }) {
      const organisation = await directory.organisation();
      return { me: verified.agent, organisation: { name: organisation?.name ?? '' } };
    },
  };
}

/** What the page is told; the refresh token goes into its cookie. */
function signedIn(
  { me, token, endsAt, ...refresh }: SignedIn,
  setRefreshCookie: Call<'signIn'>['setRefreshCookie'],
) {
  setRefreshCookie({ value: refresh.refreshToken, endsAt: refresh.refreshEndsAt });
  return { me, token, endsAt };
}
