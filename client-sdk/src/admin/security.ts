import type {
  beginFactor,
  confirmFactor,
  endMyOtherSignIns,
  getSecurity,
  listMySignIns,
} from '@latchbox/shared/http/security';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks } from './ask.ts';
import type { SignInRecord } from './users.ts';

/** How one's own account is secured. */
export type AccountSecurity = Answer<typeof getSecurity>;
/** What an authenticator is given: a secret to type in, and an address for a QR code. */
export type FactorSetUp = Answer<typeof beginFactor>;

/** One's own account. What could shut its owner out needs a sign-in of one's own: with a key it is `forbidden`. */
export function security(client: Asks) {
  return {
    get: (options?: Abortable): Promise<AccountSecurity> => client.request('GET', 'me/security', options),
    /** Every other sign-in ends. */
    changePassword: (current: string, password: string): Promise<void> =>
      client.request('PUT', 'me/password', { body: { current, password } }),
    /** Mails a link that proves the address. */
    sendVerification: (): Promise<{ mailed: boolean }> => client.request('POST', 'me/verification'),
    async signIns(options?: Abortable): Promise<readonly SignInRecord[]> {
      return (await client.request<Answer<typeof listMySignIns>>('GET', 'me/sign-ins', options)).signIns;
    },
    endSignIn: (signIn: string): Promise<void> => client.request('DELETE', at`me/sign-ins/${signIn}`),
    endOtherSignIns: (): Promise<Answer<typeof endMyOtherSignIns>> => client.request('DELETE', 'me/sign-ins'),
    beginFactor: (password: string): Promise<FactorSetUp> =>
      client.request('POST', 'me/factor', { body: { password } }),
    /** Switches it on by a first code; the recovery codes are answered this once. */
    async confirmFactor(code: string): Promise<readonly string[]> {
      const body = { code };
      return (await client.request<Answer<typeof confirmFactor>>('PUT', 'me/factor', { body })).recoveryCodes;
    },
    removeFactor: (password: string): Promise<void> =>
      client.request('POST', 'me/factor/remove', { body: { password } }),
    /** The ones before are void. */
    async renewRecoveryCodes(password: string): Promise<readonly string[]> {
      const body = { password };
      return (
        await client.request<Answer<typeof confirmFactor>>('POST', 'me/factor/recovery-codes', { body })
      ).recoveryCodes;
    },
  };
}
