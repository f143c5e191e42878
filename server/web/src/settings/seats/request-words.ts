import type { IdentifiedBy, MailboxRequest } from '@latchbox/client/admin';

const BY: { readonly [B in IdentifiedBy]: string } = {
  account: 'the address of the account',
  name: 'told by the name',
  alias: 'an alias until now',
  code: 'proved by a code',
  admin: 'decided by an admin',
};

/** How far a request is, in a few words. */
export function stateWords({ state, identifiedBy, reason, mailboxState }: MailboxRequest): string {
  switch (state) {
    case 'requested':
      return 'Waits for an admin: nothing says whose it is';
    case 'approved':
      return `Approved, ${identifiedBy === null ? 'not connected yet' : BY[identifiedBy]}`;
    case 'declined':
      return `Declined: ${reason ?? ''}`;
    case 'withdrawn':
      return 'Withdrawn';
    case 'configured':
      return mailboxState === null ? 'Connected' : `Mailbox ${mailboxState.status}`;
    case 'ended':
      return 'Its mailbox was removed';
  }
}
