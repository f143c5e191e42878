import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `${string}Dkim${string}`>;

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** The keys by which mail is signed. */
export function dkimHandlers({ dkim }: Pick<HttpDeps, 'dkim'>): Pick<Handlers, Names> {
  return {
    listDkimDomains: async (call) => ({ domains: await dkim.list(actorOf(call)) }),
    createDkimDomain: (call) => dkim.create(actorOf(call), call.body),
    rotateDkimKey: (call) => dkim.rotate(actorOf(call), call.params.domain, call.body),
    checkDkimDomain: (call) => dkim.check(actorOf(call), call.params.domain),
    activateDkimKey: (call) => dkim.activate(actorOf(call), call.params.domain),
    removeDkimDomain: (call) => dkim.remove(actorOf(call), call.params.domain),
  };
}
