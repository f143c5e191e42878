import { refuse, refuseBy } from '@latchbox/shared';
import { writeAudit } from '../../../database/directory/records.ts';
import { endMailbox, listMailboxes, mailboxById, setMailboxState } from '../../../database/mailboxes.ts';
import { endRequestOf } from '../../../database/seats/requests.ts';
import { forgetAccount } from '../../../database/sending-accounts.ts';
import { violates } from '../../../database/unique-violation.ts';
import { administer } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox } from '../../../directory/inbox-access.ts';
import { newId } from '../../../lib/ids.ts';
import { tellRemoved } from '../../../seats/tell.ts';
import type { Mailboxes, NewMailboxInput } from './api.ts';
import { changeMailbox } from './change.ts';
import { configureMailbox } from './configure.ts';
import { type CheckDeps, createCheck } from './check.ts';
import { insertNew } from './insert-new.ts';
import { progressOf } from './progress.ts';
import { viewOf } from './mailbox-view.ts';
import {
  actOn,
  holdManaged,
  managedInboxes,
  managedMailbox,
  type MailboxesDeps,
  placesOf,
} from './managed.ts';
import { requireFree } from './places.ts';
import { switchMailbox } from './switch.ts';

export function createMailboxes(deps: CheckDeps): Mailboxes {
  const { db, seal } = deps;
  return {
    async list(actor, inbox) {
      const rows = await listMailboxes(db.read, await managedInboxes(db.read, actor, inbox));
      return await Promise.all(rows.map((row) => viewOf(db.read, seal, row)));
    },
    one: async (actor, id) => await viewOf(db.read, seal, await managedMailbox(db.read, actor, id)),
    async progress(actor, id) {
      await managedMailbox(db.read, actor, id, 'connection');
      return await progressOf(db.read, id);
    },
    check: createCheck(deps),
    create: (actor, input) => create(deps, actor, input),
    change: (actor, id, input) => changeMailbox(deps, actor, id, input),
    switch: (actor, id, to) => switchMailbox(deps, actor, id, to),
    configure: (actor, id, input) => configureMailbox(deps, actor, id, input),
    disconnect: (actor, id) => setState(deps, actor, id, 'disconnected'),
    connect: (actor, id) => setState(deps, actor, id, 'connecting'),
    async remove(actor, id) {
      const act = actOn('mailbox.removed', id);
      await administer(deps, actor, act, async (tx) => {
        const { address, inboxId, ownerId } = await holdManaged(tx, actor, id);
        await endMailbox(tx, id);
        await endRequestOf(tx, id);
        await forgetAccount(tx, id);
        await writeAudit(tx, { ...act, actorId: actor.agentId, details: { address, inboxId, ownerId } });
        if (ownerId !== null && ownerId !== actor.agentId) await tellRemoved(tx, deps, ownerId, address);
        tx.afterCommit(() => deps.changed(id));
      });
    },
  };
}

async function create(deps: CheckDeps, actor: Actor, input: NewMailboxInput) {
  const id = newId('mbx');
  const act = actOn('mailbox.created', id);
  try {
    return await administer(deps, actor, act, async (tx) => {
      const { inbox } = await managedInbox(tx, actor, input.inbox);
      if (inbox.kind === 'personal') throw refuseBy('mailbox_request_first');
      if (input.ownerId !== undefined) throw refuseBy('mailbox_shared_no_owner');
      const { address } = input;
      await requireFree(tx, actor, address);
      await insertNew(tx, deps, actor, { id, inboxId: inbox.id, ownerId: null, address, input });
      const details = { address, inboxId: inbox.id, ...placesOf(input) };
      await writeAudit(tx, { ...act, actorId: actor.agentId, details });
      tx.afterCommit(() => deps.changed(id));
      const made = await mailboxById(tx.db, id);
      if (made === undefined) throw new Error('a new mailbox is not there');
      return await viewOf(tx.db, deps.seal, made);
    });
  } catch (error) {
    throw violates(error, 'mailboxes_address') ? refuseBy('mailbox_in_use') : error;
  }
}

async function setState(
  deps: MailboxesDeps,
  actor: Actor,
  id: string,
  status: 'connecting' | 'disconnected',
) {
  const act = actOn(status === 'connecting' ? 'mailbox.connected' : 'mailbox.disconnected', id);
  return await administer(deps, actor, act, async (tx) => {
    const { address } = await holdManaged(tx, actor, id);
    await setMailboxState(tx, id, { status }, { startAgain: true });
    await forgetAccount(tx, id);
    await writeAudit(tx, { ...act, actorId: actor.agentId, details: { address } });
    tx.afterCommit(() => deps.changed(id));
    const now = await mailboxById(tx.db, id);
    if (now === undefined) throw refuse('not_found');
    return await viewOf(tx.db, deps.seal, now);
  });
}
