import { refuse, refuseBy } from '@latchbox/shared';
import {
  addressesOfInbox,
  type InboxAddress,
  putInboxAddress,
  removeInboxAddress,
} from '../database/mail-addresses.ts';
import { writeAudit } from '../database/directory/records.ts';
import { administer } from './admin.ts';
import type { Actor, InboxAddresses } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import { managedInbox, visibleInbox } from './inbox-access.ts';

export function createInboxAddresses(deps: DirectoryDeps): InboxAddresses {
  const { db } = deps;
  return {
    async addresses(actor, ref) {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return await addressesOfInbox(db.read, inbox.id);
    },
    putAddress: (actor, ref, address) => putAddress(deps, actor, ref, address),
    removeAddress: (actor, ref, address) => removeAddress(deps, actor, ref, address),
  };
}

async function putAddress(
  deps: DirectoryDeps,
  actor: Actor,
  ref: string,
  given: InboxAddress,
): Promise<InboxAddress> {
  const act = { action: 'inbox.address_put', objectType: 'inbox', objectId: ref };
  const address = { ...given, address: given.address.toLowerCase() };
  return await administer(deps, actor, act, async (tx) => {
    const { inbox } = await managedInbox(tx, actor, ref);
    if (inbox.kind === 'personal') throw refuseBy('inbox_personal_addresses');
    if (!(await putInboxAddress(tx, { ...address, inboxId: inbox.id }))) {
      throw refuseBy('inbox_address_taken');
    }
    await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: inbox.id, details: { ...address } });
    return address;
  });
}

async function removeAddress(deps: DirectoryDeps, actor: Actor, ref: string, given: string): Promise<void> {
  const act = { action: 'inbox.address_removed', objectType: 'inbox', objectId: ref };
  const address = given.toLowerCase();
  await administer(deps, actor, act, async (tx) => {
    const { inbox } = await managedInbox(tx, actor, ref);
    if (!(await removeInboxAddress(tx, inbox.id, address))) throw refuse('not_found');
    await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: inbox.id, details: { address } });
  });
}
