import { z } from 'zod';
import { StreamEvent } from '../events/index.ts';

/** A durable event of a subscribed stream. A client applies exactly the one after its cursor, ignores older ones, and
 * subscribes again from its cursor when it sees a gap. */
export const event = z.strictObject({ t: z.literal('event'), event: StreamEvent });
