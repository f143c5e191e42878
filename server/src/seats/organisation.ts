/** What holds for everybody who works here: asked for by all, changed by admins. */
import { refuseBy } from '@latchbox/shared';
import type { changeOrganisation, Organisation } from '@latchbox/shared/http/organisation';
import type { z } from 'zod';
import type { Handle, Tx } from '../database/database.ts';
import { writeAudit } from '../database/directory/records.ts';
import { addressHolder } from '../database/mailboxes.ts';
import { getMeta, setMeta } from '../database/meta.ts';
import { writeOrganisationSettings } from '../database/organisation.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { changes } from '../directory/changes.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { endAllReadings } from './readings.ts';
import { holdSettings, type OrganisationSettings, settingsOf } from './settings.ts';

export type OrganisationChange = z.output<(typeof changeOrganisation)['body']>;

export interface Organisations {
  get(): Promise<Organisation>;
  /** Throws `forbidden`, and `refused` for a request address that is an inbox's. */
  change(actor: Actor, change: OrganisationChange): Promise<Organisation>;
}

export function createOrganisation(deps: DirectoryDeps): Organisations {
  const act = { action: 'organisation.changed', objectType: 'organisation', objectId: '' };
  return {
    get: () => organisationOf(deps.db.read),
    change: (actor, change) =>
      administer(deps, actor, act, async (tx) => {
        await requireAdmin(tx, actor);
        const before = { ...(await holdSettings(tx)), name: await nameOf(tx.db) };
        const after = await changed(tx, before, change);
        const told = changes(before, after);
        if (Object.keys(told.after).length === 0) return before;
        const { name, ...settings } = { ...after, changedAt: tx.now };
        if (name !== before.name) await setMeta(tx, 'organisation', name);
        await writeOrganisationSettings(tx, JSON.stringify(settings));
        await writeAudit(tx, { ...act, actorId: actor.agentId, details: told });
        if (before.adminsMayReadPersonal && !after.adminsMayReadPersonal)
          await endAllReadings(tx, deps, actor.agentId);
        return { ...settings, name };
      }),
  };
}

async function organisationOf(db: Handle): Promise<Organisation> {
  return { ...(await settingsOf(db)), name: await nameOf(db) };
}

const nameOf = async (db: Handle): Promise<string> => (await getMeta(db, 'organisation')) ?? '';

async function changed(
  tx: Tx,
  before: OrganisationSettings & { readonly name: string },
  change: OrganisationChange,
): Promise<Organisation> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: Organisation = { ...before, ...given };
  after.groupAddresses = [...new Set(after.groupAddresses)].sort();
  if (after.terms !== before.terms) after.termsVersion = before.termsVersion + 1;
  const { requestAddress } = after;
  if (requestAddress !== null && requestAddress !== before.requestAddress) {
    if ((await addressHolder(tx.db, requestAddress)) !== undefined) throw refuseBy('inbox_address_taken');
  }
  return after;
}
