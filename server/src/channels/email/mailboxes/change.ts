import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import type { Tx } from '../../../database/database.ts';
import { agentForShare } from '../../../database/directory/agents.ts';
import { inboxByRef } from '../../../database/directory/inboxes.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  addressesOfMailbox,
  giveAddress,
  keepAddresses,
  mailboxById,
  moveAddresses,
  type StoredMailbox,
  updateMailbox,
} from '../../../database/mailboxes.ts';
import { holdSeat } from '../../../database/seats/seats.ts';
import { forgetAccount } from '../../../database/sending-accounts.ts';
import { violates } from '../../../database/unique-violation.ts';
import { administer } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox } from '../../../directory/inbox-access.ts';
import type { MailboxChangeInput } from './api.ts';
import { type CheckDeps, tryBoth } from './check.ts';
import { viewOf } from './mailbox-view.ts';
import { actOn, holdManaged, managedMailbox, placesOf } from './managed.ts';
import { requireFree, requireOwnAddress, requireOwnAliases } from './places.ts';
import { openWhatOpens, sealSecrets } from './secrets.ts';
import { checkSettings, mergeSecrets } from './settings.ts';
import { requireDisconnected } from './switch.ts';

/** Changes what was given. Throws as `Mailboxes.change` does. */
export async function changeMailbox(
  deps: CheckDeps,
  actor: Actor,
  id: string,
  input: MailboxChangeInput,
): Promise<Mailbox> {
  const act = actOn('mailbox.changed', id);
  await tryOwn(deps, actor, id, input);
  const changing = administer(deps, actor, act, async (tx) => {
    const before = await holdManaged(tx, actor, id, wantedBy(input));
    const inboxId = await newInbox(tx, actor, before, input.inbox);
    await requireAddresses(tx, actor, before, input);
    const { ratePerMinute, name, address } = input;
    await updateMailbox(tx, id, {
      ...defined({ inboxId, name, ratePerMinute, address }),
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
  return await changing.catch((error: unknown) => {
    throw violates(error, 'mailboxes_address') ? refuseBy('mailbox_in_use') : error;
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
  const from = await inboxByRef(tx.db, before.inboxId);
  if (inbox.kind !== from?.kind) throw refuseBy('mailbox_switch_type');
  requireDisconnected(before);
  return inbox.id;
}

/** Where it connects to is its owner's business alone, in a personal inbox. */
function wantedBy({
  inbox,
  address,
  incoming,
  outgoing,
  password,
  outgoingPassword,
  oauth2,
}: MailboxChangeInput) {
  const connects = [inbox, address, incoming, outgoing, password, outgoingPassword, oauth2];
  return connects.every((one) => one === undefined) ? 'account' : 'connection';
}

/** Another address or host of somebody's own mailbox is tried before it is stored, as a new one is (O3). Throws `refused`. */
async function tryOwn(deps: CheckDeps, actor: Actor, id: string, input: MailboxChangeInput): Promise<void> {
  if (input.address === undefined && input.incoming === undefined && input.outgoing === undefined) return;
  const stored = await managedMailbox(deps.db.read, actor, id, 'connection');
  const inbox = await inboxByRef(deps.db.read, stored.inboxId);
  const { address = stored.address, incoming = stored.incoming, outgoing = stored.outgoing } = input;
  const moved = address !== stored.address || !samePlace(stored, { incoming, outgoing });
  if (inbox?.kind !== 'personal' || !moved) return;
  const before = { ...stored, secrets: openWhatOpens(deps.seal, id, stored.secrets) };
  const given = { ...input, oauth2: input.oauth2 && deps.grants.newest(input.oauth2) };
  const secrets = mergeSecrets(before, { incoming, outgoing }, given);
  const aliasOf = id;
  const tried = { address, incoming, outgoing, oauth2: input.oauth2, mailbox: id, aliasOf };
  const check = await tryBoth(deps, tried, stored, secrets);
  if (check.ok) return;
  const wrong = [check.address, check.incoming, check.outgoing].find(({ status }) => status === 'failed');
  const reason = wrong?.status === 'failed' ? wrong.reason : '';
  throw new LatchboxError('refused', { rule: 'mailbox_check_failed' }, { message: reason });
}

function samePlace(one: Pick<StoredMailbox, 'incoming' | 'outgoing'>, other: typeof one): boolean {
  return JSON.stringify(placesOf(one)) === JSON.stringify(placesOf(other));
}

/** That it may have the addresses that it does not have yet (O2, O6). */
async function requireAddresses(
  tx: Tx,
  actor: Actor,
  before: StoredMailbox,
  { address = before.address, aliases }: MailboxChangeInput,
): Promise<void> {
  const { id, ownerId } = before;
  const without = { mailboxId: id };
  if (ownerId === null) {
    for (const one of [address, ...(aliases ?? [])]) await requireFree(tx, actor, one, without);
    return;
  }
  const owner = await agentForShare(tx, ownerId);
  if (owner === undefined) throw refuse('not_found');
  await holdSeat(tx, ownerId);
  const judged = { actor, owner, without };
  if (address !== before.address) await requireOwnAddress(tx, address, judged);
  const had = (await addressesOfMailbox(tx.db, id)).map((one) => one.address);
  await requireOwnAliases(tx, aliases ?? [], judged, had);
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
  { name = mailbox.name, address = mailbox.address, aliases: given }: MailboxChangeInput,
): Promise<void> {
  const { id: mailboxId, inboxId } = mailbox;
  const moved = address !== mailbox.address;
  if (given === undefined && name === mailbox.name && !moved) return;
  const had = (await addressesOfMailbox(tx.db, mailboxId)).map((one) => one.address);
  const aliases = given ?? had.filter((one) => one !== mailbox.address);
  if (given !== undefined || moved) await keepAddresses(tx, mailboxId, [address, ...aliases]);
  for (const one of [address, ...aliases]) {
    if (!(await giveAddress(tx, { address: one, name, inboxId, mailboxId })))
      throw refuseBy('mailbox_in_use');
  }
}

/** Without what is not there, as exact optional fields want it. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
