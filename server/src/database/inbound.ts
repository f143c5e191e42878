/** What channels brought in: contacts, new conversations, and the marks that keep the same message from being stored twice. */
import { and, eq, sql } from 'drizzle-orm';
import type { ChannelName } from '@latchbox/shared';
import { searchKey } from '../lib/search-key.ts';
import { ownerToCommit } from './assignees.ts';
import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { contactAddresses, contacts, conversations, counters, inbound, inboxes } from './schema/sqlite.ts';

export type InboundKey = {
  readonly inboxId: string;
  readonly channel: ChannelName;
  readonly providerId: string;
};
export interface InboundPlace {
  readonly conversationId: string;
  readonly position: number;
}

const isInbound = () =>
  and(
    eq(inbound.inboxId, sql.placeholder('inboxId')),
    eq(inbound.channel, sql.placeholder('channel')),
    eq(inbound.providerId, sql.placeholder('providerId')),
  );

const claim = prepared<InboundKey, { providerId: string }[]>('inbound.claim', (db) =>
  db
    .insert(inbound)
    .values({
      inboxId: sql.placeholder('inboxId'),
      channel: sql.placeholder('channel'),
      providerId: sql.placeholder('providerId'),
      // Filled in by `placeInbound` before the commit; nobody ever sees these.
      conversationId: '',
      position: 0,
    })
    .onConflictDoNothing()
    .returning({ providerId: inbound.providerId }),
);

const selectPlace = prepared<InboundKey, InboundPlace[]>('inbound.place', (db) =>
  db
    .select({ conversationId: inbound.conversationId, position: inbound.position })
    .from(inbound)
    .where(isInbound()),
);

/**
 * Claims a message for this transaction, or says where it is stored already. A twin in another transaction is waited for, so
 * of two only one claims.
 */
export async function claimInbound(
  tx: Tx,
  { inboxId, channel, providerId }: InboundKey,
): Promise<InboundPlace | 'claimed'> {
  const key = { inboxId, channel, providerId };
  if ((await claim(tx.db, key)).length > 0) return 'claimed';
  const [place] = await selectPlace(tx.db, key);
  if (place === undefined) throw new Error('an inbound message is neither new nor stored');
  return place;
}

const setPlace = prepared<InboundKey & { conversationId: string; position: number }, unknown>(
  'inbound.setPlace',
  (db) =>
    db
      .update(inbound)
      .set({
        conversationId: sql`${sql.placeholder('conversationId')}`,
        position: sql`${sql.placeholder('position')}`,
      })
      .where(isInbound()),
);

/** Notes where a claimed message was stored. */
export async function placeInbound(
  tx: Tx,
  { inboxId, channel, providerId }: InboundKey,
  place: InboundPlace,
): Promise<void> {
  await setPlace(tx.db, { inboxId, channel, providerId, ...place });
}

/** Where a message stands that came to another inbox (the first of these that has it), if that is in this conversation. */
export async function twinIn(
  tx: Tx,
  { channel, providerId }: Omit<InboundKey, 'inboxId'>,
  inboxIds: readonly string[],
  conversationId: string,
): Promise<InboundPlace | undefined> {
  for (const inboxId of inboxIds) {
    const [place] = await selectPlace(tx.db, { inboxId, channel, providerId });
    if (place?.conversationId === conversationId) return place;
  }
  return undefined;
}

interface ContactKey extends Record<string, unknown> {
  channel: ChannelName;
  address: string;
}

/** Whom something came from or goes to, and by which address. */
export type ContactAt = {
  readonly id: string;
  readonly name: string;
  /** Whose contact it is; null: nobody's. */
  readonly ownerId: string | null;
  readonly addressId: string;
};

const insertContact = prepared<{ id: string; name: string; nameKey: string; now: number }, unknown>(
  'inbound.newContact',
  (db) =>
    db.insert(contacts).values({
      id: sql.placeholder('id'),
      name: sql.placeholder('name'),
      nameKey: sql.placeholder('nameKey'),
      version: 1,
      listed: false,
      createdAt: sql.placeholder('now'),
    }),
);
const insertAddress = prepared<
  ContactKey & { addressId: string; id: string; name: string; now: number },
  { id: string }[]
>('inbound.newAddress', (db) =>
  db
    .insert(contactAddresses)
    .values({
      id: sql.placeholder('addressId'),
      contactId: sql.placeholder('id'),
      channel: sql.placeholder('channel'),
      address: sql.placeholder('address'),
      name: sql.placeholder('name'),
      createdAt: sql.placeholder('now'),
      usedAt: sql.placeholder('now'),
    })
    .onConflictDoNothing()
    .returning({ id: contactAddresses.id }),
);
const deleteContact = prepared<{ id: string }, unknown>('inbound.noContact', (db) =>
  db.delete(contacts).where(eq(contacts.id, sql.placeholder('id'))),
);
const markUsed = prepared<{ id: string; now: number }, { id: string }[]>('inbound.addressUsed', (db) =>
  db
    .update(contactAddresses)
    .set({ usedAt: sql`${sql.placeholder('now')}` })
    .where(eq(contactAddresses.id, sql.placeholder('id')))
    .returning({ id: contactAddresses.id }),
);
const selectContact = prepared<ContactKey, (ContactAt & { readonly usedAt: number | null })[]>(
  'inbound.contact',
  (db) =>
    db
      .select({
        id: contacts.id,
        name: contacts.name,
        ownerId: contacts.ownerId,
        addressId: contactAddresses.id,
        usedAt: contactAddresses.usedAt,
      })
      .from(contactAddresses)
      .innerJoin(contacts, eq(contacts.id, contactAddresses.contactId))
      .where(
        and(
          eq(contactAddresses.channel, sql.placeholder('channel')),
          eq(contactAddresses.address, sql.placeholder('address')),
        ),
      ),
);

/**
 * The contact with this address, made with `id` and `name` when there is none. A known contact keeps its name: rows of lists
 * show it, and they change by events only.
 */
export async function contactFor(
  tx: Tx,
  contact: ContactKey & { id: string; addressId: string; name: string },
): Promise<ContactAt> {
  const { id, addressId, name } = contact;
  const key = { channel: contact.channel, address: contact.address };
  const [known] = await selectContact(tx.db, key);
  // One that was only written down may be gone a moment later: then it is made anew.
  if (known !== undefined && (known.usedAt !== null || (await isUsedNow(tx, known.addressId)))) return known;
  await insertContact(tx.db, { id, name, nameKey: searchKey(name), now: tx.now });
  const made = await insertAddress(tx.db, { ...key, id, addressId, name, now: tx.now });
  if (made.length > 0) return { id, name, ownerId: null, addressId };
  // A twin was faster.
  await deleteContact(tx.db, { id });
  const [other] = await selectContact(tx.db, key);
  if (other === undefined) throw new Error('a contact vanished inside a transaction');
  return other;
}

/** From here on it stays; false when it is gone. */
async function isUsedNow(tx: Tx, addressId: string): Promise<boolean> {
  return (await markUsed(tx.db, { id: addressId, now: tx.now })).length > 0;
}

const count = prepared<Record<string, never>, { value: number }[]>('inbound.number', (db) =>
  db
    .insert(counters)
    .values({ name: 'conversation_number', value: 1 })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + 1` } })
    .returning({ value: counters.value }),
);

const insertConversation = prepared<
  {
    id: string;
    inboxId: string;
    number: number;
    channel: ChannelName;
    contactId: string;
    addressId: string;
    ownerId: string | null;
    subject: string;
    status: 'open' | 'archived';
    author: string;
    now: number;
  },
  unknown
>('inbound.conversation', (db) =>
  db.insert(conversations).values({
    id: sql.placeholder('id'),
    inboxId: sql.placeholder('inboxId'),
    number: sql.placeholder('number'),
    channel: sql.placeholder('channel'),
    contactId: sql.placeholder('contactId'),
    addressId: sql.placeholder('addressId'),
    responsibleId: sql.placeholder('ownerId'),
    subject: sql.placeholder('subject'),
    status: sql.placeholder('status'),
    previewKind: 'message',
    previewAuthor: sql.placeholder('author'),
    previewText: '',
    createdAt: sql.placeholder('now'),
    lastAt: sql.placeholder('now'),
    newestPosition: 0,
    newestIncoming: 0,
    lockEpoch: 0,
  }),
);

const listContact = prepared<{ id: string; inboxId: string }, unknown>('inbound.listed', (db) =>
  db
    .update(contacts)
    .set({ listed: true })
    .where(
      and(
        eq(contacts.id, sql.placeholder('id')),
        eq(contacts.listed, false),
        sql`EXISTS (SELECT 1 FROM ${inboxes} WHERE ${inboxes.id} = ${sql.placeholder('inboxId')} AND ${inboxes.kind} = 'shared')`,
      ),
    ),
);

export interface NewConversation {
  readonly id: string;
  readonly inboxId: string;
  readonly channel: ChannelName;
  readonly contact: ContactAt;
  readonly subject: string;
  /** Default `open`. */
  readonly status?: 'open' | 'archived';
}

/** Makes an empty conversation with the next number; its first entry is to follow in the same transaction. */
export async function startConversation(tx: Tx, conversation: NewConversation): Promise<void> {
  const [number] = await count(tx.db, {});
  if (number === undefined) throw new Error('no number for a conversation');
  // Before its owner is read under a lock of the row: two that had both done so could not change it.
  await listContact(tx.db, { id: conversation.contact.id, inboxId: conversation.inboxId });
  await insertConversation(tx.db, {
    id: conversation.id,
    inboxId: conversation.inboxId,
    number: number.value,
    channel: conversation.channel,
    contactId: conversation.contact.id,
    addressId: conversation.contact.addressId,
    // Nobody set anybody on it: its contact's owner answers for it (M8).
    ownerId: await ownerToCommit(tx, conversation.contact),
    subject: conversation.subject,
    status: conversation.status ?? 'open',
    author: conversation.contact.name,
    now: tx.now,
  });
}
