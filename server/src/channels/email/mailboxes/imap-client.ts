import type { ImapFlow } from 'imapflow';
import type { Incoming } from '@latchbox/shared/http/mailboxes';
import { MAX_MAIL_BYTES } from '@latchbox/shared/http/entry-mails';
import type { Credentials } from './api.ts';
import type { Reachable } from './reach.ts';

/** Ms. */
export interface ImapTimes {
  readonly connect: number;
  readonly greeting: number;
  /** Without a byte in either direction. */
  readonly socket: number;
}

/** For work that goes on: a server that takes its time is no failure yet. */
export const PATIENT: ImapTimes = { connect: 20_000, greeting: 15_000, socket: 120_000 };

/** IDLE is begun anew after this (ms): connections through firewalls die silently otherwise. */
const LONGEST_IDLE = 4 * 60_000;

/** A connection that is not open yet. Its errors are listened to, so that none of them ends the process. */
export async function imapClient(
  { security }: Pick<Incoming, 'security'>,
  { host, port, servername }: Reachable,
  credentials: Credentials,
  times: ImapTimes,
): Promise<ImapFlow> {
  // Loaded only here: a server without mailboxes need not take its memory.
  const imap = await import('imapflow');
  const client = new imap.ImapFlow({
    host,
    port,
    ...(servername === undefined ? {} : { servername }),
    secure: security === 'tls',
    // Only where it is not safe from the start: the two together are refused.
    ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }),
    auth:
      credentials.kind === 'password'
        ? { user: credentials.user, pass: credentials.password }
        : { user: credentials.user, accessToken: credentials.accessToken },
    clientInfo: { name: 'Latchbox' },
    logger: false,
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    socketTimeout: times.socket,
    maxIdleTime: LONGEST_IDLE,
    autoIdleDelay: 250,
    missingIdleCommand: 'NOOP',
    maxLiteralSize: MAX_MAIL_BYTES + 1_024 * 1_024,
    maxLineLength: 4 * 1_024 * 1_024,
    maxResponseSize: 2 * MAX_MAIL_BYTES,
  });
  client.on('error', () => undefined);
  return client;
}
