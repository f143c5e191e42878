/** All shared inboxes, as admins look over them. */
import type { InboxOverview, TeamRegistration } from '@latchbox/shared/http/inbox-drafts';
import type { Handle } from '../database/database.ts';
import { listInboxes } from '../database/directory/inboxes.ts';
import { listTeams, membersOfInbox } from '../database/directory/members.ts';
import { addressesOfInbox } from '../database/mail-addresses.ts';
import { numbersOfInbox } from '../database/texting/numbers.ts';
import { waitsForRegistration } from '../database/texting/waiting.ts';
import { formatPhone } from '../lib/phone.ts';
import { registrationOf } from './view.ts';

/** By name. */
export async function overviewOf(db: Handle): Promise<InboxOverview[]> {
  const teams = new Map((await listTeams(db)).map(({ id, name }) => [id, name]));
  const registrations = new Map<string, TeamRegistration>();
  const inboxes: InboxOverview[] = [];
  for (const { id, name, apiCode, colour, teamId } of await listInboxes(db)) {
    const numbers = await numbersOfInbox(db, id);
    const needs = numbers.some(({ registration }) => registration !== 'not_needed');
    const registration = registrations.get(teamId) ?? (await registrationOf(db, teamId));
    registrations.set(teamId, registration);
    inboxes.push({
      id,
      name,
      apiCode,
      colour,
      team: { id: teamId, name: teams.get(teamId) ?? '' },
      members: (await membersOfInbox(db, id)).length,
      numbers: numbers.map(({ e164 }) => ({ e164, shown: formatPhone(e164) })),
      addresses: (await addressesOfInbox(db, id)).length,
      registration: needs ? registration : null,
      waits: await waitsForRegistration(db, id),
    });
  }
  return inboxes;
}
