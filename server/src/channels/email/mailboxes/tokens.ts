import { refuse } from '@latchbox/shared';
import type { Database } from '../../../database/database.ts';
import { mailboxById, replaceSecrets, type StoredMailbox } from '../../../database/mailboxes.ts';
import { SealBroken, type Seal } from '../../../lib/seal.ts';
import type { Log } from '../../../lib/log.ts';
import { type Credentials, MailboxUnusable } from './api.ts';
import { type MailboxSecrets, openSecrets, sealSecrets, type StoredGrant } from './secrets.ts';
import { requestToken } from './token-request.ts';

/** A token that ends sooner than this (ms) is changed for a fresh one. */
const LEAST_LEFT = 120_000;

export interface TokenDeps {
  readonly db: Database;
  readonly seal: Seal;
  readonly log: Log;
  readonly allowedHosts: readonly string[];
}

export interface MailboxTokens {
  /**
   * What to sign in with on one side of a mailbox, with an access token that is good for some minutes. `anew`: the last token was
   * refused, ask for another. Throws `MailboxUnusable`.
   */
  credentials(
    mailbox: StoredMailbox,
    side: 'incoming' | 'outgoing',
    options?: { readonly anew?: boolean },
  ): Promise<Credentials>;
}

export function createMailboxTokens(deps: TokenDeps): MailboxTokens {
  // One request at a time for a mailbox: providers that change the refresh token each time refuse the older one.
  const underWay = new Map<string, Promise<string>>();
  return {
    async credentials(mailbox, side, { anew = false } = {}) {
      const server = side === 'incoming' ? mailbox.incoming : mailbox.outgoing;
      if (server === null) throw refuse('not_connected');
      const { user } = server;
      if (server.auth === 'password') {
        const { password, outgoingPassword } = open(deps, mailbox);
        const own = side === 'outgoing' ? (outgoingPassword ?? password) : password;
        if (own === undefined)
          throw new MailboxUnusable('credentials', 'credentials_refused', 'There is no password.');
        return { kind: 'password', user, password: own };
      }
      let token = underWay.get(mailbox.id);
      if (token === undefined) {
        token = accessToken(deps, mailbox.id, anew).finally(() => underWay.delete(mailbox.id));
        underWay.set(mailbox.id, token);
      }
      return { kind: 'oauth2', user, accessToken: await token };
    },
  };
}

function open({ seal, log }: TokenDeps, { id, secrets }: StoredMailbox): MailboxSecrets {
  try {
    return openSecrets(seal, id, secrets);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    log.error('The secrets of a mailbox cannot be opened', { mailboxId: id, error: error.message });
    const reason = 'What this mailbox signs in with cannot be opened on the server; give it anew.';
    throw new MailboxUnusable('credentials', 'credentials_refused', reason);
  }
}

/** Asks at most twice: when another server was faster, its token is as good. */
async function accessToken(deps: TokenDeps, mailboxId: string, anew: boolean): Promise<string> {
  let refused: unknown;
  let before = '';
  for (let round = 0; round < 2; round += 1) {
    const mailbox = await mailboxById(deps.db.read, mailboxId);
    if (mailbox === undefined) throw refuse('not_connected');
    if (mailbox.secrets === before) break;
    before = mailbox.secrets;
    const secrets = open(deps, mailbox);
    const { oauth2 } = secrets;
    if (oauth2 === undefined)
      throw new MailboxUnusable('credentials', 'credentials_refused', 'There is no OAuth2 grant.');
    const { access } = oauth2;
    const fresh = access !== undefined && access.until - LEAST_LEFT > (await deps.db.now());
    // A token that was just refused is not tried again, unless another server has changed it since.
    if (access !== undefined && fresh && !(anew && round === 0)) return access.token;
    try {
      return await change(deps, mailbox, secrets, oauth2);
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

async function change(
  deps: TokenDeps,
  mailbox: StoredMailbox,
  secrets: MailboxSecrets,
  grant: StoredGrant,
): Promise<string> {
  const { accessToken: token, goodFor, refreshToken = grant.refreshToken } = await requestToken(grant, deps);
  const access = { token, until: (await deps.db.now()) + goodFor };
  const sealed = sealSecrets(deps.seal, mailbox.id, {
    ...secrets,
    oauth2: { ...grant, refreshToken, access },
  });
  // Somebody who changed the secrets meanwhile is right; this token is good for now all the same.
  await deps.db.inTransaction((tx) => replaceSecrets(tx, mailbox.id, mailbox.secrets, sealed));
  return token;
}
