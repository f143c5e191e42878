import { z } from 'zod';
import { Person } from './agent.ts';
import { Id, ServerTime } from './scalars.ts';

const count = z.number().int().nonnegative();
const of = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

/**
 * What somebody is told besides what is in their inboxes. Names and addresses are those of that moment: they are read again when what
 * they name is long gone.
 */
export const Notification = z.discriminatedUnion('kind', [
  /** The carriers let a team text (M4); to admins. */
  of('campaign_registered', { teamId: Id, team: z.string() }),
  of('campaign_rejected', { teamId: Id, team: z.string(), reason: z.string() }),
  /** An admin set or cleared the master of a mailbox of mine (A4). */
  of('master_set', {
    mailboxId: Id,
    address: z.string(),
    by: Person,
    masterId: Id.nullable(),
    masterAddress: z.string().nullable(),
  }),
  /** Somebody wants a mailbox (O3); to admins. */
  of('mailbox_requested', { requestId: Id, address: z.string(), by: Person }),
  of('mailbox_approved', { requestId: Id, address: z.string() }),
  of('mailbox_declined', { requestId: Id, address: z.string(), reason: z.string() }),
  /** A mailbox of mine was removed so that it can be used on another seat (O6). */
  of('mailbox_removed_elsewhere', { address: z.string() }),
  /** Null: nobody, but the round robin. */
  of('assigned', { conversationId: Id, subject: z.string(), by: Person.nullable() }),
  /** A reply of mine that waited for its time was not sent (T6); the reason as `ScheduledReply` has it. */
  of('reply_stopped', {
    scheduledId: Id,
    conversationId: Id,
    subject: z.string(),
    reason: z.string().max(64),
  }),
  /** Conversations of somebody who left are mine now. */
  of('handed_on', { conversations: count, from: Person }),
  of('import_done', { importId: Id, file: z.string(), done: count, failed: count }),
  /** An admin looked into my personal inbox, and said why (H1). */
  of('personal_read', { inboxId: Id, inbox: z.string(), by: Person, reason: z.string() }),
]);
export type Notification = z.infer<typeof Notification>;
export type NotificationKind = Notification['kind'];

/** A notification as it lies with whom it is for. */
export const NotificationRecord = z.strictObject({
  id: Id,
  at: ServerTime,
  /** Null: not yet. */
  readAt: ServerTime.nullable(),
  notification: Notification,
});
export type NotificationRecord = z.infer<typeof NotificationRecord>;
