/** Contacts as admins see them: with their addresses, tags and owner. */
import { and, asc, eq, gt, gte, inArray, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { ContactRecord } from '@latchbox/shared/http/contacts';
import { searchKey } from '../../lib/search-key.ts';
import { nameOf } from '../agent-names.ts';
import { preparedForIds } from '../batches.ts';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import { contactAddresses, contacts, contactTags, conversations, inboxMembers } from '../schema/sqlite.ts';

/** Which contacts are asked for; what is left out: whichever. */
export interface ContactFilter {
  readonly search?: string | undefined;
  /** An agent's id, or `none`. */
  readonly owner?: string | undefined;
  readonly tag?: string | undefined;
}

/** Where a page goes on: after the contact with this key and id. */
export interface ContactPlace {
  readonly nameKey: string;
  readonly id: string;
}

/** Above every character that an address goes on with. */
const LAST = '\u{10ffff}';

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** In the address book, or known to the agent from a personal inbox of its own (H1). */
const isListed = (agentId: string): SQL =>
  sql`(${eq(contacts.listed, true)} OR EXISTS (SELECT 1 FROM ${conversations} INNER JOIN ${inboxMembers} ON ${inboxMembers.inboxId} = ${conversations.inboxId} WHERE ${conversations.contactId} = ${contacts.id} AND ${inboxMembers.agentId} = ${agentId}))`;

/** Who has an address or number that is like this. */
function reachedBy(db: Handle, like: SQL | undefined): SQL {
  const { channel, contactId } = contactAddresses;
  const reached = db
    .select({ id: contactId })
    .from(contactAddresses)
    .where(and(inArray(channel, ['email', 'sms', 'simulator']), like));
  return inArray(contacts.id, reached);
}

/** By its whole address: who knows it learns nothing new, and can have erased whoever asks for it. */
function atAddress(db: Handle, search: string | undefined): SQL | undefined {
  const address = asAddress(search ?? '');
  return address === '' ? undefined : reachedBy(db, eq(contactAddresses.address, address));
}

/** A search as an address is stored. */
function asAddress(search: string): string {
  const start = search.trim().toLowerCase();
  // A number as people type it.
  return /^\+?[\d ().-]{3,}$/.test(start) ? start.replaceAll(/[^\d+]/g, '') : start;
}

/** In the name, or at the beginning of an address. */
function found(db: Handle, search: string): SQL | undefined {
  const { address } = contactAddresses;
  const start = asAddress(search);
  return or(
    sql`${like(contacts.nameKey, `%${escaped(searchKey(search))}%`)} ESCAPE '\\'`,
    reachedBy(db, and(gte(address, start), lt(address, start + LAST))),
  );
}

function filtered(db: Handle, agentId: string, { search, owner, tag }: ContactFilter): SQL | undefined {
  const tagged = (key: string) =>
    db.select({ id: contactTags.contactId }).from(contactTags).where(eq(contactTags.key, key));
  return and(
    isNull(contacts.mergedInto),
    isNull(contacts.erasedAt),
    or(isListed(agentId), atAddress(db, search)),
    owner === undefined
      ? undefined
      : owner === 'none'
        ? isNull(contacts.ownerId)
        : eq(contacts.ownerId, owner),
    tag === undefined ? undefined : inArray(contacts.id, tagged(searchKey(tag))),
    search === undefined || search.trim() === '' ? undefined : found(db, search),
  );
}

const columns = {
  id: contacts.id,
  name: contacts.name,
  nameKey: contacts.nameKey,
  ownerId: contacts.ownerId,
  ownerName: nameOf(contacts.ownerId),
  version: contacts.version,
  createdAt: contacts.createdAt,
  erasedAt: contacts.erasedAt,
  mergedInto: contacts.mergedInto,
};
type Row = {
  [C in keyof typeof columns]: C extends 'version' | 'createdAt'
    ? number
    : C extends 'erasedAt'
      ? number | null
      : C extends 'id' | 'name' | 'nameKey'
        ? string
        : string | null;
};

const addressesOf = preparedForIds('contacts.addresses', (db, ids) =>
  db.select().from(contactAddresses).where(inArray(contactAddresses.contactId, ids)),
);
const tagsOf = preparedForIds('contacts.tags', (db, ids) =>
  db.select().from(contactTags).where(inArray(contactTags.contactId, ids)),
);

export type StoredAddress = typeof contactAddresses.$inferSelect;
export type ListedContact = ContactRecord & ContactPlace;

async function withParts(db: Handle, rows: readonly Row[]): Promise<ListedContact[]> {
  const ids = rows.map(({ id }) => id);
  const addresses = Map.groupBy(await addressesOf(db, ids), (one) => one.contactId);
  const tags = Map.groupBy(await tagsOf(db, ids), (one) => one.contactId);
  return rows.map(({ id, name, nameKey, version, createdAt, erasedAt, ownerId, ownerName }) => ({
    id,
    name,
    nameKey,
    version,
    createdAt,
    erasedAt,
    owner: ownerId === null ? null : { id: ownerId, name: ownerName ?? '' },
    tags: (tags.get(id) ?? []).toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ tag }) => tag),
    addresses: (addresses.get(id) ?? [])
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
      .map((one) => ({ id: one.id, channel: one.channel, address: one.address, usedAt: one.usedAt })),
  }));
}

/** Up to `limit` contacts by name, as an agent may know of them. Merged and erased ones are none. */
export async function listContacts(
  db: Handle,
  agentId: string,
  filter: ContactFilter,
  after: ContactPlace | null,
  limit: number,
): Promise<ListedContact[]> {
  const next =
    after === null
      ? undefined
      : or(
          gt(contacts.nameKey, after.nameKey),
          and(eq(contacts.nameKey, after.nameKey), gt(contacts.id, after.id)),
        );
  const rows = await db
    .select(columns)
    .from(contacts)
    .where(and(filtered(db, agentId, filter), next))
    .orderBy(asc(contacts.nameKey), asc(contacts.id))
    .limit(limit);
  return await withParts(db, rows);
}

/** A contact with its parts; one that was merged as the one that it is part of. */
export async function contactById(db: Handle, id: string): Promise<ListedContact | undefined> {
  const [row] = await db.select(columns).from(contacts).where(eq(contacts.id, id));
  if (row === undefined) return undefined;
  if (row.mergedInto !== null) return await contactById(db, row.mergedInto);
  return (await withParts(db, [row]))[0];
}

export type StoredContact = typeof contacts.$inferSelect;

/** Contacts that this transaction is going to change, in the order of their ids. */
export async function contactsForUpdate(tx: Tx, ids: readonly string[]): Promise<StoredContact[]> {
  const wanted = [...new Set(ids)].toSorted();
  return await forUpdate(
    tx,
    tx.db.select().from(contacts).where(inArray(contacts.id, wanted)).orderBy(asc(contacts.id)),
  );
}

export async function addressesOfContacts(db: Handle, ids: readonly string[]): Promise<StoredAddress[]> {
  return await addressesOf(db, ids);
}

export async function tagsOfContacts(
  db: Handle,
  ids: readonly string[],
): Promise<(typeof contactTags.$inferSelect)[]> {
  return await tagsOf(db, ids);
}

export async function countContacts(db: Handle, agentId: string): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)` })
    .from(contacts)
    .where(filtered(db, agentId, {}));
  return Number(row?.count ?? 0);
}

/** The tags in use, the most used first. */
export async function countTags(db: Handle, limit: number): Promise<{ tag: string; contacts: number }[]> {
  const rows = await db
    .select({ tag: sql<string>`min(${contactTags.tag})`, count: sql<number>`count(*)` })
    .from(contactTags)
    .groupBy(contactTags.key)
    .orderBy(sql`count(*) DESC`, asc(contactTags.key))
    .limit(limit);
  return rows.map(({ tag, count }) => ({ tag, contacts: Number(count) }));
}
