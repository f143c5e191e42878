import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names =
  | 'getOrganisation'
  | 'changeOrganisation'
  | 'listMailboxRequests'
  | 'requestMailbox'
  | `${'get' | 'approve' | 'decline' | 'withdraw'}MailboxRequest`
  | 'sendMailboxCode'
  | 'proveMailboxAddress'
  | 'getMailboxSeat'
  | 'grantMailboxLimit'
  | 'listPersonalInboxes'
  | 'readPersonalInbox'
  | 'endReading'
  | 'listReadings';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** What the organisation set, seats with their mailboxes, and personal inboxes. */
export function seatHandlers({ seats }: Pick<HttpDeps, 'seats'>): Pick<Handlers, Names> {
  return {
    getOrganisation: () => seats.organisation.get(),
    changeOrganisation: (call) => seats.organisation.change(actorOf(call), call.body),
    listMailboxRequests: async (call) => ({ requests: await seats.requests.list(actorOf(call), call.query) }),
    requestMailbox: (call) => seats.requests.request(actorOf(call), call.body),
    getMailboxRequest: (call) => seats.requests.one(actorOf(call), call.params.request),
    approveMailboxRequest: (call) =>
      seats.requests.approve(actorOf(call), call.params.request, call.body.reason),
    declineMailboxRequest: (call) =>
      seats.requests.decline(actorOf(call), call.params.request, call.body.reason),
    withdrawMailboxRequest: (call) => seats.requests.withdraw(actorOf(call), call.params.request),
    sendMailboxCode: (call) => seats.requests.sendCode(actorOf(call), call.params.request),
    proveMailboxAddress: (call) => seats.requests.prove(actorOf(call), call.params.request, call.body.code),
    getMailboxSeat: (call) => seats.limits.seat(actorOf(call), call.params.agent),
    grantMailboxLimit: (call) => seats.limits.grant(actorOf(call), call.params.agent, call.body.granted),
    listPersonalInboxes: async (call) => ({ inboxes: await seats.personal.list(actorOf(call)) }),
    readPersonalInbox: (call) => seats.personal.open(actorOf(call), call.params.inbox, call.body.reason),
    endReading: (call) => seats.personal.close(actorOf(call), call.params.inbox),
    listReadings: async (call) => ({
      readings: await seats.personal.readings(actorOf(call), call.params.inbox),
    }),
  };
}
