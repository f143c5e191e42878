/** Erasing a contact, and letting go of what an inbox keeps no longer (T15). */
import { refuse, refuseBy } from '@latchbox/shared';
import { forgetActs, partsOf } from '../database/contacts/acts.ts';
import {
  addChore,
  type Chore,
  conversationsOf,
  moveChore,
  underWay,
} from '../database/contacts/following.ts';
import { importIds } from '../database/contacts/imports.ts';
import { addressesOfContacts, contactsForUpdate } from '../database/contacts/records.ts';
import { updateContact } from '../database/contacts/writes.ts';
import {
  claimRetention,
  dropEvents,
  dueRetentions,
  inboxesOf,
  lastEventBefore,
  mayBeWiped,
  outlived,
  type Retention,
  wipeAddresses,
  wipeCells,
  wipeConversation,
  wipeImported,
  wipeTraces,
} from '../database/contacts/wiping.ts';
import type { Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import { appendEvent, streamHead } from '../database/event-log.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { conversationRow } from '../database/rows.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { contactAct } from './contacts.ts';
import type { ContactsDeps } from './deps.ts';
import { rowsAbout } from './import/rows-about.ts';

/** What an erased contact is called. */
export const ERASED_NAME = 'Erased contact';

const DAY = 86_400_000;
/** Ms between two looks at what an inbox keeps no longer. */
const LOOK_AGAIN = 3_600_000;
const PAGE = 200;
/** Events that go in one transaction. */
const EVENTS_AT_ONCE = 500;

/** Takes away at once who it was; the texts and files of its conversations follow in the background. Throws `not_found`, `refused`. */
export async function erase(deps: ContactsDeps, actor: Actor, id: string, name: string): Promise<void> {
  await readAsAdmin(deps, actor);
  const imported = await rowsAbout(deps, await addressesOfContacts(deps.db.read, [id]));
  return await administer(deps, actor, contactAct('erased', id), async (tx) => {
    await requireAdmin(tx, actor);
    const [contact] = await contactsForUpdate(tx, [id]);
    if (contact === undefined || contact.mergedInto !== null) throw refuse('not_found');
    if (contact.erasedAt !== null) throw refuseBy('contact_erased');
    if (contact.name.trim() !== name.trim()) throw refuseBy('contact_name_differs');
    const under = await underWay(tx.db, id);
    if (under !== undefined) throw refuseBy(`contact_${under}`);
    const parts = await partsOf(tx.db, id);
    for (const part of parts)
      await updateContact(tx, part, { name: ERASED_NAME, ownerId: null, erasedAt: tx.now });
    await wipeAddresses(tx, id);
    await forgetActs(tx, id);
    for (const importId of await importIds(tx.db)) await wipeImported(tx, importId, [id, ...parts]);
    for (const row of imported) await wipeCells(tx, row);
    await updateContact(tx, id, { name: ERASED_NAME, ownerId: null, erasedAt: tx.now });
    await addChore(tx, 'erase', id);
    await writeAudit(tx, { actorId: actor.agentId, ...contactAct('erased', id) });
  });
}

/** Does the next part of an erasure: one conversation, or in the end what the logs of its inboxes remember. False: it is over. */
export async function eraseSome(deps: ContactsDeps, chore: Chore): Promise<Chore | undefined> {
  const { db } = deps;
  const next = await db.inTransaction(async (tx) => {
    const [id] = await conversationsOf(tx.db, chore.contactId, chore.after, 1);
    if (id === undefined) return 'all';
    await holdConversation(tx, id);
    if (!(await moveChore(tx, chore, id))) return undefined;
    await wipeConversation(tx, id);
    await wipeTraces(tx, id, ERASED_NAME);
    await tellOf(tx, deps, id);
    return { ...chore, after: id };
  });
  if (next !== 'all') return next;
  for (const inboxId of await inboxesOf(db.read, chore.contactId))
    await dropUpTo(deps, inboxId, await streamHead(db.read, `inbox:${inboxId}`));
  await db.inTransaction((tx) => moveChore(tx, chore, null));
  return undefined;
}

async function tellOf(tx: Tx, { wake }: ContactsDeps, id: string): Promise<void> {
  const row = await conversationRow(tx.db, id);
  await appendEvent(tx, `inbox:${row.inboxId}`, { type: 'conversation.changed', row }, wake);
}

async function dropUpTo({ db }: ContactsDeps, inboxId: string, seq: number): Promise<void> {
  if (seq === 0) return;
  while ((await db.inTransaction((tx) => dropEvents(tx, inboxId, seq, EVENTS_AT_ONCE))) === EVENTS_AT_ONCE);
}

/** Takes away what inboxes keep no longer, one conversation in a transaction. */
export async function letGo(deps: ContactsDeps, isOver: () => boolean): Promise<void> {
  const now = await deps.db.now();
  for (const due of await dueRetentions(deps.db.read, now)) {
    if (isOver()) return;
    if (await deps.db.inTransaction((tx) => claimRetention(tx, due, now + LOOK_AGAIN)))
      await letGoOf(deps, due, now - due.days * DAY, isOver);
  }
}

async function letGoOf(
  deps: ContactsDeps,
  { inboxId }: Retention,
  before: number,
  isOver: () => boolean,
): Promise<void> {
  let place = { lastAt: -1, id: '' };
  for (;;) {
    const page = await outlived(deps.db.read, inboxId, before, place, PAGE);
    for (const { id, wipe } of page) {
      if (isOver()) return;
      if (wipe) await deps.db.inTransaction((tx) => wipeOld(tx, deps, id, before));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    place = last;
  }
  await dropUpTo(deps, inboxId, await lastEventBefore(deps.db.read, inboxId, before));
}

async function wipeOld(tx: Tx, deps: ContactsDeps, id: string, before: number): Promise<void> {
  await holdConversation(tx, id);
  if (!(await mayBeWiped(tx, id, before))) return;
  await wipeConversation(tx, id);
  await tellOf(tx, deps, id);
}
