/** What channels brought in: contacts, new conversations, and the marks that keep the same message from being stored twice. */
import { and, eq, sql } from 'drizzle-orm';
import type { ChannelName } from '@latchbox/shared';
import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { contacts, conversations, counters, inbound } from './schema/sqlite.ts';

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

const insertContact = prepared<ContactKey & { id: string; name: string; now: number }, unknown>(
  'inbound.newContact',
  (db) =>
    db
      .insert(contacts)
      .values({
        id: sql.placeholder('id'),
        channel: sql.placeholder('channel'),
        address: sql.placeholder('address'),
        name: sql.placeholder('name'),
        createdAt: sql.placeholder('now'),
      })
      .onConflictDoNothing(),
);
const selectContact = prepared<ContactKey, { id: string; name: string }[]>('inbound.contact', (db) =>
  db
    .select({ id: contacts.id, name: contacts.name })
    .from(contacts)
    .where(
      and(eq(contacts.channel, sql.placeholder('channel')), eq(contacts.address, sql.placeholder('address'))),
    ),
);

/**
 * The contact with this address, made with `id` and `name` when there is none. A known contact keeps its name: rows of lists
 * show it, and they change by events only.
 */
export async function contactFor(
  tx: Tx,
  contact: ContactKey & { id: string; name: string },
): Promise<{ id: string; name: string }> {
  const key = { channel: contact.channel, address: contact.address };
  const [known] = await selectContact(tx.db, key);
  if (known !== undefined) return known;
  await insertContact(tx.db, { ...key, id: contact.id, name: contact.name, now: tx.now });
  // Read again instead of trusting the insert: a twin may have been faster.
  const [made] = await selectContact(tx.db, key);
  if (made === undefined) throw new Error('a contact vanished inside a transaction');
  return made;
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

export interface NewConversation {
  readonly id: string;
  readonly inboxId: string;
  readonly channel: ChannelName;
  readonly contact: { readonly id: string; readonly name: string };
  readonly subject: string;
  /** Default `open`. */
  readonly status?: 'open' | 'archived';
}

/** Makes an empty conversation with the next number; its first entry is to follow in the same transaction. */
export async function startConversation(tx: Tx, conversation: NewConversation): Promise<void> {
  const [number] = await count(tx.db, {});
  if (number === undefined) throw new Error('no number for a conversation');
  await insertConversation(tx.db, {
    id: conversation.id,
    inboxId: conversation.inboxId,
    number: number.value,
    channel: conversation.channel,
    contactId: conversation.contact.id,
    subject: conversation.subject,
    status: conversation.status ?? 'open',
    author: conversation.contact.name,
    now: tx.now,
  });
}
