import { z } from 'zod';
import { command } from '../command.ts';

/**
 * Ends this session for good: its locks end (`left`, or `signed_out` when the agent signs out), its key is void. A page
 * that unloads does not send this, so that a reload resumes.
 */
export const sessionClose = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ signOut: z.boolean() }),
  result: z.strictObject({}),
});
