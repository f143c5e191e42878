import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `${string}InboxDraft${string}` | 'listInboxOverviews'>;

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** Inboxes that are set up step by step. */
export function inboxDraftHandlers({ inboxDrafts }: Pick<HttpDeps, 'inboxDrafts'>): Pick<Handlers, Names> {
  return {
    listInboxDrafts: async (call) => ({ drafts: await inboxDrafts.list(actorOf(call)) }),
    beginInboxDraft: (call) => inboxDrafts.begin(actorOf(call), call.body),
    getInboxDraft: (call) => inboxDrafts.get(actorOf(call), call.params.draft),
    changeInboxDraft(call) {
      const { revision, ...fields } = call.body;
      return inboxDrafts.change(actorOf(call), call.params.draft, revision, fields);
    },
    listInboxDraftCandidates: async (call) => ({
      people: await inboxDrafts.candidates(actorOf(call), call.params.draft),
    }),
    removeInboxDraft: (call) => inboxDrafts.remove(actorOf(call), call.params.draft),
    confirmInboxDraft: (call) => inboxDrafts.confirm(actorOf(call), call.params.draft),
    listInboxOverviews: async (call) => ({ inboxes: await inboxDrafts.overview(actorOf(call)) }),
  };
}
