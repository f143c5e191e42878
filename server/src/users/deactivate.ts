/** Deactivating somebody, with what they leave behind in other hands (T14). */
import { refuseBy } from '@latchbox/shared';
import type { User } from '@latchbox/shared/http/users';
import { openSignIns } from '../database/directory/sign-ins.ts';
import {
  apiKeysOf,
  assignedTo,
  contactsOwned,
  draftCount,
  mailboxesOwned,
  waitingOf,
} from '../database/hand-ons.ts';
import { locksInScope } from '../database/locks.ts';
import { violates } from '../database/unique-violation.ts';
import { applyChange } from '../directory/agents.ts';
import type { Actor } from '../directory/api.ts';
import { requireColleague } from '../directory/leave-behind.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { endSignInsOf } from '../directory/revoke.ts';
import { actOnUser } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { beginHandOn } from './hand-on.ts';
import { personOrRefuse, userById } from './records.ts';

export interface HandTo {
  readonly locksTo?: string | null | undefined;
  readonly assignmentsTo?: string | null | undefined;
  readonly draftsTo?: string | null | undefined;
  readonly contactsTo?: string | null | undefined;
}

export interface Deactivated {
  readonly user: User;
  readonly locks: { readonly handed: number; readonly released: number };
  readonly done: boolean;
  readonly assigned: number;
  readonly cleared: number;
  readonly drafts: number;
  readonly contacts: number;
  readonly stopped: number;
}

/** How much would be left behind; for admins, who need not be members of the inboxes in which it is: nothing says what it is. */
export async function getHoldings(deps: UsersDeps, actor: Actor, user: string) {
  await readAsAdmin(deps, actor);
  const db = deps.db.read;
  await personOrRefuse(db, user);
  return {
    locks: (await locksInScope(db, { agentId: user })).length,
    assigned: await assignedTo(db, user),
    drafts: await draftCount(db, user),
    contacts: await contactsOwned(db, user),
    scheduled: (await waitingOf(db, user)).length,
    mailboxes: await mailboxesOwned(db, user),
    apiKeys: await apiKeysOf(db, user),
    signIns: (await openSignInsNow(deps, user)).length,
  };
}

function openSignInsNow(deps: UsersDeps, user: string): Promise<string[]> {
  return deps.db.inTransaction((tx) => openSignIns(tx, user));
}

/** How long (ms) nobody else begins with what is left: whoever deactivated does the first steps. */
const FIRST_AFTER = 30_000;

export async function deactivate(
  deps: UsersDeps,
  actor: Actor,
  user: string,
  to: HandTo,
): Promise<Deactivated> {
  const { id, locks, stopped } = await act(deps, actor, user, to).catch((error: unknown) => {
    // The colleague took another lock at the same moment: then theirs stays, and these are free.
    if (!violates(error, 'lock_epochs_open_agent')) throw error;
    return act(deps, actor, user, { ...to, locksTo: null });
  });
  const hand = id === undefined ? undefined : await beginHandOn(deps, id);
  return {
    user: await userById(deps.db.read, user),
    locks,
    stopped,
    done: hand === undefined || hand.dueAt === null,
    assigned: hand?.assigned ?? 0,
    cleared: hand?.cleared ?? 0,
    drafts: hand?.drafts ?? 0,
    contacts: hand?.contacts ?? 0,
  };
}

interface Acted {
  /** Of what is handed on. */
  readonly id: string | undefined;
  readonly locks: Deactivated['locks'];
  readonly stopped: number;
}

/** What counts at once, all or nothing; the rest is a row that says what is to be done. */
function act(deps: UsersDeps, actor: Actor, user: string, to: HandTo): Promise<Acted> {
  const action = 'user.deactivated';
  return actOnUser(deps, actor, { action, user, step: 'deactivated' }, async (tx, before) => {
    if (actor.agentId === user) throw refuseBy('user_is_yourself');
    const { locksTo = null, assignmentsTo = null, draftsTo = null, contactsTo = null } = to;
    for (const [path, id] of Object.entries({ locksTo, assignmentsTo, draftsTo, contactsTo }))
      if (id !== null) await requireColleague(tx, user, id, path);
    const held = (await locksInScope(tx.db, { agentId: user })).length;
    const stopped = (await waitingOf(tx.db, user)).length;
    await endSignInsOf(tx, user);
    const by = actor.agentId;
    const handed = locksTo === null ? 0 : await deps.locks.handInScope(tx, { from: user, to: locksTo }, by);
    const locks = { handed, released: held - handed };
    const details = { locksTo, assignmentsTo, draftsTo, contactsTo, locks };
    const handTo = { assignmentsTo, draftsTo, contactsTo, firstAfter: FIRST_AFTER };
    const how = { by, action, details, handTo };
    const { handOn } = await applyChange(tx, deps, before, { state: 'deactivated' }, how);
    return { id: handOn, locks, stopped };
  });
}
