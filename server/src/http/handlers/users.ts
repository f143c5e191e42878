import { refuse } from '@latchbox/shared';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Self } from '../../users/own-account.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type AdminNames =
  | 'listUsers'
  | 'getUser'
  | 'inviteUser'
  | 'sendInvitation'
  | 'withdrawInvitation'
  | 'changeUser'
  | 'getHoldings'
  | 'deactivateUser'
  | 'reactivateUser'
  | 'lockUser'
  | 'unlockUser'
  | 'sendPasswordReset'
  | 'sendVerification'
  | 'verifyUser'
  | 'requireFactor'
  | 'resetFactor'
  | 'listUserSignIns'
  | 'endUserSignIns';

type LinkNames =
  | 'readInvitation'
  | 'acceptInvitation'
  | 'confirmAddress'
  | 'askPasswordReset'
  | 'resetPassword';

type SelfNames =
  | 'getSecurity'
  | 'changeMyPassword'
  | 'sendMyVerification'
  | 'listMySignIns'
  | 'endMySignIn'
  | 'endMyOtherSignIns'
  | 'beginFactor'
  | 'confirmFactor'
  | 'removeFactor'
  | 'renewRecoveryCodes';

type Names = AdminNames | LinkNames | SelfNames;

export function userHandlers(deps: HttpDeps): Pick<Handlers, Names> {
  return { ...adminHandlers(deps), ...linkHandlers(deps), ...selfHandlers(deps) };
}

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** What whoever finds a key could stay by, or lock the owner out with, needs a sign-in of their own. */
function person({ verified }: { readonly verified: VerifiedToken }): Self {
  const { agent, credential } = verified;
  if (credential.kind !== 'sign_in') throw refuse('forbidden');
  return { agentId: agent.id, signInId: credential.signInId };
}

function adminHandlers({ users }: Pick<HttpDeps, 'users'>): Pick<Handlers, AdminNames> {
  return {
    listUsers: async (call) => ({ users: await users.listUsers(actorOf(call)) }),
    getUser: (call) => users.getUser(actorOf(call), call.params.user),
    inviteUser: (call) => users.inviteUser(actorOf(call), call.body),
    sendInvitation: (call) => users.sendInvitation(actorOf(call), call.params.user, call.body),
    withdrawInvitation: (call) => users.withdrawInvitation(actorOf(call), call.params.user),
    changeUser: (call) => {
      // Whoever chooses the address is sent the link by which a new password is set.
      const actor = call.body.email === undefined ? actorOf(call) : person(call);
      return users.changeUser(actor, call.params.user, call.body);
    },
    getHoldings: (call) => users.getHoldings(actorOf(call), call.params.user),
    deactivateUser: (call) => users.deactivateUser(actorOf(call), call.params.user, call.body),
    reactivateUser: (call) => users.reactivateUser(actorOf(call), call.params.user),
    lockUser: (call) => users.lockUser(actorOf(call), call.params.user),
    unlockUser: (call) => users.unlockUser(actorOf(call), call.params.user),
    sendPasswordReset: (call) => users.sendPasswordReset(person(call), call.params.user, call.body),
    sendVerification: (call) => users.sendVerification(actorOf(call), call.params.user, call.body),
    verifyUser: (call) => users.verifyUser(actorOf(call), call.params.user, call.body),
    requireFactor: (call) => users.requireFactor(actorOf(call), call.params.user, call.body),
    resetFactor: (call) => users.resetFactor(person(call), call.params.user),
    listUserSignIns: async (call) => ({
      signIns: await users.listUserSignIns(actorOf(call), call.params.user),
    }),
    endUserSignIns: (call) => users.endUserSignIns(actorOf(call), call.params.user),
  };
}

function linkHandlers({ users }: Pick<HttpDeps, 'users'>): Pick<Handlers, LinkNames> {
  return {
    readInvitation: ({ body }) => users.readInvitation(body.token),
    acceptInvitation: ({ body }) => users.acceptInvitation(body),
    confirmAddress: ({ body }) => users.confirmAddress(body.token),
    askPasswordReset: ({ body, ip, userAgent }) => users.askPasswordReset(body.email, { ip, userAgent }),
    resetPassword: ({ body, ip, userAgent }) => users.resetPassword(body, { ip, userAgent }),
  };
}

function selfHandlers({ users }: Pick<HttpDeps, 'users'>): Pick<Handlers, SelfNames> {
  return {
    getSecurity: ({ verified }) => users.getSecurity(verified.agent.id),
    changeMyPassword: (call) => users.changeMyPassword(person(call), call.body),
    sendMyVerification: (call) => users.sendMyVerification(person(call)),
    listMySignIns: async ({ verified }) => ({
      signIns: await users.listSignIns(verified.agent.id, verified.signInId),
    }),
    endMySignIn: (call) => users.endMySignIn(person(call), call.params.signIn),
    endMyOtherSignIns: (call) => users.endMyOtherSignIns(person(call)),
    beginFactor: (call) => users.beginFactor(person(call), call.body),
    confirmFactor: (call) => users.confirmFactor(person(call), call.body),
    removeFactor: (call) => users.removeFactor(person(call), call.body),
    renewRecoveryCodes: (call) => users.renewRecoveryCodes(person(call), call.body),
  };
}
