/** The routes about people and what they come in by, and about what they did. */
import * as agents from './agents.ts';
import * as apiKeys from './api-keys.ts';
import * as audit from './audit.ts';
import * as security from './security.ts';
import * as teams from './teams.ts';
import * as tokenIssuers from './token-issuers.ts';
import * as users from './users.ts';

export const PEOPLE = {
  Teams: {
    listTeams: teams.listTeams,
    createTeam: teams.createTeam,
    changeTeam: teams.changeTeam,
    addToTeam: teams.addToTeam,
    removeFromTeam: teams.removeFromTeam,
  },
  Agents: {
    listAgents: agents.listAgents,
    createAgent: agents.createAgent,
    changeAgent: agents.changeAgent,
  },
  Users: {
    listUsers: users.listUsers,
    getUser: users.getUser,
    inviteUser: users.inviteUser,
    sendInvitation: users.sendInvitation,
    withdrawInvitation: users.withdrawInvitation,
    readInvitation: users.readInvitation,
    acceptInvitation: users.acceptInvitation,
    changeUser: users.changeUser,
    getHoldings: users.getHoldings,
    deactivateUser: users.deactivateUser,
    reactivateUser: users.reactivateUser,
    lockUser: users.lockUser,
    unlockUser: users.unlockUser,
    sendPasswordReset: users.sendPasswordReset,
    sendVerification: users.sendVerification,
    verifyUser: users.verifyUser,
    confirmAddress: users.confirmAddress,
    requireFactor: users.requireFactor,
    resetFactor: users.resetFactor,
    listUserSignIns: users.listUserSignIns,
    endUserSignIns: users.endUserSignIns,
  },
  'My account': {
    getSecurity: security.getSecurity,
    changeMyPassword: security.changeMyPassword,
    sendMyVerification: security.sendMyVerification,
    listMySignIns: security.listMySignIns,
    endMySignIn: security.endMySignIn,
    endMyOtherSignIns: security.endMyOtherSignIns,
    beginFactor: security.beginFactor,
    confirmFactor: security.confirmFactor,
    removeFactor: security.removeFactor,
    renewRecoveryCodes: security.renewRecoveryCodes,
    askPasswordReset: security.askPasswordReset,
    resetPassword: security.resetPassword,
  },
  'API keys': {
    listApiKeys: apiKeys.listApiKeys,
    createApiKey: apiKeys.createApiKey,
    revokeApiKey: apiKeys.revokeApiKey,
  },
  'Token issuers': {
    listTokenIssuers: tokenIssuers.listTokenIssuers,
    createTokenIssuer: tokenIssuers.createTokenIssuer,
    endTokenIssuer: tokenIssuers.endTokenIssuer,
  },
  Audit: { listAudit: audit.listAudit },
} as const;
