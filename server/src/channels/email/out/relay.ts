import type { Readable } from 'node:stream';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import type { Clock } from '../../../lib/clock.ts';
import {
  accepted,
  type DeliveryAnswer,
  type RecipientOutcome,
  refused,
  unreachable,
} from '../../../messaging/delivery/channel.ts';
import { needsUtf8 } from './wire-address.ts';

/** What `SMTP_URL` says. */
export interface RelaySettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (`smtps:`); else STARTTLS where the relay offers it. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  /** Instead of the password (XOAUTH2). */
  readonly accessToken?: string | undefined;
  /** Whom the certificate must name, where `host` is an address that was looked up before. */
  readonly servername?: string | undefined;
  /** `?requireTLS=true`: nothing is said to a relay that does not offer STARTTLS. */
  readonly requireTls: boolean;
  /** `?verify=false`: a certificate that nobody signed is good enough. */
  readonly verify: boolean;
}

export interface RelayMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** Opens the mail as it is to leave. */
  open(): Promise<Readable>;
}

/** Hands mails to a mail server that delivers them. */
export interface Relay {
  /**
   * Hands one mail over. Throws when nobody can know whether the relay took it: the connection broke after its last byte and
   * before the answer. `signal` breaks the connection.
   */
  hand(mail: RelayMail, signal: AbortSignal): Promise<DeliveryAnswer>;
}

/** At most so many connections at a time: relays count them. */
const MOST_AT_ONCE = 5;
/** Ms. Together hardly more than a claim on a message lasts (60 s), so that it is mostly this end that gives up. */
const TIMES = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 30_000,
};
/** A mail that waits longer for its turn (ms) comes back later: its claim must last for the sending. */
const LONGEST_WAIT = 15_000;

export function createRelay(settings: RelaySettings, clock: Pick<Clock, 'setTimer'>): Relay {
  const turns = createTurns(MOST_AT_ONCE, clock);
  return {
    async hand(mail, signal) {
      const done = await turns.take(signal);
      if (done === undefined) return unreachable('too many mails were waiting for the relay');
      try {
        return await new Handover(settings, mail).run(signal);
      } finally {
        done();
      }
    },
  };
}

/** Lets so many through at a time; the others wait in order. */
function createTurns(most: number, clock: Pick<Clock, 'setTimer'>) {
  let free = most;
  const waiting: ((done: () => void) => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next(release);
  };
  return {
    /** Undefined: aborted, or waited too long, before it was its turn. */
    take(signal: AbortSignal): Promise<(() => void) | undefined> {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(release);
      }
      return new Promise((resolve) => {
        const go = (done: (() => void) | undefined) => {
          signal.removeEventListener('abort', giveUp);
          cancel();
          resolve(done);
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(go), 1);
          go(undefined);
        };
        const cancel = clock.setTimer(LONGEST_WAIT, giveUp);
        waiting.push(go);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}

/** What nodemailer's errors bring. */
interface SmtpFailure {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly recipient?: string | undefined;
  /** One for each recipient that was not taken. */
  readonly rejectedErrors?: readonly SmtpFailure[] | undefined;
}

/** Of a mail that was taken, by all or by some. */
interface SentInfo {
  readonly rejectedErrors?: readonly SmtpFailure[] | undefined;
}

/** One mail over one connection. */
class Handover {
  readonly #settings: RelaySettings;
  readonly #mail: RelayMail;
  readonly #connection: SMTPConnection;
  readonly #broken: Promise<never>;
  /** `given`: the last byte of the mail may be on its way; from then on silence says nothing. */
  #step: 'connecting' | 'signing in' | 'sending' | 'given' = 'connecting';

  constructor(settings: RelaySettings, mail: RelayMail) {
    this.#settings = settings;
    this.#mail = mail;
    this.#connection = new SMTPConnection(optionsOf(settings));
    this.#broken = new Promise((_, reject) => {
      this.#connection.on('error', reject);
      this.#connection.on('end', () => reject(new Error('the connection ended')));
    });
    this.#broken.catch(() => undefined);
  }

  async run(signal: AbortSignal): Promise<DeliveryAnswer> {
    const connection = this.#connection;
    const close = () => connection.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      if (signal.aborted) return unreachable('given up before it began');
      return answerOf(await this.#talk(), this.#mail.recipients.length);
    } catch (error) {
      return this.#answerFor(error);
    } finally {
      signal.removeEventListener('abort', close);
      connection.close();
    }
  }

  /** Answers what the relay said of recipients that it did not take. */
  async #talk(): Promise<readonly RecipientOutcome[]> {
    const { user } = this.#settings;
    const connection = this.#connection;
    await this.#answered((done) => connection.connect(done));
    // What it offers is said before a sign-in, which has an answer of its own.
    const takesUtf8 = /[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse));
    if (user !== '') {
      this.#step = 'signing in';
      await this.#answered((done) => connection.login(signInOf(this.#settings), done));
    }
    this.#step = 'sending';
    const { sender, size } = this.#mail;
    const unwritable = takesUtf8 ? [] : this.#mail.recipients.filter(needsUtf8).map(withoutUtf8);
    const recipients = this.#mail.recipients.filter((address) => takesUtf8 || !needsUtf8(address));
    if (recipients.length === 0) return unwritable;
    const stream = await this.#mail.open();
    stream.once('end', () => (this.#step = 'given'));
    try {
      const envelope = { from: sender, to: [...recipients], size };
      const info = await this.#answered<SentInfo>((done) => connection.send(envelope, stream, done));
      return [...unwritable, ...outcomesOf(info.rejectedErrors)];
    } finally {
      stream.destroy();
    }
  }

  #answered<T = unknown>(ask: (done: (error?: Error | null, info?: T) => void) => void): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      ask((error, info) => (error === undefined || error === null ? resolve(info as T) : reject(error)));
    });
    return Promise.race([answer, this.#broken]);
  }

  /** What a failure says about the mail. Throws it when it says nothing. */
  #answerFor(error: unknown): DeliveryAnswer {
    const failure = error as SmtpFailure;
    const { code = '', responseCode, response = '', originalCode } = failure;
    if (this.#step === 'connecting')
      return unreachable(`the relay cannot be reached (${originalCode ?? code})`);
    // An operator mends the sign-in, and then the mail leaves.
    if (this.#step === 'signing in' || SIGN_IN_FIRST.has(responseCode ?? 0)) {
      return unreachable(`the relay does not let this server in (${responseCode ?? code})`);
    }
    // Told where nobody was taken: some may have been refused for good and some not.
    const recipients = outcomesOf(failure.rejectedErrors);
    const each = recipients.length === 0 ? {} : { recipients };
    if (responseCode !== undefined && responseCode >= 400) {
      const status = responseCode >= 500 ? 'refused' : 'unreachable';
      return { status, ...said(response), ...each };
    }
    // Found out here, before anything was sent: too large for the relay, or an address that cannot be written to.
    if (code === 'EMESSAGE') return refused('the mail is larger than the relay takes');
    if (code === 'EENVELOPE') return refused('the relay cannot write to this address');
    if (this.#step === 'given') throw error;
    return unreachable(`the connection to the relay broke (${originalCode ?? code})`);
  }
}

const NO_UTF8 =
  'the address has other letters than ASCII before its @, and the relay does not take such (SMTPUTF8)';

const withoutUtf8 = (address: string): RecipientOutcome => ({ address, status: 'refused', reason: NO_UTF8 });

/** Of a mail that was taken for all but these. */
function answerOf(recipients: readonly RecipientOutcome[], of: number): DeliveryAnswer {
  const [first] = recipients;
  if (first === undefined) return accepted;
  // Nobody was left to send it to.
  if (recipients.length === of) return { ...refused(first.reason ?? ''), recipients };
  return { status: 'accepted', recipients };
}

/** What a relay said of recipients that it did not take: 5xx is for good, 4xx may be tried again. */
function outcomesOf(errors: readonly SmtpFailure[] = []): RecipientOutcome[] {
  return errors.flatMap(({ recipient, responseCode = 0, response = '' }) => {
    if (recipient === undefined) return [];
    return [
      { address: recipient, status: responseCode >= 500 ? 'refused' : 'unreachable', ...said(response) },
    ];
  });
}

/** An answer as agents read it, and its enhanced status code (RFC 3463) where it has one. */
function said(response: string): { readonly reason: string; readonly code?: string } {
  const [, code] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return { reason: oneLine(response), ...(code === undefined ? {} : { code }) };
}

const SIGN_IN_FIRST: ReadonlySet<number> = new Set([530, 534, 535, 538]);

function optionsOf(settings: RelaySettings): SMTPConnectionOptions {
  const { host, port, secure, requireTls, verify, servername } = settings;
  const tls = { rejectUnauthorized: verify, ...(servername === undefined ? {} : { servername }) };
  return { host, port, secure, requireTLS: requireTls, tls, ...TIMES };
}

function signInOf({ user, password, accessToken }: RelaySettings): SMTPConnectionAuth {
  if (accessToken === undefined) return { user, pass: password };
  return { user, oauth2: new XOAuth2({ user, accessToken }) };
}

/** A server's answer as agents read it: one line, without control characters, at most 400 of it. */
function oneLine(response: string): string {
  const line = response.replace(new RegExp('[\\u0000-\\u001f\\u007f-\\u009f]+', 'g'), ' ').trim();
  return line.slice(0, 400).toWellFormed();
}

/** Reads `smtp://user:password@host:port`. Throws an `Error` in words for whoever set it. */
export function readRelayUrl(text: string): RelaySettings {
  const url = URL.parse(text);
  const secure = url?.protocol === 'smtps:';
  if (url === null || !(secure || url.protocol === 'smtp:') || url.hostname === '') {
    throw new Error('SMTP_URL must be like smtp://user:password@host:587 or smtps://user:password@host:465');
  }
  for (const name of url.searchParams.keys()) {
    if (name !== 'requireTLS' && name !== 'verify')
      throw new Error(`SMTP_URL has an unknown option: ${name}`);
  }
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    requireTls: url.searchParams.get('requireTLS') === 'true',
    verify: url.searchParams.get('verify') !== 'false',
  };
}
