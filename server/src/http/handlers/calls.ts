import { refuse } from '@latchbox/shared';
import type { Handlers } from '../call.ts';
import type { HttpDeps, TextingPages } from '../deps.ts';

type Names = 'startCall' | 'getCall' | 'getCallRouting' | 'putCallRouting' | 'getMyPhone' | 'putMyPhone';

/** Calls, what becomes of them in an inbox, and the phones of agents. */
export function callHandlers({ sms }: Pick<HttpDeps, 'sms'>): Pick<Handlers, Names> {
  const open = (): TextingPages['voice'] => {
    if (sms === undefined) throw refuse('not_found');
    return sms.voice;
  };
  return {
    startCall: async ({ verified: { agent }, body }) =>
      await open().calls.start({ agentId: agent.id, agentName: agent.name }, body),
    getCall: async ({ verified, params }) => await open().calls.get(verified.agent.id, params.call),
    getCallRouting: async ({ verified, params }) =>
      await open().routings.get({ agentId: verified.agent.id }, params.inbox),
    putCallRouting: async ({ verified, params, body }) =>
      await open().routings.put({ agentId: verified.agent.id }, params.inbox, body),
    getMyPhone: async ({ verified }) => await open().myPhone.get(verified.agent.id),
    putMyPhone: async ({ verified, body }) => await open().myPhone.put(verified.agent.id, body.phone),
  };
}
