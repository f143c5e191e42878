/** A mail server that keeps what it is given and can be told to refuse, to come again later, or to vanish. */

import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { eventually } from './eventually.ts';

/** A mail that arrived. */
export interface SunkMail {
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
  readonly from: string;
  readonly to: readonly string[];
}

/** What it does with one mail. `vanish` takes it and breaks the connection instead of saying so; `silent` takes it and says nothing. */
export type SinkAct =
  | 'take'
  | 'vanish'
  | 'silent'
  | {
      readonly at: 'recipient' | 'data';
      readonly says: string /** Only at this address. */;
      readonly of?: string;
    };

export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
  /** As `SMTP_URL` takes it. */
  readonly url: string;
  readonly mails: readonly SunkMail[];
  /** What it does with the next mails, one after the other; then it takes them again. */
  next(...acts: SinkAct[]): void;
  /** Waits for the mail that `match` accepts. */
  mail(what: string, match: (mail: SunkMail) => boolean, withinMs?: number): Promise<SunkMail>;
}

/** What the sink does besides; `SMTPServerOptions` of its server. */
export interface SinkOptions {
  /** Gives each mail a Message-ID of its own, as some relays do, and says so. `id` with its angle brackets. */
  readonly renames?: (number: number) => { readonly id: string; readonly says: string };
  readonly server?: SMTPServerOptions;
}

function answer(says: string): Error {
  return Object.assign(new Error(says.slice(4)), { responseCode: Number(says.slice(0, 3)) });
}

function withId(raw: Buffer, id: string): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/^Message-ID: .*$/im, `Message-ID: ${id}`), 'latin1');
}

export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const acts: SinkAct[] = [];
  const vanish = (id: string): void => {
    const connections = (
      server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> }
    ).connections;
    for (const connection of connections) if (connection.id === id) connection._socket.destroy();
  };
  async function sink(
    stream: SMTPServerDataStream,
    { envelope: { mailFrom, rcptTo }, id }: SMTPServerSession,
    done: (error?: Error | null, says?: string) => void,
  ): Promise<void> {
    const act = acts.shift() ?? 'take';
    // Who breaks off before the dot, as a server that is stopped does, has not given a mail.
    const given = await buffer(stream).catch(() => undefined);
    if (given === undefined) return;
    const renamed = options.renames?.(mails.length + 1);
    const raw = renamed === undefined ? given : withId(given, renamed.id);
    if (typeof act === 'object') return done(answer(act.says));
    mails.push({
      raw,
      parsed: await simpleParser(raw),
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
    });
    if (act === 'vanish') vanish(id);
    if (act === 'take') done(null, renamed?.says);
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    hideSMTPUTF8: true,
    closeTimeout: 100,
    ...options.server,
    onRcptTo({ address }, { envelope: { mailFrom } }, done) {
      const [act] = acts;
      if (typeof act !== 'object' || act.at !== 'recipient') return done();
      // Servers try their relay by asking whether they may write to themselves: no mail is meant by that.
      const tried = mailFrom !== false && mailFrom.address === address;
      if (tried ? act.of !== address : act.of !== undefined && act.of !== address) return done();
      acts.shift();
      done(answer(act.says));
    },
    onData: (stream, session, done) => void sink(stream, session, done),
  });
  // A connection that broke is what some tests are about.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    next: (...more) => void acts.push(...more),
    mail: (what, match, withinMs) => eventually(what, () => mails.find(match), withinMs),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
