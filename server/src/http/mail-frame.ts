import type { RequestHandler } from 'express';

/**
 * Gives the page in which the web app shows the HTML of strangers rules of its own, in place of the app's: shown by the app alone,
 * without scripts, without forms, without anything from elsewhere. Pictures of other servers come through this one.
 */
export const mailFrameRules: RequestHandler = (request, response, next) => {
  if (request.path === '/mail-frame.html') {
    const policy = [
      "default-src 'none'",
      "img-src 'self' data:",
      "style-src 'unsafe-inline'",
      "base-uri 'self'",
      "form-action 'none'",
      "frame-ancestors 'self'",
      'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    ].join('; ');
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  }
  next();
};
