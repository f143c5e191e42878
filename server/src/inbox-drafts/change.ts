/** Filling in the steps: each field is checked when it is given. */
import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import type { Handle, Tx } from '../database/database.ts';
import { listTeams } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import {
  type DraftFields,
  draftById,
  holdDraft,
  insertDraft,
  removeDraft,
  type StoredInboxDraft,
  writeDraft,
} from '../database/inbox-drafts.ts';
import { numberByE164 } from '../database/texting/numbers.ts';
import { administer, invalid, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { changes } from '../directory/changes.ts';
import { newId } from '../lib/ids.ts';
import { readPhone } from '../lib/phone.ts';
import type { DraftChange, InboxDraftDeps } from './api.ts';
import { issuesOf, standingOf } from './view.ts';

const DEFAULT_COLOUR = '#4c6ef5';

export const actOf = (action: string, objectId: string) => ({
  action: `inbox_draft.${action}`,
  objectType: 'inbox_draft',
  objectId,
});

/** Throws as the routes say. */
export async function beginDraft(
  deps: InboxDraftDeps,
  actor: Actor,
  given: DraftChange,
): Promise<StoredInboxDraft> {
  return await administer(deps, actor, actOf('begun', ''), async (tx) => {
    await requireAdmin(tx, actor);
    const teams = await listTeams(tx.db);
    const [only] = teams;
    const first: DraftFields = {
      name: '',
      apiCode: null,
      teamId: teams.length === 1 && only !== undefined ? only.id : null,
      colour: DEFAULT_COLOUR,
      number: null,
      voiceForward: null,
      members: [],
    };
    const id = newId('idr');
    await insertDraft(tx, { id, startedBy: actor.agentId }, first);
    const before = await known(tx.db, id);
    const fields = await checked(tx, deps, before, given);
    await writeDraft(tx, id, fields);
    await writeAudit(tx, { ...actOf('begun', id), actorId: actor.agentId, details: { ...fields } });
    return await known(tx.db, id);
  });
}

/** Throws as the routes say. */
export async function changeDraft(
  deps: InboxDraftDeps,
  actor: Actor,
  { id, revision }: { readonly id: string; readonly revision: number },
  given: DraftChange,
): Promise<StoredInboxDraft> {
  return await administer(deps, actor, actOf('changed', id), async (tx) => {
    const before = await openDraft(tx, actor, id);
    if (before.revision !== revision) throw new LatchboxError('conflict', { revision: before.revision });
    const fields = await checked(tx, deps, before, given);
    const told = changes(fieldsOf(before), fields);
    if (Object.keys(told.after).length === 0) return before;
    await writeDraft(tx, id, fields);
    await writeAudit(tx, { ...actOf('changed', id), actorId: actor.agentId, details: told });
    return await known(tx.db, id);
  });
}

export async function dropDraft(deps: InboxDraftDeps, actor: Actor, id: string): Promise<void> {
  await administer(deps, actor, actOf('removed', id), async (tx) => {
    const { name } = await openDraft(tx, actor, id);
    await removeDraft(tx, id);
    await writeAudit(tx, { ...actOf('removed', id), actorId: actor.agentId, details: { name } });
  });
}

/** A draft that can be changed, held. Throws `conflict` for one that is being confirmed or is done. */
async function openDraft(tx: Tx, actor: Actor, id: string): Promise<StoredInboxDraft> {
  await requireAdmin(tx, actor);
  const draft = await holdDraft(tx, id);
  if (draft === undefined) throw refuse('not_found');
  if (draft.state !== 'open') throw new LatchboxError('conflict', { revision: draft.revision });
  return draft;
}

export async function known(db: Handle, id: string): Promise<StoredInboxDraft> {
  const draft = await draftById(db, id);
  if (draft === undefined) throw refuse('not_found');
  return draft;
}

export function fieldsOf(draft: DraftFields): DraftFields {
  const { name, apiCode, teamId, colour, number, voiceForward, members } = draft;
  return { name, apiCode, teamId, colour, number, voiceForward, members };
}

/** The draft with what is given. What was right before may be wrong with it: that is said when it is shown, and when it is confirmed. */
async function checked(
  tx: Tx,
  deps: InboxDraftDeps,
  before: StoredInboxDraft,
  given: DraftChange,
): Promise<DraftFields> {
  const after: DraftFields = {
    ...fieldsOf(before),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(await phones(tx, deps, given)),
  };
  const draft = { ...before, ...after };
  const { waits } = await standingOf(tx.db, draft);
  if (waits && (given.members?.length ?? 0) > 0) throw refuse('not_registered');
  const texting = deps.numbers !== undefined;
  const issues = (await issuesOf(tx.db, draft, { texting, waits })).filter(({ path }) =>
    Object.entries(given).some(
      ([field, value]) => value !== undefined && value !== null && path.split('.')[0] === field,
    ),
  );
  if (issues.length > 0)
    throw new LatchboxError('invalid', {
      issues: issues.map(({ path, message }) => ({ path, message })),
    });
  return { ...after, members: once(after.members) };
}

async function phones(
  tx: Tx,
  { numbers }: InboxDraftDeps,
  given: DraftChange,
): Promise<Partial<DraftFields>> {
  const read = (path: 'number' | 'voiceForward') => {
    const typed = given[path];
    if (typed === undefined || typed === null) return {};
    const phone = readPhone(typed);
    if (phone === undefined) throw invalid(path, 'is no phone number');
    return { [path]: phone.e164 };
  };
  const found: Partial<DraftFields> = { ...read('number'), ...read('voiceForward') };
  if (typeof found.number === 'string' && numbers !== undefined) {
    const other = await numberByE164(tx.db, found.number);
    if (other !== undefined) throw refuseBy('number_in_use');
  }
  return found;
}

/** Of somebody who is named twice the last word counts. */
function once(members: DraftFields['members']): DraftFields['members'] {
  return [...new Map(members.map((one) => [one.agentId, one])).values()];
}
