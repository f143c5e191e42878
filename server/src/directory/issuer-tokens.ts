import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  jwtVerify,
  type JWTPayload,
  type RemoteJWKSet,
} from 'jose';
import { LatchboxError } from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import { agentByEmail, agentByExternalId, type AgentRow } from '../database/directory/agents.ts';
import { type IssuerRow, issuersOf } from '../database/directory/credentials.ts';
import type { Clock } from '../lib/clock.ts';
import { fetchText } from '../lib/outgoing.ts';
import { isStorable } from '../lib/storable.ts';

/** What a key set may sign with. No HMAC: a public key must never do as a shared secret. */
const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** How far the clock of an application may be from ours, in seconds. */
const SKEW = 10;
const FETCH_TIMEOUT = 4_000;
const MAX_KEY_SET = 262_144;

export interface IssuerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly allowedPrivateHosts: readonly string[];
}

export interface IssuedToken {
  readonly issuer: IssuerRow;
  readonly agent: AgentRow;
  /** Epoch ms. */
  readonly endsAt: number;
}

/** Reads tokens that registered applications mint. Undefined: not one of theirs, or not valid, or of nobody we know. */
export function createIssuerTokens(deps: IssuerDeps): (token: string) => Promise<IssuedToken | undefined> {
  const keySets = new Map<string, RemoteJWKSet>();

  function keySet(issuer: IssuerRow): RemoteJWKSet {
    let known = keySets.get(issuer.id);
    if (known === undefined) {
      known = createRemoteJWKSet(new URL(issuer.secret), {
        timeoutDuration: FETCH_TIMEOUT,
        [customFetch]: async (url, { signal }) => {
          const { allowedPrivateHosts: allowedHosts } = deps;
          const body = await fetchText(new URL(url), {
            allowedHosts,
            timeout: FETCH_TIMEOUT,
            maxBytes: MAX_KEY_SET,
            signal,
          });
          return new Response(body, { status: 200, headers: { 'content-type': 'application/json' } });
        },
      });
      keySets.set(issuer.id, known);
    }
    return known;
  }

  async function claims(token: string, issuer: IssuerRow): Promise<JWTPayload> {
    const options = {
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: SKEW,
      currentDate: new Date(deps.clock.now()),
    };
    if (issuer.kind === 'hs256') {
      const secret = new TextEncoder().encode(issuer.secret);
      return (await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] })).payload;
    }
    return (await jwtVerify(token, keySet(issuer), { ...options, algorithms: ASYMMETRIC })).payload;
  }

  return async (token) => {
    const name = decodeJwt(token).iss;
    // Nothing is verified yet: whatever a stranger writes there.
    if (typeof name !== 'string' || !isStorable(name)) return undefined;
    for (const issuer of await issuersOf(deps.db.read, name)) {
      const payload = await claims(token, issuer).catch(unlessUnreachable);
      if (payload === undefined) continue;
      const agent = await agentOf(deps.db, issuer, payload);
      if (agent === undefined) continue;
      return { issuer, agent, endsAt: (payload.exp ?? 0) * 1_000 };
    }
    return undefined;
  };
}

/** A token that does not hold is nobody's; keys that cannot be fetched say nothing about the token, so that is `timeout`. */
function unlessUnreachable(error: unknown): undefined {
  const verdict =
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== 'ERR_JOSE_GENERIC';
  if (verdict || error instanceof TypeError) return undefined;
  throw new LatchboxError('timeout', {}, { cause: error });
}

async function agentOf(db: Database, issuer: IssuerRow, payload: JWTPayload): Promise<AgentRow | undefined> {
  if (typeof payload.sub !== 'string' || payload.sub === '' || !isStorable(payload.sub)) return undefined;
  const known = await agentByExternalId(db.read, `${issuer.id}:${payload.sub}`);
  if (known !== undefined) return known.state === 'active' ? known : undefined;
  if (issuer.trustEmail !== true || payload['email_verified'] !== true) return undefined;
  const email = payload['email'];
  if (typeof email !== 'string' || email.length > 320 || !isStorable(email)) return undefined;
  const byEmail = await agentByEmail(db.read, email.trim().toLowerCase());
  // Somebody whom the application knows under another subject is not this one, whatever address it says.
  if (byEmail?.state !== 'active' || byEmail.kind !== 'person') return undefined;
  return byEmail.externalId?.startsWith(`${issuer.id}:`) === true ? undefined : byEmail;
}
