import type { Incoming, Outgoing } from '@latchbox/shared/http/mailboxes';
import { samePath } from '../in/imap/folders.ts';
import { type Credentials, MailboxUnusable } from './api.ts';
import { explain, oneLine } from './explain.ts';
import { imapClient } from './imap-client.ts';
import { IMAP, probe, SMTP } from './probe.ts';
import { reach } from './reach.ts';
import { SmtpTalk } from './smtp-talk.ts';

interface Tried<S> {
  readonly server: S;
  readonly credentials: Credentials;
  readonly allowedHosts: readonly string[];
  readonly signal: AbortSignal;
}

/** Tries to receive: host, port, TLS, sign-in, folders, in this order. Throws `MailboxUnusable` for the first that is wrong. */
export async function tryIncoming({
  server,
  credentials,
  allowedHosts,
  signal,
}: Tried<Incoming>): Promise<void> {
  const at = await reach(server, allowedHosts);
  const client = await imapClient(server, at, credentials, {
    connect: 8_000,
    greeting: 4_000,
    socket: 8_000,
  });
  (await probe(server, at, IMAP, signal)).socket.destroy();
  const close = (): void => client.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    await client.connect();
    const listed = await client.list();
    const wanted = server.sentFolder === null ? server.folders : [...server.folders, server.sentFolder];
    const missing = wanted.find((folder) => !listed.some(({ path }) => samePath(path, folder)));
    if (missing === undefined) return;
    throw new MailboxUnusable('folder', 'folder_missing', `The mailbox has no folder called ${missing}.`);
  } catch (error) {
    throw explain(error, server);
  } finally {
    signal.removeEventListener('abort', close);
    client.close();
  }
}

/**
 * Tries to send, up to the moment before a mail would leave: host, port, TLS, sign-in, and whether the server lets this account
 * write as the address. Throws `MailboxUnusable` for the first that is wrong.
 */
export async function tryOutgoing(
  { server, credentials, allowedHosts, signal }: Tried<Outgoing>,
  address: string,
): Promise<void> {
  const at = await reach(server, allowedHosts);
  const { socket, greeting } = await probe(server, at, SMTP, signal);
  const talk = new SmtpTalk(socket, signal);
  try {
    if (!greeting.startsWith('220')) {
      const reason = `The server takes no mail now: ${oneLine(greeting)}`;
      throw new MailboxUnusable('server', 'server_trouble', reason);
    }
    let offers = await talk.hello();
    if (server.security === 'starttls') {
      if (!offers.has('STARTTLS')) throw explain(new Error('Server does not support STARTTLS'), server);
      await talk.startTls(at, !server.verify);
      offers = await talk.hello();
    }
    await talk.signIn(offers, credentials);
    // Some say only with the recipient that the sender is not theirs.
    for (const step of [`MAIL FROM:<${address}>`, `RCPT TO:<${address}>`]) {
      const { code, lines } = await talk.say(step);
      if (code < 500) continue;
      const reason = `The server does not let this account write as ${address}: ${oneLine(lines.join(' '))}`;
      throw new MailboxUnusable('address', 'address_mismatch', reason);
    }
  } catch (error) {
    throw explain(error, server);
  } finally {
    talk.end();
  }
}
