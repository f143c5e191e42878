import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';
import { Entry } from '../../model/entry.ts';

/**
 * An entry was added to a thread: a customer message (the first one makes the conversation), a reply, a note, or a line of
 * activity with the change it tells of already in `row`.
 */
export const entryAdded = z.strictObject({
  type: z.literal('entry.added'),
  entry: Entry,
  row: ConversationRow,
});
