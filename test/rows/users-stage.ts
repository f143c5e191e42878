/** What the tests of users say often: whom they invite, who has joined, and the rule by which something is refused. */
import * as users from '@latchbox/shared/http/users';
import type { Rule } from '@latchbox/shared';
import { expect } from 'vitest';
import { type RestClient, restClient, signInOver } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import type { World } from '../tools/world.ts';

export const PASSWORD = 'a pass phrase of some length';
export const OTHER = 'quite another pass phrase';

export const tokenIn = (link: string | null): string => link?.split('#')[1] ?? '';

/** That `work` is refused by this rule. */
export async function ruled(rule: Rule, work: Promise<unknown>): Promise<void> {
  expect((await refusal('refused', work)).details.rule).toBe(rule);
}

/** Users of a world in which `mia` is an admin. */
export function usersOf(world: () => World) {
  const anyone = (): RestClient => restClient(world().server().url, null);
  const admin = (): RestClient => world().rest('mia');
  const signedIn = async (email: string, password = PASSWORD): Promise<RestClient> =>
    restClient(world().server().url, (await signInOver(anyone(), { email, password })).token);
  const invited = async (name: string, more: object = {}) => {
    const email = `${name}@shop.example`;
    const body = { email, byHand: true, ...more };
    const { user, link, mailed } = await admin().call(users.inviteUser, { body });
    return { user, email, link, mailed, token: tokenIn(link), params: { user: user.id } };
  };
  return {
    anyone,
    admin,
    signedIn,
    emailOf: (name: string): string => world().seeded.agents[name]?.email ?? '',
    at: (name: string) => ({ params: { user: world().agent(name).id } }),
    invited,
    joined: async (name: string, more: object = {}) => {
      const { user, email, token, params } = await invited(name, more);
      await anyone().call(users.acceptInvitation, { body: { token, name, password: PASSWORD } });
      return { id: user.id, email, params, rest: await signedIn(email) };
    },
  };
}
