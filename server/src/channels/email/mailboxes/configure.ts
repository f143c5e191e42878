import { refuse, refuseBy } from '@latchbox/shared';
import type { Tx } from '../../../database/database.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import { addressesOfMailbox, keepAddresses, mailboxById } from '../../../database/mailboxes.ts';
import { requestById, type RequestRow } from '../../../database/seats/requests.ts';
import { holderOf } from '../../../database/seats/seats.ts';
import { violates } from '../../../database/unique-violation.ts';
import { administer } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { newId } from '../../../lib/ids.ts';
import { judgeAddress } from '../../../seats/facts.ts';
import { changeRequest, type Held, holdForAct } from '../../../seats/held-request.ts';
import { isAdmin } from '../../../seats/limits.ts';
import { personalInboxFor } from '../../../seats/personal-inbox.ts';
import { refusalOf } from '../../../seats/refusals.ts';
import { nextState } from '../../../seats/request-state.ts';
import { requestView } from '../../../seats/request-view.ts';
import { settingsOf } from '../../../seats/settings.ts';
import { requireTerms } from '../../../seats/terms.ts';
import type { ConfigureAnswer, ConfigureInput } from './api.ts';
import { type CheckDeps, tryBoth } from './check.ts';
import { insertNew } from './insert-new.ts';
import { actOn, placesOf } from './managed.ts';
import { viewOf } from './mailbox-view.ts';
import { requireOwnAliases } from './places.ts';

/**
 * Connects the mailbox of an approved request to a personal inbox of its owner, if the settings work. Throws `not_found`, and `refused` by
 * the state of the request and by the rules of addresses, which are asked again.
 */
export async function configureMailbox(
  deps: CheckDeps,
  actor: Actor,
  id: string,
  input: ConfigureInput,
): Promise<ConfigureAnswer> {
  const { db, grants } = deps;
  const request = await requestById(db.read, id);
  const mine = request?.ownerId === actor.agentId;
  if (request === undefined || (!mine && !(await isAdmin(db.read, actor)))) throw refuse('not_found');
  const next = nextState(request.state, 'configure');
  if ('rule' in next) throw refuseBy(next.rule);
  if (request.termsVersion === null) requireTerms(await settingsOf(db.read), input.confirmedTerms);

  const { address } = request;
  const { password, outgoingPassword, oauth2 } = input;
  const secrets = { password, outgoingPassword, oauth2: oauth2 && grants.newest(oauth2) };
  const holder = await holderOf(db.read, address, { requestId: id });
  const aliasOf =
    holder?.kind === 'mailbox' && holder.ownerId === request.ownerId ? holder.mailboxId : undefined;
  const check = await tryBoth(deps, { ...input, address, aliasOf }, undefined, secrets);
  if (!check.ok)
    return { request: await requestView(db.read, request, await db.now()), check, mailbox: null };

  const mailboxId = newId('mbx');
  try {
    return await administer(deps, actor, actOn('mailbox.created', mailboxId), async (tx) => ({
      ...(await connect(tx, deps, actor, { id, mailboxId, input })),
      check,
    }));
  } catch (error) {
    throw violates(error, 'mailboxes_address') ? refuseBy('mailbox_in_use') : error;
  }
}

async function connect(
  tx: Tx,
  deps: CheckDeps,
  actor: Actor,
  {
    id,
    mailboxId,
    input,
  }: { readonly id: string; readonly mailboxId: string; readonly input: ConfigureInput },
): Promise<Omit<ConfigureAnswer, 'check'>> {
  const held = await holdForAct(tx, actor, id, 'configure', 'either');
  const { request, owner, admin } = held;
  const { address, ownerId } = request;
  const verdict = await judgeAddress(tx.db, owner, address, { requestId: id });
  if (verdict.is === 'refused') throw refusalOf(verdict, { admin });
  const without = { requestId: id, mailboxId };
  await requireOwnAliases(tx, input.aliases ?? [], { actor, owner, without });
  await freeAlias(tx, request);
  const wanted = {
    owner: { id: ownerId, name: owner.name },
    address,
    inboxId: input.inbox,
    by: actor.agentId,
  };
  const inboxId = await personalInboxFor(tx, deps, wanted);
  await insertNew(tx, deps, actor, { id: mailboxId, inboxId, ownerId, address, input });
  const line = { action: 'mailbox_request.configured', actorId: actor.agentId };
  const terms = await confirmed(tx, held, actor, input.confirmedTerms);
  const row = await changeRequest(tx, held, { ...terms, state: held.to, mailboxId }, line);
  const details = { address, inboxId, ownerId, requestId: id, ...placesOf(input) };
  await writeAudit(tx, { ...actOn('mailbox.created', mailboxId), actorId: actor.agentId, details });
  tx.afterCommit(() => deps.changed(mailboxId));
  const made = await mailboxById(tx.db, mailboxId);
  if (made === undefined) throw new Error('a new mailbox is not there');
  return { request: await requestView(tx.db, row, tx.now), mailbox: await viewOf(tx.db, deps.seal, made) };
}

/** What is written down of the terms where whoever requested it has not confirmed them. */
async function confirmed(tx: Tx, { request }: Held, { agentId }: Actor, version: number | undefined) {
  if (request.termsVersion !== null) return {};
  const settings = await settingsOf(tx.db);
  requireTerms(settings, version);
  if (settings.terms === '') return {};
  return { termsVersion: settings.termsVersion, termsBy: agentId, termsAt: tx.now };
}

/** An alias of the owner's that becomes a mailbox of its own is no alias any more. */
async function freeAlias(tx: Tx, { id, ownerId, address }: RequestRow): Promise<void> {
  const holder = await holderOf(tx.db, address, { requestId: id });
  if (holder?.kind !== 'mailbox' || holder.ownerId !== ownerId || holder.main) return;
  const others = await addressesOfMailbox(tx.db, holder.mailboxId);
  const keep = others.map((one) => one.address).filter((one) => one !== address);
  await keepAddresses(tx, holder.mailboxId, keep);
}
