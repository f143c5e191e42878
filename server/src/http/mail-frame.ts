import type { RequestHandler } from 'express';

/** Where pictures in the HTML of a mail may come from, by the page it is shown in: nothing else is loaded there at all. */
const IMAGES: Readonly<Record<string, string>> = {
  '/mail-frame.html': "'self' data:",
  /** For whoever asked to see the pictures of one mail. */
  '/mail-frame-images.html': "'self' data: https: http:",
};

/**
 * Gives the pages in which the web app shows the HTML of strangers rules of their own, in place of the app's: shown by the
 * app alone, without scripts, without forms, without anything from elsewhere.
 */
export const mailFrameRules: RequestHandler = (request, response, next) => {
  const images = IMAGES[request.path];
  if (images !== undefined) {
    const policy = [
      "default-src 'none'",
      `img-src ${images}`,
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
