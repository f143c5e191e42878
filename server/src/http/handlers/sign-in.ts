import { refuse } from '@latchbox/shared';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

export function signInHandlers({
  directory,
}: HttpDeps): Pick<Handlers, 'getSetUp' | 'setUp' | 'signIn' | 'refreshToken' | 'signOut' | 'getMe'> {
  return {
    getSetUp: async () => ({ needed: (await directory.organisation()) === undefined }),

    setUp: ({ body, ip, userAgent }) => directory.setUp(body, { ip, userAgent }),

    async signIn({ body, ip, userAgent, setRefreshCookie }) {
      const { me, token, endsAt, ...refresh } = await directory.signIn(body, { ip, userAgent });
      setRefreshCookie({ value: refresh.refreshToken, endsAt: refresh.refreshEndsAt });
      return { me, token, endsAt };
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
