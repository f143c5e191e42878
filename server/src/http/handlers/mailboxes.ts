import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names =
  | 'listMailboxes'
  | `${'get' | 'check' | 'create' | 'change' | 'remove' | 'disconnect' | 'connect' | 'switch'}Mailbox`
  | 'configureMailbox'
  | 'getMailboxProgress';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

export function mailboxHandlers({ mailboxes }: Pick<HttpDeps, 'mailboxes'>): Pick<Handlers, Names> {
  return {
    listMailboxes: async (call) => ({ mailboxes: await mailboxes.list(actorOf(call), call.query.inbox) }),
    getMailbox: (call) => mailboxes.one(actorOf(call), call.params.mailbox),
    checkMailbox: (call) => mailboxes.check(actorOf(call), call.body),
    createMailbox: (call) => mailboxes.create(actorOf(call), call.body),
    changeMailbox: (call) => mailboxes.change(actorOf(call), call.params.mailbox, call.body),
    removeMailbox: (call) => mailboxes.remove(actorOf(call), call.params.mailbox),
    disconnectMailbox: (call) => mailboxes.disconnect(actorOf(call), call.params.mailbox),
    getMailboxProgress: (call) => mailboxes.progress(actorOf(call), call.params.mailbox),
    switchMailbox: (call) => mailboxes.switch(actorOf(call), call.params.mailbox, call.body),
    configureMailbox: (call) => mailboxes.configure(actorOf(call), call.params.request, call.body),
    connectMailbox: (call) => mailboxes.connect(actorOf(call), call.params.mailbox),
  };
}
