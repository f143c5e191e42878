import { z } from 'zod';
import { ServerTime } from '../model/scalars.ts';
import { Email, Name } from './fields.ts';
import { route } from './route.ts';

/** What stands before the @ of an address, lower case. */
const LocalPart = z
  .string()
  .trim()
  .max(64)
  .regex(/^[A-Za-z0-9!#$%&'*/=?^_`{|}~.-]+$/, 'must be what stands before the @ of an address')
  .toLowerCase();

/** What holds for everybody who works here. */
export const Organisation = z.strictObject({
  name: z.string(),
  /** How many mailboxes of their own people have, unless an admin granted somebody another limit (O1). */
  mailboxLimit: z.number().int(),
  /** Local parts of addresses that are a group's: nobody's own mailbox (O2). */
  groupAddresses: z.array(z.string()),
  /** Whether they may be somebody's own all the same. */
  groupAddressesAllowed: z.boolean(),
  /** Whether admins may open personal inboxes to read them, for a while and with a reason that the owner is told (H1). */
  adminsMayReadPersonal: z.boolean(),
  /** What whoever requests a mailbox confirms (O3); empty: nothing. */
  terms: z.string(),
  /** Counts up with every change of the terms: what was confirmed is one version of them. */
  termsVersion: z.number().int(),
  /** Mail to this address that names a mailbox address in its subject is a request for it, if it comes from the account's own address. */
  requestAddress: z.string().nullable(),
  changedAt: ServerTime.nullable(),
});
export type Organisation = z.infer<typeof Organisation>;

export const getOrganisation = route({
  method: 'GET',
  path: '/api/organisation',
  summary: 'What holds for everybody who works here',
  response: Organisation,
});

/** What is left out stays. Taking `adminsMayReadPersonal` back ends what is being read within a second. */
export const changeOrganisation = route({
  method: 'PATCH',
  path: '/api/organisation',
  summary: 'Change what holds for everybody; for admins',
  body: z.strictObject({
    name: Name.optional(),
    mailboxLimit: z.number().int().min(0).max(100).optional(),
    groupAddresses: z.array(LocalPart).max(500).optional(),
    groupAddressesAllowed: z.boolean().optional(),
    adminsMayReadPersonal: z.boolean().optional(),
    terms: z.string().max(20_000).optional(),
    requestAddress: Email.toLowerCase().nullable().optional(),
  }),
  response: Organisation,
  errors: ['forbidden', 'refused'],
});
