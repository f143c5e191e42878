import { createHmac, type KeyObject } from 'node:crypto';
import { newSecret, sameSecret } from '../lib/ids.ts';

/**
 * A refresh token is `<sign-in id>.<secret>.<proof>`. The proof says that this deployment made it: only a token that was once
 * ours may end a sign-in by coming back too late, a made-up one may not.
 */
export interface RefreshToken {
  readonly signInId: string;
  readonly secret: string;
}

const FORM = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

function sign(key: KeyObject, what: string, token: RefreshToken): string {
  return createHmac('sha256', key).update(`${what}:${token.signInId}.${token.secret}`).digest('base64url');
}

/** The first token of a sign-in. */
export function firstRefreshToken(signInId: string): RefreshToken {
  return { signInId, secret: newSecret() };
}

/**
 * The token that takes the place of this one. It follows from it and from the deployment's secret, so two tabs that change the
 * same token at the same moment, or a tab whose answer was lost, get the same successor, in whichever order answers arrive.
 */
export function nextRefreshToken(key: KeyObject, token: RefreshToken): RefreshToken {
  return { signInId: token.signInId, secret: sign(key, 'refresh-next', token) };
}

export function writeRefreshToken(key: KeyObject, token: RefreshToken): string {
  return `${token.signInId}.${token.secret}.${sign(key, 'refresh-proof', token)}`;
}

/** Undefined: not one of ours. */
export function readRefreshToken(key: KeyObject, text: string): RefreshToken | undefined {
  const [, signInId, secret, proof] = FORM.exec(text) ?? [];
  if (signInId === undefined || secret === undefined || proof === undefined) return undefined;
  const token = { signInId, secret };
  return sameSecret(proof, sign(key, 'refresh-proof', token)) ? token : undefined;
}
