/** Contacts: the address book, merges, imports, exports, erasing, and how long texts are kept. */
import type { HttpResponse } from '@latchbox/shared/http/index';
import { actsOf, type ActData, countConversations } from '../database/contacts/acts.ts';
import { conversationsNewest, countElsewhere } from '../database/contacts/following.ts';
import { retentionOf, setRetention } from '../database/contacts/wiping.ts';
import { writeAudit } from '../database/directory/records.ts';
import { conversationRows } from '../database/rows.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { readAsAdmin, visibleInbox } from '../directory/inbox-access.ts';
import { type AddressBook, createAddressBook, recordOf } from './contacts.ts';
import type { ContactsDeps } from './deps.ts';
import { erase } from './erase.ts';
import { type ContactExports, createContactExports } from './exports.ts';
import { createImporter } from './import/importer.ts';
import { createImports, type Imports } from './import/imports.ts';
import { createMergeAndSplit, type MergeAndSplit } from './merge.ts';
import { createUpkeep } from './upkeep.ts';
import type { Loop } from '../lib/loop.ts';

export interface Contacts {
  readonly book: AddressBook;
  readonly parts: MergeAndSplit;
  readonly imports: Imports;
  readonly exports: ContactExports;
  /** With its merges and splits. */
  detail(actor: Actor, id: string): Promise<HttpResponse<'getContact'>>;
  conversations(actor: Actor, id: string, limit: number): Promise<HttpResponse<'listContactConversations'>>;
  erase(actor: Actor, id: string, name: string): Promise<void>;
  retention(actor: Actor, inbox: string): Promise<number | null>;
  setRetention(actor: Actor, inbox: string, days: number | null): Promise<number | null>;
  /** What workers do in the background. */
  readonly importer: Loop;
  readonly upkeep: Loop;
}

/** `every`: ms between two looks of a worker. */
export function createContacts(deps: ContactsDeps & { readonly every: number }): Contacts {
  const { db } = deps;
  const importer = createImporter(deps);
  return {
    book: createAddressBook(deps),
    parts: createMergeAndSplit(deps),
    imports: createImports({ ...deps, poke: () => importer.poke() }),
    exports: createContactExports(deps),
    async detail(actor, id) {
      await readAsAdmin(deps, actor);
      const record = await recordOf(db.read, id);
      const acts = await actsOf(db.read, record.id);
      return {
        ...record,
        conversations: await countConversations(db.read, actor.agentId, record.id),
        acts: acts.map(({ id: act, kind, at, actorId, actorName, data, undoneAt }) => ({
          id: act,
          kind,
          at,
          by: { id: actorId, name: actorName ?? '' },
          others: (JSON.parse(data) as ActData).parts.map(({ name }) => name),
          undoneAt,
        })),
      };
    },
    async conversations(actor, id, limit) {
      await readAsAdmin(deps, actor);
      const { id: contactId } = await recordOf(db.read, id);
      const ids = await conversationsNewest(db.read, actor.agentId, contactId, limit);
      return {
        conversations: await conversationRows(db.read, ids),
        elsewhere: await countElsewhere(db.read, actor.agentId, contactId),
      };
    },
    erase: (actor, id, name) => erase(deps, actor, id, name),
    async retention(actor, ref) {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return await retentionOf(db.read, inbox.id);
    },
    setRetention: (actor, ref, days) => changeRetention(deps, actor, ref, days),
    importer,
    upkeep: createUpkeep(deps),
  };
}

function changeRetention(
  deps: ContactsDeps,
  actor: Actor,
  ref: string,
  days: number | null,
): Promise<number | null> {
  const act = (objectId: string) => ({
    action: 'inbox.retention_changed',
    objectType: 'inbox',
    objectId,
  });
  return administer(deps, actor, act(ref), async (tx) => {
    await requireAdmin(tx, actor);
    const { inbox } = await visibleInbox(tx.db, actor, ref);
    const before = await retentionOf(tx.db, inbox.id);
    await setRetention(tx, inbox.id, days);
    const details = { before: { days: before }, after: { days } };
    await writeAudit(tx, { actorId: actor.agentId, ...act(inbox.id), details });
    return days;
  });
}
