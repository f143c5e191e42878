import { LatchboxError, type Me } from '@latchbox/client';
import { callApi } from '../lib/http.ts';

interface Token {
  readonly token: string;
  /** Epoch ms of the server. */
  readonly endsAt: number;
}

/** A token that is about to end is replaced before it is used, in ms. */
const NEARLY_OVER = 30_000;

/** Whoever may act here: the access token, in memory alone, and the refresh cookie that the browser keeps. */
export interface Access {
  signIn(email: string, password: string): Promise<Me>;
  /** A token that stands for a while; a fresh one when `why` says that the last one did not. */
  token(why: 'first' | 'expired'): Promise<string>;
  signOut(): Promise<void>;
}

export function createAccess(call: typeof callApi = callApi, now: () => number = Date.now): Access {
  let current: Token | undefined;
  let refreshing: Promise<Token> | undefined;

  // One at a time: each refresh changes the cookie for its successor.
  const refresh = (): Promise<Token> => {
    refreshing ??= call<Token>('POST', '/api/token').finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    async signIn(email, password) {
      const { me, ...token } = await call<Token & { me: Me }>('POST', '/api/sign-in', {
        body: { email, password },
      });
      current = token;
      return me;
    },
    async token(why) {
      if (why === 'first' && current !== undefined && now() < current.endsAt - NEARLY_OVER)
        return current.token;
      try {
        current = await refresh();
        return current.token;
      } catch (error) {
        if (LatchboxError.is(error, 'unauthenticated', 'forbidden')) current = undefined;
        throw error;
      }
    },
    async signOut() {
      current = undefined;
      await call('POST', '/api/sign-out', { keepalive: true });
    },
  };
}
