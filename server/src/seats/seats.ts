import type { DirectoryDeps } from '../directory/deps.ts';
import { createMailboxLimits, type MailboxLimits } from './limits.ts';
import { createOrganisation, type Organisations } from './organisation.ts';
import { createPersonalInboxes, type PersonalInboxes } from './readings.ts';
import type { CodeDeps } from './request-codes.ts';
import { createMailboxRequests, type MailboxRequests } from './requests.ts';

/** What people have of their own, and what the organisation says about it. */
export interface Seats {
  readonly organisation: Organisations;
  readonly requests: MailboxRequests;
  readonly limits: MailboxLimits;
  readonly personal: PersonalInboxes;
}

export function createSeats(deps: DirectoryDeps & CodeDeps): Seats {
  return {
    organisation: createOrganisation(deps),
    requests: createMailboxRequests(deps),
    limits: createMailboxLimits(deps),
    personal: createPersonalInboxes(deps),
  };
}
