/** One's own second factor (T14). Every step but the code itself wants the password. */
import { refuseBy } from '@latchbox/shared';
import { factorOf, removeFactor } from '../database/directory/factors.ts';
import { writeAudit } from '../database/directory/records.ts';
import { userAct } from './acts.ts';
import { refusalOf } from './check-code.ts';
import type { UsersDeps } from './deps.ts';
import { ownRow, type RequirePassword, type Self } from './own-account.ts';
import { begin, type Begun, confirm, freshCodes } from './set-up-factor.ts';

export function createOwnFactor(deps: UsersDeps, requirePassword: RequirePassword) {
  return {
    async beginFactor(self: Self, { password }: { readonly password: string }): Promise<Begun> {
      await requirePassword(self, password, 'password');
      return await deps.db.inTransaction(async (tx) => begin(tx, deps, await ownRow(tx, self.agentId)));
    },

    /** By a first code. Throws `invalid` at `code`, `rate_limited`, and `refused` where none is being set up. */
    async confirmFactor(
      self: Self,
      { code }: { readonly code: string },
    ): Promise<{ recoveryCodes: string[] }> {
      const outcome = await deps.db.inTransaction(async (tx) => {
        await ownRow(tx, self.agentId);
        return await confirm(tx, deps, self.agentId, code);
      });
      if ('recoveryCodes' in outcome) return outcome;
      throw refusalOf(outcome);
    },

    async removeFactor(self: Self, { password }: { readonly password: string }): Promise<void> {
      await requirePassword(self, password, 'password');
      await deps.db.inTransaction(async (tx) => {
        const agent = await ownRow(tx, self.agentId);
        if (agent.factorRequired) throw refuseBy('user_factor_required');
        if (!(await removeFactor(tx, agent.id))) throw refuseBy('user_no_factor');
        await writeAudit(tx, { actorId: agent.id, ...userAct('user.factor_off', agent.id) });
      });
    },

    async renewRecoveryCodes(self: Self, { password }: { readonly password: string }) {
      await requirePassword(self, password, 'password');
      return await deps.db.inTransaction(async (tx) => {
        const agent = await ownRow(tx, self.agentId);
        const factor = await factorOf(tx.db, agent.id);
        if (factor === undefined || factor.confirmedAt === null) throw refuseBy('user_no_factor');
        await writeAudit(tx, { actorId: agent.id, ...userAct('user.recovery_codes_renewed', agent.id) });
        return { recoveryCodes: await freshCodes(tx, agent.id) };
      });
    },
  };
}
