import type { IncomingMessage } from 'node:http';
import { LatchboxError, refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../directory/api.ts';
import { sameSecret } from '../lib/ids.ts';
import type { HttpDeps } from './deps.ts';
import type { CallLimits } from './limits.ts';
import type { Origins } from './origins.ts';

/** Names under which tokens are put into addresses, where logs and histories would keep them. */
const TOKEN_NAMES =
  /^(?:access[_-]?|refresh[_-]?|auth[_-]?|id[_-]?|thread[_-]?)?token$|^(?:api[_-]?)?key$|^jwt$|^authorization$|^password$|^secret$/i;

/** Throws `unauthenticated` when an address carries what looks like a secret. */
export function refuseTokensInAddress(query: URLSearchParams): void {
  for (const name of query.keys()) if (TOKEN_NAMES.test(name)) throw refuse('unauthenticated');
}

/** The bearer token of a request; throws `unauthenticated` without one. */
export function bearerOf({ headers }: IncomingMessage): string {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) throw refuse('unauthenticated');
  return token;
}

export interface AuthDeps extends Pick<HttpDeps, 'directory'> {
  readonly limits: CallLimits;
  readonly origins: Origins;
}

/** Who calls, by the token of the request. Throws `unauthenticated`, `forbidden` (not from this page) or `rate_limited`. */
export async function authenticate(
  deps: AuthDeps,
  request: IncomingMessage,
  ip: string,
): Promise<VerifiedToken> {
  const token = bearerOf(request);
  try {
    const verified = await deps.directory.verifyToken(token);
    await deps.origins.requireFor(request, verified);
    return verified;
  } catch (error) {
    if (LatchboxError.is(error, 'unauthenticated')) await deps.limits.badToken(ip);
    throw error;
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Lets whoever runs the server in: by the metrics token, or without one from the machine itself, but not through a proxy on
 * it. Throws `not_found` otherwise.
 */
export function requireOperator(request: IncomingMessage, metricsToken: string | undefined): void {
  if (metricsToken !== undefined) {
    const given = request.headers.authorization ?? '';
    if (!sameSecret(given, `Bearer ${metricsToken}`)) throw refuse('not_found');
    return;
  }
  const here = LOOPBACK.has(request.socket.remoteAddress ?? '');
  if (!here || FORWARDED.some((name) => request.headers[name] !== undefined)) throw refuse('not_found');
}
