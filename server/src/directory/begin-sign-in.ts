import type { Me } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import { type ActingAgent, insertSignIn } from '../database/directory/sign-ins.ts';
import { hashSecret, newId } from '../lib/ids.ts';
import type { Seal } from '../lib/seal.ts';
import { mintAccessToken } from './access-tokens.ts';
import type { SignedIn } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import type { Passwords } from './passwords.ts';
import { firstRefreshToken, type RefreshToken, writeRefreshToken } from './refresh-tokens.ts';
import type { TokenSecret } from './token-secret.ts';

export const DAY = 24 * 60 * 60 * 1_000;

export interface SignInDeps extends DirectoryDeps {
  readonly passwords: Passwords;
  readonly secret: TokenSecret;
  /** Keeps the secrets of second factors. */
  readonly seal: Seal;
}

export function toMe(agent: ActingAgent): Me {
  return { id: agent.id, name: agent.name, email: agent.email ?? '', role: agent.role, kind: agent.kind };
}

interface Began {
  readonly token: RefreshToken;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Stores a sign-in. Who it is has been checked by the caller, in this transaction. */
export async function beginSignIn(
  tx: Tx,
  deps: Pick<DirectoryDeps, 'config'>,
  agentId: string,
  userAgent: string,
): Promise<Began> {
  const token = firstRefreshToken(newId('sgn'));
  const expiresAt = tx.now + deps.config.REFRESH_DAYS * DAY;
  await insertSignIn(tx, {
    id: token.signInId,
    agentId,
    refreshHash: hashSecret(token.secret),
    userAgent: userAgent.slice(0, 300),
    expiresAt,
  });
  await writeAudit(tx, {
    actorId: agentId,
    action: 'sign_in.began',
    objectType: 'sign_in',
    objectId: token.signInId,
  });
  return { token, expiresAt };
}

/** What whoever is signed in gets. */
export async function answerSignIn(
  deps: SignInDeps,
  agent: ActingAgent,
  { token, expiresAt }: Began,
): Promise<SignedIn> {
  const secret = await deps.secret();
  const access = await mintAccessToken(
    { agentId: agent.id, signInId: token.signInId },
    { secret, minutes: deps.config.ACCESS_TOKEN_MINUTES, clock: deps.clock },
  );
  return {
    me: toMe(agent),
    signInId: token.signInId,
    token: access.token,
    endsAt: access.endsAt,
    refreshToken: writeRefreshToken(secret, token),
    refreshEndsAt: expiresAt,
  };
}
