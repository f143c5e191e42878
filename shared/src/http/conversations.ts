import { z } from 'zod';
import { ConversationStatus } from '../model/conversation.ts';
import { Id, Position, ServerTime } from '../model/scalars.ts';
import { conversationAssign } from '../realtime/up/conversation-assign.ts';
import { conversationEarlier } from '../realtime/up/conversation-earlier.ts';
import { Assignee, conversationList } from '../realtime/up/conversation-list.ts';
import { conversationOlder } from '../realtime/up/conversation-older.ts';
import { conversationOpen } from '../realtime/up/conversation-open.ts';
import { inboxCounts } from '../realtime/up/inbox-counts.ts';
import { InboxRefs, queryBoolean, queryInt } from './fields.ts';
import { route } from './route.ts';

export const ConversationParams = z.strictObject({ conversation: Id });
const params = ConversationParams;

/** The `next` of a page. */
const PlaceRef = z
  .string()
  .regex(/^\d{1,16}~[A-Za-z0-9_-]{1,64}$/, 'must be the `next` of an earlier page')
  .transform((text) => {
    const at = text.indexOf('~');
    return { lastAt: Number(text.slice(0, at)), id: text.slice(at + 1) };
  })
  .pipe(z.strictObject({ lastAt: z.number().int().max(Number.MAX_SAFE_INTEGER), id: Id }));

export const listConversations = route({
  method: 'GET',
  path: '/api/conversations',
  summary: 'Conversations of the inboxes I may see, newest first, a page at a time',
  query: z.strictObject({
    inbox: InboxRefs.optional(),
    status: ConversationStatus.optional(),
    /** `others`: a colleague; an id is an agent's or a team's. */
    assignee: Assignee.optional(),
    /** What I have not read, or have. */
    unread: queryBoolean.optional(),
    after: PlaceRef.optional(),
    limit: queryInt(1, 100).optional(),
  }),
  response: conversationList.result.extend({
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
  errors: ['not_found'],
});

export const getConversation = route({
  method: 'GET',
  path: '/api/conversations/{conversation}',
  summary: 'A conversation with its newest entries; reading never needs the lock',
  params,
  query: z.strictObject({ limit: queryInt(1, 200).optional() }),
  response: conversationOpen.result.omit({ viewers: true, typists: true }),
  errors: ['not_found'],
});

export const listEntries = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/entries',
  summary: 'Entries before a position, oldest first',
  params,
  query: z.strictObject({ before: queryInt(1, Number.MAX_SAFE_INTEGER), limit: queryInt(1, 200).optional() }),
  response: conversationOlder.result,
  errors: ['not_found'],
});

export const listEarlier = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/earlier',
  summary: 'Other conversations of the same contact in the inboxes I may see, newest first',
  params,
  query: z.strictObject({ limit: queryInt(1, 50).optional() }),
  response: conversationEarlier.result,
  errors: ['not_found'],
});

export const getCounts = route({
  method: 'GET',
  path: '/api/counts',
  summary: 'How many conversations of each of my inboxes are open, unread, mine, unassigned and snoozed',
  response: inboxCounts.result,
});

export const setStatus = route({
  method: 'PUT',
  path: '/api/conversations/{conversation}/status',
  summary: 'Archive or reopen',
  params,
  body: z.strictObject({ status: z.enum(['open', 'archived']) }),
  errors: ['forbidden', 'not_found'],
});

export const setSnooze = route({
  method: 'PUT',
  path: '/api/conversations/{conversation}/snooze',
  summary: 'Put out of the way until a time, or until the customer writes (T1)',
  params,
  body: z.strictObject({ until: ServerTime }),
  errors: ['forbidden', 'not_found'],
});

export const setAssignee = route({
  method: 'PUT',
  path: '/api/conversations/{conversation}/assignee',
  summary: 'Assign to a member of the inbox who may reply there, to a team, or to nobody',
  params,
  body: conversationAssign.input.omit({ conversationId: true }),
  errors: ['forbidden', 'not_found', 'refused'],
});

export const setRead = route({
  method: 'PUT',
  path: '/api/conversations/{conversation}/read',
  summary: 'Set my read mark: everything up to this position counts as read',
  params,
  body: z.strictObject({ read: Position }),
  errors: ['not_found'],
});
