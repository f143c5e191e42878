import { z } from 'zod';
import { LockNote } from '../../model/lock.ts';
import { Id, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Asks the holder for the conversation (L12). The holder answers with `lock.answer`; typing on means "keep"; neither answer nor
 * activity until `deadline` (the inbox's `askGrace`) counts as idle: the lock ends as `idle` and passes to whoever asked first, in
 * the session that asked. What becomes of it is told by events: `lock.granted` to this session, or `lock.changed` with a line without the question.
 * Asking again while it is open answers the same. Free: `lock_required`; one's own in another session: `lock_elsewhere`; here: `conflict`.
 */
export const lockAsk = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, note: LockNote }),
  result: z.strictObject({ askId: Id, deadline: ServerTime }),
});
