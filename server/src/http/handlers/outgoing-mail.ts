import type { OUTGOING_MAIL } from '@latchbox/shared/http/outgoing-mail';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** Mail that leaves by the server's own relay. */
export function outgoingMailHandlers({
  outgoingMail,
}: Pick<HttpDeps, 'outgoingMail'>): Pick<Handlers, keyof typeof OUTGOING_MAIL> {
  return {
    getOutgoingMail: (call) => outgoingMail.overview(actorOf(call)),
    checkRelay: (call) => outgoingMail.check(actorOf(call)),
    sendTestMail: (call) => outgoingMail.test(actorOf(call), call.body),
    checkSendingDomain: (call) => outgoingMail.checkDomain(actorOf(call), call.params.domain),
  };
}
