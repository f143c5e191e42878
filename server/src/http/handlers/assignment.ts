import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `${string}Assignment` | 'listAssignees' | `${string}View${'' | 's'}`>;

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** What inboxes assign by themselves, and lists that are kept under a name. */
export function assignmentHandlers({
  assignment,
  directory,
  savedViews,
}: Pick<HttpDeps, 'assignment' | 'directory' | 'savedViews'>): Pick<Handlers, Names> {
  return {
    getAssignment: (call) => assignment.get(actorOf(call), call.params.inbox),
    changeAssignment: (call) => assignment.change(actorOf(call), call.params.inbox, call.body),
    async listAssignees(call) {
      const { agentId } = actorOf(call);
      const { inbox } = call.query;
      return await assignment.assignees({ agentId }, inbox && (await directory.inboxIds(agentId, inbox)));
    },
    listViews: async (call) => ({ views: await savedViews.list(actorOf(call)) }),
    createView: (call) => savedViews.create(actorOf(call), call.body),
    changeView: (call) => savedViews.change(actorOf(call), call.params.view, call.body),
    removeView: (call) => savedViews.remove(actorOf(call), call.params.view),
  };
}
