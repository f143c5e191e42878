import { LatchboxError } from '@latchbox/shared';
import type { Database } from '../../../database/database.ts';
import { mailboxOfAddress } from '../../../database/mailboxes.ts';
import type { Clock } from '../../../lib/clock.ts';
import { accepted, type DeliveryAnswer, unreachable } from '../../../messaging/delivery/channel.ts';
import { createRelay, type Relay, type RelaySettings } from '../out/relay.ts';
import { type FindTransport, type MailboxTransport, MailboxUnusable } from './api.ts';
import { reach } from './reach.ts';

export interface MailboxRelayDeps {
  readonly db: Database;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly transport: FindTransport;
  readonly allowedHosts: readonly string[];
  /** For mail that leaves from no mailbox; undefined: it is only kept. */
  readonly relay: Relay | undefined;
}

/** Mail of a mailbox leaves by the mailbox's own server, as itself; all other by the relay of this server. */
export function createMailboxRelay(deps: MailboxRelayDeps): Relay {
  const relays = new Map<string, { readonly key: string; readonly relay: Relay }>();

  /** The same one while its settings are the same: it limits how many connections there are at a time. */
  function relayOf(mailboxId: string, settings: RelaySettings): Relay {
    const key = JSON.stringify(settings);
    const known = relays.get(mailboxId);
    if (known?.key === key) return known.relay;
    const relay = createRelay(settings, deps.clock);
    relays.set(mailboxId, { key, relay });
    return relay;
  }

  return {
    async hand(mail, signal) {
      const found = await find(deps, mail.sender);
      if ('status' in found) return found;
      if (found.transport !== null) {
        return await relayOf(found.transport.mailboxId, found.settings).hand(mail, signal);
      }
      return deps.relay === undefined ? accepted : await deps.relay.hand(mail, signal);
    },
  };
}

type Found =
  | { readonly transport: MailboxTransport; readonly settings: RelaySettings }
  | { readonly transport: null };

/** Nothing has left yet: whatever goes wrong here is tried again, when the mailbox may be in order. */
async function find(deps: MailboxRelayDeps, sender: string): Promise<Found | DeliveryAnswer> {
  try {
    const mailboxId = await mailboxOfAddress(deps.db.read, sender);
    if (mailboxId === undefined) return { transport: null };
    const transport = await deps.transport(mailboxId);
    if (transport === null) return { transport };
    return { transport, settings: await settingsOf(transport, deps.allowedHosts) };
  } catch (error) {
    if (error instanceof MailboxUnusable) return unreachable(error.message);
    if (LatchboxError.is(error, 'not_connected')) return unreachable('the mailbox is not connected');
    return unreachable('the mailbox could not be looked up');
  }
}

async function settingsOf(
  { host, port, security, credentials }: MailboxTransport,
  allowedHosts: readonly string[],
): Promise<RelaySettings> {
  const at = await reach({ host, port }, allowedHosts);
  return {
    host: at.host,
    port,
    servername: at.servername,
    secure: security === 'tls',
    requireTls: security === 'starttls',
    // Without TLS only where the operator allows it: then what is offered besides is taken as it is.
    verify: security !== 'none',
    user: credentials.user,
    password: credentials.kind === 'password' ? credentials.password : '',
    accessToken: credentials.kind === 'oauth2' ? credentials.accessToken : undefined,
  };
}
