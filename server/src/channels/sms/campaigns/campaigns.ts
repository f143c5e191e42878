import { LatchboxError, refuse } from '@latchbox/shared';
import { type Campaign, CampaignFields } from '@latchbox/shared/http/campaigns';
import type { Database, Tx } from '../../../database/database.ts';
import { teamById } from '../../../database/directory/members.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  campaignOf,
  type CampaignChange,
  changeCampaign,
  insertCampaign,
  type StoredCampaign,
} from '../../../database/texting/campaigns.ts';
import { administer, requireAdmin } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { readAsAdmin } from '../../../directory/inbox-access.ts';
import type { Log } from '../../../lib/log.ts';

export interface CampaignsDeps {
  readonly db: Database;
  readonly log: Log;
  /** Told after a registration has something to do. */
  readonly poke: () => void;
}

/** Registrations of teams with the carriers: draft → pending → registered, or rejected → (edited) → pending. For admins. */
export function createCampaigns(deps: CampaignsDeps) {
  const { db } = deps;
  return {
    async get(actor: Actor, teamId: string): Promise<Campaign | null> {
      await readAsAdmin(deps, actor);
      if ((await teamById(db.read, teamId)) === undefined) throw refuse('not_found');
      const stored = await campaignOf(db.read, teamId);
      return stored === undefined ? null : shown(stored);
    },
    put: (actor: Actor, teamId: string, fields: CampaignFields) => put(deps, actor, teamId, fields),
    submit: (actor: Actor, teamId: string) => submit(deps, actor, teamId),

    /** A team has a number that is not in its campaign yet: one that is registered takes it in. */
    async numberAdded(teamId: string): Promise<void> {
      await db.inTransaction(async (tx) => {
        const stored = await campaignOf(tx.db, teamId);
        if (stored?.state === 'registered') await changeCampaign(tx, stored, { dueAt: tx.now });
      });
      deps.poke();
    },
  };
}

function shown({ teamId, state, reason, fields, submittedAt, updatedAt }: StoredCampaign): Campaign {
  return {
    teamId,
    state,
    reason: state === 'rejected' ? reason : null,
    fields: CampaignFields.parse(JSON.parse(fields)),
    submittedAt,
    updatedAt,
  };
}

async function put(
  deps: CampaignsDeps,
  actor: Actor,
  teamId: string,
  fields: CampaignFields,
): Promise<Campaign> {
  const act = { action: 'campaign.changed', objectType: 'team', objectId: teamId };
  return await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    if ((await teamById(tx.db, teamId)) === undefined) throw refuse('not_found');
    const text = JSON.stringify(fields);
    await insertCampaign(tx, teamId, text);
    const stored = await campaignOf(tx.db, teamId);
    if (stored?.state !== 'draft' && stored?.state !== 'rejected') throw new LatchboxError('conflict', {});
    const before = JSON.parse(stored.fields) as CampaignFields;
    // Another company is another brand, and a campaign belongs to its brand.
    const sameBrand =
      before.customerProfile === fields.customerProfile &&
      before.a2pProfile === fields.a2pProfile &&
      before.brandType === fields.brandType;
    const anew = sameBrand ? {} : { brandSid: null, serviceSid: null, campaignSid: null };
    const changed = await change(tx, stored, { fields: text, ...anew });
    await writeAudit(tx, { ...act, actorId: actor.agentId });
    return shown(changed);
  });
}

async function submit(deps: CampaignsDeps, actor: Actor, teamId: string): Promise<Campaign> {
  const act = { action: 'campaign.submitted', objectType: 'team', objectId: teamId };
  const submitted = await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    const stored = await campaignOf(tx.db, teamId);
    if (stored === undefined) throw refuse('not_found');
    if (stored.state !== 'draft' && stored.state !== 'rejected') throw new LatchboxError('conflict', {});
    const again = stored.brandSid === null ? { reason: null } : {};
    const next = { state: 'pending', submittedAt: tx.now, dueAt: tx.now, attempts: 0, ...again } as const;
    const changed = await change(tx, stored, next);
    await writeAudit(tx, { ...act, actorId: actor.agentId });
    tx.afterCommit(deps.poke);
    return changed;
  });
  return shown(submitted);
}

async function change(tx: Tx, stored: StoredCampaign, to: CampaignChange): Promise<StoredCampaign> {
  const changed = await changeCampaign(tx, stored, to);
  if (changed === undefined) throw new LatchboxError('conflict', {});
  return changed;
}
