import { z } from 'zod';
import { Capability, Person } from '../../model/agent.ts';

/** A member came, may do more or less, or went (`capability: null`). */
export const memberChanged = z.strictObject({
  type: z.literal('member.changed'),
  person: Person,
  capability: Capability.nullable(),
});
