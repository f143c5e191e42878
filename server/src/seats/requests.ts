/** Requests for mailboxes of people's own (O1–O3, O6): asked for, checked, decided. What becomes of an approved one: `configure.ts`. */
import { refuse, refuseBy } from '@latchbox/shared';
import type { MailboxRequest, RequestState, requestMailbox } from '@latchbox/shared/http/mailbox-requests';
import type { z } from 'zod';
import type { Tx } from '../database/database.ts';
import { agentForShare, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { insertRequest, listRequests, requestById, type RequestRow } from '../database/seats/requests.ts';
import { holdSeat } from '../database/seats/seats.ts';
import { violates } from '../database/unique-violation.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { newId } from '../lib/ids.ts';
import type { Identified } from './address-rules.ts';
import { judgeAddress } from './facts.ts';
import { changeRequest, holdForAct } from './held-request.ts';
import { isAdmin } from './limits.ts';
import { refusalOf } from './refusals.ts';
import { createCodes, type CodeDeps, type Codes } from './request-codes.ts';
import { requestView, requestViews } from './request-view.ts';
import { settingsOf } from './settings.ts';
import { tellApproved, tellDeclined, tellRequested } from './tell.ts';
import { requireTerms } from './terms.ts';

export type RequestInput = z.output<(typeof requestMailbox)['body']>;
export interface RequestQuery {
  readonly scope?: 'mine' | 'all' | undefined;
  readonly owner?: string | undefined;
  readonly state?: RequestState | undefined;
}

/** All throw `not_found` for what is not the actor's, and `refused` with its rule. */
export interface MailboxRequests extends Codes {
  request(actor: Actor, input: RequestInput): Promise<MailboxRequest>;
  /** The same by mail, which confirms no terms and proves nothing: an admin decides. */
  requestByMail(actor: Actor, address: string, note: string): Promise<MailboxRequest>;
  list(actor: Actor, query: RequestQuery): Promise<MailboxRequest[]>;
  one(actor: Actor, id: string): Promise<MailboxRequest>;
  approve(actor: Actor, id: string, reason: string | undefined): Promise<MailboxRequest>;
  decline(actor: Actor, id: string, reason: string): Promise<MailboxRequest>;
  withdraw(actor: Actor, id: string): Promise<MailboxRequest>;
}

export type RequestDeps = DirectoryDeps & CodeDeps;

const actOn = (action: string, id: string) => ({
  action: `mailbox_request.${action}`,
  objectType: 'mailbox_request',
  objectId: id,
});

export function createMailboxRequests(deps: RequestDeps): MailboxRequests {
  const { db } = deps;
  return {
    ...createCodes(deps),
    request: (actor, input) => request(deps, actor, { ...input, via: 'page' }),
    requestByMail: (actor, address, note) => request(deps, actor, { address, note, via: 'mail' }),
    async list(actor, { scope = 'mine', owner, state }) {
      const others = scope === 'all' || (owner !== undefined && owner !== actor.agentId);
      if (others && !(await isAdmin(db.read, actor))) throw refuse('forbidden');
      const filter = { owner: owner ?? (scope === 'all' ? undefined : actor.agentId), state };
      return await requestViews(db.read, await listRequests(db.read, filter), await db.now());
    },
    async one(actor, id) {
      const row = await requestById(db.read, id);
      const mine = row?.ownerId === actor.agentId;
      if (row === undefined || (!mine && !(await isAdmin(db.read, actor)))) throw refuse('not_found');
      return await requestView(db.read, row, await db.now());
    },
    approve: (actor, id, reason) => approve(deps, actor, id, reason),
    decline: (actor, id, reason) =>
      administer(deps, actor, actOn('declined', id), async (tx) => {
        const held = await holdForAct(tx, actor, id, 'decline', 'decide');
        const decision = { reason, decidedBy: actor.agentId, decidedAt: tx.now };
        const line = { action: 'mailbox_request.declined', actorId: actor.agentId };
        const row = await changeRequest(tx, held, { state: held.to, ...decision }, line);
        await tellDeclined(tx, deps, row, reason);
        return await requestView(tx.db, row, tx.now);
      }),
    withdraw: (actor, id) =>
      administer(deps, actor, actOn('withdrawn', id), async (tx) => {
        const held = await holdForAct(tx, actor, id, 'withdraw', 'own');
        const line = { action: 'mailbox_request.withdrawn', actorId: actor.agentId };
        return await requestView(tx.db, await changeRequest(tx, held, { state: held.to }, line), tx.now);
      }),
  };
}

type Asked = RequestInput & Pick<RequestRow, 'via'>;

async function request(deps: RequestDeps, actor: Actor, input: Asked): Promise<MailboxRequest> {
  const id = newId('mrq');
  try {
    return await administer(deps, actor, actOn('created', id), async (tx) => {
      const { owner, asker } = await whoAsks(tx, actor, input.ownerId);
      await holdSeat(tx, owner.id);
      const settings = await settingsOf(tx.db);
      if (input.via === 'page') requireTerms(settings, input.confirmedTerms);
      const verdict = await judgeAddress(tx.db, owner, input.address);
      if (verdict.is === 'refused') throw refusalOf(verdict, { admin: asker.role === 'admin' });
      // Anybody can write a name into From: what came by mail is decided by an admin.
      const by = verdict.is === 'own' && input.via === 'page' ? verdict.by : null;
      const terms = settings.terms === '' || input.via === 'mail' ? null : settings.termsVersion;
      const row = newRow(tx, { id, ownerId: owner.id, actor, input, by, terms });
      await insertRequest(tx, row);
      const { address, state, via, termsVersion } = row;
      const details = { address, ownerId: owner.id, via, state, identifiedBy: by, termsVersion };
      await writeAudit(tx, { ...actOn('created', id), actorId: actor.agentId, details });
      if (by === null) await tellRequested(tx, deps, row, { id: asker.id, name: asker.name });
      else if (owner.id !== asker.id) await tellApproved(tx, deps, row);
      return await requestView(tx.db, row, tx.now);
    });
  } catch (error) {
    // Somebody else requested it at the same moment.
    throw violates(error, 'mailbox_requests_address') ? refuseBy('mailbox_in_use') : error;
  }
}

async function whoAsks(
  tx: Tx,
  actor: Actor,
  ownerId = actor.agentId,
): Promise<{ owner: AgentRow; asker: AgentRow }> {
  if (ownerId !== actor.agentId) await requireAdmin(tx, actor);
  const asker = await agentForShare(tx, actor.agentId);
  const owner = ownerId === actor.agentId ? asker : await agentForShare(tx, ownerId);
  if (asker === undefined || owner === undefined) throw refuse('not_found');
  return { owner, asker };
}

interface New {
  readonly id: string;
  readonly ownerId: string;
  readonly actor: Actor;
  readonly input: Asked;
  readonly by: Identified | null;
  readonly terms: number | null;
}

function newRow(tx: Tx, { id, ownerId, actor: { agentId }, input, by, terms }: New): RequestRow {
  const { address, via, note = '' } = input;
  return {
    id,
    ownerId,
    requestedBy: agentId,
    via,
    address,
    note,
    state: by === null ? 'requested' : 'approved',
    identifiedBy: by,
    reason: null,
    decidedBy: null,
    decidedAt: by === null ? null : tx.now,
    termsVersion: terms,
    termsBy: terms === null ? null : agentId,
    termsAt: terms === null ? null : tx.now,
    codeHash: null,
    codeUntil: null,
    codeTries: 0,
    mailboxId: null,
    createdAt: tx.now,
  };
}

function approve(
  deps: RequestDeps,
  actor: Actor,
  id: string,
  reason: string | undefined,
): Promise<MailboxRequest> {
  return administer(deps, actor, actOn('approved', id), async (tx) => {
    const held = await holdForAct(tx, actor, id, 'approve', 'decide');
    const { request: before, owner, to } = held;
    // What held when it was requested may hold no more.
    const verdict = await judgeAddress(tx.db, owner, before.address, { requestId: id });
    if (verdict.is === 'refused') throw refusalOf(verdict, { admin: true });
    if (verdict.is === 'unknown' && reason === undefined) throw refuseBy('mailbox_reason_missing');
    const identifiedBy = verdict.is === 'own' ? verdict.by : 'admin';
    const decision = { reason: reason ?? null, decidedBy: actor.agentId, decidedAt: tx.now };
    const line = { action: 'mailbox_request.approved', actorId: actor.agentId };
    const row = await changeRequest(tx, held, { state: to, identifiedBy, ...decision }, line);
    if (row.ownerId !== actor.agentId) await tellApproved(tx, deps, row);
    return await requestView(tx.db, row, tx.now);
  });
}
