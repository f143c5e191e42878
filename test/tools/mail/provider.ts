/** A provider of mail accounts, as customers and companies have them: Exim, Dovecot, and a place that gives OAuth2 tokens. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ImapFlow } from 'imapflow';
import type { HttpInput } from '@latchbox/shared/http/index';
import { makeCertificate } from '../../../server/src/http/testing/make-certificate.ts';
import { eventually } from '../eventually.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { type Exim, startExim } from './exim.ts';
import { runProgram } from './programs.ts';

export interface ProviderMail {
  readonly uid: number;
  readonly raw: string;
  /** As it is stored, also where that is no text. */
  readonly bytes: Buffer;
}

export interface MailProvider extends AsyncDisposable {
  readonly dovecot: Dovecot;
  readonly exim: Exim;
  readonly tokens: TokenPlace;
  /** PEM file of the certificate that its servers show, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** That certificate, for another server beside them. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Settings of an account, as `createMailbox` takes them. */
  account(
    address: string,
  ): Pick<HttpInput<'createMailbox'>['body'], 'address' | 'incoming' | 'outgoing' | 'password'>;
  /** Writes a mail with `swaks`, as a customer without any account would. */
  swaks(mail: {
    from: string;
    to: string;
    subject: string;
    body?: string;
    headers?: Record<string, string>;
  }): Promise<void>;
  /** Puts a mail straight into a folder. */
  append(address: string, folder: string, raw: string | Buffer, at?: Date): Promise<void>;
  /** Puts many mails into INBOX, in this order. */
  fill(
    address: string,
    mails: readonly { readonly raw: string | Buffer; readonly at?: Date }[],
  ): Promise<void>;
  /** What lies in a folder, in the order of its UIDs. */
  mails(address: string, folder?: string): Promise<ProviderMail[]>;
  /** Waits for a mail that `match` accepts. */
  mail(address: string, match: (raw: string) => boolean, folder?: string): Promise<string>;
}

/** Starts one with these accounts: address → password. */
export async function startMailProvider(users: Readonly<Record<string, string>>): Promise<MailProvider> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-provider-'));
  const { cert, key } = makeCertificate('localhost');
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, cert);
  const tokens = await startTokenPlace();
  const common = { cert, key, users };
  const introspection = `${tokens.url}/introspect?token=`;
  // Sockets lie in it, and their paths must be short.
  const dovecotFolder = await mkdtemp('/tmp/lb-imap-');
  const dovecot = await startDovecot({ ...common, folder: dovecotFolder, introspection });
  const eximFolder = await mkdtemp(join(tmpdir(), 'lb-smtp-'));
  const exim = await startExim({ ...common, folder: eximFolder, boxOf: dovecot.boxOf });

  async function asUser<T>(address: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = new ImapFlow({
      host: 'localhost',
      port: dovecot.imaps,
      secure: true,
      auth: { user: address, pass: users[address] ?? '' },
      logger: false,
      tls: { rejectUnauthorized: false },
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  const mails = (address: string, box = 'INBOX'): Promise<ProviderMail[]> =>
    asUser(address, async (client) => {
      const { exists } = await client.mailboxOpen(box, { readOnly: true });
      if (exists === 0) return [];
      const found = await client.fetchAll('1:*', { uid: true, source: true });
      return found.map(({ uid, source = Buffer.alloc(0) }) => ({
        uid,
        raw: String(source),
        bytes: source,
      }));
    });

  return {
    dovecot,
    exim,
    tokens,
    caFile,
    certificate: { cert, key },
    account: (address) => ({
      address,
      incoming: { host: 'localhost', port: dovecot.imaps, security: 'tls', user: address, auth: 'password' },
      outgoing: { host: 'localhost', port: exim.smtp, security: 'starttls', user: address, auth: 'password' },
      password: users[address] ?? '',
    }),
    async swaks({ from, to, subject, body = 'Text', headers = {} }) {
      const named = Object.entries({ Subject: subject, ...headers }).flatMap(([name, value]) => [
        '--header',
        `${name}: ${value}`,
      ]);
      const server = ['--server', `127.0.0.1:${exim.smtp}`, '--from', from, '--to', to];
      await runProgram('swaks', [...server, ...named, '--body', body]);
    },
    append: (address, box, raw, at) =>
      asUser(address, async (client) => void (await client.append(box, raw, [], at))),
    fill: (address, all) =>
      asUser(address, async (client) => {
        for (const { raw, at } of all) await client.append('INBOX', raw, [], at);
      }),
    mails,
    async mail(address, match, box) {
      const found = await eventually(
        `a mail arrives at ${address}`,
        async () => (await mails(address, box)).find(({ raw }) => match(raw)),
        30_000,
        200,
      );
      return found.raw;
    },
    async [Symbol.asyncDispose]() {
      await exim[Symbol.asyncDispose]();
      await dovecot.stop();
      await tokens[Symbol.asyncDispose]();
      await Promise.all(
        [folder, eximFolder, dovecotFolder].map((one) => rm(one, { recursive: true, force: true })),
      );
    },
  };
}

export interface TokenPlace extends AsyncDisposable {
  readonly url: string;
  /** Begins a grant for an account and answers its refresh token. */
  grant(address: string): string;
  /** Every refresh token that was changed, in order. */
  readonly changed: readonly string[];
  /** Access tokens of this account are no longer good; its refresh token is. */
  expire(address: string): void;
  /** Neither is. */
  withdraw(address: string): void;
}

/** Gives access tokens for refresh tokens, which it changes each time, and says to Dovecot whose they are. */
async function startTokenPlace(): Promise<TokenPlace> {
  const refresh = new Map<string, string>();
  const access = new Map<string, string>();
  const changed: string[] = [];
  const fresh = (): string => randomBytes(16).toString('base64url');
  const drop = (tokens: Map<string, string>, address: string): void => {
    for (const [token, whose] of tokens) if (whose === address) tokens.delete(token);
  };
  async function answerTo(request: IncomingMessage): Promise<readonly [number, object]> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/introspect') {
      const email = access.get(url.searchParams.get('token') ?? '');
      return [200, email === undefined ? { active: false } : { active: true, email }];
    }
    const form = new URLSearchParams(await text(request));
    const given = form.get('refresh_token') ?? '';
    const email = refresh.get(given);
    const right = form.get('client_id') === 'latchbox' && form.get('client_secret') === 'app-geheim';
    if (email === undefined || !right) return [400, { error: 'invalid_grant' }];
    changed.push(given);
    refresh.delete(given);
    const [accessToken, refreshToken] = [fresh(), fresh()];
    access.set(accessToken, email);
    refresh.set(refreshToken, email);
    return [
      200,
      { access_token: accessToken, refresh_token: refreshToken, expires_in: 3_600, token_type: 'Bearer' },
    ];
  }
  const server = createServer((request, response) => {
    void answerTo(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changed,
    grant(address) {
      const token = fresh();
      refresh.set(token, address);
      return token;
    },
    expire: (address) => drop(access, address),
    withdraw(address) {
      drop(access, address);
      drop(refresh, address);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
