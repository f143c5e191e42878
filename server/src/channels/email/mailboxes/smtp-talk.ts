import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Credentials } from './api.ts';
import { MailboxUnusable } from './api.ts';
import { oneLine } from './explain.ts';
import type { Reachable } from './reach.ts';
import { secured } from './probe.ts';

/** How a connection was made safe: `unverified` is TLS by whatever certificate. */
export type Safety = 'verified' | 'unverified' | 'none';

/** An answer of an SMTP server. */
export interface SmtpReply {
  readonly code: number;
  readonly lines: readonly string[];
}

const LONGEST_REPLY = 64 * 1_024;

/** As much of SMTP as a check needs, step by step: no library tells at which step, and why, a server says no. */
export class SmtpTalk {
  #socket: Socket;
  readonly #signal: AbortSignal;
  #text = '';

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
  }

  get safety(): Safety {
    if (!(this.#socket instanceof TLSSocket)) return 'none';
    return this.#socket.authorized ? 'verified' : 'unverified';
  }

  /** What the server offers. */
  async hello(): Promise<ReadonlySet<string>> {
    const name = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '') || 'localhost';
    const { code, lines } = await this.say(`EHLO ${name}`);
    if (code !== 250) throw trouble(lines);
    return new Set(lines.slice(1).map((line) => line.toUpperCase()));
  }

  async startTls(at: Reachable, anyCertificate: boolean): Promise<void> {
    const { code, lines } = await this.say('STARTTLS');
    if (code !== 220) throw trouble(lines);
    this.#socket = await secured(this.#socket, at, this.#signal, { anyCertificate });
    this.#text = '';
  }

  /** Throws `MailboxUnusable` when the server does not let these in. */
  async signIn(offers: ReadonlySet<string>, credentials: Credentials): Promise<void> {
    const ways = new Set([...offers].find((offer) => offer.startsWith('AUTH'))?.split(/[ =]/) ?? []);
    const reply = await this.#authenticate(ways, credentials);
    if (reply.code === 235) return;
    const said = oneLine(reply.lines.join(' '));
    const reason = `The server does not accept this sign-in: ${said}`;
    throw new MailboxUnusable('credentials', 'credentials_refused', reason);
  }

  async #authenticate(ways: ReadonlySet<string>, credentials: Credentials): Promise<SmtpReply> {
    const { user } = credentials;
    if (credentials.kind === 'password') return await this.#byPassword(ways, user, credentials.password);
    const bearer = `auth=Bearer ${credentials.accessToken}\x01\x01`;
    const answer = ways.has('XOAUTH2')
      ? await this.say(`AUTH XOAUTH2 ${base64(`user=${user}\x01${bearer}`)}`)
      : ways.has('OAUTHBEARER')
        ? await this.say(`AUTH OAUTHBEARER ${base64(`n,a=${user},\x01${bearer}`)}`)
        : undefined;
    if (answer === undefined) throw unsupported();
    // Why it was refused comes first, and has to be acknowledged.
    return answer.code === 334 ? await this.say(ways.has('XOAUTH2') ? '' : 'AQ==') : answer;
  }

  /** By the first way that the server offers, in the order in which mails are sent later. */
  async #byPassword(ways: ReadonlySet<string>, user: string, password: string): Promise<SmtpReply> {
    if (ways.has('PLAIN')) return await this.say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
    if (ways.has('LOGIN')) {
      await this.say('AUTH LOGIN');
      await this.say(base64(user));
      return await this.say(base64(password));
    }
    if (!ways.has('CRAM-MD5')) throw unsupported();
    // RFC 2195: the challenge is answered with its digest, and the password stays here.
    const { code, lines } = await this.say('AUTH CRAM-MD5');
    if (code !== 334) return { code, lines };
    const challenge = Buffer.from(lines.join(''), 'base64');
    const digest = createHmac('md5', password).update(challenge).digest('hex');
    return await this.say(base64(`${user} ${digest}`));
  }

  async say(line: string): Promise<SmtpReply> {
    this.#socket.write(`${line}\r\n`);
    return await this.reply();
  }

  /** Throws when the connection ends first. */
  async reply(): Promise<SmtpReply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      lines.push(line.slice(4));
      if (line[3] !== '-') return { code: Number(line.slice(0, 3)), lines };
      if (lines.length > 200) throw trouble(lines);
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return line;
      }
      if (this.#text.length > LONGEST_REPLY) throw trouble([]);
      const [data] = (await Promise.race([
        once(this.#socket, 'data', { signal: this.#signal }),
        once(this.#socket, 'close', { signal: this.#signal }).then(() => Promise.reject(trouble([]))),
      ])) as [Buffer];
      this.#text += data.toString('latin1');
    }
  }

  end(): void {
    this.#socket.end('QUIT\r\n');
    this.#socket.destroySoon();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function unsupported(): MailboxUnusable {
  const reason = 'The server offers no way of signing in that fits: try the other one (password or OAuth2).';
  return new MailboxUnusable('credentials', 'sign_in_unsupported', reason);
}

function trouble(lines: readonly string[]): MailboxUnusable {
  const said = oneLine(lines.join(' '));
  const reason = `The server broke the connection off${said === '' ? '.' : `: ${said}`}`;
  return new MailboxUnusable('server', 'server_trouble', reason);
}
