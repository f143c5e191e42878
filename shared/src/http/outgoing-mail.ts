/** Mail that leaves by this server's own relay (SMTP_URL): whether it can, and what receivers find in DNS about it. */
import { z } from 'zod';
import { ServerTime } from '../model/scalars.ts';
import { Domain, Published } from './dkim.ts';
import { Email } from './fields.ts';
import { PartResult } from './mailboxes.ts';
import { route } from './route.ts';

/** What of a relay is tried, in this order; what comes after the first that fails is not. */
export const RelayStep = z.enum(['host', 'port', 'tls', 'credentials', 'address']);
export type RelayStep = z.infer<typeof RelayStep>;

export const RelayCheck = z.strictObject({
  at: ServerTime,
  ok: z.boolean(),
  steps: z.array(z.strictObject({ step: RelayStep, result: PartResult })),
  /** How the connection was made safe: `unverified` is TLS by whatever certificate, `none` in the open. Null: it came not so far. */
  safety: z.enum(['verified', 'unverified', 'none']).nullable(),
  /** Whose mail it was asked to take; of many addresses only some, of each domain one first. */
  senders: z.array(z.string()),
});
export type RelayCheck = z.infer<typeof RelayCheck>;

const Relay = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  security: z.enum(['tls', 'starttls']),
  /** How safe it has to be (`?tls=` of SMTP_URL). */
  policy: z.enum(['opportunistic', 'required', 'verified']),
  signsIn: z.boolean(),
});

/** A domain that mail leaves from by the relay, or that has a key. */
const SendingDomain = z.strictObject({
  domain: z.string(),
  /** Empty: it has a key, and nothing leaves from it. */
  addresses: z.array(z.string()),
});

export const OutgoingMail = z.strictObject({
  /** Null: SMTP_URL is not set, and mail without a mailbox's own server is only kept. */
  relay: Relay.nullable(),
  /** The last check of this relay, by whichever server; null: there was none yet. */
  lastCheck: RelayCheck.nullable(),
  /** Who mail to agents is from (NOTICES_FROM). */
  noticesFrom: z.string(),
  /** What leaves from these goes by the relay, notices among them. */
  senders: z.array(z.string()),
  domains: z.array(SendingDomain),
  /** How many mailboxes send by servers of their own. */
  mailboxes: z.number().int(),
});
export type OutgoingMail = z.infer<typeof OutgoingMail>;

export const getOutgoingMail = route({
  method: 'GET',
  path: '/api/outgoing-mail',
  summary: 'By what mail leaves, what its last check found, and from which domains; for admins',
  response: OutgoingMail,
  errors: ['forbidden'],
});

/** `refused` with `relay_missing`: SMTP_URL is not set. */
export const checkRelay = route({
  method: 'POST',
  path: '/api/outgoing-mail/check',
  summary: 'Try the relay of SMTP_URL step by step, without sending anything (H4); takes at most 10 s',
  rate: 'lock',
  response: RelayCheck,
  errors: ['forbidden', 'refused'],
});

/** `from`: one of the addresses that mail leaves from; left out: the one of notices. */
export const sendTestMail = route({
  method: 'POST',
  path: '/api/outgoing-mail/test',
  summary: 'Send a test mail to your own address by the relay, and say what became of it',
  rate: 'lock',
  body: z.strictObject({ from: Email.toLowerCase().optional() }),
  response: z.strictObject({
    from: z.string(),
    to: z.string(),
    /** What the relay said. `unknown`: the connection broke before its answer. */
    status: z.enum(['accepted', 'refused', 'unreachable', 'unknown']),
    reason: z.string().max(500).nullable(),
    /** The domain whose key signed it; null: it left unsigned. */
    signedBy: z.string().nullable(),
  }),
  errors: ['forbidden', 'refused'],
});

/** What receivers may hold against mail of a domain, each with its cure in docs/sending.md. */
export const DomainTrouble = z.enum([
  'not_signed',
  'not_activated',
  'not_used',
  'spf_missing',
  'spf_several',
  'dmarc_missing',
  'dmarc_strict',
  'dns_silent',
]);
export type DomainTrouble = z.infer<typeof DomainTrouble>;

export const checkSendingDomain = route({
  method: 'POST',
  path: '/api/outgoing-mail/domains/{domain}/check',
  summary: 'What DNS says about mail from a domain: its DKIM records, SPF and DMARC',
  params: z.strictObject({ domain: Domain }),
  rate: 'lock',
  response: z.strictObject({
    /** Null: the domain has no key. */
    dkim: z.strictObject({ key: Published, next: Published.nullable() }).nullable(),
    /** The record as it stands; null: there is none. */
    spf: z.string().max(500).nullable(),
    dmarc: z.string().max(500).nullable(),
    findings: z.array(z.strictObject({ code: DomainTrouble, reason: z.string().max(500) })),
  }),
  errors: ['forbidden', 'not_found'],
});

export const OUTGOING_MAIL = { getOutgoingMail, checkRelay, sendTestMail, checkSendingDomain } as const;
