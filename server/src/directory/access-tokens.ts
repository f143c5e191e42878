import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';

/** `iss` and `aud` of this deployment's own tokens; no registered application may claim them. */
export const OWN_ISSUER = 'latchbox';
const TYPE = 'at+jwt';

export interface AccessClaims {
  readonly agentId: string;
  readonly signInId: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

export async function mintAccessToken(
  claims: Omit<AccessClaims, 'endsAt'>,
  options: { secret: Uint8Array; minutes: number; clock: Clock },
): Promise<{ token: string; endsAt: number }> {
  const now = Math.floor(options.clock.now() / 1_000);
  const exp = now + Math.round(options.minutes * 60);
  const token = await new SignJWT({ sid: claims.signInId })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setIssuer(OWN_ISSUER)
    .setAudience(OWN_ISSUER)
    .setSubject(claims.agentId)
    .setIssuedAt(now)
    .setExpirationTime(exp)
    .sign(options.secret);
  return { token, endsAt: exp * 1_000 };
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
const keys = new WeakMap<Uint8Array, Promise<Key>>();

/** The secret as a key that is made once; jose would make one for every token. */
function keyOf(secret: Uint8Array): Promise<Key> {
  let key = keys.get(secret);
  if (key === undefined) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    key = crypto.subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, ['sign', 'verify']);
    keys.set(secret, key);
  }
  return key;
}

/** The claims of one of our own tokens; throws whatever jose throws for anything else. */
export async function readAccessToken(
  token: string,
  secret: Uint8Array,
  clock: Clock,
): Promise<AccessClaims> {
  const { payload } = await jwtVerify(token, await keyOf(secret), {
    algorithms: ['HS256'],
    typ: TYPE,
    issuer: OWN_ISSUER,
    audience: OWN_ISSUER,
    requiredClaims: ['sub', 'sid', 'exp', 'iat'],
    currentDate: new Date(clock.now()),
  });
  const { sub, sid, exp } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number')
    throw new Error('claims are missing');
  return { agentId: sub, signInId: sid, endsAt: exp * 1_000 };
}
