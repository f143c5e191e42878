import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { isSecure } from './certificate.ts';
import type { HttpConfig } from './deps.ts';

export interface RefreshCookie {
  /** Empty when there is none. */
  read(request: IncomingMessage): string;
  set(response: Response, cookie: { readonly value: string; readonly endsAt: number } | null): void;
}

/**
 * The cookie of the refresh token: for scripts unreadable, never sent from other sites, only to the API. Under https its name
 * begins with `__Secure-`, so that no page without TLS on the same host can put one in its place.
 */
export function createRefreshCookie(config: Pick<HttpConfig, 'PUBLIC_URL' | 'TLS_CERT_FILE'>): RefreshCookie {
  const secure = isSecure(config);
  const name = secure ? '__Secure-latchbox_refresh' : 'latchbox_refresh';
  return {
    read({ headers }) {
      for (const part of (headers.cookie ?? '').split(';')) {
        const at = part.indexOf('=');
        if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
      }
      return '';
    },
    set(response, cookie) {
      const expires = new Date(cookie?.endsAt ?? 0);
      response.cookie(name, cookie?.value ?? '', {
        httpOnly: true,
        sameSite: 'strict',
        path: '/api',
        secure,
        expires,
      });
    },
  };
}
