import { z } from 'zod';
import { ScheduledReply } from '../model/scheduled.ts';
import { Id } from '../model/scalars.ts';
import { SCHEDULE_CHANGE, SCHEDULED_REPLY } from '../realtime/up/reply-schedule.ts';
import { saysSomething } from '../realtime/up/reply-send.ts';
import { ConversationParams } from './conversations.ts';
import { InboxRefs } from './fields.ts';
import { route } from './route.ts';

const one = z.strictObject({ scheduled: ScheduledReply });
const many = z.strictObject({ scheduled: z.array(ScheduledReply) });
const params = z.strictObject({ scheduled: Id });

export const scheduleReply = route({
  method: 'POST',
  path: '/api/conversations/{conversation}/scheduled',
  summary: 'Keep a reply to be sent at a time (T6); then it goes through the one door like any other',
  params: ConversationParams,
  body: z
    .strictObject(SCHEDULED_REPLY)
    .refine(saysSomething, { message: 'must not be empty', path: ['body'] }),
  response: one,
  status: 201,
  errors: ['forbidden', 'not_found', 'idempotency_mismatch', 'too_large'],
});

export const listScheduledOf = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/scheduled',
  summary: 'Replies of this conversation that wait for their time, or were stopped',
  params: ConversationParams,
  response: many,
  errors: ['not_found'],
});

export const listScheduled = route({
  method: 'GET',
  path: '/api/scheduled',
  summary: 'My replies that wait for their time, or were stopped',
  query: z.strictObject({ inbox: InboxRefs.optional() }),
  response: many,
  errors: ['not_found'],
});

export const changeScheduled = route({
  method: 'PATCH',
  path: '/api/scheduled/{scheduled}',
  summary: 'Change text, time or what I have seen of one that waits or was stopped: it waits again',
  params,
  body: z.strictObject(SCHEDULE_CHANGE),
  response: one,
  errors: ['not_found', 'conflict'],
});

export const cancelScheduled = route({
  method: 'DELETE',
  path: '/api/scheduled/{scheduled}',
  summary: 'Cancel one for good',
  params,
  response: one,
  errors: ['not_found', 'conflict'],
});
