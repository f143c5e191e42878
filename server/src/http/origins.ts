import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../directory/api.ts';
import type { HttpDeps } from './deps.ts';

export interface Origins {
  /** Whether the request comes from a page of this deployment, or from no page at all. */
  isOwnPage(request: IncomingMessage): boolean;
  /** Throws `forbidden` for a request of somebody else's page: the browser would send the cookie along. */
  requireOwnPage(request: IncomingMessage): void;
  /** Throws `forbidden` when a page uses a token that is not meant for its origin. */
  requireFor(request: IncomingMessage, token: Pick<VerifiedToken, 'allowedOrigins'>): Promise<void>;
  /** Lets pages of allowed origins read answers (CORS). They never get cookies: they bring tokens. */
  readonly cors: RequestHandler;
}

const METHODS = 'GET, POST, PUT, PATCH, DELETE';

export function createOrigins({ directory, config }: Pick<HttpDeps, 'directory' | 'config'>): Origins {
  const publicOrigin = config.PUBLIC_URL === undefined ? undefined : new URL(config.PUBLIC_URL).origin;

  function isOwnPage({ headers }: IncomingMessage): boolean {
    const { origin } = headers;
    if (origin === undefined) return headers['sec-fetch-site'] !== 'cross-site';
    if (origin === publicOrigin) return true;
    // Behind a proxy that ends TLS the scheme is not known here; the host is.
    return URL.canParse(origin) && new URL(origin).host === headers.host;
  }

  async function mayRead(request: IncomingMessage): Promise<string | undefined> {
    const { origin } = request.headers;
    if (origin === undefined || isOwnPage(request)) return undefined;
    return (await directory.originAllowed(origin)) ? origin : undefined;
  }

  return {
    isOwnPage,
    requireOwnPage(request) {
      if (!isOwnPage(request)) throw refuse('forbidden');
    },
    async requireFor(request, token) {
      const { origin } = request.headers;
      if (origin === undefined || isOwnPage(request)) return;
      const allowed = token.allowedOrigins?.includes(origin) ?? (await directory.originAllowed(origin));
      if (!allowed) throw refuse('forbidden');
    },
    async cors(request, response, next) {
      response.vary('Origin');
      const origin = await mayRead(request);
      if (origin !== undefined) {
        response.setHeader('Access-Control-Allow-Origin', origin);
        response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After, Content-Disposition');
      }
      if (request.method !== 'OPTIONS') return next();
      if (origin !== undefined) {
        response.setHeader('Access-Control-Allow-Methods', METHODS);
        response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
        response.setHeader('Access-Control-Max-Age', '600');
      }
      response.status(204).end();
    },
  };
}
