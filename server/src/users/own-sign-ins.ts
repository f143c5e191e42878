/** Where somebody is signed in, and how those end (T14). */
import { refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import { openSignIns, signInsOf } from '../database/directory/sign-ins.ts';
import { revokeSignIn } from '../directory/revoke.ts';
import { userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import type { Self } from './own-account.ts';

export function createOwnSignIns(deps: UsersDeps) {
  return {
    async listSignIns(agentId: string, current: string | null) {
      const rows = await signInsOf(deps.db.read, agentId, await deps.db.now());
      return rows.map((row) => ({ ...row, current: row.id === current }));
    },

    /** Throws `not_found` for one that is not theirs. */
    endMySignIn: (self: Self, signInId: string): Promise<void> =>
      deps.db.inTransaction(async (tx) => {
        if (!(await openSignIns(tx, self.agentId)).includes(signInId)) throw refuse('not_found');
        await revokeSignIn(tx, deps, signInId);
        await writeAudit(tx, {
          actorId: self.agentId,
          action: 'sign_in.ended',
          objectType: 'sign_in',
          objectId: signInId,
        });
      }),

    endMyOtherSignIns: (self: Self): Promise<{ ended: number }> =>
      deps.db.inTransaction(async (tx) => {
        const ended = await endOthers(tx, deps, self);
        await writeAudit(tx, {
          actorId: self.agentId,
          ...userAct('user.signed_out_elsewhere', self.agentId),
          details: { ended },
        });
        return { ended };
      }),
  };
}

/** Ends every sign-in of theirs but this one; answers how many. */
export async function endOthers(tx: Tx, deps: UsersDeps, { agentId, signInId }: Self): Promise<number> {
  const others = (await openSignIns(tx, agentId)).filter((id) => id !== signInId);
  for (const id of others) await revokeSignIn(tx, deps, id);
  return others.length;
}
