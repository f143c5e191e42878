import { decodeJwt } from 'jose';
import { refuse } from '@latchbox/shared';
import {
  listIssuers,
  liveAgentOfIssuer,
  liveKeyByHash,
  liveKeyById,
  touchKey,
} from '../database/directory/credentials.ts';
import { type ActingAgent, liveSignIn } from '../database/directory/sign-ins.ts';
import { MOST_READS, readEach } from '../database/read-each.ts';
import { hashSecret } from '../lib/ids.ts';
import { createTogether } from '../lib/together.ts';
import { type AccessClaims, OWN_ISSUER, readAccessToken } from './access-tokens.ts';
import type { Tokens, VerifiedToken } from './api.ts';
import { createIssuerTokens, type IssuedToken } from './issuer-tokens.ts';
import { type SignInDeps, toMe } from './begin-sign-in.ts';

export const API_KEY_PREFIX = 'lbk_';
/** No token is longer; a longer one is not even decoded. */
const MAX_TOKEN = 8_192;
/** An API key's last use is written down this often at most. */
const TOUCH_EVERY = 60_000;
/** Origins that issuers allow are read this often at most. */
const ORIGINS_FOR = 5_000;

export function createTokens(deps: SignInDeps): Tokens {
  const { db, clock, config } = deps;
  const readIssued = createIssuerTokens({
    db,
    clock,
    allowedPrivateHosts: config.ALLOWED_PRIVATE_HOSTS ?? [],
  });

  // When a server comes back everybody signs in at once.
  const signInNow = createTogether(MOST_READS, (ids: readonly string[]) => readEach(db, ids, liveSignIn));

  async function byAccessToken(claims: AccessClaims): Promise<VerifiedToken | undefined> {
    const { signInId, endsAt } = claims;
    const live = await signInNow(signInId);
    if (live === undefined || live.agent.id !== claims.agentId || live.expiresAt <= clock.now())
      return undefined;
    return {
      agent: toMe(live.agent),
      credential: { kind: 'sign_in', signInId },
      signInId,
      endsAt,
      allowedOrigins: null,
    };
  }

  async function identify(token: string): Promise<VerifiedToken | undefined> {
    if (token === '' || token.length > MAX_TOKEN) return undefined;
    if (token.startsWith(API_KEY_PREFIX)) return await byApiKey(deps, token);
    // First of all, and before anybody asks what it says of itself: nearly all are our own.
    const own = readAccessToken(token, await deps.secret(), clock);
    if (own !== undefined) return await byAccessToken(own);
    const issuer = issuerOf(token);
    if (issuer === undefined || issuer === OWN_ISSUER) return undefined;
    const issued = await readIssued(token);
    return issued && fromIssued(issued);
  }

  return {
    async verifyToken(token) {
      const verified = await identify(token);
      if (verified === undefined) throw refuse('unauthenticated');
      return verified;
    },
    async stillValid(verified) {
      if (verified.endsAt !== null && verified.endsAt <= clock.now()) return false;
      const agent = await liveAgent(deps, verified);
      return agent !== undefined && agent.id === verified.agent.id && agent.role === verified.agent.role;
    },
    originAllowed: createOrigins(deps, [
      ...(config.ALLOWED_ORIGINS ?? []),
      ...(config.PUBLIC_URL === undefined ? [] : [new URL(config.PUBLIC_URL).origin]),
    ]),
  };
}

async function byApiKey(deps: SignInDeps, token: string): Promise<VerifiedToken | undefined> {
  const key = await liveKeyByHash(deps.db.read, hashSecret(token));
  if (key === undefined) return undefined;
  if (key.lastUsedAt === null || deps.clock.now() - key.lastUsedAt > TOUCH_EVERY) {
    await deps.db.inTransaction((tx) => touchKey(tx, key.id));
  }
  const credential = { kind: 'api_key', keyId: key.id } as const;
  return { agent: toMe(key.agent), credential, signInId: null, endsAt: null, allowedOrigins: null };
}

function fromIssued({ issuer, agent, endsAt }: IssuedToken): VerifiedToken {
  const credential = { kind: 'issuer', issuerId: issuer.id } as const;
  return {
    agent: toMe(agent),
    credential,
    signInId: null,
    endsAt,
    allowedOrigins: parseOrigins(issuer.allowedOrigins),
  };
}

/**
 * Whether an origin is one of `own`, or one that an accepted application names. One that is not known is looked for afresh: it may
 * have been added just now. Whoever asks meanwhile waits for the same look.
 */
function createOrigins({ db, clock }: SignInDeps, own: readonly string[]): Tokens['originAllowed'] {
  let known: { until: number; origins: ReadonlySet<string> } | undefined;
  let looking: Promise<ReadonlySet<string>> | undefined;

  async function look(): Promise<ReadonlySet<string>> {
    const all = (await listIssuers(db.read)).flatMap((issuer) => parseOrigins(issuer.allowedOrigins));
    known = { until: clock.monotonic() + ORIGINS_FOR, origins: new Set(all) };
    return known.origins;
  }

  return async (origin) => {
    if (own.includes(origin)) return true;
    if (known !== undefined && known.until > clock.monotonic() && known.origins.has(origin)) return true;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return (await looking).has(origin);
  };
}

/** The agent behind a credential that has not ended. */
async function liveAgent(
  deps: SignInDeps,
  { credential, agent }: VerifiedToken,
): Promise<ActingAgent | undefined> {
  const db = deps.db.read;
  switch (credential.kind) {
    case 'sign_in': {
      const live = await liveSignIn(db, credential.signInId);
      return live !== undefined && live.expiresAt > deps.clock.now() ? live.agent : undefined;
    }
    case 'api_key':
      return (await liveKeyById(db, credential.keyId))?.agent;
    case 'issuer':
      return await liveAgentOfIssuer(db, credential.issuerId, agent.id);
  }
}

/** Who says to have minted the token; nothing is believed yet. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function parseOrigins(json: string): string[] {
  return JSON.parse(json) as string[];
}
