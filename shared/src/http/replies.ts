import { z } from 'zod';
import { MAX_ATTACHMENTS } from '../model/attachment.ts';
import { Entry } from '../model/entry.ts';
import { ClientId, DraftBody, FenceNumber, MessageBody, Position } from '../model/scalars.ts';
import { Cursor } from '../realtime/cursor.ts';
import { ADDRESSED, saysSomething } from '../realtime/up/reply-send.ts';
import { replyPrepare } from '../realtime/up/reply-prepare.ts';
import { replyUndo } from '../realtime/up/reply-undo.ts';
import { draftSave } from '../realtime/up/draft-save.ts';
import { DraftKind } from '../model/conversation.ts';
import { Id } from '../model/scalars.ts';
import { ConversationParams } from './conversations.ts';
import { queryInt } from './fields.ts';
import { RestSession } from './locks.ts';
import { route } from './route.ts';

const Attachments = z.array(Id).max(MAX_ATTACHMENTS);
const stored = z.strictObject({ entry: Entry, asOf: Cursor });

/**
 * The one door (L8). With `fence` and `session` of a lock held over REST it is checked like a send of a socket, and `lastSeen`
 * is needed. Without, it is stored unless somebody else holds the conversation (`lock_held`); `lastSeen` may then be left out
 * by a caller that never saw the thread. The same `clientId` twice stores one reply and answers the same.
 */
export const sendReply = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/replies',
  summary: 'Reply to the customer, under a held lock or at once',
  params: ConversationParams,
  body: z
    .strictObject({
      clientId: ClientId,
      /** May be empty where something is passed on. */
      body: DraftBody,
      /** Files that I uploaded and nothing took yet. */
      attachments: Attachments.optional(),
      ...ADDRESSED,
      /** Whether it can be taken back for a moment; default: with a fence yes, without one no. */
      undo: z.boolean().optional(),
      lastSeen: Position.optional(),
      /** Default `stay`. */
      then: z.enum(['stay', 'archive']).optional(),
      fence: FenceNumber.optional(),
      session: RestSession.optional(),
    })
    .refine(saysSomething, { message: 'must not be empty', path: ['body'] })
    .refine((input) => (input.fence === undefined) === (input.session === undefined), {
      message: 'fence and session belong together',
      path: ['session'],
    })
    .refine((input) => input.fence === undefined || input.lastSeen !== undefined, {
      message: 'is needed with a fence',
      path: ['lastSeen'],
    }),
  response: stored,
  status: 201,
  errors: [
    'forbidden',
    'not_found',
    'lock_held',
    'lock_lost',
    'lock_required',
    'thread_moved_on',
    'idempotency_mismatch',
    'too_large',
    'not_connected',
    'opted_out',
    'refused',
    'not_registered',
  ],
});

const ReplyParams = z.strictObject({ conversation: Id, position: queryInt(1, Number.MAX_SAFE_INTEGER) });

export const retryReply = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/replies/{position}/retry',
  summary:
    'Send a reply on its way again whose delivery failed for good (T6), or that is held since a restore',
  params: ReplyParams,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const dropReply = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/replies/{position}/drop',
  summary: 'Decide that a reply which is held since a restore is not sent',
  params: ReplyParams,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const undoReply = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/replies/{position}/undo',
  summary: 'Take my reply back before it leaves (T6): its text is in my draft again',
  params: ReplyParams,
  response: replyUndo.result,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const prepareReply = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/reply',
  summary: 'From which addresses, to whom and under which signature I could reply here',
  params: ConversationParams,
  query: z.strictObject({ position: queryInt(1, Number.MAX_SAFE_INTEGER).optional() }),
  response: replyPrepare.result,
  errors: ['not_found', 'forbidden'],
});

export const addNote = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/notes',
  summary: 'Add an internal note; never needs the lock',
  params: ConversationParams,
  body: z.strictObject({ clientId: ClientId, body: MessageBody, attachments: Attachments.optional() }),
  response: stored,
  status: 201,
  errors: ['forbidden', 'not_found', 'idempotency_mismatch', 'too_large'],
});

/** `revision` is the one this text was made from; `conflict` answers the text that stands there now. */
export const saveDraft = route({
  method: 'PUT',
  path: '/api/conversations/{conversation}/drafts/{kind}',
  summary: 'Save my draft; an empty body deletes it',
  params: z.strictObject({ conversation: Id, kind: DraftKind }),
  body: draftSave.input.pick({ body: true, revision: true }),
  response: draftSave.result,
  errors: ['forbidden', 'not_found', 'conflict'],
});
