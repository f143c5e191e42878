import { z } from 'zod';
import { Person, Team } from './agent.ts';
import { LockLine, LockView } from './lock.ts';
import { Id, Position, ServerTime } from './scalars.ts';

/** The person outside. `address` is what the channel writes to: a mail address, a phone number, a simulator name. */
export const Contact = z.strictObject({ id: Id, name: z.string().max(200), address: z.string().max(320) });
export type Contact = z.infer<typeof Contact>;

/** `snoozed`: out of the way until a time, or until the customer writes (T1). */
export const ConversationStatus = z.enum(['open', 'snoozed', 'archived']);
export type ConversationStatus = z.infer<typeof ConversationStatus>;

export const ChannelName = z.enum(['simulator', 'email', 'sms']);
export type ChannelName = z.infer<typeof ChannelName>;

export const DraftKind = z.enum(['reply', 'note']);
export type DraftKind = z.infer<typeof DraftKind>;

/**
 * A conversation as a line of a list. A function of what is stored in the inbox and of nothing else, so that the row
 * carried by the newest event that touched it equals the row read from the database.
 */
export const ConversationRow = z.strictObject({
  id: Id,
  inboxId: Id,
  /** Counts up over the organisation; people say it to each other ("10482"). */
  number: z.number().int().positive(),
  channel: ChannelName,
  contact: Contact,
  subject: z.string().max(500),
  /** Start of the newest message, reply or note. */
  preview: z.strictObject({
    kind: z.enum(['message', 'reply', 'note']),
    author: z.string().max(200),
    text: z.string().max(160),
  }),
  status: ConversationStatus,
  /** Set exactly while it is snoozed: when it comes back by itself. */
  snoozedUntil: ServerTime.optional(),
  /** Who answers for it: whom it was assigned to, else the owner of its contact (M8). */
  assignee: Person.nullable(),
  /** It was assigned to nobody: the assignee is the owner of its contact. */
  byOwner: z.literal(true).optional(),
  /** The team it was assigned to, whoever of it has taken it on (T2). */
  team: Team.optional(),
  createdAt: ServerTime,
  /** When the newest message or reply came; lists are ordered by it. */
  lastAt: ServerTime,
  newestPosition: Position,
  /** Position of the newest customer message; unread means: an agent's read mark is before it. */
  newestIncoming: Position,
  lock: LockView,
  /** Who waits for the lock, asks for it, or is to get it. Left out while that is nobody. */
  line: LockLine.optional(),
  /** Whose unsent drafts there are (L15). */
  drafts: z.array(z.strictObject({ person: Person, kind: DraftKind })),
});
export type ConversationRow = z.infer<typeof ConversationRow>;
