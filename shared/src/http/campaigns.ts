import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { route } from './route.ts';

const text = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least, `must have at least ${least} characters`)
    .max(most, `must have at most ${most} characters`);
const Bundle = z.string().regex(/^BU[0-9a-fA-F]{32}$/, 'must be BU and 32 hexadecimal digits');
const Message = text(20, 320);
const Web = z.url({ protocol: /^https?$/ }).max(2_000);

/** What the carriers of the United States want to know of a team that texts (A2P 10DLC), with their limits. */
export const CampaignFields = z.strictObject({
  /** The company's profiles in the provider's console. */
  customerProfile: Bundle,
  a2pProfile: Bundle,
  brandType: z.enum(['STANDARD', 'SOLE_PROPRIETOR']).default('STANDARD'),
  /** As in `CUSTOMER_CARE` or `MIXED`. */
  useCase: z.string().regex(/^[A-Z0-9_]{2,40}$/, 'must be capitals and underscores'),
  /** What is texted, to whom and why. */
  description: text(40, 4_096),
  samples: z.array(text(20, 1_024)).min(2).max(5),
  /** How contacts agree to get texts. */
  messageFlow: text(40, 2_048),
  hasLinks: z.boolean(),
  hasPhoneNumbers: z.boolean(),
  optInMessage: Message.optional(),
  optOutMessage: Message.optional(),
  helpMessage: Message.optional(),
  privacyPolicyUrl: Web.optional(),
  termsUrl: Web.optional(),
});
export type CampaignFields = z.infer<typeof CampaignFields>;

/** The registration of a team, which all its texting inboxes share (M4). */
export const Campaign = z.strictObject({
  teamId: Id,
  state: z.enum(['draft', 'pending', 'registered', 'rejected']),
  /** Of a rejected one, in the carriers' words. */
  reason: z.string().nullable(),
  fields: CampaignFields,
  submittedAt: ServerTime.nullable(),
  updatedAt: ServerTime,
});
export type Campaign = z.infer<typeof Campaign>;

const params = z.strictObject({ team: Id });

/** Null: nothing was filled in yet. */
export const getCampaign = route({
  method: 'GET',
  path: '/api/teams/{team}/campaign',
  summary: 'The registration of a team with the carriers',
  params,
  response: z.strictObject({ campaign: Campaign.nullable() }),
  errors: ['forbidden', 'not_found'],
});

/** `conflict`: it is with the carriers, or registered. */
export const putCampaign = route({
  method: 'PUT',
  path: '/api/teams/{team}/campaign',
  summary: 'Fill in the registration of a team, before it is handed in or after it was rejected',
  params,
  body: CampaignFields,
  response: Campaign,
  errors: ['forbidden', 'not_found', 'conflict'],
});

/** What follows takes minutes to weeks; `conflict`: it is handed in already. */
export const submitCampaign = route({
  method: 'POST',
  path: '/api/teams/{team}/campaign/submit',
  summary: 'Hand the registration of a team in, also again after a rejection',
  params,
  response: Campaign,
  errors: ['forbidden', 'not_found', 'conflict'],
});
