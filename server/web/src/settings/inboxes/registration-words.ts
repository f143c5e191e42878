import type { InboxOverview, TeamRegistration } from '@latchbox/client/admin';

const STATE = {
  none: 'its team is not registered with the carriers',
  draft: 'the registration of its team was not handed in',
  pending: 'the carriers look at the registration of its team',
  rejected: 'the carriers rejected the registration of its team',
  registered: 'its number is being taken into the registration of its team',
} as const satisfies Record<TeamRegistration['state'], string>;

/** Why an inbox waits, in words that follow "Waits:". */
export function waitingWords({ registration }: Pick<InboxOverview, 'registration'>): string {
  return registration === null ? 'its number is not registered' : STATE[registration.state];
}

/** What has to be done about it, if it is somebody here who has to do it. */
export function nextAct(registration: TeamRegistration | null): string | null {
  switch (registration?.state) {
    case 'none':
    case 'draft':
      return 'Register the team';
    case 'rejected':
      return 'Put it right';
    case 'pending':
      return 'Look at it';
    case 'registered':
    case undefined:
      return null;
  }
}
