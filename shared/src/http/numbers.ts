import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { InboxRef, line } from './fields.ts';
import { route } from './route.ts';

/** A phone number as people type it; it is stored and answered as E.164. */
const PhoneInput = line(40);
const E164 = z.string().max(16);

/**
 * Whether carriers let a number send. `not_needed`: no campaign is asked of it. `unassigned`: the campaign of its team is not
 * registered. `pending`: it is being added to it. `ready`: it sends.
 */
export const NumberRegistration = z.enum(['not_needed', 'unassigned', 'pending', 'ready']);

/** A phone number of an inbox. */
export const PhoneNumber = z.strictObject({
  id: Id,
  inboxId: Id,
  e164: E164,
  /** As people read it. */
  shown: z.string(),
  /** New conversations of its inbox leave from it. */
  primary: z.boolean(),
  sms: z.boolean(),
  mms: z.boolean(),
  voice: z.boolean(),
  /** Where calls to it ring; null: nowhere. */
  voiceForward: E164.nullable(),
  registration: NumberRegistration,
  createdAt: ServerTime,
});
export type PhoneNumber = z.infer<typeof PhoneNumber>;

const inboxParams = z.strictObject({ inbox: InboxRef });
const numberParams = z.strictObject({ inbox: InboxRef, number: Id });

/** `prefix`: digits that follow the area code. Area codes are of North America. `not_connected`: the provider cannot be asked. */
export const searchNumbers = route({
  method: 'GET',
  path: '/api/available-numbers',
  summary: 'Numbers that could be had, by area code and prefix',
  query: z.strictObject({
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be two capital letters')
      .optional(),
    kind: z.enum(['local', 'toll_free']).optional(),
    areaCode: z
      .string()
      .regex(/^[2-9]\d{2}$/, 'must be three digits')
      .optional(),
    prefix: z
      .string()
      .regex(/^\d{1,7}$/, 'must be digits')
      .optional(),
  }),
  response: z.strictObject({
    numbers: z.array(
      z.strictObject({
        e164: E164,
        shown: z.string(),
        /** Town and region, where the provider says them. */
        place: z.string(),
        sms: z.boolean(),
        mms: z.boolean(),
        voice: z.boolean(),
      }),
    ),
  }),
  errors: ['forbidden', 'not_connected'],
});

export const listNumbers = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/numbers',
  summary: 'The phone numbers of an inbox, the primary one first',
  params: inboxParams,
  response: z.strictObject({ numbers: z.array(PhoneNumber) }),
  errors: ['not_found'],
});

/** The first one of an inbox is its primary one. `conflict`: somebody has it. Only admins: it costs money. */
export const buyNumber = route({
  method: 'POST',
  path: '/api/inboxes/{inbox}/numbers',
  summary: 'Buy a phone number for an inbox',
  params: inboxParams,
  body: z.strictObject({ number: PhoneInput }),
  response: PhoneNumber,
  status: 201,
  errors: ['forbidden', 'not_found', 'conflict', 'not_connected'],
});

/** What is left out stays. */
export const changeNumber = route({
  method: 'PATCH',
  path: '/api/inboxes/{inbox}/numbers/{number}',
  summary: 'Make a number the primary one, or say where its calls ring',
  params: numberParams,
  body: z.strictObject({
    primary: z.literal(true).optional(),
    voiceForward: PhoneInput.nullable().optional(),
  }),
  response: PhoneNumber,
  errors: ['forbidden', 'not_found'],
});

/** Its conversations stay; nothing leaves from it any more. Only admins. */
export const releaseNumber = route({
  method: 'DELETE',
  path: '/api/inboxes/{inbox}/numbers/{number}',
  summary: 'Give a phone number back to the provider',
  params: numberParams,
  errors: ['forbidden', 'not_found', 'not_connected'],
});

/** Who wants no texts from one of our numbers. */
export const OptOut = z.strictObject({
  numberId: Id,
  /** Ours. */
  number: E164,
  /** Theirs. */
  address: z.string().max(320),
  /** `keyword`: they wrote STOP. `manual`: one of us did it for them. `provider`: the provider said so. */
  source: z.enum(['keyword', 'manual', 'provider']),
  at: ServerTime,
});
export type OptOut = z.infer<typeof OptOut>;

export const listOptOuts = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/opt-outs',
  summary: 'Who wants no texts from the numbers of an inbox, the newest 500',
  params: inboxParams,
  response: z.strictObject({ optOuts: z.array(OptOut) }),
  errors: ['not_found'],
});

const pair = z.strictObject({ numberId: Id, address: PhoneInput });

/** For a contact who asks for it in other words than STOP. */
export const putOptOut = route({
  method: 'POST',
  path: '/api/inboxes/{inbox}/opt-outs',
  summary: 'Note that a contact wants no texts',
  params: inboxParams,
  body: pair,
  errors: ['forbidden', 'not_found'],
});

/** `forbidden`: they said STOP themselves, and nobody else can take that back. */
export const removeOptOut = route({
  method: 'POST',
  path: '/api/inboxes/{inbox}/opt-outs/remove',
  summary: 'Take back a note that a contact wants no texts',
  params: inboxParams,
  body: pair,
  errors: ['forbidden', 'not_found'],
});
