/**
 * The second half of a sign-in (T14). Between the two stands a step: a secret that is good for one sign-in and some minutes, and that is
 * over with whatever ends the account's other links: a new password, a lock, a deactivation.
 */
import { refuse } from '@latchbox/shared';
import type { Handle, Tx } from '../database/database.ts';
import { agentForUpdate, type AgentRow } from '../database/directory/agents.ts';
import { factorOf } from '../database/directory/factors.ts';
import { writeAudit } from '../database/directory/records.ts';
import { insertLink, openLink, takeLink } from '../database/directory/user-links.ts';
import { hashSecret, newSecret } from '../lib/ids.ts';
import { checkCode, type Refused, refusalOf } from '../users/check-code.ts';
import { begin, confirm } from '../users/set-up-factor.ts';
import type { Caller, SignedIn, SignIns, SignInStep } from './api.ts';
import { answerSignIn, beginSignIn, type SignInDeps } from './begin-sign-in.ts';
import { callerKey, createLimit } from './limits.ts';

/** Ms from the password to the code. */
const LIVES = 10 * 60 * 1_000;
/** Codes tried by one caller, within ten minutes; those of one account are counted in its row. */
const TRIES = 60;

/** Whether a password alone is not enough. */
export async function needsFactor(db: Handle, agent: AgentRow): Promise<boolean> {
  return Boolean(agent.factorRequired) || (await hasFactor(db, agent.id));
}

async function hasFactor(db: Handle, agentId: string): Promise<boolean> {
  const factor = await factorOf(db, agentId);
  return factor !== undefined && factor.confirmedAt !== null;
}

/** The password was right: what comes next, by a step that is this caller's alone. */
export async function halfWay(
  { db }: SignInDeps,
  agent: AgentRow,
  passwordHash: string,
): Promise<SignInStep> {
  const step = newSecret();
  return await db.inTransaction(async (tx) => {
    const now = await agentForUpdate(tx, agent.id);
    if (now?.state !== 'active' || now.passwordHash !== passwordHash) throw refuse('unauthenticated');
    await insertLink(tx, {
      kind: 'sign_in',
      agentId: agent.id,
      tokenHash: hashSecret(step),
      sentTo: '',
      proves: false,
      createdBy: null,
      lives: LIVES,
    });
    return { step, needs: (await hasFactor(tx.db, agent.id)) ? 'code' : 'setup' };
  });
}

type Steps = Pick<SignIns, 'signInFactor' | 'beginSignInFactor' | 'confirmSignInFactor'>;

export function createFactorSteps(deps: SignInDeps): Steps {
  const tries = createLimit(TRIES, 600, deps.config.RATE_LIMIT_FACTOR);
  const { db } = deps;
  return {
    async signInFactor({ step, code }, caller) {
      await tries.take(callerKey(caller.ip));
      const outcome = await db.inTransaction(async (tx) => {
        const agent = await agentAt(tx, step);
        const verdict = await checkCode(tx, deps, { agentId: agent.id, code, confirmed: true });
        if (!('right' in verdict)) return await refused(tx, agent, verdict, caller);
        if (verdict.right === 'recovery_code') await auditRecovery(tx, agent);
        return { agent, began: await enter(tx, deps, agent, step, caller) };
      });
      if ('refused' in outcome) throw refusalOf(outcome.refused);
      return await answerSignIn(deps, outcome.agent, outcome.began);
    },

    async beginSignInFactor({ step }, caller) {
      await tries.take(callerKey(caller.ip));
      return await db.inTransaction(async (tx) => begin(tx, deps, await agentAt(tx, step)));
    },

    async confirmSignInFactor({ step, code }, caller) {
      await tries.take(callerKey(caller.ip));
      const outcome = await db.inTransaction(async (tx) => {
        const agent = await agentAt(tx, step);
        const confirmed = await confirm(tx, deps, agent.id, code);
        if (!('recoveryCodes' in confirmed)) return await refused(tx, agent, confirmed, caller);
        const { recoveryCodes } = confirmed;
        return { agent, recoveryCodes, began: await enter(tx, deps, agent, step, caller) };
      });
      if ('refused' in outcome) throw refusalOf(outcome.refused);
      const signedIn: SignedIn = await answerSignIn(deps, outcome.agent, outcome.began);
      return { signedIn, recoveryCodes: outcome.recoveryCodes };
    },
  };
}

/** Whoever stands half way, with the agent's row locked. Throws `unauthenticated` for a step that is over. */
async function agentAt(tx: Tx, step: string): Promise<AgentRow> {
  const link = await openLink(tx.db, 'sign_in', hashSecret(step), tx.now);
  const agent = link && (await agentForUpdate(tx, link.agentId));
  // Read again under the lock: what ends links locks the agent first.
  const stands = link && (await openLink(tx.db, 'sign_in', hashSecret(step), tx.now));
  if (stands === undefined || agent?.state !== 'active') throw refuse('unauthenticated');
  return agent;
}

/** Of two who come with one step at once, one gets in. */
async function enter(tx: Tx, deps: SignInDeps, agent: AgentRow, step: string, caller: Caller) {
  if ((await takeLink(tx, 'sign_in', hashSecret(step))) === undefined) throw refuse('unauthenticated');
  return await beginSignIn(tx, deps, agent.id, caller.userAgent);
}

/** What was wrong is counted and written down: this transaction is committed, and refused after that. */
async function refused(
  tx: Tx,
  agent: AgentRow,
  refusal: Refused,
  { ip }: Caller,
): Promise<{ readonly refused: Refused }> {
  await writeAudit(tx, {
    actorId: agent.id,
    action: 'sign_in.code_refused',
    objectType: 'agent',
    objectId: agent.id,
    details: { ip, limited: 'wait' in refusal },
  });
  return { refused: refusal };
}

async function auditRecovery(tx: Tx, agent: AgentRow): Promise<void> {
  await writeAudit(tx, {
    actorId: agent.id,
    action: 'user.recovery_code_used',
    objectType: 'agent',
    objectId: agent.id,
  });
}
