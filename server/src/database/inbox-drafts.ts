/** Inboxes that are being set up. What may be done with them is decided in `inbox-drafts/`. */
import { and, asc, desc, eq, isNotNull, lte, ne, sql } from 'drizzle-orm';
import type { Capability } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { forUpdate } from './row-locks.ts';
import { agents, inboxDrafts } from './schema/sqlite.ts';

export interface DraftMember {
  readonly agentId: string;
  readonly capability: Capability;
}

export interface StoredInboxDraft {
  readonly id: string;
  readonly startedBy: string;
  readonly state: 'open' | 'confirming' | 'releasing' | 'done';
  readonly revision: number;
  readonly name: string;
  readonly apiCode: string | null;
  readonly teamId: string | null;
  readonly colour: string;
  readonly number: string | null;
  readonly voiceForward: string | null;
  readonly members: readonly DraftMember[];
  readonly confirmedBy: string | null;
  readonly numberSid: string | null;
  readonly inboxId: string | null;
  readonly problem: string | null;
  readonly dueAt: number | null;
  readonly claimNo: number;
  readonly attempts: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type DraftFields = Pick<
  StoredInboxDraft,
  'name' | 'apiCode' | 'teamId' | 'colour' | 'number' | 'voiceForward' | 'members'
>;

type Row = typeof inboxDrafts.$inferSelect;

const toDraft = ({ members, ...row }: Row): StoredInboxDraft => ({
  ...row,
  members: JSON.parse(members) as DraftMember[],
});

const stored = ({ members, ...fields }: DraftFields) => ({ ...fields, members: JSON.stringify(members) });

export async function insertDraft(
  tx: Tx,
  { id, startedBy }: Pick<StoredInboxDraft, 'id' | 'startedBy'>,
  fields: DraftFields,
): Promise<void> {
  const first = { state: 'open', revision: 1, claimNo: 0, attempts: 0 } as const;
  const times = { createdAt: tx.now, updatedAt: tx.now };
  await tx.db.insert(inboxDrafts).values({ id, startedBy, ...stored(fields), ...first, ...times });
}

export async function draftById(db: Handle, id: string): Promise<StoredInboxDraft | undefined> {
  const [row] = await db.select().from(inboxDrafts).where(eq(inboxDrafts.id, id));
  return row && toDraft(row);
}

/** The draft, which this transaction is going to change. */
export async function holdDraft(tx: Tx, id: string): Promise<StoredInboxDraft | undefined> {
  const [row] = await forUpdate(tx, tx.db.select().from(inboxDrafts).where(eq(inboxDrafts.id, id)));
  return row && toDraft(row);
}

/** Those that are not done, the one last changed first. */
export async function openDrafts(db: Handle): Promise<StoredInboxDraft[]> {
  const rows = await db
    .select()
    .from(inboxDrafts)
    .where(ne(inboxDrafts.state, 'done'))
    .orderBy(desc(inboxDrafts.updatedAt), desc(inboxDrafts.id));
  return rows.map(toDraft);
}

/** The row is held. */
export async function writeDraft(tx: Tx, id: string, fields: DraftFields): Promise<void> {
  await tx.db
    .update(inboxDrafts)
    .set({
      ...stored(fields),
      revision: sql`${inboxDrafts.revision} + 1`,
      problem: null,
      updatedAt: tx.now,
    })
    .where(eq(inboxDrafts.id, id));
}

export async function removeDraft(tx: Tx, id: string): Promise<void> {
  await tx.db.delete(inboxDrafts).where(eq(inboxDrafts.id, id));
}

export type DraftStep = Partial<
  Pick<
    StoredInboxDraft,
    'state' | 'confirmedBy' | 'numberSid' | 'inboxId' | 'problem' | 'dueAt' | 'claimNo' | 'attempts'
  >
>;

/** Takes a draft a step further; the row is held. A unique violation (`inbox_drafts_number`) is the caller's to answer. */
export async function stepDraft(tx: Tx, id: string, step: DraftStep): Promise<void> {
  await tx.db
    .update(inboxDrafts)
    .set({ ...step, updatedAt: tx.now })
    .where(eq(inboxDrafts.id, id));
}

/** Ids of drafts that somebody has to go on with, the longest due first. */
export async function dueDrafts(db: Handle, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: inboxDrafts.id })
    .from(inboxDrafts)
    .where(and(isNotNull(inboxDrafts.dueAt), lte(inboxDrafts.dueAt, now)))
    .orderBy(asc(inboxDrafts.dueAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Names of agents, and whether they are active, by id. */
export async function agentsByIds(
  db: Handle,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly name: string; readonly active: boolean }>> {
  const known = new Map<string, { name: string; active: boolean }>();
  for (const id of new Set(ids)) {
    const [row] = await db
      .select({ name: agents.name, state: agents.state })
      .from(agents)
      .where(eq(agents.id, id));
    if (row !== undefined) known.set(id, { name: row.name, active: row.state === 'active' });
  }
  return known;
}
