/** One contact out of several, and several out of one; each can be undone. */
import { refuse, refuseBy } from '@latchbox/shared';
import type { ContactRecord } from '@latchbox/shared/http/contacts';
import {
  actForUpdate,
  type ActData,
  insertAct,
  markUndone,
  moveAnswers,
  type StoredAct,
} from '../database/contacts/acts.ts';
import {
  addressesOfContacts,
  contactsForUpdate,
  type StoredContact,
  tagsOfContacts,
} from '../database/contacts/records.ts';
import {
  deleteTags,
  insertContact,
  insertTags,
  moveAddresses,
  updateContact,
} from '../database/contacts/writes.ts';
import type { Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { newId } from '../lib/ids.ts';
import { contactAct, recordOf } from './contacts.ts';
import type { ContactsDeps } from './deps.ts';
import { followContacts } from './follow.ts';

export interface MergeAndSplit {
  /** Makes the others part of a contact. Throws `not_found`, `refused`. */
  merge(actor: Actor, id: string, others: readonly string[]): Promise<ContactRecord>;
  /** Makes a contact of its own of some addresses. Throws `not_found`, `refused`. */
  split(
    actor: Actor,
    id: string,
    of: { readonly addressIds: readonly string[]; readonly name?: string | undefined },
  ): Promise<ContactRecord>;
  undo(actor: Actor, id: string, actId: string): Promise<ContactRecord>;
}

export function createMergeAndSplit(deps: ContactsDeps): MergeAndSplit {
  return {
    merge: (actor, id, others) =>
      administer(deps, actor, contactAct('merged', id), async (tx) => {
        await requireAdmin(tx, actor);
        return await merge(tx, deps, actor, id, others);
      }),
    split: (actor, id, of) =>
      administer(deps, actor, contactAct('split', id), async (tx) => {
        await requireAdmin(tx, actor);
        return await split(tx, deps, actor, id, of);
      }),
    undo: (actor, id, actId) =>
      administer(deps, actor, contactAct('act_undone', id), async (tx) => {
        await requireAdmin(tx, actor);
        return await undo(tx, deps, actor, id, actId);
      }),
  };
}

/** The contacts, locked; all must stand for themselves. */
async function standing(tx: Tx, ids: readonly string[]): Promise<Map<string, StoredContact>> {
  const found = new Map((await contactsForUpdate(tx, ids)).map((one) => [one.id, one]));
  for (const id of ids) {
    const one = found.get(id);
    if (one === undefined || one.mergedInto !== null) throw refuse('not_found');
    if (one.erasedAt !== null) throw refuseBy('contact_erased');
  }
  return found;
}

async function merge(
  tx: Tx,
  deps: ContactsDeps,
  actor: Actor,
  id: string,
  others: readonly string[],
): Promise<ContactRecord> {
  const parts = [...new Set(others)];
  if (parts.includes(id)) throw refuseBy('contact_merge_itself');
  const contacts = await standing(tx, [id, ...parts]);
  const addresses = Map.groupBy(await addressesOfContacts(tx.db, parts), (one) => one.contactId);
  const theirs = await takeTags(tx, parts);
  const tags = await insertTags(tx, id, [...theirs.values()].flat());
  const inherited = parts.map((part) => contacts.get(part)?.ownerId).find((owner) => owner != null);
  const ownerId = contacts.get(id)?.ownerId === null ? inherited : undefined;
  const data: ActData = {
    parts: parts.map((part) => ({
      id: part,
      name: contacts.get(part)?.name ?? '',
      addressIds: (addresses.get(part) ?? []).map((one) => one.id),
      tags: theirs.get(part) ?? [],
    })),
    tags,
    ...(ownerId == null ? {} : { ownerId }),
  };
  for (const part of data.parts) {
    await moveAddresses(tx, part.addressIds, id);
    await moveAnswers(tx, part.id, id);
    await updateContact(tx, part.id, { mergedInto: id });
  }
  await updateContact(tx, id, ownerId == null ? {} : { ownerId });
  const actId = await insertAct(tx, { kind: 'merge', contactId: id, actorId: actor.agentId, data });
  await audit(tx, actor, 'merged', id, { act: actId, with: parts });
  const record = await recordOf(tx.db, id);
  await followContacts(tx, deps, [id]);
  return record;
}

async function split(
  tx: Tx,
  deps: ContactsDeps,
  actor: Actor,
  id: string,
  { addressIds, name }: { readonly addressIds: readonly string[]; readonly name?: string | undefined },
): Promise<ContactRecord> {
  const contact = (await standing(tx, [id])).get(id);
  const all = await addressesOfContacts(tx.db, [id]);
  const taken = all.filter((one) => addressIds.includes(one.id));
  if (contact === undefined || taken.length < new Set(addressIds).size) throw refuse('not_found');
  if (taken.length === all.length) throw refuseBy('contact_split_all');
  const [first] = taken;
  // As whoever wrote from it was called.
  const made = { id: newId('ctc'), name: name ?? first?.name ?? contact.name, ownerId: contact.ownerId };
  await insertContact(tx, made);
  await moveAddresses(tx, addressIds, made.id);
  await updateContact(tx, id, {});
  const data: ActData = {
    parts: [{ id: made.id, name: made.name, addressIds: [...addressIds], tags: [] }],
    tags: [],
  };
  const actId = await insertAct(tx, { kind: 'split', contactId: id, actorId: actor.agentId, data });
  await audit(tx, actor, 'split', id, { act: actId, into: made.id, addresses: addressIds.length });
  const record = await recordOf(tx.db, made.id);
  await followContacts(tx, deps, [made.id]);
  return record;
}

async function undo(
  tx: Tx,
  deps: ContactsDeps,
  actor: Actor,
  id: string,
  actId: string,
): Promise<ContactRecord> {
  const act = await actForUpdate(tx, actId);
  if (act === undefined || act.contactId !== id) throw refuse('not_found');
  if (!(await markUndone(tx, actId))) throw refuseBy('contact_act_undone');
  const data = JSON.parse(act.data) as ActData;
  const changed = act.kind === 'merge' ? await takeApart(tx, act, data) : await putTogether(tx, act, data);
  await audit(tx, actor, 'act_undone', id, { act: actId, kind: act.kind });
  const record = await recordOf(tx.db, id);
  await followContacts(tx, deps, changed);
  return record;
}

/** The parts get back what they brought, as far as it is still there. */
async function takeApart(tx: Tx, { contactId }: StoredAct, data: ActData): Promise<string[]> {
  const parts = data.parts.map((part) => part.id);
  const contacts = new Map((await contactsForUpdate(tx, [contactId, ...parts])).map((one) => [one.id, one]));
  const whole = contacts.get(contactId);
  const stands = whole !== undefined && whole.mergedInto === null && whole.erasedAt === null;
  if (!stands || parts.some((part) => contacts.get(part)?.mergedInto !== contactId))
    throw refuseBy('contact_act_overtaken');
  const there = new Set((await addressesOfContacts(tx.db, [contactId])).map((one) => one.id));
  const wanted = data.parts.flatMap((part) => part.addressIds);
  // What one of them brought was split off since: then that comes first.
  if (wanted.some((one) => !there.has(one))) throw refuseBy('contact_act_overtaken');
  if (wanted.length === there.size) throw refuseBy('contact_act_overtaken');
  for (const part of data.parts) {
    await moveAddresses(tx, part.addressIds, part.id);
    await updateContact(tx, part.id, { mergedInto: null });
    await insertTags(tx, part.id, part.tags);
  }
  await deleteTags(tx, contactId, data.tags);
  const inherited = data.ownerId !== undefined && whole.ownerId === data.ownerId;
  await updateContact(tx, contactId, inherited ? { ownerId: null } : {});
  return [contactId, ...parts];
}

/** What was split off comes back, with the name of the whole. */
async function putTogether(tx: Tx, { contactId }: StoredAct, { parts }: ActData): Promise<string[]> {
  const ids = parts.map((part) => part.id);
  const contacts = new Map((await contactsForUpdate(tx, [contactId, ...ids])).map((one) => [one.id, one]));
  const stands = (id: string): boolean => {
    const one = contacts.get(id);
    return one !== undefined && one.mergedInto === null && one.erasedAt === null;
  };
  if (![contactId, ...ids].every(stands)) throw refuseBy('contact_act_overtaken');
  await insertTags(tx, contactId, [...(await takeTags(tx, ids)).values()].flat());
  for (const id of ids) {
    const all = await addressesOfContacts(tx.db, [id]);
    await moveAddresses(
      tx,
      all.map((one) => one.id),
      contactId,
    );
    await moveAnswers(tx, id, contactId);
    await updateContact(tx, id, { mergedInto: contactId });
  }
  await updateContact(tx, contactId, {});
  return [contactId];
}

/** Takes the tags of contacts, which stand for themselves no more, away; answers which they had. */
async function takeTags(tx: Tx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const tags = new Map(ids.map((id) => [id, [] as string[]]));
  for (const { contactId, tag } of await tagsOfContacts(tx.db, ids)) tags.get(contactId)?.push(tag);
  for (const [id, all] of tags) await deleteTags(tx, id, all);
  return tags;
}

async function audit(
  tx: Tx,
  actor: Actor,
  action: string,
  id: string,
  details: Record<string, unknown>,
): Promise<void> {
  await writeAudit(tx, { actorId: actor.agentId, ...contactAct(action, id), details });
}
