import { LatchboxError, refuse } from '@latchbox/shared';
import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import type { Tx } from '../../../database/database.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  giveAddress,
  keepAddresses,
  mailboxById,
  moveAddresses,
  type StoredMailbox,
  updateMailbox,
} from '../../../database/mailboxes.ts';
import { forgetAccount } from '../../../database/sending-accounts.ts';
import { administer } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox } from '../../../directory/inbox-access.ts';
import type { MailboxChangeInput } from './api.ts';
import type { CheckDeps } from './check.ts';
import { viewOf } from './mailbox-view.ts';
import { actOn, connectedElsewhere, holdManaged, placesOf } from './managed.ts';
import { openWhatOpens, sealSecrets } from './secrets.ts';
import { checkSettings, mergeSecrets } from './settings.ts';

/** Changes what was given. Throws as `Mailboxes.change` does. */
export function changeMailbox(
  deps: CheckDeps,
  actor: Actor,
  id: string,
  input: MailboxChangeInput,
): Promise<Mailbox> {
  const act = actOn('mailbox.changed', id);
  return administer(deps, actor, act, async (tx) => {
    const before = await holdManaged(tx, actor, id);
    const inboxId = await newInbox(tx, actor, before, input.inbox);
    const { ratePerMinute, name } = input;
    await updateMailbox(tx, id, {
      ...defined({ inboxId, name, ratePerMinute }),
      ...connection(deps, before, input),
    });
    await forgetAccount(tx, id);
    if (inboxId !== undefined) await moveAddresses(tx, id, inboxId);
    await renewAddresses(tx, { ...before, inboxId: inboxId ?? before.inboxId }, input);
    const after = await mailboxById(tx.db, id);
    if (after === undefined) throw refuse('not_found');
    // Which fields, and where it connects to; no secrets.
    const fields = Object.keys(input).filter(
      (field) => input[field as keyof MailboxChangeInput] !== undefined,
    );
    const details = { address: after.address, fields, ...placesOf(after), inboxId: after.inboxId };
    await writeAudit(tx, { ...act, actorId: actor.agentId, details });
    tx.afterCommit(() => deps.changed(id));
    return await viewOf(tx.db, deps.seal, after);
  });
}

/** Another type or inbox only for one that is disconnected (H2); what came stays where it was. */
async function newInbox(
  tx: Tx,
  actor: Actor,
  before: StoredMailbox,
  ref: string | undefined,
): Promise<string | undefined> {
  if (ref === undefined) return undefined;
  const { inbox } = await managedInbox(tx, actor, ref);
  if (inbox.id === before.inboxId) return undefined;
  if (before.state.status !== 'disconnected') {
    const message = 'Disconnect the mailbox from its inbox first.';
    throw new LatchboxError('conflict', {}, { message });
  }
  return inbox.id;
}

/** Settings and secrets, where one of them changes. */
function connection(deps: CheckDeps, before: StoredMailbox, input: MailboxChangeInput) {
  const { incoming = before.incoming, outgoing = before.outgoing } = input;
  const touched = [input.incoming, input.outgoing, input.password, input.outgoingPassword, input.oauth2];
  if (touched.every((one) => one === undefined)) return {};
  const stored = openWhatOpens(deps.seal, before.id, before.secrets);
  const given = { ...input, oauth2: input.oauth2 && deps.grants.newest(input.oauth2) };
  const secrets = mergeSecrets({ ...before, secrets: stored }, { incoming, outgoing }, given);
  checkSettings({ incoming, outgoing }, secrets, deps.allowedHosts);
  return { incoming, outgoing, secrets: sealSecrets(deps.seal, before.id, secrets) };
}

async function renewAddresses(
  tx: Tx,
  mailbox: StoredMailbox,
  { name = mailbox.name, aliases }: MailboxChangeInput,
): Promise<void> {
  const { id: mailboxId, inboxId, address } = mailbox;
  if (aliases === undefined && name === mailbox.name) return;
  if (aliases !== undefined) await keepAddresses(tx, mailboxId, [address, ...aliases]);
  for (const one of [address, ...(aliases ?? [])]) {
    if (!(await giveAddress(tx, { address: one, name, inboxId, mailboxId }))) throw connectedElsewhere();
  }
}

/** Without what is not there, as exact optional fields want it. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
