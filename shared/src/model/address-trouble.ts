import { z } from 'zod';
import { ServerTime } from './scalars.ts';

/**
 * What is known against writing to an address. `gone`: a mail server said for good that there is no such address. `complained`: its
 * owner marked our mail as spam. `opted_out`: its owner wants no texts from this number (M12).
 */
export const AddressTrouble = z.strictObject({
  address: z.string().max(320),
  what: z.enum(['gone', 'complained', 'opted_out']),
  at: ServerTime,
  /** In the server's words, where it said some. */
  reason: z.string().max(500).optional(),
});
export type AddressTrouble = z.infer<typeof AddressTrouble>;
