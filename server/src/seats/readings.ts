/** Personal inboxes are their owners' alone; where the organisation allows it, an admin may read one for a while (H1). */
import { refuse, refuseBy } from '@latchbox/shared';
import type { listPersonalInboxes, listReadings } from '@latchbox/shared/http/personal-inboxes';
import type { z } from 'zod';
import type { Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import {
  inboxByRef,
  ownerOfInbox,
  raiseMemberVersion,
  type StoredInbox,
} from '../database/directory/inboxes.ts';
import { upsertMember } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { appendEvent } from '../database/event-log.ts';
import {
  addressesAt,
  dueReadings,
  endReading,
  insertReading,
  listPersonal,
  openReadings,
  type ReadingRow,
  readingById,
  readingsOf,
} from '../database/seats/readings.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { dropMember } from '../directory/inbox-members.ts';
import { newId } from '../lib/ids.ts';
import { createLoop, type Loop } from '../lib/loop.ts';
import { holdSettings, settingsOf } from './settings.ts';
import { tellRead } from './tell.ts';

/** How long (ms) an inbox stays open to an admin. */
const READS_FOR = 3_600_000;
const MOST_READINGS = 100;

type Reading = z.output<(typeof listReadings)['response']>['readings'][number];
type Personal = z.output<(typeof listPersonalInboxes)['response']>['inboxes'][number];

export interface PersonalInboxes {
  /** Throws `forbidden`, and `refused` unless the organisation lets admins read. */
  list(actor: Actor): Promise<Personal[]>;
  /** As `list`; `not_found` for one that is not there. */
  open(actor: Actor, ref: string, reason: string): Promise<Reading>;
  close(actor: Actor, ref: string): Promise<void>;
  /** For its owner; `not_found` for everybody else. */
  readings(actor: Actor, ref: string): Promise<Reading[]>;
}

export function createPersonalInboxes(deps: DirectoryDeps): PersonalInboxes {
  const { db } = deps;
  return {
    async list(actor) {
      await readAsAdmin(deps, actor);
      if (!(await settingsOf(db.read)).adminsMayReadPersonal) throw refuseBy('inbox_personal_closed');
      const addresses = Map.groupBy(await addressesAt(db.read), ({ inboxId }) => inboxId);
      return (await listPersonal(db.read)).map((inbox) => ({
        ...inbox,
        addresses: (addresses.get(inbox.id) ?? []).map(({ address }) => address),
      }));
    },
    open: (actor, ref, reason) => openToRead(deps, actor, ref, reason),
    close: (actor, ref) =>
      administer(deps, actor, actOn('personal_inbox.closed', ref), async (tx) => {
        const inbox = await inboxByRef(tx.db, ref);
        const [open] = await openReadings(tx, { inboxId: inbox?.id ?? ref, agentId: actor.agentId });
        if (open === undefined) throw refuse('not_found');
        await end(tx, deps, open, actor.agentId);
      }),
    async readings(actor, ref) {
      const inbox = await inboxByRef(db.read, ref);
      const owner = inbox && (await ownerOfInbox(db.read, inbox.id));
      if (inbox === undefined || owner !== actor.agentId) throw refuse('not_found');
      return (await readingsOf(db.read, inbox.id, MOST_READINGS)).map(shown);
    },
  };
}

const actOn = (action: string, objectId: string) => ({ action, objectType: 'inbox', objectId });

function shown({
  id,
  agentId,
  name,
  reason,
  createdAt,
  until,
  endedAt,
}: ReadingRow & { name: string }): Reading {
  return { id, by: { id: agentId, name }, reason, from: createdAt, until, endedAt };
}

function openToRead(deps: DirectoryDeps, actor: Actor, ref: string, reason: string): Promise<Reading> {
  const act = actOn('personal_inbox.opened', ref);
  return administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    // Held: whoever takes the permission back ends this reading as well.
    if (!(await holdSettings(tx)).adminsMayReadPersonal) throw refuseBy('inbox_personal_closed');
    const inbox = await inboxByRef(tx.db, ref);
    const ownerId = inbox && (await ownerOfInbox(tx.db, inbox.id));
    if (inbox?.kind !== 'personal' || !ownerId) throw refuse('not_found');
    if (ownerId === actor.agentId) throw refuseBy('inbox_personal_yours');
    const { agentId } = actor;
    for (const before of await openReadings(tx, { inboxId: inbox.id, agentId }))
      await endReading(tx, before.id);
    const row = { id: newId('prd'), inboxId: inbox.id, agentId, reason, createdAt: tx.now, endedAt: null };
    const reading = { ...row, until: tx.now + READS_FOR };
    await insertReading(tx, reading);
    const name = await addReader(tx, deps, inbox, agentId);
    const details = { ownerId, reason, until: reading.until };
    await writeAudit(tx, { ...act, objectId: inbox.id, actorId: agentId, details });
    await tellRead(tx, deps, { ownerId, inbox, by: { id: agentId, name }, reason });
    return shown({ ...reading, name });
  });
}

async function addReader(
  tx: Tx,
  { wake }: DirectoryDeps,
  inbox: StoredInbox,
  agentId: string,
): Promise<string> {
  const name = (await agentById(tx.db, agentId))?.name ?? '';
  await upsertMember(tx, inbox.id, agentId, 'read');
  await raiseMemberVersion(tx, inbox.id);
  const joined = { type: 'member.changed', person: { id: agentId, name }, capability: 'read' } as const;
  await appendEvent(tx, `inbox:${inbox.id}`, joined, wake);
  const visible = { type: 'inbox.visible', inbox: { ...inbox, capability: 'read' } } as const;
  await appendEvent(tx, `agent:${agentId}`, visible, wake);
  return name;
}

async function end(
  tx: Tx,
  deps: DirectoryDeps,
  { id, inboxId, agentId }: ReadingRow,
  by: string | null,
): Promise<void> {
  if (!(await endReading(tx, id))) return;
  await dropMember(tx, deps, { agentId, inboxId, by }, null);
  const details = { agentId };
  await writeAudit(tx, { ...actOn('personal_inbox.closed', inboxId), actorId: by, details });
}

/** Nobody reads personal inboxes any more: the organisation took it back in this transaction. */
export async function endAllReadings(tx: Tx, deps: DirectoryDeps, by: string): Promise<void> {
  for (const reading of await openReadings(tx, 'all')) await end(tx, deps, reading, by);
}

const BATCH = 50;

/** Closes personal inboxes when their time is over, or who opened them is no admin any more. */
export function createReadingEnds(deps: DirectoryDeps & { readonly every: number }): Loop {
  const { db } = deps;
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Personal inboxes that are open to be read were not looked for; the next look comes',
    async look() {
      for (const id of await dueReadings(db.read, await db.now(), BATCH)) {
        await db.inTransaction(async (tx) => {
          const reading = await readingById(tx, id);
          if (reading !== undefined) await end(tx, deps, reading, null);
        });
      }
    },
  });
}
