/** People and their accounts (T14, H3): how they come, what they may be, how they prove who they are, and how they leave. */
import type { Actor } from '../directory/api.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { getHoldings, deactivate, type HandTo } from './deactivate.ts';
import type { UsersDeps } from './deps.ts';
import {
  accept,
  invite,
  inviteAgain,
  type Invitation,
  readInvitation,
  type Resent,
  withdraw,
} from './invitations.ts';
import { allUsers, userDetail } from './records.ts';
import { createResets } from './resets.ts';
import { createSeats } from './seats.ts';
import { createSecurity } from './security.ts';
import { createVerifications } from './verifications.ts';

export type Users = ReturnType<typeof createUsers>;

export function createUsers(deps: UsersDeps) {
  const { db } = deps;
  const security = createSecurity(deps);
  return {
    ...createSeats(deps),
    ...createVerifications(deps),
    ...createResets(deps),
    ...security,

    async listUsers(actor: Actor) {
      await readAsAdmin(deps, actor);
      return await allUsers(db.read);
    },
    async getUser(actor: Actor, user: string) {
      await readAsAdmin(deps, actor);
      return await userDetail(db.read, user, await db.now());
    },
    async listUserSignIns(actor: Actor, user: string) {
      await readAsAdmin(deps, actor);
      return await security.listSignIns((await userDetail(db.read, user, await db.now())).id, null);
    },

    inviteUser: (actor: Actor, input: Invitation) => invite(deps, actor, input),
    sendInvitation: (actor: Actor, user: string, input: Resent) => inviteAgain(deps, actor, user, input),
    withdrawInvitation: (actor: Actor, user: string) => withdraw(deps, actor, user),
    readInvitation: (token: string) => readInvitation(deps, token),
    acceptInvitation: (input: { token: string; name: string; password: string }) => accept(deps, input),

    getHoldings: (actor: Actor, user: string) => getHoldings(deps, actor, user),
    deactivateUser: (actor: Actor, user: string, to: HandTo) => deactivate(deps, actor, user, to),
  };
}
