/** Whether a code is right: of the authenticator or a recovery code, each once (T14). */
import { LatchboxError } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import {
  aboutFactor,
  factorForUpdate,
  type FactorRow,
  setFailures,
  takeRecoveryCode,
  takeStep,
} from '../database/directory/factors.ts';
import { invalid } from '../directory/admin.ts';
import type { Seal } from '../lib/seal.ts';
import { plainCode, recoveryHash } from './recovery-codes.ts';
import { stepOf } from './totp.ts';

/** Wrong codes within the window; then nobody gets in until it is over, whoever knows the password. Kept in the row: many servers count together. */
const MOST_WRONG = 5;
const WINDOW = 15 * 60 * 1_000;

export type Verdict = { readonly right: 'code' | 'recovery_code' } | Refused;
/** `wait`: ms until another one is looked at. */
export type Refused = { readonly wrong: true } | { readonly wait: number };

/**
 * Looks at a code for somebody's second factor, whose row is locked with that, and counts what is wrong: the transaction must be
 * committed whatever the verdict is. `confirmed`: whether the factor has to be in use, or to be one that is being set up.
 */
export async function checkCode(
  tx: Tx,
  { seal }: { readonly seal: Seal },
  asked: { readonly agentId: string; readonly code: string; readonly confirmed: boolean },
): Promise<Verdict> {
  const { agentId, confirmed } = asked;
  const factor = await factorForUpdate(tx, agentId);
  if (factor === undefined || (factor.confirmedAt !== null) !== confirmed) return { wrong: true };
  const failing = failingNow(factor, tx.now);
  if (failing.failures >= MOST_WRONG)
    return { wait: Math.max(1, (failing.failingSince ?? tx.now) + WINDOW - tx.now) };
  const code = plainCode(asked.code);
  const right = await isRight(tx, seal.open(factor.sealedSecret, aboutFactor(agentId)), { ...asked, code });
  if (right !== undefined) {
    await setFailures(tx, agentId, { failures: 0, failingSince: null });
    return { right };
  }
  const { failures, failingSince } = failing;
  await setFailures(tx, agentId, { failures: failures + 1, failingSince: failingSince ?? tx.now });
  return { wrong: true };
}

function failingNow(
  { failures, failingSince }: FactorRow,
  now: number,
): Pick<FactorRow, 'failures' | 'failingSince'> {
  if (failingSince !== null && now - failingSince < WINDOW) return { failures, failingSince };
  return { failures: 0, failingSince: null };
}

async function isRight(
  tx: Tx,
  secret: string,
  {
    agentId,
    code,
    confirmed,
  }: { readonly agentId: string; readonly code: string; readonly confirmed: boolean },
): Promise<'code' | 'recovery_code' | undefined> {
  if (/^\d{6}$/.test(code)) {
    const step = stepOf(secret, code, tx.now);
    return step !== undefined && (await takeStep(tx, agentId, step)) ? 'code' : undefined;
  }
  if (!confirmed) return undefined;
  return (await takeRecoveryCode(tx, agentId, recoveryHash(code))) ? 'recovery_code' : undefined;
}

/** What is answered to a code that is not taken. */
export function refusalOf(verdict: Refused): LatchboxError {
  if ('wait' in verdict) return new LatchboxError('rate_limited', { retryAfterMs: verdict.wait });
  return invalid('code', 'is not right, or was used before');
}
