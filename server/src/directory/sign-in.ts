import { refuse } from '@latchbox/shared';
import { agentByEmail, agentById, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { rotateSignIn, signInForUpdate } from '../database/directory/sign-ins.ts';
import { hashSecret } from '../lib/ids.ts';
import { isStorable } from '../lib/storable.ts';
import type { SignedIn, SignIns } from './api.ts';
import { answerSignIn, beginSignIn, DAY, type SignInDeps } from './begin-sign-in.ts';
import { createSignInGuard, SIGN_IN_LIMITS } from './limits.ts';
import { nextRefreshToken, readRefreshToken } from './refresh-tokens.ts';
import { revokeSignIn } from './revoke.ts';
import { createFactorSteps, halfWay, needsFactor } from './sign-in-factor.ts';

/** How long a changed refresh token still answers its successor: parallel tabs, and answers that were lost. */
const REFRESH_GRACE = 30_000;

/** An address as it is stored and compared. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function createSignIns(deps: SignInDeps): SignIns {
  const guard = createSignInGuard(deps.signInLimits ?? SIGN_IN_LIMITS, deps.config.RATE_LIMIT_FACTOR);
  const enter: SignIns['enter'] = async ({ email, password }, caller) => {
    const address = normalEmail(email);
    await guard.attempt(address, caller.ip);
    const agent = isStorable(address) ? await agentByEmail(deps.db.read, address) : undefined;
    const stored = agent?.state === 'active' && agent.kind === 'person' ? agent.passwordHash : null;
    if (!(await deps.passwords.matches(stored, password)) || agent === undefined || stored === null) {
      await auditRefusal(deps, agent?.id ?? null, caller.ip);
      throw refuse('unauthenticated');
    }
    await guard.passed(address, caller.ip);
    if (await needsFactor(deps.db.read, agent)) return await halfWay(deps, agent, stored);
    return await begin(deps, agent, stored, caller.userAgent);
  };
  return {
    enter,
    async signIn(input, caller) {
      const answer = await enter(input, caller);
      if ('step' in answer) throw refuse('unauthenticated');
      return answer;
    },
    ...createFactorSteps(deps),
    refresh: (text) => refresh(deps, text),
    async signOut(text) {
      const token = readRefreshToken(await deps.secret(), text);
      if (token === undefined) return;
      // Also by an older token of the chain: whoever has one was the owner, and ending is never the worse mistake.
      await deps.db.inTransaction((tx) => revokeSignIn(tx, deps, token.signInId));
    },
    async endSignIn(signInId) {
      await deps.db.inTransaction((tx) => revokeSignIn(tx, deps, signInId));
    },
  };
}

/** The same write for every refusal, so that its time tells nothing either. The address is not kept: people mistype passwords into it. */
async function auditRefusal(deps: SignInDeps, agentId: string | null, ip: string): Promise<void> {
  deps.log.warn('A sign-in was refused', { agentId, ip });
  await deps.db.inTransaction((tx) =>
    writeAudit(tx, {
      actorId: agentId,
      action: 'sign_in.refused',
      objectType: 'agent',
      objectId: agentId ?? '',
      details: { ip },
    }),
  );
}

async function begin(
  deps: SignInDeps,
  agent: AgentRow,
  passwordHash: string,
  userAgent: string,
): Promise<SignedIn> {
  const began = await deps.db.inTransaction(async (tx) => {
    // The password took a while to check: deactivated or given a new one in between is as good as wrong.
    const now = await agentById(tx.db, agent.id);
    if (now?.state !== 'active' || now.passwordHash !== passwordHash) throw refuse('unauthenticated');
    return await beginSignIn(tx, deps, agent.id, userAgent);
  });
  return await answerSignIn(deps, agent, began);
}

async function refresh(deps: SignInDeps, text: string): Promise<SignedIn> {
  const key = await deps.secret();
  const token = readRefreshToken(key, text);
  if (token === undefined) throw refuse('unauthenticated');
  const next = nextRefreshToken(key, token);
  const outcome = await deps.db.inTransaction(async (tx) => {
    const row = await signInForUpdate(tx, token.signInId);
    if (row === undefined || row.endedAt !== null || row.expiresAt <= tx.now) return undefined;
    const agent = await agentById(tx.db, row.agentId);
    if (agent?.state !== 'active') return undefined;
    const hash = hashSecret(token.secret);
    if (row.refreshHash === hash) {
      const expiresAt = tx.now + deps.config.REFRESH_DAYS * DAY;
      await rotateSignIn(tx, row.id, { refreshHash: hashSecret(next.secret), previousHash: hash, expiresAt });
      return { agent, expiresAt };
    }
    if (row.previousHash === hash && tx.now - row.rotatedAt <= REFRESH_GRACE)
      return { agent, expiresAt: row.expiresAt };
    // Somebody has a copy. Which of the two is the owner cannot be known: both have to sign in again.
    await revokeSignIn(tx, deps, row.id);
    await writeAudit(tx, {
      actorId: row.agentId,
      action: 'sign_in.reuse_refused',
      objectType: 'sign_in',
      objectId: row.id,
    });
    tx.afterCommit(() =>
      deps.log.warn('A refresh token came back after it was changed: its sign-in was ended', {
        signInId: row.id,
      }),
    );
    return undefined;
  });
  if (outcome === undefined) throw refuse('unauthenticated');
  return await answerSignIn(deps, outcome.agent, { token: next, expiresAt: outcome.expiresAt });
}
