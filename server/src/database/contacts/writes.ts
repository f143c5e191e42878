/** Making and changing contacts. */
import { and, eq, inArray, isNull, notExists, sql } from 'drizzle-orm';
import type { ChannelName } from '@latchbox/shared';
import { newId } from '../../lib/ids.ts';
import { searchKey } from '../../lib/search-key.ts';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import {
  contactAddresses,
  contacts,
  contactTags,
  conversations,
  inboxAddresses,
  inboxes,
} from '../schema/sqlite.ts';

export interface Address {
  readonly channel: ChannelName;
  readonly address: string;
}

const insertOne = prepared<
  { id: string; name: string; nameKey: string; ownerId: string | null; now: number },
  unknown
>('contacts.insert', (db) =>
  db.insert(contacts).values({
    id: sql.placeholder('id'),
    name: sql.placeholder('name'),
    nameKey: sql.placeholder('nameKey'),
    ownerId: sql.placeholder('ownerId'),
    version: 1,
    createdAt: sql.placeholder('now'),
  }),
);
const insertAddressOf = prepared<
  { id: string; contactId: string; channel: ChannelName; address: string; name: string; now: number },
  { id: string }[]
>('contacts.insertAddress', (db) =>
  db
    .insert(contactAddresses)
    .values({
      id: sql.placeholder('id'),
      contactId: sql.placeholder('contactId'),
      channel: sql.placeholder('channel'),
      address: sql.placeholder('address'),
      name: sql.placeholder('name'),
      createdAt: sql.placeholder('now'),
    })
    .onConflictDoNothing()
    .returning({ id: contactAddresses.id }),
);
const insertTagOf = prepared<{ contactId: string; key: string; tag: string }, { key: string }[]>(
  'contacts.insertTag',
  (db) =>
    db
      .insert(contactTags)
      .values({
        contactId: sql.placeholder('contactId'),
        key: sql.placeholder('key'),
        tag: sql.placeholder('tag'),
      })
      .onConflictDoNothing()
      .returning({ key: contactTags.key }),
);

/** A contact without addresses; they follow in the same transaction. */
export async function insertContact(
  tx: Tx,
  { id, name, ownerId }: { readonly id: string; readonly name: string; readonly ownerId: string | null },
): Promise<void> {
  await insertOne(tx.db, { id, name, nameKey: searchKey(name), ownerId, now: tx.now });
}

/** The new address's id; undefined when some contact has it already. */
export async function insertAddress(
  tx: Tx,
  contact: { readonly id: string; readonly name: string },
  { channel, address }: Address,
): Promise<string | undefined> {
  const row = { contactId: contact.id, channel, address, name: contact.name, now: tx.now };
  return (await insertAddressOf(tx.db, { id: newId('adr'), ...row }))[0]?.id;
}

/** Those of the tags that the contact did not have. */
export async function insertTags(tx: Tx, contactId: string, tags: readonly string[]): Promise<string[]> {
  const added: string[] = [];
  for (const tag of tags) {
    const key = searchKey(tag);
    if (key !== '' && (await insertTagOf(tx.db, { contactId, key, tag })).length > 0) added.push(tag);
  }
  return added;
}

export async function deleteTags(tx: Tx, contactId: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return;
  await tx.db
    .delete(contactTags)
    .where(and(eq(contactTags.contactId, contactId), inArray(contactTags.key, tags.map(searchKey))));
}

/** Takes addresses from a contact that nobody wrote from or to; answers the ids of those that went. */
export async function deleteUnusedAddresses(
  tx: Tx,
  contactId: string,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const gone = await tx.db
    .delete(contactAddresses)
    .where(
      and(
        eq(contactAddresses.contactId, contactId),
        inArray(contactAddresses.id, [...ids]),
        isNull(contactAddresses.usedAt),
      ),
    )
    .returning({ id: contactAddresses.id });
  return gone.map(({ id }) => id);
}

export interface ContactChange {
  readonly name?: string;
  readonly ownerId?: string | null;
  readonly mergedInto?: string | null;
  readonly erasedAt?: number;
}

/** Changes a contact and counts its version up. Whoever is changed by people stands in the address book from then on. */
export async function updateContact(tx: Tx, id: string, { name, ...rest }: ContactChange): Promise<void> {
  await tx.db
    .update(contacts)
    .set({
      ...(name === undefined ? {} : { name, nameKey: searchKey(name) }),
      ...rest,
      ...(rest.erasedAt === undefined ? { listed: true } : {}),
      version: sql`${contacts.version} + 1`,
    })
    .where(eq(contacts.id, id));
}

/** Leaves a contact to those whose personal inboxes know it (H1), unless a shared inbox does. */
export async function takeOutOfBook(tx: Tx, id: string): Promise<void> {
  const shared = tx.db
    .select({ id: conversations.id })
    .from(conversations)
    .innerJoin(inboxes, and(eq(inboxes.id, conversations.inboxId), eq(inboxes.kind, 'shared')))
    .where(eq(conversations.contactId, id));
  await tx.db
    .update(contacts)
    .set({ listed: false })
    .where(and(eq(contacts.id, id), notExists(shared)));
}

/** Takes a contact away that has neither addresses nor conversations. */
export async function deleteContact(tx: Tx, id: string): Promise<void> {
  await tx.db.delete(contactTags).where(eq(contactTags.contactId, id));
  await tx.db.delete(contacts).where(eq(contacts.id, id));
}

export async function moveAddresses(tx: Tx, ids: readonly string[], to: string): Promise<void> {
  if (ids.length === 0) return;
  await tx.db
    .update(contactAddresses)
    .set({ contactId: to })
    .where(inArray(contactAddresses.id, [...ids]));
}

/** Whose these addresses are. */
export async function ownersOf(
  db: Handle,
  addresses: readonly Address[],
): Promise<{ channel: ChannelName; address: string; contactId: string }[]> {
  const found: { channel: ChannelName; address: string; contactId: string }[] = [];
  for (const channel of ['email', 'sms', 'simulator'] as const) {
    const wanted = addresses.filter((one) => one.channel === channel).map(({ address }) => address);
    if (wanted.length === 0) continue;
    found.push(
      ...(await db
        .select({
          channel: contactAddresses.channel,
          address: contactAddresses.address,
          contactId: contactAddresses.contactId,
        })
        .from(contactAddresses)
        .where(and(eq(contactAddresses.channel, channel), inArray(contactAddresses.address, wanted)))),
    );
  }
  return found;
}

/** Those of the addresses that are our own. */
export async function ownAddresses(db: Handle, addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const rows = await db
    .select({ address: inboxAddresses.address })
    .from(inboxAddresses)
    .where(inArray(inboxAddresses.address, [...addresses]));
  return new Set(rows.map(({ address }) => address));
}

const selectUnkeyed = prepared<{ after: string; limit: number }, { id: string; name: string }[]>(
  'contacts.unkeyed',
  (db) =>
    db
      .select({ id: contacts.id, name: contacts.name })
      .from(contacts)
      .where(and(eq(contacts.nameKey, ''), sql`${contacts.id} > ${sql.placeholder('after')}`))
      .orderBy(contacts.id)
      .limit(sql.placeholder('limit')),
);

/** Contacts that a migration left without the key of their name, by id. */
export function unkeyedContacts(
  db: Handle,
  after: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  return selectUnkeyed(db, { after, limit });
}

export async function setNameKey(tx: Tx, id: string, name: string): Promise<void> {
  await tx.db
    .update(contacts)
    .set({ nameKey: searchKey(name) })
    .where(and(eq(contacts.id, id), eq(contacts.name, name)));
}
