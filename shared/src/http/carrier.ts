import { z } from 'zod';
import { MessageBody, ServerTime } from '../model/scalars.ts';
import { line } from './fields.ts';
import { route } from './route.ts';

/** The routes of the page behind the carrier in a box; `not_found` where a real provider is connected. Only for admins. */

const Sid = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9]+$/);
const Phone = line(40);

const CarrierSettings = z.strictObject({
  /** What becomes of the texts that are sent from now on. */
  outcome: z.enum(['delivered', 'sent', 'undelivered', 'filtered', 'failed']),
  /** News come in the wrong order. */
  shuffled: z.boolean(),
  /** News come twice. */
  twice: z.boolean(),
});

/** A phone on the line: a customer's that called or is called, or one of the team's that rings. */
const CarrierPhone = z.strictObject({
  sid: z.string(),
  /** The whole call that it is a leg of. */
  call: z.string(),
  phone: z.string(),
  number: z.string(),
  /** `out`: this phone called; `in`: it rings, or rang. */
  direction: z.enum(['in', 'out']),
  status: z.enum([
    'queued',
    'ringing',
    'in-progress',
    'completed',
    'busy',
    'no-answer',
    'failed',
    'canceled',
  ]),
  /** What is asked of whoever holds the phone now. */
  wants: z.enum(['nothing', 'key', 'message']),
  /** What was said to it, the newest last. */
  heard: z.array(z.string()),
  at: ServerTime,
});

export const getCarrier = route({
  method: 'GET',
  path: '/api/carrier',
  summary:
    'What the simulated carrier has: numbers, the newest texts, registrations, and how to reach its API',
  response: z.strictObject({
    accountSid: z.string(),
    authToken: z.string(),
    /** Below this server's address. */
    path: z.string(),
    settings: CarrierSettings,
    numbers: z.array(z.strictObject({ e164: z.string(), shown: z.string() })),
    texts: z.array(
      z.strictObject({
        sid: z.string(),
        /** The customer's number, and ours. */
        phone: z.string(),
        number: z.string(),
        /** `network`: what a carrier says by itself. */
        from: z.enum(['customer', 'team', 'network']),
        body: z.string(),
        media: z.array(z.strictObject({ url: z.string(), type: z.string() })),
        status: z.string(),
        errorCode: z.number().int().nullable(),
        at: ServerTime,
      }),
    ),
    phones: z.array(CarrierPhone),
    campaigns: z.array(
      z.strictObject({
        sid: z.string(),
        status: z.string(),
        reason: z.string().nullable(),
        description: z.string(),
        useCase: z.string(),
      }),
    ),
  }),
  errors: ['forbidden', 'not_found'],
});

export const carrierText = route({
  method: 'POST',
  path: '/api/carrier/texts',
  summary: 'Text in as a customer',
  body: z.strictObject({
    from: Phone,
    to: Phone,
    body: z.union([z.literal(''), MessageBody]),
    /** With a picture that the simulator draws. */
    picture: z.boolean().optional(),
  }),
  response: z.strictObject({ sid: z.string() }),
  status: 201,
  errors: ['forbidden', 'not_found'],
});

export const carrierSettings = route({
  method: 'PUT',
  path: '/api/carrier/settings',
  summary: 'Say what becomes of the texts that are sent from now on',
  body: CarrierSettings,
  errors: ['forbidden', 'not_found'],
});

export const carrierDelivery = route({
  method: 'POST',
  path: '/api/carrier/texts/{sid}/delivery',
  summary: 'Give a text that was sent another end',
  params: z.strictObject({ sid: Sid }),
  body: z.strictObject({ outcome: CarrierSettings.shape.outcome }),
  errors: ['forbidden', 'not_found'],
});

export const carrierVerdict = route({
  method: 'POST',
  path: '/api/carrier/campaigns/{sid}/verdict',
  summary: 'Approve a campaign, or reject it with a reason',
  params: z.strictObject({ sid: Sid }),
  body: z.strictObject({ reason: line(300).nullable() }),
  errors: ['forbidden', 'not_found'],
});

export const carrierRing = route({
  method: 'POST',
  path: '/api/carrier/calls',
  summary: 'Call one of our numbers as a customer',
  body: z.strictObject({ from: Phone, to: Phone }),
  response: z.strictObject({ sid: z.string() }),
  status: 201,
  errors: ['forbidden', 'not_found'],
});

/** `speak`: leaves a message of so many seconds after the tone. `press`: a key. */
export const carrierPhone = route({
  method: 'POST',
  path: '/api/carrier/phones/{sid}',
  summary: 'Do something with a phone: pick it up, decline, let it ring, press a key, speak, hang up',
  params: z.strictObject({ sid: Sid }),
  body: z.discriminatedUnion('act', [
    z.strictObject({ act: z.enum(['answer', 'busy', 'ignore', 'hang_up']) }),
    z.strictObject({ act: z.literal('press'), key: z.string().regex(/^[0-9*#]$/) }),
    z.strictObject({
      act: z.literal('speak'),
      seconds: z.number().int().min(1).max(600),
      /** What the carrier will write down of it. */
      words: z.string().max(500).optional(),
    }),
  ]),
  errors: ['forbidden', 'not_found', 'conflict'],
});
