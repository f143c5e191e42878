import { refuse, refuseBy } from '@latchbox/shared';
import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import type { Tx } from '../../../database/database.ts';
import { agentForShare } from '../../../database/directory/agents.ts';
import { inboxByRef } from '../../../database/directory/inboxes.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  addressesOfMailbox,
  forgetMasters,
  mailboxById,
  moveAddresses,
  type StoredMailbox,
  updateMailbox,
} from '../../../database/mailboxes.ts';
import { endRequestOf } from '../../../database/seats/requests.ts';
import { holdSeat } from '../../../database/seats/seats.ts';
import { forgetAccount } from '../../../database/sending-accounts.ts';
import { administer, invalid, requireAdmin } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox } from '../../../directory/inbox-access.ts';
import { personalInboxFor } from '../../../seats/personal-inbox.ts';
import type { SwitchInput } from './api.ts';
import type { CheckDeps } from './check.ts';
import { actOn, holdManaged } from './managed.ts';
import { viewOf } from './mailbox-view.ts';
import { requireOwnAddress, requireOwnAliases } from './places.ts';

/** Makes a mailbox one of the other type (H2). Its conversations stay in the inbox in which they are. */
export function switchMailbox(deps: CheckDeps, actor: Actor, id: string, to: SwitchInput): Promise<Mailbox> {
  const act = actOn('mailbox.switched', id);
  return administer(deps, actor, act, async (tx) => {
    const before = await holdManaged(tx, actor, id, 'connection');
    const { kind } = (await inboxByRef(tx.db, before.inboxId)) ?? {};
    if (kind === to.to)
      throw refuseBy(kind === 'personal' ? 'mailbox_personal_already' : 'mailbox_shared_already');
    requireDisconnected(before);
    const after =
      to.to === 'shared'
        ? await toShared(tx, actor, before, to.inbox)
        : await toPersonal(tx, deps, actor, before, to.ownerId);
    await updateMailbox(tx, id, after);
    await moveAddresses(tx, id, after.inboxId);
    await forgetAccount(tx, id);
    // One of a shared inbox has no master and is none (A3).
    await forgetMasters(tx, id);
    const { address, inboxId, ownerId } = before;
    const details = { address, before: { inboxId, ownerId }, after };
    await writeAudit(tx, { ...act, actorId: actor.agentId, details });
    tx.afterCommit(() => deps.changed(id));
    const now = await mailboxById(tx.db, id);
    if (now === undefined) throw refuse('not_found');
    return await viewOf(tx.db, deps.seal, now);
  });
}

/** Nothing comes in and nothing leaves while it changes its place. */
export function requireDisconnected({ state }: Pick<StoredMailbox, 'state'>): void {
  if (state.status !== 'disconnected') throw refuseBy('mailbox_still_connected');
}

async function toShared(tx: Tx, actor: Actor, mailbox: StoredMailbox, ref: string) {
  const { inbox } = await managedInbox(tx, actor, ref);
  if (inbox.kind === 'personal') throw invalid('inbox', 'is a personal inbox');
  await endRequestOf(tx, mailbox.id);
  return { inboxId: inbox.id, ownerId: null };
}

async function toPersonal(
  tx: Tx,
  deps: CheckDeps,
  actor: Actor,
  mailbox: StoredMailbox,
  ownerId = mailbox.ownerId ?? actor.agentId,
) {
  if (ownerId !== actor.agentId) await requireAdmin(tx, actor);
  const owner = await agentForShare(tx, ownerId);
  if (owner === undefined) throw invalid('ownerId', 'is nobody who works here');
  await holdSeat(tx, ownerId);
  const { id, address } = mailbox;
  const judged = { actor, owner, without: { mailboxId: id } };
  await requireOwnAddress(tx, address, judged);
  const aliases = (await addressesOfMailbox(tx.db, id)).map((one) => one.address);
  await requireOwnAliases(tx, aliases, judged, [address]);
  const wanted = { owner: { id: ownerId, name: owner.name }, address, by: actor.agentId };
  return { inboxId: await personalInboxFor(tx, deps, wanted), ownerId };
}
