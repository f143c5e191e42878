import type { Incoming, Outgoing } from '@latchbox/shared/http/mailboxes';
import { invalid } from '../../../directory/admin.ts';
import { checkOutgoing } from '../../../lib/outgoing.ts';
import type { MailboxSecrets, StoredGrant } from './secrets.ts';

export interface Settings {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing | null;
}

export interface GivenSecrets {
  readonly password?: string | undefined;
  readonly outgoingPassword?: string | undefined;
  readonly oauth2?: StoredGrant | undefined;
}

/** Throws `invalid` for settings that cannot be, whatever the servers would say to them. */
export function checkSettings(
  { incoming, outgoing }: Settings,
  secrets: MailboxSecrets,
  allowedHosts: readonly string[],
): void {
  for (const [name, server] of [
    ['incoming', incoming],
    ['outgoing', outgoing],
  ] as const) {
    if (server === null) continue;
    if (server.security === 'none' && !isAllowed(allowedHosts, server.host, server.port)) {
      throw invalid(`${name}.security`, 'must be tls or starttls: a password would be readable on its way');
    }
    if ('verify' in server && !server.verify && !isAllowed(allowedHosts, server.host, server.port))
      throw invalid(`${name}.verify`, 'must be true, but for hosts that the operator allows');
    if (server.auth === 'oauth2' && secrets.oauth2 === undefined)
      throw invalid('oauth2', 'is needed where auth is oauth2');
    const password = name === 'outgoing' ? (secrets.outgoingPassword ?? secrets.password) : secrets.password;
    if (server.auth === 'password' && password === undefined)
      throw invalid('password', 'is needed where auth is password');
  }
  if (secrets.oauth2 === undefined) return;
  try {
    checkOutgoing(new URL(secrets.oauth2.tokenUrl), allowedHosts);
  } catch {
    throw invalid('oauth2.tokenUrl', 'must be the public https address where tokens are given');
  }
}

/** Whether the operator lets this server be reached although it is private or without TLS. */
export function isAllowed(allowedHosts: readonly string[], host: string, port: number): boolean {
  const name = host.includes(':') ? `[${host}]` : host;
  return allowedHosts.includes(host) || allowedHosts.includes(`${name}:${port}`);
}

/**
 * What was given, and for the rest what is stored. A stored secret goes only to where it was given for: whoever names another
 * host, port, user or token address has to know the secret, or could have it sent to a machine of their own.
 */
export function mergeSecrets(
  before: Settings & { readonly secrets: MailboxSecrets },
  after: Settings,
  given: GivenSecrets,
): MailboxSecrets {
  const { secrets } = before;
  const sameIn = sameServer(before.incoming, after.incoming);
  const sameOut = after.outgoing === null || sameServer(before.outgoing, after.outgoing);
  const password = given.password ?? (sameIn && (sameOut || hasOwn(given)) ? secrets.password : undefined);
  const keepOut = given.password === undefined && sameOut;
  const outgoingPassword = given.outgoingPassword ?? (keepOut ? secrets.outgoingPassword : undefined);
  const oauth2 = given.oauth2 ?? (sameIn && sameOut ? secrets.oauth2 : undefined);
  return { password, outgoingPassword, oauth2 };
}

const hasOwn = (given: GivenSecrets): boolean => given.outgoingPassword !== undefined;

function sameServer(one: Server | null, other: Server): boolean {
  if (one === null) return false;
  const { host, port, user } = other;
  // Less security is another way, too: what was given for TLS is not said in the open.
  const safe = one.security === other.security || other.security !== 'none';
  const sure = other.verify !== false || one.verify === false;
  return one.host === host && one.port === port && one.user === user && safe && sure;
}

type Server = Pick<Outgoing, 'host' | 'port' | 'user' | 'security'> & {
  readonly verify?: boolean | undefined;
};
