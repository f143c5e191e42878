import { z } from 'zod';

/**
 * The server is about to close this connection and says why, with a code of the error table. `unauthenticated`: get a new
 * token first. `retryAfterMs`: not before (a draining server; go to another one).
 */
export const goodbye = z.strictObject({
  t: z.literal('goodbye'),
  code: z.string().max(64),
  message: z.string().max(500),
  retryAfterMs: z.number().int().nonnegative().nullable(),
});
