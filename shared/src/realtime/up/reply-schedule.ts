import { z } from 'zod';
import { MAX_ATTACHMENTS } from '../../model/attachment.ts';
import { ScheduledReply } from '../../model/scheduled.ts';
import { ClientId, DraftBody, Id, MessageBody, Position, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';
import { ADDRESSED, saysSomething } from './reply-send.ts';

const Then = z.enum(['stay', 'archive']);

/** What a reply for later is made of; its REST form has the conversation in its path. */
export const SCHEDULED_REPLY = {
  clientId: ClientId,
  lastSeen: Position,
  body: DraftBody,
  attachments: z.array(Id).max(MAX_ATTACHMENTS).optional(),
  ...ADDRESSED,
  then: Then.optional(),
  /** At most two years ahead; in the past: at once. */
  sendAt: ServerTime,
} as const;

/**
 * Keeps a reply to be sent at a time (T6). No lock is needed now; at that time it goes through the send door like any other (L8): held by
 * somebody else, it waits for the release; when something came in meanwhile that its author had not seen, it is stopped, and its author told.
 * The same client id twice is stored once. The reply draft is emptied.
 */
export const replySchedule = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z
    .strictObject({ conversationId: Id, ...SCHEDULED_REPLY })
    .refine(saysSomething, { message: 'must not be empty', path: ['body'] }),
  result: z.strictObject({ scheduled: ScheduledReply }),
});

/** Mine everywhere (or in some inboxes), or everybody's of one conversation, the next one first: what waits, and what was stopped. */
export const replyScheduled = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id.optional(), inboxIds: z.array(Id).max(1_000).optional() }),
  result: z.strictObject({ scheduled: z.array(ScheduledReply) }),
});

/** What may be changed; what is left out keeps its value. */
export const SCHEDULE_CHANGE = {
  sendAt: ServerTime.optional(),
  body: MessageBody.optional(),
  /** What the author has seen by now. */
  lastSeen: Position.optional(),
  then: Then.optional(),
} as const;

/** Changes one of mine that waits or was stopped, which then waits again. `conflict` when it was sent or canceled. */
export const replyReschedule = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ id: Id, ...SCHEDULE_CHANGE }),
  result: z.strictObject({ scheduled: ScheduledReply }),
});

/** Cancels one of mine for good: once this is answered it is not sent. `conflict` when it was sent. */
export const replyUnschedule = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ id: Id }),
  result: z.strictObject({ scheduled: ScheduledReply }),
});
