/** What an admin does with accounts that are there (T14): names and roles, locking, deactivating, second factors, sign-ins. */
import { refuseBy } from '@latchbox/shared';
import type { Role } from '@latchbox/shared';
import type { User } from '@latchbox/shared/http/users';
import { removeFactor, setFactorRequired } from '../database/directory/factors.ts';
import { writeAudit } from '../database/directory/records.ts';
import { neverAccepted } from '../database/directory/user-links.ts';
import { changes } from '../directory/changes.ts';
import { applyChange } from '../directory/agents.ts';
import type { Actor } from '../directory/api.ts';
import { signOutEverywhere } from '../directory/revoke.ts';
import { normalEmail } from '../directory/sign-in.ts';
import { actOnUser, userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { userById } from './records.ts';

export interface UserChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly email?: string | undefined;
}

export function createSeats(deps: UsersDeps) {
  /** One step of an account's state, in one transaction with what follows from it. */
  const move = (actor: Actor, user: string, { step, to, action }: Move): Promise<User> =>
    actOnUser(deps, actor, { action, user, step }, async (tx, before) => {
      if (to === 'locked' && actor.agentId === user) throw refuseBy('user_is_yourself');
      if (step === 'reactivated' && (await neverAccepted(tx.db, user))) throw refuseBy('user_never_accepted');
      await applyChange(tx, deps, before, { state: to }, { by: actor.agentId, action });
      return await userById(tx.db, user);
    });

  return {
    changeUser: (actor: Actor, user: string, { email, ...change }: UserChange): Promise<User> =>
      actOnUser(deps, actor, { action: 'user.changed', user }, async (tx, before) => {
        const address = email === undefined ? undefined : normalEmail(email);
        const how = {
          by: actor.agentId,
          action: 'user.changed',
          details: address === undefined ? {} : { address },
        };
        await applyChange(tx, deps, before, { ...change, email: address }, how);
        return await userById(tx.db, user);
      }),

    lockUser: (actor: Actor, user: string) =>
      move(actor, user, { step: 'locked', to: 'locked', action: 'user.locked' }),
    unlockUser: (actor: Actor, user: string) =>
      move(actor, user, { step: 'unlocked', to: 'active', action: 'user.unlocked' }),
    reactivateUser: (actor: Actor, user: string) =>
      move(actor, user, { step: 'reactivated', to: 'active', action: 'user.reactivated' }),

    requireFactor: (actor: Actor, user: string, { required }: { readonly required: boolean }) =>
      actOnUser(deps, actor, { action: 'user.factor_required', user }, async (tx, before) => {
        const now = Boolean(before.factorRequired);
        if (now !== required) {
          await setFactorRequired(tx, user, required);
          await writeAudit(tx, {
            actorId: actor.agentId,
            ...userAct('user.factor_required', user),
            details: changes({ required: now }, { required }),
          });
        }
        return await userById(tx.db, user);
      }),

    resetFactor: (actor: Actor, user: string) =>
      actOnUser(deps, actor, { action: 'user.factor_reset', user }, async (tx) => {
        // One's own goes off by the password, which somebody at an open page does not know.
        if (actor.agentId === user) throw refuseBy('user_is_yourself');
        if (!(await removeFactor(tx, user))) throw refuseBy('user_no_factor');
        await signOutEverywhere(tx, deps, user, actor.agentId);
        await writeAudit(tx, { actorId: actor.agentId, ...userAct('user.factor_reset', user) });
        return await userById(tx.db, user);
      }),

    endUserSignIns: (actor: Actor, user: string): Promise<void> =>
      actOnUser(deps, actor, { action: 'user.signed_out', user }, async (tx) => {
        await signOutEverywhere(tx, deps, user, actor.agentId);
        await writeAudit(tx, { actorId: actor.agentId, ...userAct('user.signed_out', user) });
      }),
  };
}

interface Move {
  readonly step: 'locked' | 'unlocked' | 'reactivated';
  readonly to: 'locked' | 'active';
  readonly action: string;
}
