import { and, asc, eq, like, or, sql } from 'drizzle-orm';
import type { Capability, InboxKind, InboxTimes, LockOn, TakeOverBy } from '@latchbox/shared';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inboxes, inboxMembers, streams } from '../schema/sqlite.ts';
import { isUsable } from '../texting/waiting.ts';

/** An inbox without what one agent may do there. */
export interface StoredInbox {
  readonly id: string;
  readonly kind: InboxKind;
  readonly name: string;
  readonly apiCode: string;
  readonly colour: string;
  readonly teamId: string;
  readonly lockOn: LockOn;
  readonly times: InboxTimes;
  readonly takeOverBy: TakeOverBy;
}

const columns = {
  id: inboxes.id,
  kind: inboxes.kind,
  name: inboxes.name,
  apiCode: inboxes.apiCode,
  colour: inboxes.colour,
  teamId: inboxes.teamId,
  lockOn: inboxes.lockOn,
  lockTtl: inboxes.lockTtl,
  reconnectGrace: inboxes.reconnectGrace,
  idleAfter: inboxes.idleAfter,
  idleGrace: inboxes.idleGrace,
  askGrace: inboxes.askGrace,
  offerTime: inboxes.offerTime,
  handOverTime: inboxes.handOverTime,
  takeOverBy: inboxes.takeOverBy,
};
type Columns = Omit<StoredInbox, 'times'> & InboxTimes;

const toInbox = (row: Columns): StoredInbox => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  apiCode: row.apiCode,
  colour: row.colour,
  teamId: row.teamId,
  lockOn: row.lockOn,
  times: {
    lockTtl: row.lockTtl,
    reconnectGrace: row.reconnectGrace,
    idleAfter: row.idleAfter,
    idleGrace: row.idleGrace,
    askGrace: row.askGrace,
    offerTime: row.offerTime,
    handOverTime: row.handOverTime,
  },
  takeOverBy: row.takeOverBy,
});

const ofAgent = prepared<{ agentId: string }, (Columns & { capability: Capability })[]>(
  'directory.inboxesOf',
  (db) =>
    db
      .select({ ...columns, capability: inboxMembers.capability })
      .from(inboxMembers)
      .innerJoin(inboxes, eq(inboxes.id, inboxMembers.inboxId))
      .where(and(eq(inboxMembers.agentId, sql.placeholder('agentId')), isUsable()))
      .orderBy(asc(inboxes.name), asc(inboxes.id)),
);

export type MemberInbox = StoredInbox & { readonly capability: Capability };

/** The inboxes an agent is a member of, by name; without those that wait for their registration (M4). */
export async function inboxesOfAgent(db: Handle, agentId: string): Promise<MemberInbox[]> {
  return (await ofAgent(db, { agentId })).map((row) => ({ ...toInbox(row), capability: row.capability }));
}

const ofAgentNow = prepared<
  { agentId: string },
  (Columns & { capability: Capability; seq: number | null })[]
>('directory.inboxesAsOf', (db) =>
  db
    .select({
      ...columns,
      capability: inboxMembers.capability,
      seq: sql<
        number | null
      >`(select ${streams.lastSeq} from ${streams} where ${streams.id} = 'agent:' || ${inboxMembers.agentId})`.mapWith(
        streams.lastSeq,
      ),
    })
    .from(inboxMembers)
    .innerJoin(inboxes, eq(inboxes.id, inboxMembers.inboxId))
    .where(and(eq(inboxMembers.agentId, sql.placeholder('agentId')), isUsable()))
    .orderBy(asc(inboxes.name), asc(inboxes.id)),
);

/**
 * The inboxes of an agent, and the newest sequence number of its own stream at that moment: in one query, because everybody who
 * comes asks it. Undefined for an agent without an inbox, of whom it finds no row.
 */
export async function inboxesWithHead(
  db: Handle,
  agentId: string,
): Promise<{ inboxes: MemberInbox[]; seq: number } | undefined> {
  const rows = await ofAgentNow(db, { agentId });
  const [first] = rows;
  if (first === undefined) return undefined;
  const found = rows.map((row) => ({ ...toInbox(row), capability: row.capability }));
  return { inboxes: found, seq: first.seq ?? 0 };
}

const byRef = prepared<{ ref: string }, Columns[]>('directory.inboxByRef', (db) =>
  db
    .select(columns)
    .from(inboxes)
    .where(or(eq(inboxes.id, sql.placeholder('ref')), eq(inboxes.apiCode, sql.placeholder('ref')))),
);

/** By id or API code; the two never look alike (a code has no `_`). */
export async function inboxByRef(db: Handle, ref: string): Promise<StoredInbox | undefined> {
  const [row] = await byRef(db, { ref });
  return row && toInbox(row);
}

/** All shared ones: personal inboxes are in no list but their owners'. */
export async function listInboxes(db: Handle): Promise<StoredInbox[]> {
  const rows = await db
    .select(columns)
    .from(inboxes)
    .where(eq(inboxes.kind, 'shared'))
    .orderBy(asc(inboxes.name), asc(inboxes.id));
  return rows.map(toInbox);
}

/** Whose a personal inbox is; null for a shared one and for one that is not there. */
export async function ownerOfInbox(db: Handle, inboxId: string): Promise<string | null> {
  const rows = await db.select({ ownerId: inboxes.ownerId }).from(inboxes).where(eq(inboxes.id, inboxId));
  return rows[0]?.ownerId ?? null;
}

/** API codes that begin with `start`, which holds no wildcard. */
export async function apiCodesLike(db: Handle, start: string): Promise<string[]> {
  const rows = await db
    .select({ apiCode: inboxes.apiCode })
    .from(inboxes)
    .where(like(inboxes.apiCode, `${start}%`));
  return rows.map((row) => row.apiCode);
}

/** A unique violation (`inboxes_api_code`) is the caller's to answer. */
export async function insertInbox(
  tx: Tx,
  inbox: StoredInbox & { readonly ownerId?: string; readonly homeAddress?: string },
): Promise<void> {
  const { times, ...rest } = inbox;
  await tx.db.insert(inboxes).values({ ...rest, ...times, memberVersion: 1, createdAt: tx.now });
}

export async function updateInbox(tx: Tx, inbox: StoredInbox): Promise<void> {
  const { id, times, name, apiCode, colour, lockOn, takeOverBy } = inbox;
  await tx.db
    .update(inboxes)
    .set({ name, apiCode, colour, lockOn, takeOverBy, ...times })
    .where(eq(inboxes.id, id));
}

/** Tells the pumps that somebody came, went, or may do more or less. */
export async function raiseMemberVersion(tx: Tx, inboxId: string): Promise<void> {
  await tx.db
    .update(inboxes)
    .set({ memberVersion: sql`${inboxes.memberVersion} + 1` })
    .where(eq(inboxes.id, inboxId));
}

/** Ids of the shared inboxes of a team that an agent is a member of, in the order in which their rows are to be locked. */
export async function inboxIdsOfTeamMember(tx: Tx, teamId: string, agentId: string): Promise<string[]> {
  const rows = await tx.db
    .select({ id: inboxes.id })
    .from(inboxMembers)
    .innerJoin(inboxes, eq(inboxes.id, inboxMembers.inboxId))
    .where(and(eq(inboxes.teamId, teamId), eq(inboxes.kind, 'shared'), eq(inboxMembers.agentId, agentId)))
    .orderBy(asc(inboxes.id));
  return rows.map((row) => row.id);
}

/** Ids of all inboxes an agent is a member of, in the order in which their rows are to be locked. */
export async function inboxIdsOfAgent(tx: Tx, agentId: string): Promise<string[]> {
  const rows = await tx.db
    .select({ id: inboxMembers.inboxId })
    .from(inboxMembers)
    .where(eq(inboxMembers.agentId, agentId))
    .orderBy(asc(inboxMembers.inboxId));
  return rows.map((row) => row.id);
}

/** The shared inboxes that somebody is a member of, by name: also those that cannot be used yet. */
export async function inboxesOfMember(
  db: Handle,
  agentId: string,
): Promise<{ id: string; name: string; colour: string; capability: Capability }[]> {
  return await db
    .select({
      id: inboxes.id,
      name: inboxes.name,
      colour: inboxes.colour,
      capability: inboxMembers.capability,
    })
    .from(inboxMembers)
    .innerJoin(inboxes, eq(inboxes.id, inboxMembers.inboxId))
    .where(and(eq(inboxMembers.agentId, agentId), eq(inboxes.kind, 'shared')))
    .orderBy(asc(inboxes.name), asc(inboxes.id));
}
