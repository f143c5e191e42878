/** What the organisation set, with what holds where it set nothing. */
import type { Organisation } from '@latchbox/shared/http/organisation';
import type { Handle, Tx } from '../database/database.ts';
import { holdOrganisationSettings, organisationSettings } from '../database/organisation.ts';

export type OrganisationSettings = Omit<Organisation, 'name'>;

/** Local parts that belong to a group nearly everywhere. */
const GROUPS = `
  abuse accounting accounts admin billing careers contact customerservice enquiries feedback finance hello help
  helpdesk hi hostmaster hr info inquiries jobs legal mail marketing media news newsletter no-reply noreply
  office orders postmaster press privacy sales security service shop support team webmaster
`
  .trim()
  .split(/\s+/);

export const USUAL_SETTINGS: OrganisationSettings = {
  mailboxLimit: 2,
  groupAddresses: GROUPS,
  groupAddressesAllowed: false,
  adminsMayReadPersonal: false,
  terms: '',
  termsVersion: 0,
  requestAddress: null,
  changedAt: null,
};

const read = (stored: string | undefined): OrganisationSettings => ({
  ...USUAL_SETTINGS,
  ...(JSON.parse(stored ?? '{}') as Partial<OrganisationSettings>),
});

export async function settingsOf(db: Handle): Promise<OrganisationSettings> {
  return read(await organisationSettings(db));
}

/** As `settingsOf`, and nobody else changes them before the commit. */
export async function holdSettings(tx: Tx): Promise<OrganisationSettings> {
  return read(await holdOrganisationSettings(tx));
}
