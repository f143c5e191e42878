import { z } from 'zod';
import { AgentState, Capability, Role } from '../model/agent.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { Email, InboxRef, Name, Token } from './fields.ts';
import { route } from './route.ts';

/** A person with an account here. */
export const User = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: Role,
  state: AgentState,
  /** Since when it is in this state, where that ever changed. */
  stateAt: ServerTime.nullable(),
  createdAt: ServerTime,
  /** How the address was proved to be theirs; null: it was not. */
  verified: z.strictObject({ at: ServerTime, via: z.enum(['mail', 'alias', 'admin']) }).nullable(),
  /** The invitation that was not used yet; over when `expiresAt` has passed. */
  invitation: z.strictObject({ sentTo: z.string(), sentAt: ServerTime, expiresAt: ServerTime }).nullable(),
  /** `on`: codes are asked for at every sign-in. `required`: an admin wants them. */
  factor: z.strictObject({ on: z.boolean(), required: z.boolean() }),
  teamIds: z.array(Id),
});
export type User = z.infer<typeof User>;

export const UserDetail = z.strictObject({
  ...User.shape,
  inboxes: z.array(z.strictObject({ id: Id, name: z.string(), colour: z.string(), capability: Capability })),
  signIns: z.number().int(),
});
export type UserDetail = z.infer<typeof UserDetail>;

/** What became of a link: whether it was put into a mail, and else the link itself, to be handed over by hand. */
const Sent = {
  mailed: z.boolean(),
  /** Its address, without this server's own where `PUBLIC_URL` is not set. Null: it was mailed, and is nobody else's. */
  link: z.string().nullable(),
};

const params = z.strictObject({ user: Id });
const errors = ['forbidden', 'not_found', 'refused'] as const;

export const listUsers = route({
  method: 'GET',
  path: '/api/users',
  summary: 'Everybody with an account, by name; for admins',
  response: z.strictObject({ users: z.array(User) }),
  errors: ['forbidden'],
});

export const getUser = route({
  method: 'GET',
  path: '/api/users/{user}',
  summary: 'One user, with inboxes and sign-ins; for admins',
  params,
  response: UserDetail,
  errors: ['forbidden', 'not_found'],
});

/** By hand (`byHand`), or where this server sends no mail, the link is answered instead, and then proves no address. */
export const inviteUser = route({
  method: 'POST',
  path: '/api/users',
  summary: 'Invite somebody by an address; for admins',
  body: z.strictObject({
    email: Email,
    name: Name.optional(),
    role: Role.optional(),
    teamIds: z.array(Id).max(100).optional(),
    inboxes: z
      .array(z.strictObject({ inbox: InboxRef, capability: Capability }))
      .max(100)
      .optional(),
    /** An alias or forwarding address that it is mailed to instead, for an address without a mailbox (H3). */
    sendTo: Email.optional(),
    byHand: z.boolean().optional(),
  }),
  response: z.strictObject({ user: User, ...Sent }),
  status: 201,
  errors: ['forbidden', 'refused'],
});

/** The link before it ends with that. Also for somebody who was deactivated before they ever accepted. */
export const sendInvitation = route({
  method: 'POST',
  path: '/api/users/{user}/invitation',
  summary: 'Send an invitation again, with a fresh link',
  params,
  body: z.strictObject({ sendTo: Email.optional(), byHand: z.boolean().optional() }),
  response: z.strictObject({ user: User, ...Sent }),
  errors,
});

export const withdrawInvitation = route({
  method: 'DELETE',
  path: '/api/users/{user}/invitation',
  summary: 'Withdraw an invitation: its link ends, the account is deactivated',
  params,
  response: User,
  errors,
});

/** Unknown, used, withdrawn and expired links are all `not_found`. */
export const readInvitation = route({
  method: 'POST',
  path: '/api/invitation',
  summary: 'What the link of an invitation is for',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ token: Token }),
  response: z.strictObject({
    organisation: z.string(),
    email: z.string(),
    name: z.string(),
    invitedBy: z.string().nullable(),
  }),
  errors: ['not_found'],
});

/** The account is active from then on; sign in as usual. */
export const acceptInvitation = route({
  method: 'PUT',
  path: '/api/invitation',
  summary: 'Accept an invitation: choose a name and a password',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ token: Token, name: Name, password: z.string().min(1).max(256) }),
  errors: ['not_found'],
});

/** Another address counts as not verified until it is proved; its links end. It is changed by a sign-in, not by an API key. */
export const changeUser = route({
  method: 'PATCH',
  path: '/api/users/{user}',
  summary: 'Change name, role or address of a user; for admins',
  params,
  body: z.strictObject({ name: Name.optional(), role: Role.optional(), email: Email.optional() }),
  response: User,
  errors,
});

export const getHoldings = route({
  method: 'GET',
  path: '/api/users/{user}/holdings',
  summary: 'How much would be left behind by a user who is deactivated; for admins',
  params,
  response: z.strictObject({
    /** Conversations held at this moment. */
    locks: z.number().int(),
    assigned: z.strictObject({
      open: z.number().int(),
      snoozed: z.number().int(),
      archived: z.number().int(),
    }),
    drafts: z.number().int(),
    /** Whose owner they are. */
    contacts: z.number().int(),
    scheduled: z.number().int(),
    mailboxes: z.number().int(),
    apiKeys: z.number().int(),
    signIns: z.number().int(),
  }),
  errors: ['forbidden', 'not_found'],
});

const To = Id.nullable().optional();

/**
 * Ends sign-ins, locks and links at once, all or nothing. What was assigned, owned and drafted goes on after that, in steps; the answer
 * says how far that is.
 */
export const deactivateUser = route({
  method: 'POST',
  path: '/api/users/{user}/deactivate',
  summary: 'Deactivate a user and hand on what they leave behind',
  params,
  body: z.strictObject({
    /** Gets the locks with their drafts, where they are connected and may reply. Null or left out: the locks are free. */
    locksTo: To,
    /** Gets the open and snoozed conversations of the inboxes where they may reply. Null or left out: nobody has them. */
    assignmentsTo: To,
    /** Gets a copy of the reply drafts of the inboxes where they may reply. Null or left out: they stay where they are. */
    draftsTo: To,
    /** Owns their contacts. Null or left out: nobody does. */
    contactsTo: To,
  }),
  response: z.strictObject({
    user: User,
    locks: z.strictObject({ handed: z.number().int(), released: z.number().int() }),
    /** False: it goes on by itself. */
    done: z.boolean(),
    assigned: z.number().int(),
    cleared: z.number().int(),
    drafts: z.number().int(),
    contacts: z.number().int(),
    /** Replies that waited for their time, and were stopped. */
    stopped: z.number().int(),
  }),
  errors,
});

export const reactivateUser = route({
  method: 'POST',
  path: '/api/users/{user}/reactivate',
  summary: 'Let a deactivated user in again, with the inboxes they had',
  params,
  response: User,
  errors,
});

/** A locked seat keeps its mailboxes, inboxes and whatever is assigned to it; nobody can sign in to it. */
export const lockUser = route({
  method: 'POST',
  path: '/api/users/{user}/lock',
  summary: 'Lock a seat: its sign-ins end, and none begins',
  params,
  response: User,
  errors,
});

export const unlockUser = route({
  method: 'POST',
  path: '/api/users/{user}/unlock',
  summary: 'Unlock a seat',
  params,
  response: User,
  errors,
});

export const sendPasswordReset = route({
  method: 'POST',
  path: '/api/users/{user}/password-reset',
  summary: 'Send somebody a link by which they set a new password',
  params,
  body: z.strictObject({ byHand: z.boolean().optional() }),
  response: z.strictObject(Sent),
  errors,
});

/** `via`: an alias or forwarding address whose mail reaches them, where their own has no mailbox. */
export const sendVerification = route({
  method: 'POST',
  path: '/api/users/{user}/verification',
  summary: 'Send a link that proves that an address is a user’s',
  params,
  body: z.strictObject({ via: Email.optional() }),
  response: z.strictObject({ mailed: z.boolean() }),
  errors,
});

/** For an address without a mailbox: the admin vouches for it, and says why. */
export const verifyUser = route({
  method: 'PUT',
  path: '/api/users/{user}/verification',
  summary: 'Take an address as verified, on an admin’s word',
  params,
  body: z.strictObject({ reason: Name }),
  response: User,
  errors,
});

/** Unknown, used and expired links are all `not_found`. */
export const confirmAddress = route({
  method: 'PUT',
  path: '/api/verification',
  summary: 'Prove an address by the link that was mailed to it',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ token: Token }),
  response: z.strictObject({ email: z.string() }),
  errors: ['not_found'],
});

/** Counts from the next sign-in on: who has none sets one up then. */
export const requireFactor = route({
  method: 'PUT',
  path: '/api/users/{user}/factor',
  summary: 'Ask a user for a second factor at every sign-in, or no more',
  params,
  body: z.strictObject({ required: z.boolean() }),
  response: User,
  errors: ['forbidden', 'not_found'],
});

/** For somebody who lost it. Their sign-ins end. */
export const resetFactor = route({
  method: 'DELETE',
  path: '/api/users/{user}/factor',
  summary: 'Remove the second factor of a user',
  params,
  response: User,
  errors,
});

/** Sign-ins that go on, the one used last first. */
export const SignInRecord = z.strictObject({
  id: Id,
  userAgent: z.string(),
  createdAt: ServerTime,
  usedAt: ServerTime,
  expiresAt: ServerTime,
  /** The one that asks. */
  current: z.boolean(),
});
export type SignInRecord = z.infer<typeof SignInRecord>;

export const listUserSignIns = route({
  method: 'GET',
  path: '/api/users/{user}/sign-ins',
  summary: 'Where a user is signed in; for admins',
  params,
  response: z.strictObject({ signIns: z.array(SignInRecord) }),
  errors: ['forbidden', 'not_found'],
});

export const endUserSignIns = route({
  method: 'DELETE',
  path: '/api/users/{user}/sign-ins',
  summary: 'Sign a user out everywhere; for admins',
  params,
  errors: ['forbidden', 'not_found'],
});
