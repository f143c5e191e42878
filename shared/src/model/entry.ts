import { z } from 'zod';
import { Person, Team } from './agent.ts';
import { Attachment } from './attachment.ts';
import { CallFacts, Voicemail } from './call.ts';
import { Contact, ConversationStatus } from './conversation.ts';
import { Forward } from './forward.ts';
import { Fold, MailFacts, MailOut } from './mail.ts';
import { ClientId, FenceNumber, Id, Position, ServerTime } from './scalars.ts';

/** How far a reply got to one of those it is for. */
export const RecipientDelivery = z.strictObject({
  address: z.string().max(320),
  kind: z.enum(['to', 'cc', 'bcc']),
  state: z.enum(['queued', 'sent', 'delayed', 'delivered', 'failed']),
  /** Since when it is so. */
  at: ServerTime,
  /** Why it failed or is late, in the provider's words. */
  reason: z.string().max(500).optional(),
  /** The provider's code, as `5.1.1` or `30034`. */
  code: z.string().max(32).optional(),
});
export type RecipientDelivery = z.infer<typeof RecipientDelivery>;

/** Why nobody wrote a reply: its inbox, or the agent who is named, is out of office (M9). It counts as no answer. */
export const Automatic = z.strictObject({
  reason: z.literal('out_of_office'),
  agent: Person.optional(),
});
export type Automatic = z.infer<typeof Automatic>;

/** There as soon as there is news of any of them; not for a channel on which a reply has one reader. */
const each = { recipients: z.array(RecipientDelivery).optional() };

/**
 * Where a reply is on its way out (T6): of several recipients the one it is worst with. `delayed`: a mail server on the way still tries.
 * `held`: after a restore a person decides whether it leaves. `withdrawn`: taken back by its author before it left.
 */
export const Delivery = z.discriminatedUnion('state', [
  /** `reason`: why it waits although it is due, in the server's words. */
  z.strictObject({ state: z.literal('queued'), reason: z.string().max(500).optional(), ...each }),
  z.strictObject({ state: z.literal('sent'), at: ServerTime, ...each }),
  z.strictObject({ state: z.literal('delayed'), at: ServerTime, reason: z.string().max(500), ...each }),
  z.strictObject({ state: z.literal('delivered'), at: ServerTime, ...each }),
  z.strictObject({ state: z.literal('failed'), at: ServerTime, reason: z.string().max(500), ...each }),
  z.strictObject({ state: z.literal('held'), ...each }),
  z.strictObject({ state: z.literal('withdrawn'), at: ServerTime }),
]);
export type Delivery = z.infer<typeof Delivery>;

const base = { id: Id, conversationId: Id, position: Position.min(1), at: ServerTime };

/** What stands in a thread, by arrival. Customer messages, replies, notes and calls move a thread on; activity does not (L7). */
export const Entry = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('message'),
    author: Contact,
    body: z.string(),
    /** Quotes and signatures in `body`, found by the server. */
    folds: z.array(Fold).optional(),
    attachments: z.array(Attachment).optional(),
    mail: MailFacts.optional(),
    voicemail: Voicemail.optional(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('reply'),
    author: Person,
    body: z.string(),
    clientId: ClientId,
    fence: FenceNumber,
    /** Stored under an epoch that had ended, but that nobody had overtaken (L5). */
    lateSend: z.boolean(),
    delivery: Delivery,
    attachments: z.array(Attachment).optional(),
    mail: MailOut.optional(),
    /** The entry that it passes on to an outsider; `body` is what was written above it. */
    forward: Forward.optional(),
    /** Its author can take it back until then, as long as it has not left. */
    undoUntil: ServerTime.optional(),
    /** Nobody wrote it; `author` is the system actor of automatic replies. */
    automatic: Automatic.optional(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('note'),
    author: Person,
    body: z.string(),
    clientId: ClientId,
    attachments: z.array(Attachment).optional(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('call'),
    /** Who called: the contact, or an agent. */
    author: z.union([Contact, Person]),
    /** What it was, in words. */
    body: z.string(),
    /** Who of the team called, or took the call; null: nobody did, or a number that is no agent's. */
    agent: Person.nullable(),
    call: CallFacts,
  }),
  z.strictObject({
    ...base,
    kind: z.literal('activity'),
    author: Person.nullable(),
    what: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('assigned'),
        to: Person.nullable(),
        /** The team it is assigned to with it, where it is one. */
        team: Team.optional(),
        /** Why, where nobody chose: it was this agent's turn (`dealt`), or this agent was the first to answer (`replied`). */
        reason: z.enum(['dealt', 'replied']).optional(),
      }),
      z.strictObject({
        type: z.literal('status'),
        to: ConversationStatus,
        /** With `snoozed`: until when. */
        until: ServerTime.optional(),
      }),
    ]),
  }),
]);
export type Entry = z.infer<typeof Entry>;
export type ReplyEntry = Extract<Entry, { kind: 'reply' }>;
export type CallEntry = Extract<Entry, { kind: 'call' }>;
export type NoteEntry = Extract<Entry, { kind: 'note' }>;

/** True when `entry` is news to an agent who writes: see "Last-seen" in ARCHITECTURE.md. */
export function movesThreadOn(entry: Entry, agentId: string): boolean {
  switch (entry.kind) {
    case 'message':
      return true;
    case 'reply':
    case 'note':
      return entry.author.id !== agentId;
    case 'call':
      return entry.agent?.id !== agentId;
    case 'activity':
      return false;
  }
}
