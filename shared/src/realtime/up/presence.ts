import { z } from 'zod';
import { command } from '../command.ts';

/** Whether this tab is looked at; an agent is away when all tabs are hidden or idle for five minutes (L10). Volatile. */
export const presence = command({
  rate: 'signal',
  delivery: 'volatile',
  input: z.strictObject({ state: z.enum(['active', 'hidden', 'idle']) }),
  result: z.strictObject({}),
});
