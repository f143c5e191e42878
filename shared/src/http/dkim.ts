import { z } from 'zod';
import { ServerTime } from '../model/scalars.ts';
import { route } from './route.ts';

/** The domain of senders, as it stands in DNS. */
export const Domain = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a domain in ASCII',
  );
const Selector = z
  .string()
  .max(40)
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'must be letters, digits and inner hyphens');

/** A public key, and the TXT record that says it in DNS. */
const DkimKey = z.strictObject({
  selector: z.string(),
  record: z.strictObject({ name: z.string(), type: z.literal('TXT'), value: z.string() }),
});

/** A domain whose mail is signed (RFC 6376). Private keys are never shown. */
export const DkimDomain = z.strictObject({
  domain: z.string(),
  /** Whether mail is signed; not before its record was found in DNS. */
  active: z.boolean(),
  key: DkimKey,
  /** A key that takes the other one's place once it is activated. */
  next: DkimKey.nullable(),
  createdAt: ServerTime,
});
export type DkimDomain = z.infer<typeof DkimDomain>;

/** What is wrong with a record, or could be better, each with its cure in docs/sending.md. */
export const DkimTrouble = z.enum([
  'record_missing',
  'record_several',
  'record_split',
  'record_unreadable',
  'record_revoked',
  'key_other',
  'key_short',
  'key_weak',
  'use_restricted',
  'test_mode',
  'dns_silent',
]);
export type DkimTrouble = z.infer<typeof DkimTrouble>;

/** What DNS says of a record. `unknown`: it could not be asked. */
export const Published = z.strictObject({
  status: z.enum(['published', 'missing', 'different', 'unknown']),
  /** What stands there instead, at most three records. */
  found: z.array(z.string().max(500)).max(3),
  /** What is to be mended; empty: nothing. A published record may be in test mode. */
  findings: z.array(z.strictObject({ code: DkimTrouble, reason: z.string().max(500) })).max(5),
});
export type Published = z.infer<typeof Published>;

export const listDkimDomains = route({
  method: 'GET',
  path: '/api/dkim',
  summary: 'The domains whose mail is signed (DKIM); for admins',
  response: z.strictObject({ domains: z.array(DkimDomain) }),
  errors: ['forbidden'],
});

const params = z.strictObject({ domain: Domain });

/** `conflict`: there is one already. */
export const createDkimDomain = route({
  method: 'POST',
  path: '/api/dkim',
  summary: 'Make a key for a domain; nothing is signed before it is activated',
  body: z.strictObject({ domain: Domain, selector: Selector.optional() }),
  response: DkimDomain,
  status: 201,
  errors: ['forbidden', 'conflict'],
});

/** The older key goes on signing. One that waits already is replaced. */
export const rotateDkimKey = route({
  method: 'POST',
  path: '/api/dkim/{domain}/rotate',
  summary: 'Make the key that is to take the place of a domain’s key',
  params,
  body: z.strictObject({ selector: Selector.optional() }),
  response: DkimDomain,
  errors: ['forbidden', 'not_found'],
});

export const checkDkimDomain = route({
  method: 'POST',
  path: '/api/dkim/{domain}/check',
  summary: 'Ask DNS whether the records of a domain are published',
  params,
  rate: 'lock',
  response: z.strictObject({ key: Published, next: Published.nullable() }),
  errors: ['forbidden', 'not_found'],
});

/** Signs from now on: with the key that waits, where there is one. `conflict`: its record is not in DNS as it should be. */
export const activateDkimKey = route({
  method: 'POST',
  path: '/api/dkim/{domain}/activate',
  summary: 'Sign with the newest key of a domain',
  params,
  response: DkimDomain,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const removeDkimDomain = route({
  method: 'DELETE',
  path: '/api/dkim/{domain}',
  summary: 'Sign a domain’s mail no more, and forget its keys',
  params,
  errors: ['forbidden', 'not_found'],
});

export const SIGNED_DOMAINS = {
  listDkimDomains,
  createDkimDomain,
  rotateDkimKey,
  checkDkimDomain,
  activateDkimKey,
  removeDkimDomain,
} as const;
