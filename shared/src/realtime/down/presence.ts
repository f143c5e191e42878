import { z } from 'zod';
import { Person } from '../../model/agent.ts';
import { Availability } from '../../model/presence.ts';
import { Id } from '../../model/scalars.ts';

/**
 * Who came, went or turned away in an inbox. In an inbox with more than 100 people online only `total` is told, every few
 * seconds. Volatile.
 */
export const presence = z.strictObject({
  t: z.literal('presence'),
  inboxId: Id,
  changes: z.array(z.strictObject({ person: Person, availability: Availability })),
  total: z.number().int().nonnegative(),
});
