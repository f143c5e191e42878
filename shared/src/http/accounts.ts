import { z } from 'zod';
import { Accounts } from '../model/account.ts';
import { ChannelName } from '../model/conversation.ts';
import { Id } from '../model/scalars.ts';
import { composeCheck } from '../realtime/up/compose-check.ts';
import { contactFind } from '../realtime/up/contact-find.ts';
import { conversationCompose } from '../realtime/up/conversation-compose.ts';
import { queryInt } from './fields.ts';
import { route } from './route.ts';

export const listAccounts = route({
  method: 'GET',
  path: '/api/accounts',
  summary: 'What I may send from, those of my default inbox first',
  response: Accounts,
});

export const setDefaultInbox = route({
  method: 'PUT',
  path: '/api/accounts/default',
  summary: 'Set my default inbox, which new messages leave from unless another account is chosen (W2)',
  body: z.strictObject({ inboxId: Id.nullable() }),
  errors: ['forbidden', 'not_found'],
});

export const findContacts = route({
  method: 'GET',
  path: '/api/contacts',
  summary: 'Contacts of the inboxes I may see, by the beginning of an address or name',
  query: z.strictObject({
    text: z.string().max(200).optional(),
    channel: ChannelName.optional(),
    limit: queryInt(1, 20).optional(),
  }),
  response: contactFind.result,
});

export const checkCompose = route({
  method: 'POST',
  path: '/api/conversations/check',
  summary: 'What a new message would meet: the conversation it continues, and who is busy with its contact',
  rate: 'read',
  body: composeCheck.input,
  response: composeCheck.result,
  status: 200,
  errors: ['forbidden', 'not_found'],
});

/**
 * Writes first. A contact who has a conversation on that account is answered there, unless a colleague holds it (`lock_held`).
 * The same `clientId` twice is one message and answers the same.
 */
export const compose = route({
  method: 'POST',
  path: '/api/conversations',
  summary: 'Write first: begin a conversation, or continue the one this contact has on that account',
  body: conversationCompose.input,
  response: conversationCompose.result,
  status: 201,
  errors: [
    'forbidden',
    'not_found',
    'lock_held',
    'thread_moved_on',
    'idempotency_mismatch',
    'too_large',
    'not_connected',
    'opted_out',
    'not_registered',
  ],
});
