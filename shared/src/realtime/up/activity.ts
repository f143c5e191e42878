import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Something was done in this conversation: a keystroke in the reply or note (shown to the others as typing, L9), `reading`
 * for pointer, scroll or key in a visible tab, `stopped` when the composer was emptied. Volatile; at most one every
 * `typingEvery` ms. Activity of the holder puts off the idle ping; it never renews a lock.
 */
export const activity = command({
  rate: 'signal',
  delivery: 'volatile',
  input: z.strictObject({ conversationId: Id, kind: z.enum(['reply', 'note', 'reading', 'stopped']) }),
  result: z.strictObject({}),
});
