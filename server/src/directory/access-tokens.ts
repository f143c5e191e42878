import { createHmac, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { sameSecret } from '../lib/ids.ts';

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
  options: { secret: KeyObject | Uint8Array; minutes: number; clock: Clock },
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

/** Header of every token that `mintAccessToken` makes: nothing else is read, whatever it says of itself. */
const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: TYPE })).toString('base64url');

/**
 * The claims of one of our own tokens; undefined for anything else. By hand and not by jose, which leaves the turn several times:
 * after a restart of a server everybody comes at once, each with a token.
 */
export function readAccessToken(token: string, secret: KeyObject, clock: Clock): AccessClaims | undefined {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (header !== HEADER || more.length > 0) return undefined;
  // A key object: made of bytes with every call, the key would cost more than the sum.
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  if (!sameSecret(expected, signature)) return undefined;
  const read = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!read.success) return undefined;
  const { sub, sid, exp, nbf = 0 } = read.data;
  const now = clock.now();
  if (exp * 1_000 <= now || nbf * 1_000 > now) return undefined;
  return { agentId: sub, signInId: sid, endsAt: exp * 1_000 };
}

const Claims = z.object({
  iss: z.literal(OWN_ISSUER),
  aud: z.literal(OWN_ISSUER),
  sub: z.string(),
  sid: z.string(),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
});
