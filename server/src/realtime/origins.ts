import type { VerifiedToken } from '../directory/api.ts';
import type { Peer } from './peer.ts';

/** Whether a page of this origin was served under the very host that the request went to. */
export function servedHere(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/**
 * Whether the token may be used by the page the connection comes from. Programs that are no browser say no origin, and could
 * say any: the token alone decides then.
 */
export function originFits(token: Pick<VerifiedToken, 'allowedOrigins'>, peer: Peer): boolean {
  if (peer.origin === null) return true;
  return token.allowedOrigins?.includes(peer.origin) ?? peer.ownPage;
}
