import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = 'listMasters' | 'setMasters' | 'masterChoices' | 'setMaster';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** Which mailbox asks for its answers at which. */
export function masterHandlers({ masters }: Pick<HttpDeps, 'masters'>): Pick<Handlers, Names> {
  return {
    listMasters: async (call) => ({ mailboxes: await masters.list(actorOf(call), call.query) }),
    masterChoices: (call) => masters.choices(actorOf(call), call.body.mailboxIds),
    setMaster: (call) => masters.set(actorOf(call), call.params.mailbox, call.body.masterId),
    async setMasters(call) {
      const { mailboxIds, masterId } = call.body;
      return { results: await masters.setMany(actorOf(call), mailboxIds, masterId) };
    },
  };
}
