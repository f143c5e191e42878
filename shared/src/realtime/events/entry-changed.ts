import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';
import { Entry } from '../../model/entry.ts';

/** An entry is another one now, in the same place: a call went on, or a voicemail was written down by the carrier. */
export const entryChanged = z.strictObject({
  type: z.literal('entry.changed'),
  entry: Entry,
  row: ConversationRow,
});
