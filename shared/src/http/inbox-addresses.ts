import { z } from 'zod';
import { Email, InboxRef, line } from './fields.ts';
import { route } from './route.ts';

/** An address of an inbox: mail to it comes in there. Compared without regard to capitals. */
export const InboxAddress = z.strictObject({
  address: z.string(),
  /** Shown in From beside the agent's name; empty: the name of the inbox. */
  name: z.string(),
});
export type InboxAddress = z.infer<typeof InboxAddress>;

const params = z.strictObject({ inbox: InboxRef });
const addressParams = z.strictObject({ inbox: InboxRef, address: Email });

export const listAddresses = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/addresses',
  summary: 'The mail addresses of an inbox, the oldest first',
  params,
  response: z.strictObject({ addresses: z.array(InboxAddress) }),
  errors: ['not_found'],
});

/** Refused with `inbox_address_taken` where another inbox has it. */
export const putAddress = route({
  method: 'PUT',
  path: '/api/inboxes/{inbox}/addresses/{address}',
  summary: 'Give an inbox a mail address, or change the name that is shown with it',
  params: addressParams,
  body: z.strictObject({ name: z.union([z.literal(''), line(100)]).optional() }),
  response: InboxAddress,
  errors: ['forbidden', 'not_found', 'refused'],
});

/** Mail to it is refused from then on; what came stays. */
export const removeAddress = route({
  method: 'DELETE',
  path: '/api/inboxes/{inbox}/addresses/{address}',
  summary: 'Take a mail address away from an inbox',
  params: addressParams,
  errors: ['forbidden', 'not_found'],
});
