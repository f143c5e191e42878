import type { Composing } from '../../messaging/composing/composing.ts';
import { authorOf } from './conversations.ts';
import type { Handlers } from './command.ts';

export interface ComposingDeps {
  readonly composing: Composing;
}

type Names =
  | 'account.list'
  | 'account.setDefault'
  | 'contact.find'
  | 'compose.check'
  | 'conversation.compose';

/** Writing first. Who may is looked at in each of them. */
export function composingCommands({ composing }: ComposingDeps): Handlers<Names> {
  return {
    'account.list': ({ holder }) => composing.accounts(holder.agentId),

    async 'account.setDefault'({ holder }, { inboxId }) {
      await composing.setDefaultInbox(holder.agentId, inboxId);
      return {};
    },

    'contact.find': ({ holder }, input) => composing.findContacts(holder.agentId, input),

    'compose.check': (connection, input) => composing.check(authorOf(connection), input),

    async 'conversation.compose'(connection, input) {
      const { entry, asOf } = await composing.compose(authorOf(connection), input);
      return { entry, asOf };
    },
  };
}
