import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names =
  | 'getSending'
  | 'changeSending'
  | 'getMySignature'
  | 'putMySignature'
  | 'removeMySignature'
  | 'getInboxSignature'
  | 'putInboxSignature'
  | 'removeInboxSignature';

const actorOf = ({ verified }: { readonly verified: { readonly agent: { readonly id: string } } }) => ({
  agentId: verified.agent.id,
});
const given = ({ body, html = null }: { body: string; html?: string | null | undefined }) => ({ body, html });

/** How replies leave: how long they wait, and what stands below them. */
export function sendingHandlers({ directory }: Pick<HttpDeps, 'directory'>): Pick<Handlers, Names> {
  return {
    getSending: (call) => directory.sending(actorOf(call)),
    changeSending: (call) => directory.changeSending(actorOf(call), call.body),
    async getMySignature(call) {
      return { signature: await directory.mySignature(actorOf(call), call.query.inbox) };
    },
    async putMySignature(call) {
      const signature = given(call.body);
      return { signature: await directory.putMySignature(actorOf(call), call.query.inbox, signature) };
    },
    async removeMySignature(call) {
      await directory.putMySignature(actorOf(call), call.query.inbox, undefined);
    },
    async getInboxSignature(call) {
      return { signature: await directory.inboxSignature(actorOf(call), call.params.inbox) };
    },
    async putInboxSignature(call) {
      const signature = given(call.body);
      return { signature: await directory.putInboxSignature(actorOf(call), call.params.inbox, signature) };
    },
    async removeInboxSignature(call) {
      await directory.putInboxSignature(actorOf(call), call.params.inbox, undefined);
    },
  };
}
