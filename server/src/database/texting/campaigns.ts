/** Registrations with the carriers, one for each team. */
import { and, asc, eq, lte } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { campaigns } from '../schema/sqlite.ts';

export interface StoredCampaign {
  readonly teamId: string;
  readonly state: 'draft' | 'pending' | 'registered' | 'rejected';
  readonly reason: string | null;
  /** JSON of what was filled in. */
  readonly fields: string;
  readonly brandSid: string | null;
  readonly serviceSid: string | null;
  readonly campaignSid: string | null;
  readonly revision: number;
  readonly submittedAt: number | null;
  readonly dueAt: number | null;
  /** Steps that failed in a row because the provider could not be asked. */
  readonly attempts: number;
  /** When admins were told that it is registered. */
  readonly announcedAt: number | null;
  readonly updatedAt: number;
}

export type CampaignChange = Partial<Omit<StoredCampaign, 'teamId' | 'revision' | 'updatedAt'>>;

export async function campaignOf(db: Handle, teamId: string): Promise<StoredCampaign | undefined> {
  return (await db.select().from(campaigns).where(eq(campaigns.teamId, teamId)))[0];
}

/** Makes the draft of a team that has none; false when it has one. */
export async function insertCampaign(tx: Tx, teamId: string, fields: string): Promise<boolean> {
  const rows = await tx.db
    .insert(campaigns)
    .values({ teamId, state: 'draft', fields, revision: 1, attempts: 0, updatedAt: tx.now })
    .onConflictDoNothing()
    .returning({ teamId: campaigns.teamId });
  return rows.length > 0;
}

/** Changes a campaign if nobody else did since it was read; undefined when somebody did. */
export async function changeCampaign(
  tx: Tx,
  { teamId, revision }: Pick<StoredCampaign, 'teamId' | 'revision'>,
  change: CampaignChange,
): Promise<StoredCampaign | undefined> {
  const [changed] = await tx.db
    .update(campaigns)
    .set({ ...change, revision: revision + 1, updatedAt: tx.now })
    .where(and(eq(campaigns.teamId, teamId), eq(campaigns.revision, revision)))
    .returning();
  return changed;
}

/** Campaigns whose next step is due. */
export function dueCampaigns(db: Handle, now: number, limit: number): Promise<StoredCampaign[]> {
  return db
    .select()
    .from(campaigns)
    .where(lte(campaigns.dueAt, now))
    .orderBy(asc(campaigns.dueAt))
    .limit(limit);
}
