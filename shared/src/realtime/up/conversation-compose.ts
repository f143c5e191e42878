import { z } from 'zod';
import { AccountId } from '../../model/account.ts';
import { MAX_ATTACHMENTS } from '../../model/attachment.ts';
import { Entry } from '../../model/entry.ts';
import { ClientId, Id, MessageBody, oneLine, Position } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

/** Of a message: may be empty. */
export const Subject = oneLine(500);

/** To whom: a contact that the agent knows, or an address of the account's channel. `name` is for one that is new. */
export const ComposeTo = z.union([
  z.strictObject({ contactId: Id }),
  z.strictObject({ address: oneLine(320).min(1), name: oneLine(200).optional() }),
]);
export type ComposeTo = z.infer<typeof ComposeTo>;

/**
 * Writes first (M6): the contact, the conversation (kept in Archived), the reply and its place in the outbox, in one transaction.
 * To a contact who has a conversation on that account (of mails: under this subject) it continues that, under its lock:
 * `lock_held` while a colleague has it (M11). Such a one is not moved between Inbox and Archived. With `lastSeen`, which
 * `compose.check` tells as the newest position, also refused with `thread_moved_on`. The same client id twice is one message.
 */
export const conversationCompose = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({
    clientId: ClientId,
    account: AccountId,
    to: ComposeTo,
    /** Of a mail, and of a conversation that begins; text messages have none. */
    subject: Subject.optional(),
    body: MessageBody,
    /** Files that this agent uploaded and nothing took yet; else `not_found`. */
    attachments: z.array(Id).max(MAX_ATTACHMENTS).optional(),
    lastSeen: Position.optional(),
  }),
  /** `entry.position` 1: it began its conversation. */
  result: z.strictObject({ entry: Entry, asOf: Cursor }),
});
