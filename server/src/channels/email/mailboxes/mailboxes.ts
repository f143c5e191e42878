import { refuse } from '@latchbox/shared';
import type { Tx } from '../../../database/database.ts';
import { agentById } from '../../../database/directory/agents.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  endMailbox,
  giveAddress,
  insertMailbox,
  listMailboxes,
  mailboxById,
  setMailboxState,
} from '../../../database/mailboxes.ts';
import { forgetAccount } from '../../../database/sending-accounts.ts';
import { violates } from '../../../database/unique-violation.ts';
import { administer, invalid, requireAdmin } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox } from '../../../directory/inbox-access.ts';
import { newId } from '../../../lib/ids.ts';
import type { Mailboxes, NewMailboxInput } from './api.ts';
import { changeMailbox } from './change.ts';
import { type CheckDeps, createCheck } from './check.ts';
import { progressOf } from './progress.ts';
import { viewOf } from './mailbox-view.ts';
import {
  actOn,
  connectedElsewhere,
  holdManaged,
  managedInboxes,
  managedMailbox,
  type MailboxesDeps,
  placesOf,
} from './managed.ts';
import { sealSecrets } from './secrets.ts';
import { checkSettings } from './settings.ts';

/** Mails a minute where nothing else is said. */
const USUAL_RATE = 30;

export function createMailboxes(deps: CheckDeps): Mailboxes {
  const { db, seal } = deps;
  return {
    async list(actor, inbox) {
      const rows = await listMailboxes(db.read, await managedInboxes(db.read, actor, inbox));
      return await Promise.all(rows.map((row) => viewOf(db.read, seal, row)));
    },
    one: async (actor, id) => await viewOf(db.read, seal, await managedMailbox(db.read, actor, id)),
    async progress(actor, id) {
      await managedMailbox(db.read, actor, id);
      return await progressOf(db.read, id);
    },
    check: createCheck(deps),
    create: (actor, input) => create(deps, actor, input),
    change: (actor, id, input) => changeMailbox(deps, actor, id, input),
    disconnect: (actor, id) => setState(deps, actor, id, 'disconnected'),
    connect: (actor, id) => setState(deps, actor, id, 'connecting'),
    async remove(actor, id) {
      const act = actOn('mailbox.removed', id);
      await administer(deps, actor, act, async (tx) => {
        const { address, inboxId } = await holdManaged(tx, actor, id);
        await endMailbox(tx, id);
        await forgetAccount(tx, id);
        await writeAudit(tx, { ...act, actorId: actor.agentId, details: { address, inboxId } });
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
      if (input.ownerId !== undefined) await requireOwner(tx, actor, input.ownerId);
      await insert(tx, deps, actor, { id, inboxId: inbox.id, input });
      const { address, ownerId = null } = input;
      const details = { address, inboxId: inbox.id, ownerId, ...placesOf(input) };
      await writeAudit(tx, { ...act, actorId: actor.agentId, details });
      tx.afterCommit(() => deps.changed(id));
      const made = await mailboxById(tx.db, id);
      if (made === undefined) throw new Error('a new mailbox is not there');
      return await viewOf(tx.db, deps.seal, made);
    });
  } catch (error) {
    throw violates(error, 'mailboxes_address') ? connectedElsewhere() : error;
  }
}

async function requireOwner(tx: Tx, actor: Actor, ownerId: string): Promise<void> {
  await requireAdmin(tx, actor);
  const owner = await agentById(tx.db, ownerId);
  if (owner?.active !== true) throw invalid('ownerId', 'is nobody who works here');
}

async function insert(
  tx: Tx,
  deps: CheckDeps,
  actor: Actor,
  made: { readonly id: string; readonly inboxId: string; readonly input: NewMailboxInput },
): Promise<void> {
  const { id, inboxId, input } = made;
  const { address, name = '', aliases = [], incoming, outgoing, ownerId = null } = input;
  const { password, outgoingPassword, ratePerMinute = USUAL_RATE } = input;
  const oauth2 = input.oauth2 && deps.grants.newest(input.oauth2);
  const secrets = { password, outgoingPassword, oauth2 };
  checkSettings(input, secrets, deps.allowedHosts);
  const sealed = sealSecrets(deps.seal, id, secrets);
  await insertMailbox(tx, {
    id,
    inboxId,
    ownerId,
    address,
    name,
    incoming,
    outgoing,
    ratePerMinute,
    secrets: sealed,
    createdBy: actor.agentId,
  });
  for (const one of [address, ...aliases]) {
    if (!(await giveAddress(tx, { address: one, name, inboxId, mailboxId: id }))) throw connectedElsewhere();
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
