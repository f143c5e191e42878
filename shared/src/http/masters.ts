import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { route } from './route.ts';

/** Why a mailbox may not have a certain master (A3); their sentences stand in the table of rules. */
export const MasterRule = z.enum([
  'master_for_shared',
  'master_has_followers',
  'master_has_master',
  'master_itself',
  'master_not_connected',
  'master_of_other',
  'master_shared',
  'master_unknown',
]);
export type MasterRule = z.infer<typeof MasterRule>;

/** A mailbox of somebody's own as far as its master goes: the mailbox at which its answers are wanted. */
export const MasterRow = z.strictObject({
  id: Id,
  address: z.string(),
  name: z.string(),
  inboxId: Id,
  inboxName: z.string(),
  owner: z.strictObject({ id: Id, name: z.string() }),
  status: z.enum(['connecting', 'connected', 'failed', 'disconnected']),
  /** Since when it stands so. */
  since: ServerTime,
  masterId: Id.nullable(),
  /** How many have this one as their master. */
  masterOf: z.number().int().nonnegative(),
  /** Who set or cleared its master last, and whether that was its owner; null: nobody ever did. */
  set: z
    .strictObject({ by: z.strictObject({ id: Id, name: z.string() }), byOwner: z.boolean(), at: ServerTime })
    .nullable(),
});
export type MasterRow = z.infer<typeof MasterRow>;

const Mailboxes = z.array(Id).min(1).max(100);

export const listMasters = route({
  method: 'GET',
  path: '/api/masters',
  summary:
    'Which mailbox asks for its answers at which: of your own mailboxes, and for admins those of anybody',
  query: z.strictObject({
    /** Whose; only admins name somebody else. */
    owner: Id.optional(),
    /** `all`: everybody's, for admins. */
    scope: z.enum(['mine', 'all']).optional(),
  }),
  response: z.strictObject({ mailboxes: z.array(MasterRow) }),
  errors: ['forbidden'],
});

/** Which mailbox may not, by which rule, and its sentence. */
const Refusal = z.strictObject({ mailboxId: Id, rule: MasterRule, message: z.string() });

export const MasterChoices = z.strictObject({
  mailboxes: z.array(
    z.strictObject({
      id: Id,
      masterId: Id.nullable(),
      /** Open and snoozed conversations that were last answered from it: they go on with the master that is set now. */
      openConversations: z.number().int().nonnegative(),
    }),
  ),
  /** Every mailbox of the same owners, in order of their addresses. */
  choices: z.array(
    z.strictObject({
      id: Id,
      address: z.string(),
      /** Whether all of them may have it. */
      allowed: z.boolean(),
      /** Which of them may not, and why. */
      refused: z.array(Refusal),
    }),
  ),
});
export type MasterChoices = z.infer<typeof MasterChoices>;

export const masterChoices = route({
  method: 'POST',
  path: '/api/masters/choices',
  summary:
    'Which masters these mailboxes may have, why not the others, and what goes on with another one (A2, A5)',
  rate: 'read',
  body: z.strictObject({ mailboxIds: Mailboxes }),
  response: MasterChoices,
  errors: ['forbidden', 'not_found'],
});

export const setMaster = route({
  method: 'PUT',
  path: '/api/mailboxes/{mailbox}/master',
  summary:
    'Set the master of a mailbox, or clear it with null; for its owner and for admins, of whom the owner is told',
  params: z.strictObject({ mailbox: Id }),
  body: z.strictObject({ masterId: Id.nullable() }),
  response: MasterRow,
  errors: ['forbidden', 'not_found', 'refused'],
});

const Refused = { mailboxId: Id, status: z.literal('refused'), message: z.string() };

/** What became of one of several. */
export const MasterResult = z.discriminatedUnion('status', [
  z.strictObject({ mailboxId: Id, status: z.literal('set'), masterId: Id.nullable() }),
  /** It had this master, or none, already. */
  z.strictObject({ mailboxId: Id, status: z.literal('unchanged'), masterId: Id.nullable() }),
  z.discriminatedUnion('code', [
    z.strictObject({ ...Refused, code: z.literal('refused'), rule: MasterRule }),
    z.strictObject({ ...Refused, code: z.enum(['not_found', 'forbidden']) }),
  ]),
]);
export type MasterResult = z.infer<typeof MasterResult>;

/**
 * Each for itself, in one transaction: what is refused stops none of the others. They are set in an order in which as many as
 * possible may be: a mailbox that is a master itself may have one as soon as nobody has it any more.
 */
export const setMasters = route({
  method: 'PUT',
  path: '/api/masters',
  summary: 'Set or clear the master of several mailboxes at once, with a result for each',
  body: z.strictObject({ mailboxIds: Mailboxes, masterId: Id.nullable() }),
  response: z.strictObject({ results: z.array(MasterResult) }),
});
