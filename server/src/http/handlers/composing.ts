import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = 'listAccounts' | 'setDefaultInbox' | 'findContacts' | 'checkCompose' | 'compose';

const SUGGESTED = 8;

export function composingHandlers({ composing }: HttpDeps): Pick<Handlers, Names> {
  return {
    listAccounts: ({ verified }) => composing.accounts(verified.agent.id),

    setDefaultInbox: ({ verified, body }) => composing.setDefaultInbox(verified.agent.id, body.inboxId),

    findContacts: ({ verified, query: { text = '', channel, limit = SUGGESTED } }) =>
      composing.findContacts(verified.agent.id, { text, channel, limit }),

    checkCompose: ({ verified: { agent }, body }) =>
      composing.check({ agentId: agent.id, agentName: agent.name }, body),

    compose: ({ verified: { agent }, body }) =>
      composing.compose({ agentId: agent.id, agentName: agent.name }, body),
  };
}
