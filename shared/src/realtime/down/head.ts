import { z } from 'zod';
import { Seq, ServerTime, StreamId } from '../../model/scalars.ts';

/** Every head beat: where the subscribed streams stand, so that a missing last event is noticed, and the server's time. */
export const head = z.strictObject({
  t: z.literal('head'),
  serverTime: ServerTime,
  heads: z.array(z.strictObject({ stream: StreamId, seq: Seq })),
});
