import type { RestLine, Target } from './authorisation.ts';
import { freshId } from './authorisation-sockets.ts';

const noRequest = () => ({ request: 'mrq_nothere' });
const inbox = ({ inbox: id }: Target) => ({ inbox: id });
const mailbox = ({ mailbox: id }: Target) => ({ mailbox: id });
const agent = ({ colleague }: Target) => ({ agent: colleague });
const reason = () => ({ reason: 'A reason.' });

/** Settings of a mail account, on servers that are not there. */
export const ACCOUNT = {
  incoming: { host: 'imap.nowhere.example', port: 993, security: 'tls', user: 'orders', auth: 'password' },
  outgoing: null,
  password: 'x',
} as const;

/** A name that nobody took yet. */
const fresh = (): string => freshId().toLowerCase();

/** The lines of mailboxes, seats and personal inboxes: whoever may not see one gets the same answer as for one that is nowhere. */
export const SEAT_LINES: Readonly<Record<string, RestLine>> = {
  listMailboxes: { needs: 'administers', query: inbox },
  getMailbox: { needs: 'administers', params: mailbox },
  getMailboxProgress: { needs: 'administers', params: mailbox },
  checkMailbox: {
    needs: 'administers',
    body: (on) => ({ inbox: on.inbox, address: `${fresh()}@shop.example`, ...ACCOUNT }),
  },
  createMailbox: {
    needs: 'administers',
    body: (on) => ({ inbox: on.inbox, address: `${fresh()}@shop.example`, ...ACCOUNT }),
  },
  changeMailbox: { needs: 'administers', params: mailbox, body: () => ({ ratePerMinute: 20 }) },
  disconnectMailbox: { needs: 'administers', params: mailbox },
  connectMailbox: { needs: 'administers', params: mailbox },
  // One that is nowhere: whoever is not in its inbox learns no more of one that is there.
  removeMailbox: {
    needs: 'signed-in',
    params: () => ({ mailbox: 'mbx_nothere' }),
    also: ['not_found'],
  },

  getOrganisation: { needs: 'signed-in' },
  changeOrganisation: { needs: 'admin', body: () => ({}) },

  requestMailbox: {
    needs: 'signed-in',
    body: () => ({ address: 'info@shop.example' }),
    also: ['refused'],
  },
  listMailboxRequests: { needs: 'signed-in' },
  getMailboxRequest: { needs: 'signed-in', params: noRequest, also: ['not_found'] },
  approveMailboxRequest: { needs: 'signed-in', params: noRequest, body: reason, also: ['not_found'] },
  declineMailboxRequest: { needs: 'signed-in', params: noRequest, body: reason, also: ['not_found'] },
  withdrawMailboxRequest: { needs: 'signed-in', params: noRequest, also: ['not_found'] },
  sendMailboxCode: { needs: 'signed-in', params: noRequest, also: ['not_found', 'refused'] },
  proveMailboxAddress: {
    needs: 'signed-in',
    params: noRequest,
    body: () => ({ code: 'AAAA-AAAA' }),
    also: ['not_found'],
  },
  configureMailbox: {
    needs: 'signed-in',
    params: noRequest,
    body: () => ({
      incoming: { host: 'imap.nowhere.example', port: 993, security: 'tls', user: 'x', auth: 'password' },
      outgoing: null,
      password: 'x',
    }),
    also: ['not_found'],
  },
  getMailboxSeat: { needs: 'admin', params: agent },
  grantMailboxLimit: { needs: 'admin', params: agent, body: () => ({ granted: null }) },
  switchMailbox: {
    needs: 'signed-in',
    params: () => ({ mailbox: 'mbx_nothere' }),
    body: () => ({ to: 'personal' }),
    also: ['not_found'],
  },

  listPersonalInboxes: { needs: 'admin', also: ['refused'] },
  readPersonalInbox: { needs: 'admin', params: inbox, body: reason, also: ['refused'] },
  endReading: { needs: 'signed-in', params: inbox, also: ['not_found'] },
  listReadings: { needs: 'signed-in', params: inbox, also: ['not_found'] },
};
