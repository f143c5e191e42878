import type { User } from '@latchbox/client/admin';

/** A state as people read it: an invitation is on its way, over, or withdrawn. */
export type ShownState = User['state'] | 'invitation_over';

export function stateOf({ state, invitation }: User, now: number): ShownState {
  if (state !== 'invited') return state;
  return invitation === null || invitation.expiresAt < now ? 'invitation_over' : 'invited';
}

export const STATE_WORDS: { readonly [S in ShownState]: string } = {
  invited: 'Invited',
  invitation_over: 'Invitation over',
  active: 'Active',
  locked: 'Locked',
  deactivated: 'Deactivated',
};

/** What each means, for whoever looks at one account. */
export const STATE_MEANS: { readonly [S in ShownState]: string } = {
  invited: 'The invitation waits to be accepted.',
  invitation_over: 'The invitation was not accepted in time. Send another one.',
  active: 'Can sign in and work.',
  locked: 'Cannot sign in. Mailboxes, inboxes and what is assigned stay.',
  deactivated: 'Works here no more. What they wrote stays where it is.',
};
