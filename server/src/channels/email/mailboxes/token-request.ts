import { z } from 'zod';
import type { OAuth2Grant } from '@latchbox/shared/http/mailboxes';
import { fetchOutside, OutgoingRefused } from '../../../lib/outgoing.ts';
import { MailboxUnusable } from './api.ts';

/** Ms for the whole exchange. */
const TIMEOUT = 10_000;
const MOST_BYTES = 64 * 1_024;
/** Seconds that a token lives whose answer does not say so. */
const USUAL_LIFE = 3_600;

const Answer = z.object({
  access_token: z.string().min(1).max(16_000),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  refresh_token: z.string().min(1).max(8_000).optional().catch(undefined),
});

export interface FreshToken {
  readonly accessToken: string;
  /** Ms from now on. */
  readonly goodFor: number;
  /** Another one than was used, where the provider changes it each time. */
  readonly refreshToken: string | undefined;
}

/**
 * Changes a refresh token for an access token (RFC 6749, 6). Throws `MailboxUnusable`: `token_refused` when the provider does not
 * want it (it was withdrawn, or the application changed), `token_unreachable` when it could not be asked.
 */
export async function requestToken(
  grant: OAuth2Grant,
  options: { readonly allowedHosts: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<FreshToken> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: grant.refreshToken,
    client_id: grant.clientId,
  });
  if (grant.clientSecret !== '') form.set('client_secret', grant.clientSecret);
  if (grant.scope !== '') form.set('scope', grant.scope);
  const { status, body } = await ask(grant.tokenUrl, form, options);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    throw new MailboxUnusable(
      'credentials',
      'token_refused',
      `The provider no longer accepts this sign-in (${status}). Connect the mailbox anew.`,
    );
  }
  const parsed = Answer.safeParse(jsonOf(body));
  if (status !== 200 || !parsed.success)
    throw unreachable(`The provider of the sign-in gave no token (${status}).`);
  const { access_token, expires_in, refresh_token } = parsed.data;
  return {
    accessToken: access_token,
    goodFor: (expires_in ?? USUAL_LIFE) * 1_000,
    refreshToken: refresh_token === grant.refreshToken ? undefined : refresh_token,
  };
}

async function ask(
  tokenUrl: string,
  form: URLSearchParams,
  options: { readonly allowedHosts: readonly string[]; readonly signal?: AbortSignal | undefined },
) {
  try {
    return await fetchOutside(new URL(tokenUrl), {
      ...options,
      timeout: TIMEOUT,
      maxBytes: MOST_BYTES,
      accept: 'application/json',
      form,
    });
  } catch (error) {
    const why = error instanceof OutgoingRefused ? `: ${error.message}` : '';
    throw unreachable(`The provider of the sign-in cannot be reached${why}.`, error);
  }
}

function unreachable(reason: string, cause?: unknown): MailboxUnusable {
  return new MailboxUnusable('credentials', 'token_unreachable', reason, { cause });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
