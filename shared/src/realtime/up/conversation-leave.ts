import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** The session no longer looks at the conversation; a lock it holds there ends (`left`). Not viewing is no error. */
export const conversationLeave = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id }),
  result: z.strictObject({}),
});
