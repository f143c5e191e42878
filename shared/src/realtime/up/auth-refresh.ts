import { z } from 'zod';
import { ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Puts a fresh token in the place of the one that is about to end. It must belong to the same agent, else `forbidden`. */
export const authRefresh = command({
  rate: 'hello',
  delivery: 'acknowledged',
  input: z.strictObject({ token: z.string().min(1).max(8_192) }),
  result: z.strictObject({ tokenEndsAt: ServerTime.nullable() }),
});
