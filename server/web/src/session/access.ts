import { LatchboxError, type Me } from '@latchbox/client';
import { callApi } from '../lib/http.ts';

interface Token {
  readonly token: string;
  /** Epoch ms of the server. */
  readonly endsAt: number;
}

interface Entered extends Token {
  readonly me: Me;
}

/** A token that is about to end is replaced before it is used, in ms. */
const NEARLY_OVER = 30_000;

/** The password was right, and a code is asked for, or one has to be set up first. */
export interface FactorStep {
  readonly step: string;
  readonly needs: 'code' | 'setup';
}

/** Whoever may act here: the access token, in memory alone, and the refresh cookie that the browser keeps. */
export interface Access {
  signIn(email: string, password: string): Promise<Me | FactorStep>;
  /** The second half of a sign-in. */
  enterCode(step: string, code: string): Promise<Me>;
  /** The same by the first code of a second factor that was just set up. */
  confirmFactor(step: string, code: string): Promise<{ me: Me; recoveryCodes: readonly string[] }>;
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

  const enter = ({ me, token, endsAt }: Entered): Me => {
    current = { token, endsAt };
    return me;
  };

  return {
    async signIn(email, password) {
      const answer = await call<Entered | FactorStep>('POST', '/api/sign-in', { body: { email, password } });
      return 'step' in answer ? answer : enter(answer);
    },
    async enterCode(step, code) {
      return enter(await call<Entered>('POST', '/api/sign-in/factor', { body: { step, code } }));
    },
    async confirmFactor(step, code) {
      const body = { step, code };
      const answer = await call<Entered & { recoveryCodes: string[] }>(
        'POST',
        '/api/sign-in/factor/confirm',
        { body },
      );
      return { me: enter(answer), recoveryCodes: answer.recoveryCodes };
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
