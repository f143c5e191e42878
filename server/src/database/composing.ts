/** Whom an agent writes to first, and which conversations there are with that contact. */
import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { ChannelName, Contact, ConversationStatus } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forTurn } from './row-locks.ts';
import { contactAddresses, contacts, conversations, inboxAddresses, inboxMembers } from './schema/sqlite.ts';

/** A contact by one of its addresses; of one with several there are several. */
export type KnownContact = Contact & {
  readonly channel: ChannelName;
  readonly addressId: string;
  /** Whose contact it is; null: nobody's. */
  readonly ownerId: string | null;
};

const contactColumns = {
  id: contacts.id,
  name: contacts.name,
  address: contactAddresses.address,
  channel: contactAddresses.channel,
  addressId: contactAddresses.id,
  ownerId: contacts.ownerId,
};
const holdContact = prepared<{ id: string }, { id: string }[]>('composing.hold', (db) =>
  forTurn(
    db,
    db
      .select({ id: contacts.id })
      .from(contacts)
      .where(eq(contacts.id, sql.placeholder('id'))),
  ),
);

/** Lets one message to a contact be begun at a time: of two that find no conversation each would begin one. SQLite has one writer. */
export async function holdForComposing(tx: Tx, contactId: string): Promise<void> {
  if (tx.dialect === 'postgres') await holdContact(tx.db, { id: contactId });
}

/** Who was erased is nobody to write to. */
const isThere = () => sql`${contacts.erasedAt} IS NULL`;

/** The agent's own, or in a conversation of an inbox where the agent is a member: whom it does not know it is not told of (M5). */
const isKnown = () =>
  sql`(${contacts.ownerId} = ${sql.placeholder('agentId')} OR EXISTS (SELECT 1 FROM ${conversations} INNER JOIN ${inboxMembers} ON ${inboxMembers.inboxId} = ${conversations.inboxId} WHERE ${conversations.contactId} = ${contacts.id} AND ${inboxMembers.agentId} = ${sql.placeholder('agentId')}))`;

/** Not an address of our own: those become contacts where colleagues write to each other's inboxes, and nobody is to be suggested them. */
const isOutside = () =>
  sql`NOT EXISTS (SELECT 1 FROM ${inboxAddresses} WHERE ${inboxAddresses.address} = ${contactAddresses.address})`;

const selectById = prepared<{ agentId: string; id: string }, KnownContact[]>('composing.byId', (db) =>
  db
    .select(contactColumns)
    .from(contacts)
    .innerJoin(contactAddresses, eq(contactAddresses.contactId, contacts.id))
    .where(and(eq(contacts.id, sql.placeholder('id')), isThere(), isKnown()))
    .orderBy(
      desc(sql`coalesce(${contactAddresses.usedAt}, 0)`),
      contactAddresses.createdAt,
      contactAddresses.id,
    ),
);

/** A contact of one of the agent's inboxes by each of its addresses, the one that came into use last first. */
export function knownContact(db: Handle, agentId: string, id: string): Promise<KnownContact[]> {
  return selectById(db, { agentId, id });
}

type ByAddress = { agentId: string; channel: ChannelName; from: string; to: string; limit: number };
const selectByAddress = prepared<ByAddress, KnownContact[]>('composing.byAddress', (db) =>
  db
    .select(contactColumns)
    .from(contactAddresses)
    .innerJoin(contacts, eq(contacts.id, contactAddresses.contactId))
    .where(
      and(
        eq(contactAddresses.channel, sql.placeholder('channel')),
        gte(contactAddresses.address, sql.placeholder('from')),
        lt(contactAddresses.address, sql.placeholder('to')),
        isThere(),
        isKnown(),
        isOutside(),
      ),
    )
    .limit(sql.placeholder('limit')),
);

/** Above every character that an address goes on with. */
const LAST = '\u{10ffff}';

/** Contacts of the agent's inboxes whose address begins so (lower case), in no particular order. */
export async function contactsByAddress(
  db: Handle,
  asked: { readonly agentId: string; readonly channel: ChannelName; readonly start: string; limit: number },
): Promise<KnownContact[]> {
  const { agentId, channel, start, limit } = asked;
  return await selectByAddress(db, { agentId, channel, from: start, to: start + LAST, limit });
}

type At = { agentId: string; channel: ChannelName; address: string };
const selectAt = prepared<At, KnownContact[]>('composing.at', (db) =>
  db
    .select(contactColumns)
    .from(contactAddresses)
    .innerJoin(contacts, eq(contacts.id, contactAddresses.contactId))
    .where(
      and(
        eq(contactAddresses.channel, sql.placeholder('channel')),
        eq(contactAddresses.address, sql.placeholder('address')),
        isKnown(),
      ),
    ),
);

/** The contact with exactly this address, where the agent knows it. */
export async function contactAt(db: Handle, asked: At): Promise<KnownContact | undefined> {
  return (await selectAt(db, asked))[0];
}

type Newest = { inboxId: string; status: ConversationStatus; limit: number };
const selectNewest = prepared<Newest, (KnownContact & { readonly lastAt: number })[]>(
  'composing.newest',
  (db) =>
    db
      .select({ ...contactColumns, lastAt: conversations.lastAt })
      .from(conversations)
      .innerJoin(contacts, eq(contacts.id, conversations.contactId))
      .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
      .where(
        and(
          eq(conversations.inboxId, sql.placeholder('inboxId')),
          eq(conversations.status, sql.placeholder('status')),
          isThere(),
          isOutside(),
        ),
      )
      .orderBy(desc(conversations.lastAt), desc(conversations.id))
      .limit(sql.placeholder('limit')),
);

/** Whom the newest conversations of an inbox are with, the newest first; a contact as often as it has one. */
export function newestContacts(
  db: Handle,
  asked: { readonly inboxId: string; readonly status: ConversationStatus; readonly limit: number },
): Promise<(KnownContact & { readonly lastAt: number })[]> {
  return selectNewest(db, { ...asked });
}

/** A conversation with a contact, as far as it is told from the contact's others. */
export type ConversationWith = {
  readonly id: string;
  readonly inboxId: string;
  /** The contact's address that it is with. */
  readonly addressId: string;
  readonly subject: string;
  /** Somebody holds it. */
  readonly holderId: string | null;
};

const selectWith = prepared<{ agentId: string; contactId: string; limit: number }, ConversationWith[]>(
  'composing.with',
  (db) =>
    db
      .select({
        id: conversations.id,
        inboxId: conversations.inboxId,
        addressId: conversations.addressId,
        subject: conversations.subject,
        holderId: sql<
          string | null
        >`(SELECT held.agent_id FROM lock_epochs AS held WHERE held.conversation_id = ${conversations.id} AND held.ended_at IS NULL)`,
      })
      .from(conversations)
      .innerJoin(
        inboxMembers,
        and(
          eq(inboxMembers.inboxId, conversations.inboxId),
          eq(inboxMembers.agentId, sql.placeholder('agentId')),
        ),
      )
      .where(eq(conversations.contactId, sql.placeholder('contactId')))
      .orderBy(desc(conversations.lastAt), desc(conversations.id))
      .limit(sql.placeholder('limit')),
);

/** The newest conversations with a contact in the agent's inboxes, the newest first. */
export function conversationsWith(
  db: Handle,
  asked: { readonly agentId: string; readonly contactId: string; readonly limit: number },
): Promise<ConversationWith[]> {
  return selectWith(db, { ...asked });
}
