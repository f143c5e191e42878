import { once } from 'node:events';
import { LatchboxError } from '@latchbox/shared';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerError,
  type SMTPServerSession,
} from 'smtp-server';
import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { MailIntake } from './intake.ts';

/** Most bytes of one mail, with its files in their encoding. */
export const MAX_MAIL = 30 * 1_024 * 1_024;
/** Most bytes of mails that are being received at one time, in memory. */
const MAX_UNDER_WAY = 8 * MAX_MAIL;
const MAX_CLIENTS = 200;
const MAX_RECIPIENTS = 100;
/** A sender that says nothing for so long (ms) is let go. */
const IDLE_LIMIT = 60_000;

export interface MailListenerDeps {
  readonly intake: Pick<MailIntake, 'inboxOf' | 'accept'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly port: number;
  readonly host: string;
}

export interface MailListener {
  /** Where it listens. */
  readonly port: number;
  /** Takes no more mail, lets what is under way finish for at most `limit` ms, and closes. */
  close(limit: number): Promise<void>;
}

/** An SMTP answer: its code and its sentence. 4xx: the sender keeps the mail and tries again. */
function answer(responseCode: number, message: string): SMTPServerError {
  return Object.assign(new Error(message), { responseCode });
}

const storeDown = () => answer(451, '4.3.0 The mail cannot be stored right now; try again later');

/** Receives mail by SMTP. Throws as `listen` does, `EADDRINUSE` where the port is taken. */
export async function startMailListener(deps: MailListenerDeps): Promise<MailListener> {
  const { clock, log, port, host } = deps;
  const reception = createReception(deps);
  const server = new SMTPServer({
    banner: 'Latchbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    size: MAX_MAIL,
    rejectOversized: true,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_LIMIT,
    logger: false,
    onRcptTo: (address, session, done) => settle(reception.recipient(address, session), done),
    onData: (stream, session, done) => settle(reception.data(stream, session), done),
  });
  server.on('error', (error) => {
    // Before it listens the error is that it cannot: `listening` below fails with it, and the caller says so.
    if (server.server.listening) log.warn('A mail connection failed', { error });
  });
  server.listen(port, host);
  await once(server.server, 'listening');
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: (limit) => closeServer(server, reception, clock, limit),
  };
}

/** Answers the sender by a callback, as the server wants it. */
function settle(work: Promise<void>, done: (error?: Error) => void): void {
  const answered = async (): Promise<void> => {
    let refused: Error | undefined;
    try {
      await work;
    } catch (error) {
      refused = error instanceof Error ? error : storeDown();
    }
    done(refused);
  };
  void answered();
}

function createReception({ intake, log }: MailListenerDeps) {
  let underWay = 0;
  let closing = false;
  const storing = new Set<Promise<unknown>>();

  async function recipient({ address }: SMTPServerAddress, { envelope }: SMTPServerSession): Promise<void> {
    if (closing) throw answer(421, '4.3.2 This server stops; try again later');
    if (envelope.rcptTo.length >= MAX_RECIPIENTS) throw answer(452, '4.5.3 Too many recipients');
    const inboxId = await intake.inboxOf(address).catch((error: unknown) => {
      log.error('An address could not be looked up; its sender was told to come again', { error });
      throw storeDown();
    });
    if (inboxId === undefined) throw answer(550, '5.1.1 There is no such address here');
  }

  async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    let full = false;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        // Read to its end in any case: the sender hears the answer only then.
        if (stream.sizeExceeded || full) continue;
        size += chunk.length;
        underWay += chunk.length;
        full = underWay > MAX_UNDER_WAY;
        chunks.push(chunk);
      }
    } finally {
      underWay -= size;
    }
    if (full) throw answer(452, '4.3.1 Too much mail at once; try again later');
    return Buffer.concat(chunks, size);
  }

  async function store(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await collect(stream);
    // `rejectOversized` answers 552 for this one, whatever is said here.
    if (stream.sizeExceeded) return;
    try {
      await intake.accept({
        raw,
        sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        recipients: envelope.rcptTo.map(({ address }) => address),
      });
    } catch (error) {
      const code = LatchboxError.is(error) ? error.code : undefined;
      log.error('A mail was not stored; its sender was told to come again', { error, code });
      throw storeDown();
    }
  }

  function data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const done = store(stream, session).finally(() => storing.delete(done));
    storing.add(done);
    return done;
  }

  /** Takes nothing new, and settles when everything that was under way has its answer. */
  async function finished(): Promise<void> {
    closing = true;
    while (storing.size > 0) await Promise.allSettled(storing);
  }

  return { recipient, data, finished };
}

/** Idle connections are told to go at once; a mail that is being stored has `limit` ms. */
async function closeServer(
  server: SMTPServer,
  { finished }: Pick<ReturnType<typeof createReception>, 'finished'>,
  clock: Clock,
  limit: number,
): Promise<void> {
  server.server.close();
  await new Promise<void>((resolve) => {
    const cancel = clock.setTimer(limit, resolve);
    void finished().then(() => {
      cancel();
      resolve();
    });
  });
  server.options.closeTimeout = 1;
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
