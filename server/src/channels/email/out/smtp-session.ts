import type { Readable } from 'node:stream';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { type DeliveryAnswer, unreachable } from '../../../messaging/delivery/channel.ts';
import {
  answerFor,
  answerOf,
  idsGiven,
  outcomesOf,
  type SmtpFailure,
  type SmtpStep,
  withoutUtf8,
} from './smtp-answers.ts';
import { needsUtf8 } from './wire-address.ts';

/**
 * How safe a connection has to be. `opportunistic`: TLS where it is offered, by whatever certificate. `required`: nothing is said without
 * TLS. `verified`: nor to somebody whose certificate does not name the host.
 */
export type TlsPolicy = 'opportunistic' | 'required' | 'verified';

/** Where mail is handed over, and as whom. */
export interface RelaySettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (`smtps:`); else STARTTLS. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  /** Instead of the password (XOAUTH2). */
  readonly accessToken?: string | undefined;
  /** Whom the certificate must name, where `host` is an address that was looked up before. */
  readonly servername?: string | undefined;
  readonly tls: TlsPolicy;
}

export interface RelayMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** Opens the mail as it is to leave. */
  open(): Promise<Readable>;
}

/** Of a mail that was taken, by all or by some. */
interface SentInfo {
  readonly rejectedErrors?: readonly SmtpFailure[] | undefined;
  readonly response?: string | undefined;
  readonly serverMessageId?: string | undefined;
}

/** Ms. Together hardly more than a claim on a message lasts (60 s), so that it is mostly this end that gives up. */
const TIMES = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 30_000,
};

/** One connection, over which mails are handed one after the other. */
export class SmtpSession {
  readonly #settings: RelaySettings;
  readonly #connection: SMTPConnection;
  readonly #broken: Promise<never>;
  #step: SmtpStep = 'connecting';
  #takesUtf8 = false;
  /** What the server calls itself. */
  #name = '';
  #mails = 0;
  #alive = true;

  constructor(settings: RelaySettings) {
    this.#settings = settings;
    this.#connection = new SMTPConnection(optionsOf(settings));
    this.#broken = new Promise((_, reject) => {
      this.#connection.on('error', reject);
      this.#connection.on('end', () => reject(new Error('the connection ended')));
    });
    this.#broken.catch(() => {
      this.#alive = false;
    });
  }

  /** Mails that were handed over it. */
  get mails(): number {
    return this.#mails;
  }

  /** Whether another mail may follow. */
  get alive(): boolean {
    return this.#alive && this.#step === 'sending';
  }

  /**
   * Hands one mail over. Undefined: the connection had been used before and was gone before anything of this mail was said; another one
   * takes it. Throws when nobody can know whether the relay took it.
   */
  async hand(mail: RelayMail, signal: AbortSignal): Promise<DeliveryAnswer | undefined> {
    const close = () => this.close();
    signal.addEventListener('abort', close, { once: true });
    let stream: Readable | undefined;
    try {
      if (signal.aborted) return unreachable('given up before it began');
      if (this.#step === 'connecting') await this.#open();
      this.#step = 'sending';
      const { sender, size } = mail;
      const unwritable = this.#takesUtf8 ? [] : mail.recipients.filter(needsUtf8).map(withoutUtf8);
      const recipients = mail.recipients.filter((address) => this.#takesUtf8 || !needsUtf8(address));
      if (recipients.length === 0) return answerOf(unwritable, unwritable.length, []);
      stream = await mail.open();
      stream.once('end', () => (this.#step = 'given'));
      const envelope = { from: sender, to: [...recipients], size };
      const content = stream;
      const info = await this.#answered<SentInfo>((done) => this.#connection.send(envelope, content, done));
      this.#step = 'sending';
      const outcomes = [...unwritable, ...outcomesOf(info.rejectedErrors)];
      const { host, servername = host } = this.#settings;
      return answerOf(outcomes, mail.recipients.length, idsGiven(info, mail, [this.#name, servername]));
    } catch (error) {
      const unsaid = this.#step === 'sending' && stream?.readableDidRead !== true;
      if (this.#mails > 0 && unsaid && wasGone(error)) {
        this.close();
        return undefined;
      }
      return await this.#failed(error);
    } finally {
      this.#mails += 1;
      stream?.destroy();
      signal.removeEventListener('abort', close);
    }
  }

  close(): void {
    this.#alive = false;
    this.#connection.close();
  }

  /** Ends it as servers like it. */
  quit(): void {
    this.#alive = false;
    this.#connection.quit();
  }

  async #open(): Promise<void> {
    const { user } = this.#settings;
    const connection = this.#connection;
    await this.#answered((done) => connection.connect(done));
    // What it offers is said before a sign-in, which has an answer of its own.
    const hello = String(connection.lastServerResponse);
    this.#takesUtf8 = /[ -]SMTPUTF8\b/im.test(hello);
    this.#name = /^250[ -]([A-Za-z0-9.-]{1,253})/.exec(hello)?.[1] ?? '';
    if (user === '') return;
    this.#step = 'signing in';
    await this.#answered((done) => connection.login(signInOf(this.#settings), done));
  }

  /** Throws the error when it says nothing about the mail. Where only the mail was refused, the connection is good for the next one. */
  async #failed(error: unknown): Promise<DeliveryAnswer> {
    const step = this.#step;
    const { code, responseCode = 421 } = error as SmtpFailure;
    const ofMail = code === 'EENVELOPE' || code === 'EMESSAGE';
    const usable = step === 'sending' && ofMail && responseCode !== 421 && this.#alive;
    if (!usable || !(await this.#reset())) this.close();
    return answerFor(error, step);
  }

  async #reset(): Promise<boolean> {
    try {
      await this.#answered((done) => this.#connection.reset(done));
      return true;
    } catch {
      return false;
    }
  }

  #answered<T = unknown>(ask: (done: (error?: Error | null, info?: T) => void) => void): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      ask((error, info) => (error === undefined || error === null ? resolve(info as T) : reject(error)));
    });
    return Promise.race([answer, this.#broken]);
  }
}

/** The other end was not there any more: it answered nothing, or only that it goes. */
function wasGone(error: unknown): boolean {
  const { responseCode } = error as SmtpFailure;
  return responseCode === undefined || responseCode === 421;
}

function optionsOf({ host, port, secure, tls: policy, servername }: RelaySettings): SMTPConnectionOptions {
  const required = policy !== 'opportunistic';
  return {
    host,
    port,
    secure,
    requireTLS: required && !secure,
    opportunisticTLS: !required,
    tls: {
      rejectUnauthorized: policy === 'verified',
      ...(servername === undefined ? {} : { servername }),
    },
    ...TIMES,
  };
}

function signInOf({ user, password, accessToken }: RelaySettings): SMTPConnectionAuth {
  if (accessToken === undefined) return { user, pass: password };
  return { user, oauth2: new XOAuth2({ user, accessToken }) };
}
