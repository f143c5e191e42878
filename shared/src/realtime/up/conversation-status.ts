import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Archives or reopens (T1); a snoozed conversation comes back with `open`. Needs `reply`, never the lock. Setting what is set already changes nothing. */
export const conversationStatus = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, status: z.enum(['open', 'archived']) }),
  result: z.strictObject({}),
});
