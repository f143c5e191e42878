import type { RequestHandler } from 'express';
import { isSecure } from './certificate.ts';
import type { HttpConfig } from './deps.ts';

/** Headers that keep pages of this server to themselves. */
export function securityHeaders(config: HttpConfig): RequestHandler {
  // The web app may be connected to another server of the deployment while its own is gone.
  const others = (config.ALLOWED_ORIGINS ?? []).flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  const policy = [
    "default-src 'self'",
    ['connect-src', "'self'", ...others].join(' '),
    "img-src 'self' data:",
    "style-src 'self'",
    "script-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers: Record<string, string> = {
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(isSecure(config) ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  return (_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  };
}
