import type {
  deactivateUser,
  getHoldings,
  getUser,
  inviteUser,
  listUsers,
  listUserSignIns,
  sendInvitation,
  sendPasswordReset,
  sendVerification,
  User,
  UserDetail,
} from '@latchbox/shared/http/users';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

export type NewUser = Body<typeof inviteUser>;
/** A user, and the link where it was not mailed. */
export type Invited = Answer<typeof inviteUser>;
/** How much would be left behind. */
export type Holdings = Answer<typeof getHoldings>;
/** To whom it goes; null or left out: locks are free, conversations nobody's, drafts stay. */
export type HandTo = Body<typeof deactivateUser>;
export type Deactivated = Answer<typeof deactivateUser>;
/** Where somebody is signed in. */
export type SignInRecord = Answer<typeof listUserSignIns>['signIns'][number];
/** What is changed of a user; another address counts as not verified. */
export interface UserChange {
  readonly name?: string;
  readonly role?: User['role'];
  readonly email?: string;
}

/** People with an account; for admins. What the rules forbid is refused with `refused` and its rule. */
export function users(client: Asks) {
  const act = <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> =>
    client.request<T>(method, path, body === undefined ? {} : { body });
  return {
    async list(options?: Abortable): Promise<readonly User[]> {
      return (await client.request<Answer<typeof listUsers>>('GET', 'users', options)).users;
    },
    get: (user: string, options?: Abortable): Promise<UserDetail> =>
      client.request<Answer<typeof getUser>>('GET', at`users/${user}`, options),
    /** Mails a link, or answers it where this server sends no mail. */
    invite: (user: NewUser): Promise<Invited> => act('POST', 'users', user),
    /** The link before it ends. */
    inviteAgain: (user: string, how: Body<typeof sendInvitation> = {}): Promise<Invited> =>
      act('POST', at`users/${user}/invitation`, how),
    withdrawInvitation: (user: string): Promise<User> => act('DELETE', at`users/${user}/invitation`),
    change: (user: string, change: UserChange): Promise<User> => act('PATCH', at`users/${user}`, change),
    holdings: (user: string, options?: Abortable): Promise<Holdings> =>
      client.request('GET', at`users/${user}/holdings`, options),
    /** Ends sign-ins, locks and links at once, and hands on what is left. */
    deactivate: (user: string, to: HandTo = {}): Promise<Deactivated> =>
      act('POST', at`users/${user}/deactivate`, to),
    reactivate: (user: string): Promise<User> => act('POST', at`users/${user}/reactivate`),
    /** Nobody can sign in; mailboxes and inboxes stay. */
    lock: (user: string): Promise<User> => act('POST', at`users/${user}/lock`),
    unlock: (user: string): Promise<User> => act('POST', at`users/${user}/unlock`),
    /** Mails a link by which a new password is set, or answers it. */
    resetPassword: (
      user: string,
      how: Body<typeof sendPasswordReset> = {},
    ): Promise<Answer<typeof sendPasswordReset>> => act('POST', at`users/${user}/password-reset`, how),
    /** `via`: an alias or forwarding address that reaches them. */
    sendVerification: (
      user: string,
      how: Body<typeof sendVerification> = {},
    ): Promise<Answer<typeof sendVerification>> => act('POST', at`users/${user}/verification`, how),
    /** On an admin's word. */
    verify: (user: string, reason: string): Promise<User> =>
      act('PUT', at`users/${user}/verification`, { reason }),
    /** From the next sign-in on. */
    requireFactor: (user: string, required: boolean): Promise<User> =>
      act('PUT', at`users/${user}/factor`, { required }),
    resetFactor: (user: string): Promise<User> => act('DELETE', at`users/${user}/factor`),
    async signIns(user: string, options?: Abortable): Promise<readonly SignInRecord[]> {
      const answer = client.request<Answer<typeof listUserSignIns>>(
        'GET',
        at`users/${user}/sign-ins`,
        options,
      );
      return (await answer).signIns;
    },
    signOut: (user: string): Promise<void> => act('DELETE', at`users/${user}/sign-ins`),
  };
}
