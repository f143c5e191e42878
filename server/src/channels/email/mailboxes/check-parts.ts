import type { Incoming, MailboxPart, Security } from '@latchbox/shared/http/mailboxes';
import { samePath } from '../in/imap/folders.ts';
import { type Credentials, MailboxUnusable } from './api.ts';
import { explain, oneLine } from './explain.ts';
import { imapClient } from './imap-client.ts';
import { IMAP, probe, SMTP } from './probe.ts';
import { reach } from './reach.ts';
import { type Safety, type SmtpReply, SmtpTalk } from './smtp-talk.ts';

interface Tried<S> {
  readonly server: S;
  readonly credentials: Credentials;
  readonly allowedHosts: readonly string[];
  readonly signal: AbortSignal;
}

/** Where mail is handed over. `offered`: TLS where the server has it, by whatever certificate. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly security: Security | 'offered';
  readonly verify: boolean;
}

export interface TriedOutgoing extends Omit<Tried<SmtpServer>, 'credentials'> {
  /** Undefined: nobody signs in. */
  readonly credentials: Credentials | undefined;
  /** Told what is tried next, and from the sign-in on how safe the connection is. */
  readonly begins?: (part: MailboxPart, safety?: Safety) => void;
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
 * Tries to send, up to the moment before a mail would leave: host, port, TLS, sign-in, and whether the server takes mail from these
 * addresses. Throws `MailboxUnusable` for the first that is wrong.
 */
export async function tryOutgoing(tried: TriedOutgoing, senders: readonly string[]): Promise<void> {
  const { server, credentials, allowedHosts, signal, begins = () => undefined } = tried;
  begins('host');
  const at = await reach(server, allowedHosts);
  begins('port');
  const { socket, greeting } = await probe(server, at, SMTP, signal);
  const talk = new SmtpTalk(socket, signal);
  try {
    if (!greeting.startsWith('220')) {
      const reason = `The server takes no mail now: ${oneLine(greeting)}`;
      throw new MailboxUnusable('server', 'server_trouble', reason);
    }
    let offers = await talk.hello();
    begins('tls');
    if (server.security === 'starttls' && !offers.has('STARTTLS'))
      throw explain(new Error('Server does not support STARTTLS'), server);
    if (offers.has('STARTTLS') && (server.security === 'starttls' || server.security === 'offered')) {
      await talk.startTls(at, !server.verify);
      offers = await talk.hello();
    }
    begins('credentials', talk.safety);
    if (credentials !== undefined) await talk.signIn(offers, credentials);
    begins('address');
    await trySenders(talk, senders, credentials !== undefined);
  } catch (error) {
    throw explain(error, server);
  } finally {
    talk.end();
  }
}

/** Asks for each, and names all that are not taken. */
async function trySenders(talk: SmtpTalk, senders: readonly string[], signedIn: boolean): Promise<void> {
  const refused: string[] = [];
  let said = '';
  for (const [at, address] of senders.entries()) {
    if (at > 0) await talk.say('RSET');
    const no = await refusalOf(talk, address);
    if (no === undefined) continue;
    // Whoever did not sign in is asked to, mostly, before anything is said of the address.
    if (no.code === 530 && !signedIn) {
      const reason = `The server wants a sign-in first: ${oneLine(no.lines.join(' '))}`;
      throw new MailboxUnusable('credentials', 'sign_in_needed', reason);
    }
    refused.push(address);
    if (said === '') said = oneLine(no.lines.join(' '));
  }
  if (refused.length === 0) return;
  const whom = refused.join(', ').slice(0, 250);
  const reason = signedIn
    ? `The server does not let this account write as ${whom}: ${said}`
    : `The server takes no mail from ${whom}: ${said}`;
  throw new MailboxUnusable('address', 'address_mismatch', reason);
}

/** What a server says against a sender for good. Some say only with the recipient that the sender is not theirs. */
async function refusalOf(talk: SmtpTalk, address: string): Promise<SmtpReply | undefined> {
  for (const step of [`MAIL FROM:<${address}>`, `RCPT TO:<${address}>`]) {
    const reply = await talk.say(step);
    if (reply.code >= 500) return reply;
  }
  return undefined;
}
