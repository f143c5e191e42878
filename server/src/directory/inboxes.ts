import { DEFAULT_TIMES, InboxTimes } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import {
  apiCodesLike,
  inboxesOfAgent,
  inboxesWithHead,
  insertInbox,
  listInboxes,
  type StoredInbox,
  updateInbox,
} from '../database/directory/inboxes.ts';
import { listTeams, membersOfInbox, teamById } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { appendEvent, streamHead } from '../database/event-log.ts';
import { MOST_READS, readEach } from '../database/read-each.ts';
import { newId } from '../lib/ids.ts';
import { createTogether } from '../lib/together.ts';
import { administer, invalid, requireAdmin } from './admin.ts';
import { apiCodeOf, freeApiCode } from './api-code.ts';
import type { Actor, InboxChange, Inboxes, InboxRecord, NewInbox } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { managedInbox, memberInbox, readAsAdmin, visibleInbox } from './inbox-access.ts';
import { candidatesOf, memberHoldings, putMember, removeMember } from './inbox-members.ts';

const DEFAULT_COLOUR = '#4c6ef5';

export function createInboxes(deps: DirectoryDeps): Inboxes {
  const { db } = deps;
  // Everybody who comes asks for it, and all of them at once when a server comes back.
  const withHead = createTogether(MOST_READS, (agentIds: readonly string[]) =>
    readEach(db, agentIds, inboxesWithHead),
  );
  return {
    inboxesOf: (agentId) => inboxesOfAgent(db.read, agentId),

    inboxesAsOf: async (agentId) =>
      (await withHead(agentId)) ??
      (await db.readTogether(async (read) => ({
        inboxes: await inboxesOfAgent(read, agentId),
        seq: await streamHead(read, `agent:${agentId}`),
      }))),

    async inboxOf(agentId, idOrCode) {
      const { inbox, capability } = await memberInbox(db.read, agentId, idOrCode);
      return { ...inbox, capability };
    },

    async inboxIds(agentId, idsOrCodes) {
      const found = await Promise.all(idsOrCodes.map((ref) => memberInbox(db.read, agentId, ref)));
      return found.map(({ inbox }) => inbox.id);
    },

    async allInboxes(actor) {
      await readAsAdmin(deps, actor);
      const mine = new Map(
        (await inboxesOfAgent(db.read, actor.agentId)).map((inbox) => [inbox.id, inbox.capability]),
      );
      return (await listInboxes(db.read)).map((inbox) => ({
        ...inbox,
        capability: mine.get(inbox.id) ?? null,
      }));
    },

    createInbox: (actor, input) =>
      administer(deps, actor, { action: 'inbox.created', objectType: 'inbox', objectId: '' }, async (tx) => {
        await requireAdmin(tx, actor);
        return await createInbox(tx, input, actor.agentId);
      }),

    changeInbox: (actor, ref, input) =>
      administer(deps, actor, { action: 'inbox.changed', objectType: 'inbox', objectId: ref }, (tx) =>
        changeInbox(tx, deps, actor, ref, input),
      ),

    async members(actor, ref) {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return await membersOfInbox(db.read, inbox.id);
    },

    candidates: (actor, ref) => candidatesOf(deps, actor, ref),
    putMember: (actor, ref, agentId, to) => putMember(deps, actor, ref, agentId, to),
    memberHoldings: (actor, ref, agentId) => memberHoldings(deps, actor, ref, agentId),
    removeMember: (actor, ref, agentId, to) => removeMember(deps, actor, ref, agentId, to),
  };
}

/** `by` has been checked by the caller. */
export async function createInbox(tx: Tx, input: NewInbox, by: string): Promise<InboxRecord> {
  const inbox: StoredInbox = {
    id: newId('ibx'),
    kind: 'shared',
    name: input.name,
    apiCode: input.apiCode ?? (await generatedCode(tx, input.name)),
    colour: input.colour ?? DEFAULT_COLOUR,
    teamId: await chosenTeam(tx, input.teamId),
    lockOn: input.lockOn ?? 'open',
    times: checkedTimes({ ...DEFAULT_TIMES, ...given(input.times) }),
    takeOverBy: input.takeOverBy ?? 'admins',
  };
  await insertInbox(tx, inbox);
  const { id: objectId, name, apiCode, teamId } = inbox;
  await writeAudit(tx, {
    actorId: by,
    action: 'inbox.created',
    objectType: 'inbox',
    objectId,
    details: { name, apiCode, teamId },
  });
  return { ...inbox, capability: null };
}

async function generatedCode(tx: Tx, name: string): Promise<string> {
  const code = apiCodeOf(name);
  return freeApiCode(code, await apiCodesLike(tx.db, code));
}

async function chosenTeam(tx: Tx, teamId: string | undefined): Promise<string> {
  if (teamId !== undefined) {
    if ((await teamById(tx.db, teamId)) === undefined) throw invalid('teamId', 'there is no such team');
    return teamId;
  }
  const teams = await listTeams(tx.db);
  const [only] = teams;
  if (only === undefined || teams.length > 1) throw invalid('teamId', 'choose a team');
  return only.id;
}

function checkedTimes(times: InboxTimes): InboxTimes {
  const parsed = InboxTimes.safeParse(times);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(['times', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not allowed');
}

/** Without the fields that are there but undefined. */
function given<T extends object>(fields: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

async function changeInbox(
  tx: Tx,
  deps: DirectoryDeps,
  actor: Actor,
  ref: string,
  input: InboxChange,
): Promise<InboxRecord> {
  const { inbox: before, capability } = await managedInbox(tx, actor, ref);
  const { times, ...rest } = input;
  const inbox: StoredInbox = {
    ...before,
    ...given(rest),
    times: checkedTimes({ ...before.times, ...given(times) }),
  };
  if (JSON.stringify(inbox) === JSON.stringify(before)) return { ...before, capability };
  await updateInbox(tx, inbox);
  await writeAudit(tx, {
    actorId: actor.agentId,
    action: 'inbox.changed',
    objectType: 'inbox',
    objectId: inbox.id,
    // What a personal inbox is called is its owner's business alone.
    details: inbox.kind === 'personal' ? {} : changes(before, inbox),
  });
  await appendEvent(tx, `inbox:${inbox.id}`, { type: 'inbox.changed', inbox }, deps.wake);
  return { ...inbox, capability };
}
