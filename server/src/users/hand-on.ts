/**
 * Handing on what somebody leaves behind (T14), everywhere or in one inbox. It is a row that is written with the deactivation, or with
 * the end of the membership, itself, so that it goes on whoever dies in between: in steps, each a short transaction, since there may be thousands of conversations. What was handed on is not there
 * any more to be handed on, which is why a step that is done twice does nothing.
 */
import { setAssigned } from '../database/assignees.ts';
import { findAccess } from '../database/authorize.ts';
import { addChore, conversationsOf } from '../database/contacts/following.ts';
import type { Tx } from '../database/database.ts';
import { handDraftOver } from '../database/draft-hand-over.ts';
import { appendEvent } from '../database/event-log.ts';
import {
  draftsOf,
  dueHandOns,
  handContacts,
  type HandOn,
  handOnById,
  handOnForUpdate,
  noteHandOn,
  toHandOn,
  waitingOf,
} from '../database/hand-ons.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { personById } from '../database/people.ts';
import { conversationRow } from '../database/rows.ts';
import { changeSchedule } from '../database/scheduled.ts';
import { createLoop, type Loop } from '../lib/loop.ts';
import { addActivity } from '../messaging/entries/activity.ts';
import { ownersChanged } from '../messaging/conversations/responsible.ts';
import { notify } from '../notices/notify.ts';
import { tellSchedule } from '../messaging/scheduling/schedule.ts';
import { tellStopped } from '../messaging/scheduling/tell-stopped.ts';
import type { UsersDeps } from './deps.ts';

/** Conversations in one transaction. */
const STEP = 20;
/** Contacts in one transaction, and conversations of one of them that follow in it. */
const CONTACTS = 5;
const AT_ONCE = 20;
/** Ms for which nobody else begins to work at it; renewed with every step. */
const LEASE = 30_000;
/** Steps that a request waits for; what is left goes on by itself. */
const STEPS_WAITED_FOR = 50;

/** Ms between two looks for what somebody else left undone. */
const EVERY = 15_000;

export type HandOnDeps = Pick<UsersDeps, 'db' | 'wake' | 'clock' | 'log'>;

/** Goes on with what was begun; every server with the role `worker` looks. */
export function createHandOns(deps: HandOnDeps): Loop {
  return createLoop({
    ...deps,
    every: EVERY,
    what: 'What somebody left behind was not handed on; the next look comes',
    async look(isOver) {
      for (const id of await dueHandOns(deps.db.read, await deps.db.now(), 10)) {
        if (!isOver()) await handOn(deps, id, { steps: Number.POSITIVE_INFINITY, isOver });
      }
    },
  });
}

/** The first steps, at once; answers how far they came. */
export async function beginHandOn(deps: HandOnDeps, id: string): Promise<HandOn | undefined> {
  await handOn(deps, id, { steps: STEPS_WAITED_FOR, isOver: () => false });
  return await handOnById(deps.db.read, id);
}

interface Pace {
  readonly steps: number;
  readonly isOver: () => boolean;
}

async function handOn(deps: HandOnDeps, id: string, { steps, isOver }: Pace): Promise<void> {
  let after: string | undefined = '';
  for (let step = 0; step < steps && !isOver(); step += 1) {
    const at: string | undefined = after;
    const next: Next = await deps.db.inTransaction((tx) => oneStep(tx, deps, id, at));
    if (next === 'over') return;
    after = next.draftsAfter;
  }
  // Whoever comes next need not wait for the lease.
  await deps.db.inTransaction(async (tx) => {
    const row = await handOnForUpdate(tx, id);
    if (row !== undefined && row.dueAt !== null) await noteHandOn(tx, id, row, tx.now);
  });
}

/** `draftsAfter`: where the next drafts begin; undefined: they are done. */
type Next = 'over' | { readonly draftsAfter: string | undefined };

async function oneStep(tx: Tx, deps: HandOnDeps, id: string, draftsAfter: string | undefined): Promise<Next> {
  // One step at a time, whoever takes it.
  const row = await handOnForUpdate(tx, id);
  if (row === undefined || row.dueAt === null) return 'over';
  const lease = tx.now + LEASE;
  if (await isBack(tx, row)) return await finish(tx, deps, id, row);
  const assigned = await handAssignments(tx, deps, row);
  if (assigned !== undefined) {
    const counts = {
      ...row,
      assigned: row.assigned + assigned.assigned,
      cleared: row.cleared + assigned.cleared,
    };
    await noteHandOn(tx, id, counts, lease);
    return { draftsAfter };
  }
  // Contacts are nobody's of an inbox.
  const contacts = row.inboxId === null ? await handSomeContacts(tx, deps, row) : 0;
  if (contacts > 0) {
    await noteHandOn(tx, id, { ...row, contacts: row.contacts + contacts }, lease);
    return { draftsAfter };
  }
  const drafted = draftsAfter === undefined ? undefined : await handDrafts(tx, deps, row, draftsAfter);
  const stopped = drafted === undefined ? await stopWaiting(tx, deps, row) : 1;
  const counts = { ...row, drafts: row.drafts + (drafted?.handed ?? 0) };
  if (drafted === undefined && stopped === 0) return await finish(tx, deps, id, { ...row, ...counts });
  await noteHandOn(tx, id, counts, lease);
  return { draftsAfter: drafted?.after };
}

/** Whether somebody who left an inbox replies there again: then what they still have is theirs. It stays so until the commit. */
async function isBack(tx: Tx, { agentId, inboxId }: HandOn): Promise<boolean> {
  if (inboxId === null) return false;
  return (await inboxesOf(tx, agentId, [{ inboxId }])).has(inboxId);
}

async function finish(tx: Tx, deps: HandOnDeps, id: string, row: HandOn): Promise<'over'> {
  await noteHandOn(tx, id, row, null);
  await tellColleague(tx, deps, row);
  return 'over';
}

/** Undefined: none is left. */
async function handAssignments(
  tx: Tx,
  deps: HandOnDeps,
  { agentId, inboxId: of, by, assignmentsTo }: HandOn,
): Promise<{ readonly assigned: number; readonly cleared: number } | undefined> {
  const some = await toHandOn(tx.db, { agentId, inboxId: of }, STEP);
  if (some.length === 0) return undefined;
  // Nobody did it whose time was over.
  const admin = by === agentId ? null : await personById(tx.db, by);
  const author = admin === null ? null : { agentId: admin.id, agentName: admin.name };
  const may = await inboxesOf(tx, assignmentsTo, some);
  for (const { conversationId } of some) await holdConversation(tx, conversationId);
  const done = { assigned: 0, cleared: 0 };
  for (const { conversationId, inboxId } of some) {
    const to = may.has(inboxId) ? assignmentsTo : null;
    if ((await setAssigned(tx, conversationId, { assigneeId: to })) === 'nothing') continue;
    const person = to === null ? null : await personById(tx.db, to);
    await addActivity(tx, deps, author, conversationId, { type: 'assigned', to: person });
    done[to === null ? 'cleared' : 'assigned'] += 1;
  }
  return done;
}

/** Those of the inboxes where the colleague may reply; it stays so until the commit. */
async function inboxesOf(
  tx: Tx,
  agentId: string | null,
  some: readonly { readonly inboxId: string }[],
): Promise<Set<string>> {
  const may = new Set<string>();
  if (agentId === null) return may;
  for (const inboxId of new Set(some.map((one) => one.inboxId))) {
    const access = await findAccess(tx, agentId, { inboxId });
    if (access !== undefined && access.capability !== 'read') may.add(inboxId);
  }
  return may;
}

/** Contacts of theirs belong to the colleague, or to nobody; answers how many did. */
async function handSomeContacts(tx: Tx, deps: HandOnDeps, { agentId, contactsTo }: HandOn): Promise<number> {
  const ids = await handContacts(tx, { from: agentId, to: contactsTo }, CONTACTS);
  const now = [];
  for (const contactId of ids) {
    const many = (await conversationsOf(tx.db, contactId, '', AT_ONCE + 1)).length > AT_ONCE;
    // Too many for one transaction: the worker of contacts lets them follow.
    if (many) await addChore(tx, 'tell', contactId);
    else now.push({ contactId, ownerId: contactsTo });
  }
  await ownersChanged(tx, deps, now);
  return ids.length;
}

/** Undefined: none is left, or they stay where they are. */
async function handDrafts(
  tx: Tx,
  deps: HandOnDeps,
  { agentId, draftsTo }: HandOn,
  after: string,
): Promise<{ readonly handed: number; readonly after: string } | undefined> {
  if (draftsTo === null) return undefined;
  const some = await draftsOf(tx.db, agentId, after, STEP);
  const last = some.at(-1);
  if (last === undefined) return undefined;
  const may = await inboxesOf(tx, draftsTo, some);
  for (const { conversationId } of some) await holdConversation(tx, conversationId);
  let handed = 0;
  for (const { conversationId, inboxId } of some) {
    if (!may.has(inboxId)) continue;
    if (!(await handDraftOver(tx, { conversationId, from: agentId, to: draftsTo }))) continue;
    const row = await conversationRow(tx.db, conversationId);
    await appendEvent(tx, `inbox:${inboxId}`, { type: 'draft.changed', row }, deps.wake);
    handed += 1;
  }
  return { handed, after: last.conversationId };
}

/** Replies that wait for their time do not go out in the name of somebody who has left; their texts stay. Answers how many there were. */
async function stopWaiting(tx: Tx, deps: HandOnDeps, { agentId, inboxId }: HandOn): Promise<number> {
  const some = (await waitingOf(tx.db, agentId, inboxId)).slice(0, STEP);
  for (const id of some) {
    const stopped = { state: 'stopped', reason: inboxId === null ? 'forbidden' : 'access_lost' } as const;
    if (!(await changeSchedule(tx, id, ['waiting'], stopped))) continue;
    // Who has left altogether cannot look at it any more.
    await (inboxId === null ? tellSchedule : tellStopped)(tx, deps, id);
  }
  return some.length;
}

/** Once, of all of them together. Appends to the colleague's stream: the last thing in its transaction. */
async function tellColleague(
  tx: Tx,
  deps: HandOnDeps,
  { agentId, assignmentsTo, assigned }: HandOn,
): Promise<void> {
  if (assignmentsTo === null || assigned === 0) return;
  const from = (await personById(tx.db, agentId)) ?? { id: agentId, name: '' };
  const notification = { kind: 'handed_on' as const, conversations: assigned, from };
  await notify(tx, deps, { agentId: assignmentsTo, notification });
}
