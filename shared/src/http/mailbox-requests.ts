import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { Email, line } from './fields.ts';
import { checkMailbox, configureFields, Mailbox, MailboxState } from './mailboxes.ts';
import { route } from './route.ts';

const Reason = line(1_000);

/**
 * How far a request is (O3). `requested`: an admin has to decide, because it cannot be told whose the address is. `configured`: its
 * mailbox is there. `ended`: its mailbox was removed.
 */
export const RequestState = z.enum(['requested', 'approved', 'declined', 'withdrawn', 'configured', 'ended']);
export type RequestState = z.infer<typeof RequestState>;

/** By what an address was told to be the user's own (O2). */
export const IdentifiedBy = z.enum(['account', 'name', 'alias', 'code', 'admin']);
export type IdentifiedBy = z.infer<typeof IdentifiedBy>;

const Person = z.strictObject({ id: Id, name: z.string() });

export const MailboxRequest = z.strictObject({
  id: Id,
  address: z.string(),
  /** Whose seat it is for. */
  owner: Person,
  requestedBy: Person,
  via: z.enum(['page', 'mail']),
  /** What the requester wrote with it. */
  note: z.string(),
  state: RequestState,
  identifiedBy: IdentifiedBy.nullable(),
  /** Why it was approved or declined, and by whom; `decidedBy` is null where the check decided. */
  reason: z.string().nullable(),
  decidedBy: Person.nullable(),
  decidedAt: ServerTime.nullable(),
  /** Which version of the terms was confirmed, by whom and when; null: has still to be. */
  terms: z.strictObject({ version: z.number().int(), by: Person, at: ServerTime }).nullable(),
  /** Until when a code that was sent to the address counts; null: none was sent, or it is over. */
  codeUntil: ServerTime.nullable(),
  mailboxId: Id.nullable(),
  /** How its mailbox stands: connecting, connected, failed or disconnected; null before there is one. */
  mailboxState: MailboxState.nullable(),
  createdAt: ServerTime,
});
export type MailboxRequest = z.infer<typeof MailboxRequest>;

/** `refused` by the rules of seats and addresses: docs/mailbox-requests.md has them all. */
export const requestMailbox = route({
  method: 'POST',
  path: '/api/mailbox-requests',
  summary: 'Request a mailbox of one’s own; admins also for others',
  body: z.strictObject({
    address: Email.toLowerCase(),
    /** Whose seat it is for; left out: one's own. Only admins name others. */
    ownerId: Id.optional(),
    note: z.string().trim().max(1_000).optional(),
    /** The version of the terms that the requester confirms. */
    confirmedTerms: z.number().int().optional(),
  }),
  response: MailboxRequest,
  status: 201,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const listMailboxRequests = route({
  method: 'GET',
  path: '/api/mailbox-requests',
  summary: 'Requests for mailboxes, the newest 500: my own, or for admins those of all or of one person',
  query: z.strictObject({
    scope: z.enum(['mine', 'all']).optional(),
    owner: Id.optional(),
    state: RequestState.optional(),
  }),
  response: z.strictObject({ requests: z.array(MailboxRequest) }),
  errors: ['forbidden'],
});

const params = z.strictObject({ request: Id });

export const getMailboxRequest = route({
  method: 'GET',
  path: '/api/mailbox-requests/{request}',
  summary: 'One request for a mailbox',
  params,
  response: MailboxRequest,
  errors: ['not_found'],
});

/** An address that is not told to be the user's own needs a reason. The address is checked again. */
export const approveMailboxRequest = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/approve',
  summary: 'Approve a request for a mailbox; for admins',
  params,
  body: z.strictObject({ reason: Reason.optional() }),
  response: MailboxRequest,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const declineMailboxRequest = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/decline',
  summary: 'Decline a request for a mailbox, with a reason; for admins',
  params,
  body: z.strictObject({ reason: Reason }),
  response: MailboxRequest,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const withdrawMailboxRequest = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/withdraw',
  summary: 'Withdraw a request for a mailbox of one’s own',
  params,
  response: MailboxRequest,
  errors: ['not_found', 'refused'],
});

/** Also reaches whoever gets the address's mail by an alias or a forwarding (H3). */
export const sendMailboxCode = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/send-code',
  summary: 'Send a code to the requested address, to show that its mail is read by its owner',
  rate: 'lock',
  params,
  response: MailboxRequest,
  errors: ['not_found', 'refused', 'rate_limited'],
});

export const proveMailboxAddress = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/prove',
  summary: 'Answer with the code that was sent to the address: the request is approved',
  rate: 'lock',
  params,
  body: z.strictObject({ code: z.string().trim().min(1).max(40) }),
  response: MailboxRequest,
  errors: ['not_found', 'refused', 'rate_limited'],
});

/**
 * Tries the settings first. Where a part of them is wrong nothing is stored, `mailbox` is null, and `check` says which part. Takes at most
 * 10 s for each direction.
 */
export const configureMailbox = route({
  method: 'POST',
  path: '/api/mailbox-requests/{request}/configure',
  summary: 'Connect the mailbox of an approved request to a personal inbox of its owner',
  rate: 'lock',
  params,
  body: z.strictObject({
    ...configureFields,
    /** A personal inbox of the owner; left out: one of this mailbox's own. */
    inbox: Id.optional(),
    confirmedTerms: z.number().int().optional(),
  }),
  response: z.strictObject({
    request: MailboxRequest,
    check: checkMailbox.response,
    mailbox: Mailbox.nullable(),
  }),
  errors: ['not_found', 'refused'],
});

/** What a person has of mailboxes, and may have (O1). */
export const MailboxSeat = z.strictObject({
  agentId: Id,
  /** The limit that counts. */
  limit: z.number().int(),
  /** What an admin granted, and by which contract; null: as everybody. */
  granted: z
    .strictObject({ limit: z.number().int(), contract: z.string(), by: Person.nullable(), at: ServerTime })
    .nullable(),
  /** Mailboxes, and requests that are not decided against. */
  used: z.number().int(),
  mailboxes: z.array(
    z.strictObject({ id: Id, address: z.string(), state: MailboxState, masterId: Id.nullable() }),
  ),
});
export type MailboxSeat = z.infer<typeof MailboxSeat>;

const ofAgent = z.strictObject({ agent: Id });

export const getMailboxSeat = route({
  method: 'GET',
  path: '/api/agents/{agent}/mailbox-seat',
  summary: 'How many mailboxes a person has and may have; one’s own, for admins everybody’s',
  params: ofAgent,
  response: MailboxSeat,
  errors: ['forbidden', 'not_found'],
});

/** A lower one takes nothing away that is there. */
export const grantMailboxLimit = route({
  method: 'PUT',
  path: '/api/agents/{agent}/mailbox-seat',
  summary: 'Grant a person another limit of mailboxes by contract, or take it back; for admins',
  params: ofAgent,
  body: z.strictObject({
    granted: z.strictObject({ limit: z.number().int().min(0).max(100), contract: line(200) }).nullable(),
  }),
  response: MailboxSeat,
  errors: ['forbidden', 'not_found'],
});
