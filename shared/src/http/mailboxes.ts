import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { Email, InboxRef, line } from './fields.ts';
import { route } from './route.ts';

/** How a connection is made safe. `tls`: from the first byte on; `starttls`: asked for, and nothing is said without it. */
export const Security = z.enum(['tls', 'starttls', 'none']);
export type Security = z.infer<typeof Security>;

const Host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/, 'must be a host name')
  .toLowerCase();

const server = {
  host: Host,
  port: z.number().int().min(1).max(65_535),
  security: Security,
  /** Whom to sign in as; mostly the address itself. */
  user: line(320),
  auth: z.enum(['password', 'oauth2']),
};

/** A folder as the mail server calls it, with its separators. */
const Folder = line(400);

/** How mail is read (IMAP). */
export const Incoming = z.strictObject({
  ...server,
  /** Folders whose mail comes in. */
  folders: z.array(Folder).min(1).max(20).default(['INBOX']),
  /** Where what was written elsewhere lies; null: the folder that the server marks as such. */
  sentFolder: Folder.nullable().default(null),
  /** Whether a copy of our own mail is put there; false where the provider does so by itself. */
  copySent: z.boolean().default(true),
  /** How far back (days) the first import goes. */
  importDays: z.number().int().min(0).max(3_650).default(30),
});
export type Incoming = z.infer<typeof Incoming>;

/** How mail leaves (SMTP). */
export const Outgoing = z.strictObject({
  ...server,
  /** False: any certificate will do. Only for hosts that the operator allows (ALLOWED_PRIVATE_HOSTS). */
  verify: z.boolean().default(true),
  /** Whether mail is signed here with the key of its domain (DKIM); most providers sign by themselves. */
  sign: z.boolean().default(false),
});
export type Outgoing = z.infer<typeof Outgoing>;

const oauth2 = {
  /** Where a refresh token is changed for an access token (https). */
  tokenUrl: z.url().max(2_000),
  clientId: line(500),
  scope: z.union([z.literal(''), line(1_000)]).default(''),
};
/** As it is shown. */
const OAuth2 = z.strictObject(oauth2);
/** As it is given: with what is never shown again. */
export const OAuth2Grant = z.strictObject({
  ...oauth2,
  /** Empty for an application without one. */
  clientSecret: z.string().max(2_000).default(''),
  refreshToken: z.string().min(1).max(8_000),
});
export type OAuth2Grant = z.infer<typeof OAuth2Grant>;

const Password = z.string().min(1).max(2_000);
const secrets = {
  password: Password.optional(),
  /** Of the outgoing server, where it has another one. */
  outgoingPassword: Password.optional(),
  oauth2: OAuth2Grant.optional(),
};

/** Which part of a connection is wrong. */
export const MailboxPart = z.enum([
  'host',
  'port',
  'tls',
  'credentials',
  'address',
  'elsewhere',
  'folder',
  'server',
]);
export type MailboxPart = z.infer<typeof MailboxPart>;

/** What is wrong, each with its sentence and its cure in docs/mailboxes.md. */
export const MailboxTrouble = z.enum([
  'host_unknown',
  'host_private',
  'port_closed',
  'port_silent',
  'tls_not_spoken',
  'tls_not_offered',
  'tls_wanted',
  'tls_certificate',
  'tls_failed',
  'wrong_service',
  'credentials_refused',
  'token_refused',
  'token_unreachable',
  'sign_in_unsupported',
  'sign_in_needed',
  'address_mismatch',
  'connected_elsewhere',
  'folder_missing',
  'server_trouble',
]);
export type MailboxTrouble = z.infer<typeof MailboxTrouble>;

const Failure = { part: MailboxPart, code: MailboxTrouble, reason: z.string().max(500) };
export const MailboxState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('connecting'), since: ServerTime }),
  z.strictObject({ status: z.literal('connected'), since: ServerTime }),
  /** It is tried again by itself. */
  z.strictObject({ status: z.literal('failed'), since: ServerTime, ...Failure }),
  z.strictObject({ status: z.literal('disconnected'), since: ServerTime }),
]);
export type MailboxState = z.infer<typeof MailboxState>;

const Rate = z.number().int().min(1).max(6_000);
const NameInFrom = z.union([z.literal(''), line(100)]);

/** A mail account that an inbox receives by and sends from. Its secrets are never shown. */
export const Mailbox = z.strictObject({
  id: Id,
  inboxId: Id,
  ownerId: Id.nullable(),
  address: z.string(),
  name: z.string(),
  /** Further addresses whose mail arrives in it. */
  aliases: z.array(z.string()),
  incoming: Incoming,
  /** Null: mail leaves by the server's own relay. */
  outgoing: Outgoing.nullable(),
  oauth2: OAuth2.nullable(),
  state: MailboxState,
  /** Nothing can leave by its outgoing server: it is tried again at `until`. */
  sendingPaused: z
    .strictObject({ since: ServerTime, until: ServerTime, reason: z.string().max(500) })
    .nullable(),
  /** Where answers to its mail are wanted; set under `/api/masters`. */
  masterId: Id.nullable(),
  ratePerMinute: z.number().int(),
  createdAt: ServerTime,
});
export type Mailbox = z.infer<typeof Mailbox>;

const Aliases = z.array(Email.toLowerCase()).max(50);
const settings = { incoming: Incoming, outgoing: Outgoing.nullable() };

/** What is said of a mailbox besides its address and its inbox. */
export const configureFields = {
  name: NameInFrom.optional(),
  aliases: Aliases.optional(),
  ...settings,
  ...secrets,
  ratePerMinute: Rate.optional(),
};

export const listMailboxes = route({
  method: 'GET',
  path: '/api/mailboxes',
  summary: 'The mailboxes of the inboxes that you manage; for admins all',
  query: z.strictObject({ inbox: InboxRef.optional() }),
  response: z.strictObject({ mailboxes: z.array(Mailbox) }),
  errors: ['not_found', 'forbidden'],
});

const params = z.strictObject({ mailbox: Id });

export const getMailbox = route({
  method: 'GET',
  path: '/api/mailboxes/{mailbox}',
  summary: 'One mailbox',
  params,
  response: Mailbox,
  errors: ['not_found', 'forbidden'],
});

/** `refused` with `mailbox_in_use`: the address is connected already, here or elsewhere. */
export const createMailbox = route({
  method: 'POST',
  path: '/api/mailboxes',
  summary: 'Connect a mailbox to an inbox',
  body: z.strictObject({
    inbox: InboxRef,
    address: Email.toLowerCase(),
    /** Refused: a mailbox of a shared inbox is nobody's own (A3), and one of a personal inbox is requested. */
    ownerId: Id.optional(),
    ...configureFields,
  }),
  response: Mailbox,
  status: 201,
  errors: ['forbidden', 'not_found', 'refused'],
});

/**
 * What is left out stays. Another host, port or user needs its secret anew. `inbox` only while it is disconnected (H2), and another
 * address or host of somebody's own mailbox passes the checks of a new one (O3).
 */
export const changeMailbox = route({
  method: 'PATCH',
  path: '/api/mailboxes/{mailbox}',
  summary: 'Change a mailbox',
  params,
  body: z.strictObject({
    inbox: InboxRef.optional(),
    address: Email.toLowerCase().optional(),
    name: NameInFrom.optional(),
    aliases: Aliases.optional(),
    incoming: Incoming.optional(),
    outgoing: Outgoing.nullable().optional(),
    ...secrets,
    ratePerMinute: Rate.optional(),
  }),
  response: Mailbox,
  errors: ['forbidden', 'not_found', 'refused'],
});

/** The other type: a personal inbox of its owner's, or a shared one that the owner manages; what came and went stays where it is (H2). */
export const switchMailbox = route({
  method: 'POST',
  path: '/api/mailboxes/{mailbox}/switch',
  summary: 'Make a disconnected mailbox one of a personal inbox, or of a shared one',
  params,
  body: z.discriminatedUnion('to', [
    /** Whose it becomes; left out: one's own. Only admins name others. */
    z.strictObject({ to: z.literal('personal'), ownerId: Id.optional() }),
    z.strictObject({ to: z.literal('shared'), inbox: InboxRef }),
  ]),
  response: Mailbox,
  errors: ['forbidden', 'not_found', 'refused'],
});

/** Neither receives nor sends from then on, and keeps its address and its settings. */
export const disconnectMailbox = route({
  method: 'POST',
  path: '/api/mailboxes/{mailbox}/disconnect',
  summary: 'Disconnect a mailbox',
  params,
  response: Mailbox,
  errors: ['forbidden', 'not_found'],
});

export const connectMailbox = route({
  method: 'POST',
  path: '/api/mailboxes/{mailbox}/connect',
  summary: 'Connect a disconnected mailbox again, or try one that fails at once',
  params,
  response: Mailbox,
  errors: ['forbidden', 'not_found'],
});

/** Its address is free and its secrets are gone; what came and went stays in its conversations. */
export const removeMailbox = route({
  method: 'DELETE',
  path: '/api/mailboxes/{mailbox}',
  summary: 'Remove a mailbox',
  params,
  errors: ['forbidden', 'not_found'],
});

export const PartResult = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ok') }),
  z.strictObject({ status: z.literal('failed'), ...Failure }),
  /** There is no such part, or another one has to be mended first. */
  z.strictObject({ status: z.literal('skipped') }),
]);
export type PartResult = z.infer<typeof PartResult>;

/** Takes at most 10 s for each of the two. */
export const checkMailbox = route({
  method: 'POST',
  path: '/api/mailboxes/check',
  summary: 'Try settings of a mailbox and say which part of them is wrong (H4)',
  rate: 'lock',
  body: z.strictObject({
    inbox: InboxRef,
    /** One that is there already: its secrets count where none are given and host, port and user are the same. */
    mailbox: Id.optional(),
    address: Email.toLowerCase(),
    ...settings,
    ...secrets,
  }),
  response: z.strictObject({
    ok: z.boolean(),
    address: PartResult,
    incoming: PartResult,
    outgoing: PartResult,
  }),
  errors: ['forbidden', 'not_found', 'refused'],
});

/** How far the first import is and which mails could not be filed as they are, the newest 100. */
export const getMailboxProgress = route({
  method: 'GET',
  path: '/api/mailboxes/{mailbox}/progress',
  summary: 'How far the folders of a mailbox have been read',
  params,
  response: z.strictObject({
    folders: z.array(
      z.strictObject({
        folder: z.string(),
        kind: z.enum(['in', 'sent']),
        /** Mails of the first import, and how many of them have been looked at. */
        total: z.number().int(),
        done: z.number().int(),
        finishedAt: ServerTime.nullable(),
        scannedAt: ServerTime.nullable(),
      }),
    ),
    troubles: z.array(
      z.strictObject({
        folder: z.string(),
        uid: z.number().int(),
        outcome: z.enum(['unreadable', 'skipped']),
        reason: z.string(),
        conversationId: Id.nullable(),
        at: ServerTime,
      }),
    ),
  }),
  errors: ['forbidden', 'not_found', 'refused'],
});
