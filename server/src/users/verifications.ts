/** That an address is a user's (H3): by a mail to it, by one to an alias that an admin names, or on an admin's word. */
import { refuse, refuseBy } from '@latchbox/shared';
import type { User } from '@latchbox/shared/http/users';
import type { Tx } from '../database/database.ts';
import { agentById, type AgentRow, updateAgent } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { endLinks } from '../database/directory/user-links.ts';
import type { Actor } from '../directory/api.ts';
import { createLimit } from '../directory/limits.ts';
import { hashSecret } from '../lib/ids.ts';
import { actOnUser, personForUpdate, userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { aliasOf, prove } from './invitations.ts';
import { sendLink, takeLinkOf } from './links.ts';
import { userById } from './records.ts';

/** Mails to oneself, within an hour. */
const OWN_MAILS = 5;

export function createVerifications(deps: UsersDeps) {
  const own = createLimit(OWN_MAILS, 3_600, deps.config.RATE_LIMIT_FACTOR);
  return {
    /** By an admin; `via` names an alias or a forwarding address. */
    sendVerification: (actor: Actor, user: string, { via }: { readonly via?: string | undefined }) =>
      actOnUser(deps, actor, { action: 'user.verification_sent', user }, async (tx, before) => {
        const to = via === undefined ? undefined : await aliasOf(tx, before, via);
        const admin = await agentById(tx.db, actor.agentId);
        return await mailIt(tx, deps, before, { id: actor.agentId, name: admin?.name ?? '' }, to);
      }),

    /** To one's own address and no other: somebody who names an alias proves nothing about the address. */
    async sendMyVerification(actor: Actor) {
      await own.take(actor.agentId);
      return await deps.db.inTransaction(async (tx) => {
        const before = await personForUpdate(tx, actor.agentId);
        if (before.state !== 'active') throw refuse('forbidden');
        return await mailIt(tx, deps, before, null, undefined);
      });
    },

    verifyUser: (actor: Actor, user: string, { reason }: { readonly reason: string }): Promise<User> =>
      actOnUser(deps, actor, { action: 'user.verified', user }, async (tx, before) => {
        requireUnverified(before);
        if (actor.agentId === user) throw refuseBy('user_is_yourself');
        await updateAgent(tx, user, { verifiedAt: tx.now, verifiedVia: 'admin' });
        await endLinks(tx, user, 'verification');
        await writeAudit(tx, {
          actorId: actor.agentId,
          ...userAct('user.verified', user),
          details: { via: 'admin', address: before.email, reason },
        });
        return await userById(tx.db, user);
      }),

    /** By the link of the mail. Throws `not_found` for one that does not stand. */
    confirmAddress: (token: string): Promise<{ email: string }> =>
      deps.db.inTransaction(async (tx) => {
        const { agent, link } = await takeLinkOf(tx, 'verification', hashSecret(token));
        await prove(tx, agent, link.sentTo);
        return { email: agent.email ?? '' };
      }),
  };
}

function requireUnverified({ state, verifiedAt }: AgentRow): void {
  if (state === 'deactivated') throw refuseBy('user_is_deactivated');
  if (verifiedAt !== null) throw refuseBy('user_is_verified');
}

async function mailIt(
  tx: Tx,
  deps: UsersDeps,
  agent: AgentRow,
  by: { readonly id: string; readonly name: string } | null,
  to: string | undefined,
): Promise<{ mailed: boolean }> {
  requireUnverified(agent);
  // An account that was not accepted is verified by its invitation.
  if (agent.state === 'invited') throw refuseBy('user_is_invited');
  // Shown to anybody else, a link would prove nothing.
  if (deps.config.SMTP_URL === undefined) throw refuseBy('user_no_mail');
  const { mailed } = await sendLink(tx, deps, { kind: 'verification', agent, by, to });
  await writeAudit(tx, {
    actorId: by?.id ?? agent.id,
    ...userAct('user.verification_sent', agent.id),
    details: { sentTo: to ?? agent.email },
  });
  return { mailed };
}
