import { LatchboxError } from '@latchbox/shared';
import type { Database } from '../../../database/database.ts';
import { mailboxOfAddress } from '../../../database/mailboxes.ts';
import type { Clock } from '../../../lib/clock.ts';
import { accepted, type DeliveryAnswer, unreachable } from '../../../messaging/delivery/channel.ts';
import type { SignMail } from '../out/dkim/sign-mail.ts';
import { createRelay, type Relay } from '../out/relay.ts';
import type { RelayMail, RelaySettings } from '../out/smtp-session.ts';
import { type FindTransport, type MailboxTransport, MailboxUnusable } from './api.ts';
import { reach } from './reach.ts';

export interface MailboxRelayDeps {
  readonly db: Database;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly transport: FindTransport;
  readonly allowedHosts: readonly string[];
  /** For mail that leaves from no mailbox; undefined: it is only kept. */
  readonly relay: Relay | undefined;
  readonly sign: SignMail;
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

  async function signed(mail: RelayMail, relay: Relay, signal: AbortSignal): Promise<DeliveryAnswer> {
    const toLeave = await deps.sign(mail);
    return 'status' in toLeave ? toLeave : await relay.hand(toLeave, signal);
  }

  async function byMailbox(
    mail: RelayMail,
    { transport, settings }: ByMailbox,
    signal: AbortSignal,
  ): Promise<DeliveryAnswer> {
    const relay = relayOf(transport.mailboxId, settings);
    // Its provider signs by itself, mostly.
    return transport.sign ? await signed(mail, relay, signal) : await relay.hand(mail, signal);
  }

  return {
    async hand(mail, signal) {
      const found = await find(deps, mail.sender, false);
      if ('status' in found) return found;
      if (found.transport === null)
        return deps.relay === undefined ? accepted : await signed(mail, deps.relay, signal);
      const answer = await byMailbox(mail, found, signal);
      if (!tokenRefused(answer, found.transport)) return answer;
      // Nothing was said of the mail yet. Providers end tokens before their time: with another one it may leave.
      const anew = await find(deps, mail.sender, true);
      return 'settings' in anew ? await byMailbox(mail, anew, signal) : answer;
    },
  };
}

interface ByMailbox {
  readonly transport: MailboxTransport;
  readonly settings: RelaySettings;
}
type Found = ByMailbox | { readonly transport: null };

const tokenRefused = (answer: DeliveryAnswer, { credentials }: MailboxTransport): boolean =>
  credentials.kind === 'oauth2' && answer.status === 'unreachable' && answer.code === 'sign_in';

/** Nothing has left yet: whatever goes wrong here is tried again, when the mailbox may be in order. */
async function find(deps: MailboxRelayDeps, sender: string, anew: boolean): Promise<Found | DeliveryAnswer> {
  try {
    const mailboxId = await mailboxOfAddress(deps.db.read, sender);
    if (mailboxId === undefined) return { transport: null };
    const transport = await deps.transport(mailboxId, { anew });
    if (transport === null) return { transport };
    return { transport, settings: await settingsOf(transport, deps.allowedHosts) };
  } catch (error) {
    if (error instanceof MailboxUnusable)
      return { ...unreachable(error.message), code: error.code, account: 'failed' };
    if (LatchboxError.is(error, 'not_connected')) return unreachable('the mailbox is not connected');
    return unreachable('the mailbox could not be looked up');
  }
}

async function settingsOf(
  { host, port, security, verify, credentials }: MailboxTransport,
  allowedHosts: readonly string[],
): Promise<RelaySettings> {
  const at = await reach({ host, port }, allowedHosts);
  return {
    host: at.host,
    port,
    servername: at.servername,
    secure: security === 'tls',
    // Without TLS only where the operator allows it: then what is offered besides is taken as it is.
    tls: security === 'none' ? 'opportunistic' : verify ? 'verified' : 'required',
    user: credentials.user,
    password: credentials.kind === 'password' ? credentials.password : '',
    accessToken: credentials.kind === 'oauth2' ? credentials.accessToken : undefined,
  };
}
