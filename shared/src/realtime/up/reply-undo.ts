import { z } from 'zod';
import { Attachment } from '../../model/attachment.ts';
import { Id, Position, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Takes a reply back before it leaves (T6): its delivery is `withdrawn` for good, its text stands in its author's draft again, above what
 * was written there meanwhile. Only its author may, `forbidden` for others. `conflict` when it has left or is just leaving: then it
 * cannot be taken back any more. The conversation is opened if it is archived.
 */
export const replyUndo = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, position: Position.min(1) }),
  result: z.strictObject({
    draft: z.strictObject({
      body: z.string(),
      revision: z.number().int().positive(),
      savedAt: ServerTime,
    }),
    /** Copies of its files, to be sent again or not. */
    attachments: z.array(Attachment),
  }),
});
