import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPrivateAddress } from '../../../lib/outgoing.ts';
import { MailboxUnusable } from './api.ts';
import { isAllowed } from './settings.ts';

/** Where to connect to, and whom the certificate must name. */
export interface Reachable {
  /** An address where a name was judged: the connection uses exactly what was checked. */
  readonly host: string;
  readonly port: number;
  /** Undefined for a server that was given as an address. */
  readonly servername: string | undefined;
}

/**
 * Looks a mail server up. Private addresses are refused: whoever may connect a mailbox may not look around in the operator's
 * network by it. Throws `MailboxUnusable`.
 */
export async function reach(
  { host, port }: { readonly host: string; readonly port: number },
  allowedHosts: readonly string[],
): Promise<Reachable> {
  const literal = isIP(host) !== 0;
  const servername = literal ? undefined : host;
  if (isAllowed(allowedHosts, host, port)) return { host, port, servername };
  const found = literal ? [{ address: host, family: isIP(host) }] : await addressesOf(host);
  if (found.length === 0 || found.some(({ address }) => isPrivateAddress(address))) {
    const reason = `${host} has a private address. The operator has to allow it (ALLOWED_PRIVATE_HOSTS).`;
    throw new MailboxUnusable('host', 'host_private', reason);
  }
  const first = found.find(({ family }) => family === 4) ?? found[0];
  return { host: first?.address ?? host, port, servername };
}

async function addressesOf(host: string): Promise<{ address: string; family: number }[]> {
  try {
    return await lookup(host, { all: true });
  } catch (cause) {
    const reason = `There is no host called ${host}. Look at its spelling.`;
    throw new MailboxUnusable('host', 'host_unknown', reason, { cause });
  }
}
