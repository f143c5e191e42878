import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Security } from '@latchbox/shared/http/mailboxes';
import { MailboxUnusable } from './api.ts';
import { explain } from './explain.ts';
import type { Reachable } from './reach.ts';

/** Ms. Together less than a check may take, so that each failure is told by what it is. */
const CONNECT = 4_000;
const GREETING = 3_000;
/** For the question whether a silent server waits for TLS. */
const SECOND_LOOK = 1_500;

interface Server {
  readonly host: string;
  readonly port: number;
  /** `offered`: as the server likes it. */
  readonly security: Security | 'offered';
  readonly verify?: boolean | undefined;
}

/** How a kind of server greets, and what it is called. */
export const IMAP = { name: 'an IMAP server', greeting: /^\* (?:OK|PREAUTH|BYE)\b/i };
export const SMTP = { name: 'an SMTP server', greeting: /^[245]\d\d[ -]/ };

/**
 * Connects, makes TLS where it is wanted from the first byte on, and reads the greeting: what a library reports as one vague
 * failure is told apart here. Answers the open connection and what was said; throws `MailboxUnusable`.
 */
export async function probe(
  server: Server,
  at: Reachable,
  kind: typeof IMAP,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly greeting: string }> {
  let socket: Socket | undefined;
  try {
    socket = await opened(at, signal);
    if (server.security === 'tls')
      socket = await secured(socket, at, signal, { anyCertificate: server.verify === false });
    const greeting = await firstLine(socket, signal);
    if (kind.greeting.test(greeting)) return { socket, greeting };
    const reason = `What answers on port ${server.port} of ${server.host} is not ${kind.name}.`;
    throw new MailboxUnusable('port', 'wrong_service', reason);
  } catch (error) {
    socket?.destroy();
    throw await judged(error, server, at, signal);
  }
}

/** A server that says nothing may be waiting for TLS. */
async function judged(
  error: unknown,
  server: Server,
  at: Reachable,
  signal: AbortSignal,
): Promise<MailboxUnusable> {
  if (error !== NO_GREETING) return explain(error, server);
  const { host, port, security } = server;
  if (security !== 'tls' && (await speaksTls(at, signal))) {
    const reason = `Port ${port} of ${host} wants TLS from the first byte on: choose TLS instead.`;
    return new MailboxUnusable('tls', 'tls_wanted', reason);
  }
  const reason = `${host} takes connections on port ${port}, but says nothing.`;
  return new MailboxUnusable('port', 'port_silent', reason);
}

const NO_GREETING = new Error('no greeting');

async function opened({ host, port }: Reachable, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port });
  // Whoever waits for it gets the error; nobody else is to.
  socket.on('error', () => undefined);
  return await before(
    CONNECT,
    once(socket, 'connect', { signal }),
    Object.assign(new Error(), { code: 'ETIMEDOUT' }),
  ).then(
    () => socket,
    (error: unknown) => {
      socket.destroy();
      throw error;
    },
  );
}

/** Throws what TLS finds wrong, the certificate included. */
export async function secured(
  socket: Socket,
  { servername }: Pick<Reachable, 'servername'>,
  signal: AbortSignal,
  options: { readonly anyCertificate?: boolean; readonly within?: number } = {},
): Promise<Socket> {
  const safe = connectTls({
    socket,
    ...(servername === undefined ? {} : { servername }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: options.anyCertificate !== true,
  });
  safe.on('error', () => undefined);
  const silent = Object.assign(new Error(), { code: 'ERR_SSL_SILENT' });
  await before(options.within ?? CONNECT, once(safe, 'secureConnect', { signal }), silent);
  return safe;
}

async function speaksTls(at: Reachable, signal: AbortSignal): Promise<boolean> {
  let socket: Socket | undefined;
  try {
    socket = await opened(at, signal);
    await secured(socket, at, signal, { anyCertificate: true, within: SECOND_LOOK });
    return true;
  } catch {
    return false;
  } finally {
    socket?.destroy();
  }
}

async function firstLine(socket: Socket, signal: AbortSignal): Promise<string> {
  const [data] = (await before(GREETING, once(socket, 'data', { signal }), NO_GREETING)) as [Buffer];
  return data.toString('latin1').split('\r\n', 1)[0] ?? '';
}

/** Throws `late` when `work` takes longer. */
async function before<T>(ms: number, work: Promise<T>, late: Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timeout = AbortSignal.timeout(ms);
  const end = (): void => reject(late);
  timeout.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    timeout.removeEventListener('abort', end);
    work.catch(() => undefined);
  }
}
