/**
 * From a draft to an inbox, once: open → confirming (its number is being bought) → done; or, where the inbox cannot be created after the
 * number was bought, → releasing → open. Whoever takes a step has claimed it by number, and who finishes under an older number changes
 * nothing. A number is bought under the draft's id, by which it is found again after a server died in the middle of it.
 */
import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import {
  draftById,
  type DraftStep,
  holdDraft,
  stepDraft,
  type StoredInboxDraft,
} from '../database/inbox-drafts.ts';
import { hasNumberOfSid } from '../database/texting/numbers.ts';
import { violates } from '../database/unique-violation.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import type { BoughtNumber, InboxDraftDeps } from './api.ts';
import { actOf } from './change.ts';
import { createFrom } from './create.ts';
import { issuesOf, standingOf } from './view.ts';

/** Ms that a claim lasts: longer than the provider is waited for. */
const CLAIMED_FOR = 60_000;
/** Ms before a step is tried again that could not be done, and the longest that this grows to. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;

/**
 * Confirms a draft, and answers when it is done, or when nobody knows whether its number was bought. Throws as the route says. One that is
 * done stays as it is.
 */
export async function confirmDraft(deps: InboxDraftDeps, actor: Actor, id: string): Promise<void> {
  const claimed = await claimOpen(deps, actor, id);
  if (claimed === undefined) return;
  await carryOut(deps, claimed, false);
}

/** Goes on with a draft whose step is due: undone by whoever had claimed it. */
export async function resumeDraft(deps: InboxDraftDeps, id: string): Promise<void> {
  const claimed = await deps.db.inTransaction(async (tx) => {
    const draft = await holdDraft(tx, id);
    if (draft === undefined || draft.dueAt === null || draft.dueAt > tx.now) return undefined;
    const step = { dueAt: tx.now + CLAIMED_FOR, claimNo: draft.claimNo + 1, attempts: draft.attempts + 1 };
    await stepDraft(tx, id, step);
    return { ...draft, ...step };
  });
  if (claimed === undefined) return;
  try {
    if (claimed.state === 'releasing') await giveBack(deps, claimed);
    else await carryOut(deps, claimed, true);
  } catch (error) {
    // It is written down in the draft, for whoever comes back to it.
    if (!LatchboxError.is(error)) throw error;
  }
}

async function claimOpen(
  deps: InboxDraftDeps,
  actor: Actor,
  id: string,
): Promise<StoredInboxDraft | undefined> {
  const act = actOf('confirmed', id);
  try {
    return await administer(deps, actor, act, async (tx) => {
      await requireAdmin(tx, actor);
      const draft = await holdDraft(tx, id);
      if (draft === undefined) throw refuse('not_found');
      if (draft.state === 'done') return undefined;
      if (draft.state !== 'open') throw new LatchboxError('conflict', { revision: draft.revision });
      await requireComplete(tx, deps, draft);
      const step = {
        state: 'confirming',
        confirmedBy: actor.agentId,
        problem: null,
        dueAt: tx.now + CLAIMED_FOR,
        claimNo: draft.claimNo + 1,
        attempts: 0,
      } as const;
      await stepDraft(tx, id, step);
      await writeAudit(tx, { ...act, actorId: actor.agentId });
      return { ...draft, ...step };
    });
  } catch (error) {
    if (violates(error, 'inbox_drafts_number')) throw refuseBy('number_in_use');
    throw error;
  }
}

async function requireComplete(tx: Tx, deps: InboxDraftDeps, draft: StoredInboxDraft): Promise<void> {
  const { waits } = await standingOf(tx.db, draft);
  if (waits && draft.members.length > 0) throw refuse('not_registered');
  const issues = await issuesOf(tx.db, draft, { texting: deps.numbers !== undefined, waits });
  if (issues.length === 0) return;
  throw new LatchboxError('invalid', { issues: issues.map(({ path, message }) => ({ path, message })) });
}

/** `again`: a server before this one may have bought the number. */
async function carryOut(deps: InboxDraftDeps, draft: StoredInboxDraft, again: boolean): Promise<void> {
  const bought = draft.number === null ? null : await buy(deps, draft, draft.number, again);
  if (bought === undefined) return;
  try {
    await createClaimed(deps, draft, bought);
  } catch (error) {
    const problem = problemOf(error);
    // Anything else may pass: the draft is due again.
    if (problem === undefined) throw error;
    await giveBackAfter(deps, draft, bought, problem);
    throw error;
  }
}

/** Undefined: nobody knows whether it was bought; the draft is due again later. Throws when it was not. */
async function buy(
  deps: InboxDraftDeps,
  draft: StoredInboxDraft,
  e164: string,
  again: boolean,
): Promise<BoughtNumber | undefined> {
  const { numbers: desk, log } = deps;
  if (desk === undefined) throw refuse('not_found');
  try {
    const found = again ? await desk.find(e164, draft.id) : undefined;
    if (found !== undefined) return found;
    const answer = await desk.buy(e164, draft.id);
    if (answer.outcome === 'bought') return answer.number;
    // Taken by ourselves, when the answer to an earlier attempt came to nobody.
    const own = answer.outcome === 'taken' && again ? await desk.find(e164, draft.id) : undefined;
    if (own !== undefined) return own;
    await step(deps, draft, { state: 'open', dueAt: null, problem: answer.reason });
    throw answer.outcome === 'taken'
      ? new LatchboxError('refused', { rule: 'number_gone' }, { message: answer.reason })
      : new LatchboxError('not_connected', {}, { message: answer.reason });
  } catch (error) {
    if (LatchboxError.is(error)) throw error;
    log.warn('Nobody knows whether a number was bought; it is looked for again', {
      draftId: draft.id,
      error: String(error),
    });
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(draft.attempts, 20));
    await stepAt(deps, draft, (now) => ({ dueAt: now + wait }));
    return undefined;
  }
}

async function createClaimed(
  deps: InboxDraftDeps,
  claimed: StoredInboxDraft,
  bought: BoughtNumber | null,
): Promise<void> {
  const by = claimed.confirmedBy ?? claimed.startedBy;
  const created = await administer(deps, { agentId: by }, actOf('confirmed', claimed.id), async (tx) => {
    await requireAdmin(tx, { agentId: by });
    const draft = await holdDraft(tx, claimed.id);
    if (draft?.state !== 'confirming' || draft.claimNo !== claimed.claimNo) return undefined;
    await requireComplete(tx, deps, draft);
    return await createFrom(tx, deps, draft, bought, by);
  });
  if (created === undefined) {
    if (bought !== null) await giveBackOrphan(deps, claimed.id, bought);
  } else if (created.needsCampaign) {
    // Written down as due with the number itself; this only saves the wait.
    await deps.numbers?.added(created.teamId).catch((error: unknown) => {
      deps.log.warn('A registration was not told of its new number', { error: String(error) });
    });
  }
}

/** Somebody else has gone on with the draft while this number was being bought: who is at it now finds it, else it is nobody's. */
async function giveBackOrphan(deps: InboxDraftDeps, id: string, { sid }: BoughtNumber): Promise<void> {
  const draft = await draftById(deps.db.read, id);
  const atIt = draft?.state === 'confirming' || draft?.state === 'releasing';
  if (atIt || (await hasNumberOfSid(deps.db.read, sid))) return;
  await deps.numbers?.release(sid);
}

/** Why an inbox cannot be created, where trying again does not help. */
function problemOf(error: unknown): string | undefined {
  if (violates(error, 'numbers_e164')) return 'An inbox has this number.';
  if (LatchboxError.is(error, 'invalid'))
    return error.details.issues.map(({ path, message }) => `${path} ${message}`).join(', ');
  if (LatchboxError.is(error, 'timeout', 'internal')) return undefined;
  return LatchboxError.is(error) ? error.message : undefined;
}

async function giveBackAfter(
  deps: InboxDraftDeps,
  draft: StoredInboxDraft,
  bought: BoughtNumber | null,
  problem: string,
): Promise<void> {
  if (bought === null) return await step(deps, draft, { state: 'open', dueAt: null, problem });
  await step(deps, draft, { state: 'releasing', numberSid: bought.sid, problem });
  await giveBack(deps, { ...draft, numberSid: bought.sid, problem });
}

/** Nobody pays for what no inbox has. */
async function giveBack(deps: InboxDraftDeps, draft: StoredInboxDraft): Promise<void> {
  try {
    if (draft.numberSid !== null) await deps.numbers?.release(draft.numberSid);
  } catch (error) {
    deps.log.error('A number was bought and could not be given back yet', {
      draftId: draft.id,
      error: String(error),
    });
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(draft.attempts, 20));
    await stepAt(deps, draft, (now) => ({ dueAt: now + wait }));
    return;
  }
  await step(deps, draft, { state: 'open', numberSid: null, dueAt: null });
}

const step = (deps: InboxDraftDeps, draft: StoredInboxDraft, change: DraftStep): Promise<void> =>
  stepAt(deps, draft, () => change);

/** Under the number of the claim. */
async function stepAt(
  { db }: InboxDraftDeps,
  { id, claimNo }: StoredInboxDraft,
  change: (now: number) => DraftStep,
): Promise<void> {
  await db.inTransaction(async (tx) => {
    const draft = await holdDraft(tx, id);
    if (draft?.claimNo === claimNo && draft.state !== 'done') await stepDraft(tx, id, change(tx.now));
  });
}
