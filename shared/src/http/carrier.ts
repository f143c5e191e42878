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
