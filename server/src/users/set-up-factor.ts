/** Setting up a second factor: from one's own account, or on the way in where an admin wants one. */
import { refuseBy } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import type { AgentRow } from '../database/directory/agents.ts';
import {
  aboutFactor,
  beginFactor,
  confirmFactor,
  factorOf,
  replaceRecoveryCodes,
} from '../database/directory/factors.ts';
import { writeAudit } from '../database/directory/records.ts';
import { getMeta } from '../database/meta.ts';
import type { Seal } from '../lib/seal.ts';
import { checkCode, type Refused } from './check-code.ts';
import { newRecoveryCodes, recoveryHash } from './recovery-codes.ts';
import { newTotpSecret, totpUri } from './totp.ts';

export interface Begun {
  /** Base32. */
  readonly secret: string;
  readonly uri: string;
}

interface Sealing {
  readonly seal: Seal;
}

/** A secret for an authenticator, in place of one that was not confirmed. Throws `refused` where one is in use. */
export async function begin(tx: Tx, deps: Sealing, agent: AgentRow): Promise<Begun> {
  const secret = newTotpSecret();
  if (!(await beginFactor(tx, agent.id, deps.seal.seal(secret, aboutFactor(agent.id)))))
    throw refuseBy('user_factor_on');
  const uri = totpUri(secret, {
    organisation: (await getMeta(tx.db, 'organisation')) ?? 'Latchbox',
    email: agent.email ?? '',
  });
  return { secret, uri };
}

/** Switches it on by a first code, and makes the recovery codes; else what was wrong, which is to be committed too. */
export async function confirm(
  tx: Tx,
  deps: Sealing,
  agentId: string,
  code: string,
): Promise<{ recoveryCodes: string[] } | Refused> {
  const factor = await factorOf(tx.db, agentId);
  if (factor === undefined) throw refuseBy('user_no_factor');
  if (factor.confirmedAt !== null) throw refuseBy('user_factor_on');
  const verdict = await checkCode(tx, deps, { agentId, code, confirmed: false });
  if (!('right' in verdict)) return verdict;
  await confirmFactor(tx, agentId);
  await writeAudit(tx, {
    actorId: agentId,
    action: 'user.factor_on',
    objectType: 'agent',
    objectId: agentId,
  });
  return { recoveryCodes: await freshCodes(tx, agentId) };
}

/** New recovery codes, which are shown this once. */
export async function freshCodes(tx: Tx, agentId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(tx, agentId, codes.map(recoveryHash));
  return codes;
}
