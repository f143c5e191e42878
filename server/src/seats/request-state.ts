/** How a request for a mailbox goes from state to state (O3), and why an act is refused in a state. */
import type { RequestState } from '@latchbox/shared/http/mailbox-requests';
import type { Rule } from '@latchbox/shared/rules';

export type RequestAct = 'approve' | 'decline' | 'withdraw' | 'send_code' | 'prove' | 'configure' | 'end';

type Next = { readonly to: RequestState } | { readonly rule: Rule };

const DECIDED = { rule: 'mailbox_request_decided' } as const;
const DECLINED = { rule: 'mailbox_request_declined' } as const;
const WITHDRAWN = { rule: 'mailbox_request_withdrawn' } as const;
const DONE = { rule: 'mailbox_request_configured' } as const;
const WAITS = { rule: 'mailbox_request_waiting' } as const;
const ENDED = { rule: 'mailbox_request_ended' } as const;

/** What is the same for every act. */
const over = { declined: DECLINED, withdrawn: WITHDRAWN, ended: ENDED };

const TABLE: { readonly [A in RequestAct]: { readonly [S in RequestState]: Next } } = {
  approve: { requested: { to: 'approved' }, approved: DECIDED, configured: DONE, ...over },
  // An admin may think better of it until the mailbox is there.
  decline: { requested: { to: 'declined' }, approved: { to: 'declined' }, configured: DONE, ...over },
  withdraw: { requested: { to: 'withdrawn' }, approved: { to: 'withdrawn' }, configured: DONE, ...over },
  send_code: { requested: { to: 'requested' }, approved: DECIDED, configured: DONE, ...over },
  prove: { requested: { to: 'approved' }, approved: DECIDED, configured: DONE, ...over },
  configure: { requested: WAITS, approved: { to: 'configured' }, configured: DONE, ...over },
  end: { requested: WAITS, approved: WAITS, configured: { to: 'ended' }, ...over },
};

export function nextState(state: RequestState, act: RequestAct): Next {
  return TABLE[act][state];
}
