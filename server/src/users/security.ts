/** How somebody's own account is secured (T14): password, second factor, and where they are signed in. */
import { refuse } from '@latchbox/shared';
import { agentById, updateAgent } from '../database/directory/agents.ts';
import { factorOf, recoveryCodesLeft } from '../database/directory/factors.ts';
import { writeAudit } from '../database/directory/records.ts';
import { endLinks } from '../database/directory/user-links.ts';
import { invalid } from '../directory/admin.ts';
import { checkPassword } from '../directory/passwords.ts';
import { userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { createRequirePassword, ownRow, type Self } from './own-account.ts';
import { createOwnFactor } from './own-factor.ts';
import { createOwnSignIns, endOthers } from './own-sign-ins.ts';
import { tellChanged } from './resets.ts';

export function createSecurity(deps: UsersDeps) {
  const requirePassword = createRequirePassword(deps);
  return {
    ...createOwnSignIns(deps),
    ...createOwnFactor(deps, requirePassword),

    async getSecurity(agentId: string) {
      const agent = await agentById(deps.db.read, agentId);
      if (agent === undefined) throw refuse('not_found');
      const { verifiedAt: at, verifiedVia: via } = agent;
      const factor = await factorOf(deps.db.read, agentId);
      const since = factor?.confirmedAt ?? null;
      return {
        email: agent.email ?? '',
        verified: at === null || via === null ? null : { at, via },
        hasPassword: agent.passwordHash !== null,
        factor: {
          on: since !== null,
          since,
          required: Boolean(agent.factorRequired),
          recoveryCodesLeft: since === null ? 0 : await recoveryCodesLeft(deps.db.read, agentId),
        },
      };
    },

    async changeMyPassword(self: Self, input: { readonly current: string; readonly password: string }) {
      const before = await requirePassword(self, input.current, 'current');
      checkPassword(input.password, before.email, 'password');
      const passwordHash = await deps.passwords.hash(input.password);
      await deps.db.inTransaction(async (tx) => {
        const agent = await ownRow(tx, self.agentId);
        // Set anew meanwhile, by a link or an admin: the one that was checked is not it any more.
        if (agent.passwordHash !== before.passwordHash) throw invalid('current', 'is not right');
        await updateAgent(tx, agent.id, { passwordHash });
        await endLinks(tx, agent.id);
        await endOthers(tx, deps, self);
        await writeAudit(tx, { actorId: agent.id, ...userAct('user.password_changed', agent.id) });
        await tellChanged(tx, deps, agent);
      });
    },
  };
}
