import { refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `carrier${string}` | 'getCarrier'>;

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** The page behind the simulated carrier; not there where a real provider is connected. */
export function carrierHandlers({ sms }: Pick<HttpDeps, 'sms'>): Pick<Handlers, Names> {
  const open = () => {
    if (sms?.carrier === undefined) throw refuse('not_found');
    return sms.carrier.page;
  };
  return {
    getCarrier: async (call) => await open().overview(actorOf(call)),
    carrierText: async (call) => await open().text(actorOf(call), call.body),
    carrierSettings: async (call) => await open().change(actorOf(call), call.body),
    carrierDelivery: async (call) => await open().settle(actorOf(call), call.params.sid, call.body.outcome),
    carrierRing: async (call) => await open().ring(actorOf(call), call.body),
    carrierPhone: async (call) => await open().act(actorOf(call), call.params.sid, call.body),
    carrierVerdict: async (call) => await open().decide(actorOf(call), call.params.sid, call.body.reason),
  };
}
