/** A new password for whoever has lost theirs (T14). Nothing here tells a stranger who has an account. */
import { refuse } from '@latchbox/shared';
import { agentByEmail, agentById, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import type { Tx } from '../database/database.ts';
import { applyChange } from '../directory/agents.ts';
import { refuseState } from '../directory/agent-states.ts';
import type { Actor, Caller } from '../directory/api.ts';
import { callerKey, createLimit } from '../directory/limits.ts';
import { checkPassword } from '../directory/passwords.ts';
import { normalEmail } from '../directory/sign-in.ts';
import { hashSecret } from '../lib/ids.ts';
import { isStorable } from '../lib/storable.ts';
import { actOnUser, userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { prove } from './invitations.ts';
import { linkOf, organisationOf, sendLink, type Sent, takeLinkOf } from './links.ts';
import { changedMail } from './mails.ts';

/** Asked for, within an hour: for one address, and by one caller. */
const PER_ADDRESS = 3;
const PER_CALLER = 20;
/** Links tried by one caller, within ten minutes. */
const TRIES = 30;
/** Asked for and not yet dealt with; what comes on top is dropped. */
const MOST_WAITING = 100;
/** Ms from the answer to the look for the account. */
const AFTER_ANSWER = 50;

export function createResets(deps: UsersDeps) {
  const factor = deps.config.RATE_LIMIT_FACTOR;
  const perAddress = createLimit(PER_ADDRESS, 3_600, factor);
  const perCaller = createLimit(PER_CALLER, 3_600, factor);
  const tries = createLimit(TRIES, 600, factor);
  const waiting = new Set<Promise<void>>();

  return {
    /**
     * Counts, and answers before anybody looks whether there is such an account: the answer is the same, and so is the time
     * that it takes. Throws `rate_limited`.
     */
    async askPasswordReset(email: string, caller: Caller): Promise<void> {
      const address = normalEmail(email);
      await perCaller.take(callerKey(caller.ip));
      await perAddress.take(address);
      if (waiting.size >= MOST_WAITING) {
        deps.log.warn('Too many ask for new passwords at once: one was dropped', { ip: caller.ip });
        return;
      }
      const work = soon(deps)
        .then(() => mailTo(deps, address, caller))
        .catch((error: unknown) =>
          deps.log.error('A new password could not be mailed', { error: String(error) }),
        );
      waiting.add(work);
      void work.then(() => waiting.delete(work));
    },

    /** By an admin; answered where no mail leaves this server. */
    sendPasswordReset: (
      actor: Actor,
      user: string,
      { byHand }: { readonly byHand?: boolean | undefined },
    ): Promise<Sent> =>
      actOnUser(deps, actor, { action: 'user.password_reset_sent', user }, async (tx, agent) => {
        if (agent.state !== 'active') refuseState(agent.state);
        const by = await agentById(tx.db, actor.agentId);
        const sent = await sendLink(tx, deps, {
          kind: 'reset',
          agent,
          by: { id: actor.agentId, name: by?.name ?? '' },
          byHand,
        });
        await auditSent(tx, agent, actor.agentId, { mailed: sent.mailed });
        return sent;
      }),

    /** Throws `not_found` for a link that does not stand, `invalid` for a password that may not be one. */
    async resetPassword(
      { token, password }: { readonly token: string; readonly password: string },
      caller: Caller,
    ): Promise<void> {
      await tries.take(callerKey(caller.ip));
      const tokenHash = hashSecret(token);
      const link = await linkOf(deps, 'reset', token);
      const agent = link && (await agentById(deps.db.read, link.agentId));
      // Nobody makes this server hash passwords without a link.
      if (agent === undefined) throw refuse('not_found');
      checkPassword(password, agent.email, 'password');
      const passwordHash = await deps.passwords.hash(password);
      await deps.db.inTransaction((tx) => setAnew(tx, deps, tokenHash, passwordHash));
    },

    /** Resolves when what was asked for so far has been dealt with. */
    async settled(): Promise<void> {
      await Promise.all(waiting);
    },
  };
}

/** When the answer is on its way: what is written for an account that there is must not hold it up. */
function soon({ clock }: UsersDeps): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(AFTER_ANSWER, resolve));
}

async function setAnew(tx: Tx, deps: UsersDeps, tokenHash: string, passwordHash: string): Promise<void> {
  const { agent, link } = await takeLinkOf(tx, 'reset', tokenHash);
  if (agent.state !== 'active') throw refuse('not_found');
  await applyChange(tx, deps, agent, { passwordHash }, { by: agent.id, action: 'user.password_reset' });
  if (link.proves && link.sentTo === agent.email && agent.verifiedAt === null)
    await prove(tx, agent, link.sentTo);
  await tellChanged(tx, deps, agent);
}

/** That a password was changed, to whom it belongs. */
export async function tellChanged(
  tx: Tx,
  deps: UsersDeps,
  agent: Pick<AgentRow, 'id' | 'email'>,
): Promise<void> {
  if (deps.config.SMTP_URL === undefined || agent.email === null) return;
  await deps.post(tx, { agentId: agent.id, ...changedMail(await organisationOf(tx), tx.now) });
}

async function mailTo(deps: UsersDeps, address: string, { ip }: Caller): Promise<void> {
  if (deps.config.SMTP_URL === undefined) {
    deps.log.warn('A new password was asked for, but no mail leaves this server: an admin can make a link', {
      ip,
    });
    return;
  }
  const found = isStorable(address) ? await agentByEmail(deps.db.read, address) : undefined;
  // Whoever has no password here comes in by another application, or by an invitation.
  if (found?.kind !== 'person' || found.state !== 'active' || found.passwordHash === null) {
    deps.log.info('A new password was asked for where nobody can have one', { ip });
    return;
  }
  await deps.db.inTransaction(async (tx) => {
    const agent = await agentById(tx.db, found.id);
    if (agent?.state !== 'active') return;
    const { mailed } = await sendLink(tx, deps, { kind: 'reset', agent, by: null });
    await auditSent(tx, agent, null, { mailed, ip });
  });
}

async function auditSent(
  tx: Tx,
  agent: AgentRow,
  actorId: string | null,
  details: Record<string, unknown>,
): Promise<void> {
  await writeAudit(tx, { actorId, ...userAct('user.password_reset_sent', agent.id), details });
}
