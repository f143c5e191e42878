/** The address book: contacts as admins see and change them (M8, T15). */
import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import type { ContactRecord } from '@latchbox/shared/http/contacts';
import type { Http, HttpResponse } from '@latchbox/shared/http/index';
import type { z } from 'zod';
import {
  addressesOfContacts,
  contactById,
  contactsForUpdate,
  countContacts,
  countTags,
} from '../database/contacts/records.ts';
import {
  type ContactFilter,
  type ContactPlace,
  type ListedContact,
  listContacts,
} from '../database/contacts/records.ts';
import {
  deleteTags,
  deleteUnusedAddresses,
  insertAddress,
  insertContact,
  insertTags,
  ownAddresses,
  ownersOf,
  updateContact,
} from '../database/contacts/writes.ts';
import type { Handle, Tx } from '../database/database.ts';
import { agentForShare } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { administer, invalid, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { newId } from '../lib/ids.ts';
import { searchKey } from '../lib/search-key.ts';
import { readAddress } from './address.ts';
import type { ContactsDeps } from './deps.ts';
import { followContacts } from './follow.ts';

type Change = z.output<Http['changeContact']['body']>;
type New = z.output<Http['createContact']['body']>;

/** All throw `forbidden` to who is no admin. */
export interface AddressBook {
  list(
    actor: Actor,
    filter: ContactFilter,
    after: ContactPlace | null,
    limit: number,
  ): Promise<ListedContact[]>;
  counts(actor: Actor): Promise<HttpResponse<'countContacts'>>;
  get(actor: Actor, id: string): Promise<ContactRecord>;
  create(actor: Actor, contact: New): Promise<ContactRecord>;
  change(actor: Actor, id: string, change: Change): Promise<ContactRecord>;
}

const MOST_TAGS = 200;

export function createAddressBook(deps: ContactsDeps): AddressBook {
  const { db } = deps;
  return {
    async list(actor, filter, after, limit) {
      await readAsAdmin(deps, actor);
      return await listContacts(db.read, actor.agentId, filter, after, limit);
    },
    async counts(actor) {
      await readAsAdmin(deps, actor);
      return {
        contacts: await countContacts(db.read, actor.agentId),
        tags: await countTags(db.read, MOST_TAGS),
      };
    },
    async get(actor, id) {
      await readAsAdmin(deps, actor);
      return await recordOf(db.read, id);
    },
    create: (actor, contact) =>
      administer(deps, actor, contactAct('created', ''), (tx) => create(tx, actor, contact)),
    change: (actor, id, change) =>
      administer(deps, actor, contactAct('changed', id), (tx) => changeOne(tx, deps, actor, id, change)),
  };
}

export const contactAct = (action: string, objectId: string) => ({
  action: `contact.${action}`,
  objectType: 'contact',
  objectId,
});

/** As it is shown. Throws `not_found`. */
export async function recordOf(db: Handle, id: string): Promise<ContactRecord> {
  const found = await contactById(db, id);
  if (found === undefined) throw refuse('not_found');
  return shownContact(found);
}

export function shownContact(listed: ListedContact): ContactRecord {
  const { nameKey: _, ...contact } = listed;
  return contact;
}

async function create(tx: Tx, actor: Actor, { name, ownerId = null, tags = [], addresses }: New) {
  await requireAdmin(tx, actor);
  await requireOwner(tx, ownerId);
  const contact = { id: newId('ctc'), name, ownerId };
  await insertContact(tx, contact);
  await addAddresses(tx, contact, addresses, 'addresses');
  await insertTags(tx, contact.id, tags);
  await writeAudit(tx, {
    actorId: actor.agentId,
    ...contactAct('created', contact.id),
    details: { ownerId, tags, addresses: addresses.length },
  });
  return await recordOf(tx.db, contact.id);
}

async function requireOwner(tx: Tx, ownerId: string | null | undefined): Promise<void> {
  if (ownerId === null || ownerId === undefined) return;
  const agent = await agentForShare(tx, ownerId);
  if (agent?.state !== 'active' || agent.kind !== 'person') throw refuseBy('contact_owner_unknown');
}

async function addAddresses(
  tx: Tx,
  contact: { readonly id: string; readonly name: string },
  given: New['addresses'],
  path: string,
): Promise<void> {
  const read = given.map(({ channel, address: text }, at) => {
    const address = readAddress(channel, text);
    if (address === undefined)
      throw invalid(`${path}.${at}.address`, channel === 'sms' ? 'is no phone number' : 'is no mail address');
    return { channel, address };
  });
  if (
    (
      await ownAddresses(
        tx.db,
        read.map(({ address }) => address),
      )
    ).size > 0
  )
    throw refuseBy('contact_address_own');
  const known = await ownersOf(tx.db, read);
  if (known.some(({ contactId }) => contactId !== contact.id)) throw refuseBy('contact_address_taken');
  for (const address of read) {
    const mine = known.some((one) => one.channel === address.channel && one.address === address.address);
    if (mine) continue;
    // The same one twice in the list, or somebody else was faster.
    if ((await insertAddress(tx, contact, address)) === undefined) throw refuseBy('contact_address_taken');
  }
}

async function changeOne(
  tx: Tx,
  deps: ContactsDeps,
  actor: Actor,
  id: string,
  change: Change,
): Promise<ContactRecord> {
  await requireAdmin(tx, actor);
  const [contact] = await contactsForUpdate(tx, [id]);
  if (contact === undefined || contact.mergedInto !== null) throw refuse('not_found');
  if (contact.erasedAt !== null) throw refuseBy('contact_erased');
  if (contact.version !== change.version) throw new LatchboxError('conflict', {});
  const before = await recordOf(tx.db, id);
  if (change.ownerId !== contact.ownerId) await requireOwner(tx, change.ownerId);
  const { name = contact.name, ownerId = contact.ownerId } = change;
  if (change.tags !== undefined) await setTags(tx, id, before.tags, change.tags);
  await addAddresses(tx, { id, name }, change.addAddresses ?? [], 'addAddresses');
  await removeAddresses(tx, id, change.removeAddresses ?? []);
  await updateContact(tx, id, { name, ownerId });
  const after = await recordOf(tx.db, id);
  await writeAudit(tx, {
    actorId: actor.agentId,
    ...contactAct('changed', id),
    details: { before: noted(before), after: noted(after), renamed: name !== contact.name },
  });
  if (name !== contact.name || ownerId !== contact.ownerId) await followContacts(tx, deps, [id]);
  return after;
}

/** What of a contact stands in the audit: not who it is, which may be erased one day. */
const noted = ({ owner, tags, addresses }: ContactRecord) => ({
  ownerId: owner?.id ?? null,
  tags,
  addresses: addresses.length,
});

async function setTags(
  tx: Tx,
  id: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const wanted = new Set(after.map(searchKey));
  await deleteTags(
    tx,
    id,
    before.filter((tag) => !wanted.has(searchKey(tag))),
  );
  await insertTags(tx, id, after);
}

async function removeAddresses(tx: Tx, id: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const gone = await deleteUnusedAddresses(tx, id, ids);
  if (gone.length < new Set(ids).size) {
    const there = await addressesOfContacts(tx.db, [id]);
    throw ids.every((one) => gone.includes(one) || there.some((address) => address.id === one))
      ? refuseBy('contact_address_used')
      : refuse('not_found');
  }
  if ((await addressesOfContacts(tx.db, [id])).length === 0) throw refuseBy('contact_address_last');
}
