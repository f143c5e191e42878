import { refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Call, Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names =
  | 'listInboxes'
  | 'getInbox'
  | 'createInbox'
  | 'changeInbox'
  | 'listMembers'
  | 'listCandidates'
  | 'getMemberHoldings'
  | 'putMember'
  | 'removeMember'
  | 'listAddresses'
  | 'putAddress'
  | 'removeAddress'
  | 'listTeams'
  | 'createTeam'
  | 'changeTeam'
  | 'addToTeam'
  | 'removeFromTeam'
  | 'listAgents'
  | 'createAgent'
  | 'changeAgent'
  | 'listApiKeys'
  | 'createApiKey'
  | 'revokeApiKey'
  | 'listTokenIssuers'
  | 'createTokenIssuer'
  | 'endTokenIssuer';

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

export function directoryHandlers(deps: HttpDeps): Pick<Handlers, Names> {
  return {
    ...inboxHandlers(deps),
    ...addressHandlers(deps),
    ...peopleHandlers(deps),
    ...credentialHandlers(deps),
  };
}

function inboxHandlers({
  directory,
}: HttpDeps): Pick<
  Handlers,
  Extract<Names, `${string}Inbox${string}` | `${string}Member${string}` | 'listCandidates'>
> {
  return {
    async listInboxes(call) {
      const { agent } = call.verified;
      const all = call.query.scope === 'all';
      return {
        inboxes: all ? await directory.allInboxes(actorOf(call)) : await directory.inboxesOf(agent.id),
      };
    },
    getInbox: (call) => directory.inboxOf(call.verified.agent.id, call.params.inbox),
    createInbox: (call) => directory.createInbox(actorOf(call), call.body),
    changeInbox: (call) => directory.changeInbox(actorOf(call), call.params.inbox, call.body),
    listMembers: async (call) => ({ members: await directory.members(actorOf(call), call.params.inbox) }),
    listCandidates: (call) => directory.candidates(actorOf(call), call.params.inbox),
    putMember: (call) => directory.putMember(actorOf(call), call.params.inbox, call.params.agent, call.body),
    getMemberHoldings: (call) =>
      directory.memberHoldings(actorOf(call), call.params.inbox, call.params.agent),
    removeMember: (call) =>
      directory.removeMember(actorOf(call), call.params.inbox, call.params.agent, call.query),
  };
}

function addressHandlers({
  directory,
}: HttpDeps): Pick<Handlers, Extract<Names, `${string}Address${string}`>> {
  return {
    listAddresses: async (call) => ({
      addresses: (await directory.addresses(actorOf(call), call.params.inbox)).map((one) => ({ ...one })),
    }),
    putAddress: (call) =>
      directory.putAddress(actorOf(call), call.params.inbox, {
        address: call.params.address,
        name: call.body.name ?? '',
      }),
    removeAddress: (call) => directory.removeAddress(actorOf(call), call.params.inbox, call.params.address),
  };
}

function peopleHandlers({
  directory,
}: HttpDeps): Pick<Handlers, Extract<Names, `${string}Team${string}` | `${string}Agent${string}`>> {
  const team = (record: { id: string; name: string; agentIds: readonly string[] }) => ({
    ...record,
    agentIds: [...record.agentIds],
  });
  return {
    listTeams: async (call) => ({ teams: (await directory.teams(actorOf(call))).map(team) }),
    createTeam: async (call) => team(await directory.createTeam(actorOf(call), call.body)),
    changeTeam: async (call) => team(await directory.changeTeam(actorOf(call), call.params.team, call.body)),
    addToTeam: (call) => directory.addToTeam(actorOf(call), call.params.team, call.params.agent),
    removeFromTeam: (call) =>
      directory.removeFromTeam(actorOf(call), call.params.team, call.params.agent, call.query),
    listAgents: async (call) => ({ agents: await directory.agents(actorOf(call)) }),
    createAgent: (call) =>
      directory.createAgent(actorOf(call), { ...call.body, kind: call.body.kind ?? 'person' }),
    changeAgent: (call) => directory.changeAgent(actorOf(call), call.params.agent, call.body),
  };
}

/** A key must not make further keys or let further applications in: whoever finds one could stay for ever. */
function requirePerson({ verified }: Pick<Call<'getMe'>, 'verified'>): void {
  if (verified.credential.kind !== 'sign_in') throw refuse('forbidden');
}

function credentialHandlers({
  directory,
}: HttpDeps): Pick<Handlers, Extract<Names, `${string}Key${string}` | `${string}Issuer${string}`>> {
  const issuer = <R extends { allowedOrigins: readonly string[] }>(record: R) => ({
    ...record,
    allowedOrigins: [...record.allowedOrigins],
  });
  return {
    listApiKeys: async (call) => ({ apiKeys: await directory.apiKeys(actorOf(call)) }),
    async createApiKey(call) {
      requirePerson(call);
      return await directory.createApiKey(actorOf(call), call.body);
    },
    revokeApiKey: (call) => directory.revokeApiKey(actorOf(call), call.params.key),
    listTokenIssuers: async (call) => ({
      tokenIssuers: (await directory.issuers(actorOf(call))).map(issuer),
    }),
    async createTokenIssuer(call) {
      requirePerson(call);
      const { trustEmail = false, ...rest } = call.body;
      return issuer(await directory.createIssuer(actorOf(call), { ...rest, trustEmail }));
    },
    endTokenIssuer: (call) => directory.endIssuer(actorOf(call), call.params.issuer),
  };
}
