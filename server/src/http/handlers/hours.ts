import { HOURS_PRESETS } from '@latchbox/shared/model/hours';
import type { VerifiedToken } from '../../directory/api.ts';
import type { HoursPlace } from '../../hours/hours.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `${string}Hours${string}`>;

type Signed = { readonly verified: VerifiedToken };
const actorOf = ({ verified }: Signed) => ({ agentId: verified.agent.id });
const ofInbox = ({ params }: { readonly params: { readonly inbox: string } }): HoursPlace => ({
  inbox: params.inbox,
});
const mine = ({ verified }: Signed): HoursPlace => ({ agent: verified.agent.id });
const ofAgent = ({ params }: { readonly params: { readonly agent: string } }): HoursPlace => params;

/** Office hours and out of office, of inboxes and of agents. */
export function hoursHandlers({ hours }: Pick<HttpDeps, 'hours'>): Pick<Handlers, Names> {
  return {
    getHoursPresets: () => Promise.resolve({ presets: structuredClone(HOURS_PRESETS) }),
    getInboxHours: (call) => hours.get(actorOf(call), ofInbox(call)),
    changeInboxHours: (call) => hours.change(actorOf(call), ofInbox(call), call.body),
    previewInboxHours: (call) => hours.preview(actorOf(call), ofInbox(call), call.query),
    tryInboxHours: (call) => hours.preview(actorOf(call), ofInbox(call), { ...call.query, ...call.body }),
    getMyHours: (call) => hours.get(actorOf(call), mine(call)),
    changeMyHours: (call) => hours.change(actorOf(call), mine(call), call.body),
    previewMyHours: (call) => hours.preview(actorOf(call), mine(call), call.query),
    tryMyHours: (call) => hours.preview(actorOf(call), mine(call), { ...call.query, ...call.body }),
    getAgentHours: (call) => hours.get(actorOf(call), ofAgent(call)),
    changeAgentHours: (call) => hours.change(actorOf(call), ofAgent(call), call.body),
  };
}
