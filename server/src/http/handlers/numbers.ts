import { refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps, TextingPages } from '../deps.ts';

type Names =
  | Extract<keyof Handlers, `${string}Number${string}` | `${string}Campaign`>
  | 'listOptOuts'
  | 'putOptOut'
  | 'removeOptOut';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** Phone numbers of inboxes, who wants no texts from them, and the registrations that they send under. */
export function numberHandlers({ sms }: Pick<HttpDeps, 'sms'>): Pick<Handlers, Names> {
  const open = (): TextingPages => {
    if (sms === undefined) throw refuse('not_found');
    return sms;
  };
  return {
    searchNumbers: async (call) => ({ numbers: await open().numbers.search(actorOf(call), call.query) }),
    listNumbers: async (call) => ({ numbers: await open().numbers.list(actorOf(call), call.params.inbox) }),
    buyNumber: async (call) => await open().numbers.buy(actorOf(call), call.params.inbox, call.body.number),
    changeNumber: async (call) =>
      await open().numbers.change(actorOf(call), call.params.inbox, call.params.number, call.body),
    releaseNumber: async (call) =>
      await open().numbers.release(actorOf(call), call.params.inbox, call.params.number),
    listOptOuts: async (call) => ({ optOuts: await open().optOuts.list(actorOf(call), call.params.inbox) }),
    putOptOut: async (call) => await open().optOuts.put(actorOf(call), call.params.inbox, call.body),
    removeOptOut: async (call) => await open().optOuts.remove(actorOf(call), call.params.inbox, call.body),
    getCampaign: async (call) => ({ campaign: await open().campaigns.get(actorOf(call), call.params.team) }),
    putCampaign: async (call) => await open().campaigns.put(actorOf(call), call.params.team, call.body),
    submitCampaign: async (call) => await open().campaigns.submit(actorOf(call), call.params.team),
  };
}
