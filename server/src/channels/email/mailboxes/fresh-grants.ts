import { createHash } from 'node:crypto';
import type { OAuth2Grant } from '@latchbox/shared/http/mailboxes';
import type { Clock } from '../../../lib/clock.ts';
import type { StoredGrant } from './secrets.ts';
import { requestToken } from './token-request.ts';

/** How long (ms) what a check made of a grant is remembered. */
const REMEMBERED = 15 * 60_000;
const MOST = 1_000;

/**
 * Grants that were checked before they are stored. Providers may take each refresh token only once: whoever checks and then
 * connects has typed one that is used up, and its successor is remembered here, in this process alone.
 */
export interface FreshGrants {
  /** The newest form of a grant that somebody typed. */
  newest(typed: OAuth2Grant): StoredGrant;
  /** An access token of it. Throws `MailboxUnusable`. */
  accessToken(grant: StoredGrant): Promise<string>;
}

export function createFreshGrants(deps: {
  readonly clock: Clock;
  readonly allowedHosts: readonly string[];
}): FreshGrants {
  const { clock } = deps;
  const known = new Map<string, { readonly grant: StoredGrant; readonly until: number }>();
  const underWay = new Map<string, Promise<string>>();

  function newest(typed: OAuth2Grant): StoredGrant {
    const found = known.get(keyOf(typed));
    return found === undefined || found.until < clock.monotonic() ? typed : found.grant;
  }

  async function change(grant: StoredGrant): Promise<string> {
    const {
      accessToken: token,
      goodFor,
      refreshToken = grant.refreshToken,
    } = await requestToken(grant, deps);
    const [oldest] = known.keys();
    if (known.size >= MOST && oldest !== undefined) known.delete(oldest);
    const fresh = { ...grant, refreshToken, access: { token, until: clock.now() + goodFor } };
    known.set(keyOf(grant), { grant: fresh, until: clock.monotonic() + REMEMBERED });
    return token;
  }

  return {
    newest,
    // Both directions of a check want it at once.
    async accessToken(grant) {
      if (grant.access !== undefined && grant.access.until > clock.now() + 60_000) return grant.access.token;
      const key = keyOf(grant);
      const asked = underWay.get(key) ?? change(grant).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return await asked;
    },
  };
}

/** Not the token itself: what is remembered may end up in a heap dump. */
function keyOf({ tokenUrl, clientId, refreshToken }: OAuth2Grant): string {
  return createHash('sha256')
    .update(JSON.stringify([tokenUrl, clientId, refreshToken]))
    .digest('base64url');
}
