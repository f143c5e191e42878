/** The sample application that embeds Latchbox (`client-sdk/samples/host`), as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort, repository } from './server-process.ts';

const SERVER = join(repository, 'client-sdk/samples/host/server.mjs');

export interface HostOptions {
  /** Shared secret (HS256); absent: a key pair and a key set. */
  readonly secret?: string;
  /** Folder of the pages that it serves. */
  readonly folder?: string;
  /** How long its tokens live, in seconds. */
  readonly tokenSeconds?: number;
  readonly port?: number;
}

export interface HostApp extends AsyncDisposable {
  /** Its address: origin of its pages, and `iss` of its tokens. */
  readonly url: string;
  readonly port: number;
  /** Signs a user of the host in; answers the cookie. */
  signIn(email: string): Promise<string>;
  /** The token that the host mints for whoever has this cookie; the status where it mints none. */
  token(cookie: string): Promise<string | number>;
}

export async function startHost(options: HostOptions = {}): Promise<HostApp> {
  const port = options.port ?? (await freePort());
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, [SERVER, options.folder ?? import.meta.dirname], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      ...(options.secret === undefined ? {} : { LATCHBOX_SECRET: options.secret }),
      ...(options.tokenSeconds === undefined ? {} : { TOKEN_SECONDS: String(options.tokenSeconds) }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const host: HostApp = {
    url,
    port,
    async signIn(email) {
      const answer = await fetch(`${url}/sign-in?email=${encodeURIComponent(email)}`, { redirect: 'manual' });
      return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    },
    async token(cookie) {
      const answer = await fetch(`${url}/latchbox-token`, { headers: { cookie } });
      return answer.ok ? await answer.text() : answer.status;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
  try {
    await eventually(
      'the host answers',
      async () => (await fetch(`${url}/.well-known/jwks.json`)).ok,
      20_000,
    );
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
  return host;
}
