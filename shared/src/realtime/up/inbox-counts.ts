import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

const count = z.number().int().nonnegative();

/** How many conversations of an inbox are in each view of the asking agent. */
export const InboxCounts = z.strictObject({
  inboxId: Id,
  open: count,
  /** Open, and with a customer message that the agent has not read. */
  unread: count,
  /** Open and assigned to the agent. */
  mine: count,
  mineUnread: count,
  /** Open and assigned to nobody. */
  unassigned: count,
  snoozed: count,
});
export type InboxCounts = z.infer<typeof InboxCounts>;

/**
 * The counts of every inbox the agent may see, for a navigation, exact for the moment that `asOf` names. Asking again costs what
 * happened since. Of an inbox with more than 100 000 open and snoozed conversations only the newest so many are counted.
 */
export const inboxCounts = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({}),
  result: z.strictObject({ inboxes: z.array(InboxCounts), asOf: z.array(Cursor) }),
});
