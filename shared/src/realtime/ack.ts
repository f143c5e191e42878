import { z } from 'zod';
import type { WireError } from '../errors.ts';

/** The form every refusal has on the wire. The message is a fixed sentence; `requestId` finds the server's log line. */
export const WireErrorSchema = z.strictObject({
  code: z.string().max(64),
  message: z.string().max(500),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().max(64).optional(),
});

/** The answer to an acknowledged command. */
export type Ack<R> =
  | { readonly ok: true; readonly result: R }
  | { readonly ok: false; readonly error: WireError };
