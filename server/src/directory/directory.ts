import { createAgents } from './agents.ts';
import { createApiKeys } from './api-keys.ts';
import type { Directory } from './api.ts';
import { createAuditLog } from './audit.ts';
import type { SignInDeps } from './begin-sign-in.ts';
import { createInboxAddresses } from './inbox-addresses.ts';
import { createInboxes } from './inboxes.ts';
import { createIssuers } from './issuers.ts';
import { createSending, type SendingDeps } from './sending.ts';
import { createSetUp } from './setup.ts';
import { createSignIns } from './sign-in.ts';
import { createTeams } from './teams.ts';
import { createTokenSecret } from './token-secret.ts';
import { createTokens } from './tokens.ts';

/** Who there is, who may do what, and who is who. */
export function createDirectory(deps: SendingDeps & Pick<SignInDeps, 'passwords' | 'seal'>): Directory {
  const all = { ...deps, secret: createTokenSecret(deps.db) };
  return {
    ...createTokens(all),
    ...createSignIns(all),
    ...createInboxes(all),
    ...createInboxAddresses(all),
    ...createSending(all),
    ...createTeams(all),
    ...createAgents(all),
    ...createApiKeys(all),
    ...createIssuers(all),
    ...createAuditLog(all),
    ...createSetUp(all),
  };
}
