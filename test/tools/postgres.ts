/** A Postgres server of a test's own, where Postgres is installed. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';

const run = promisify(execFile);

export interface PostgresServer extends AsyncDisposable {
  /** Of a role that may create databases. */
  readonly url: string;
  /** Runs one of its programs, such as `pg_dump`, and answers what it wrote; rejects with what it said when it fails. */
  run(program: string, ...args: readonly string[]): Promise<string>;
}

/** Where Debian and others put the newest Postgres; undefined: it is not installed. */
async function findPrograms(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join('/usr/lib/postgresql', newest, 'bin');
}

/** Postgres refuses to run as root: then it runs as the user that its package made. */
async function otherUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (which: string) => Number((await run('id', [which, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts a server with an empty cluster. Undefined where `LATCHBOX_TEST_POSTGRES_URL` names one, or none is installed. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const programs = await findPrograms();
  if (process.env.LATCHBOX_TEST_POSTGRES_URL !== undefined || programs === undefined) return undefined;
  const user = await otherUser();
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-postgres-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    await run(join(programs, 'initdb'), ['-D', data, '-U', 'latchbox', '-A', 'trust', '--no-sync'], {
      ...user,
      cwd: folder,
    });
    const port = await freePort();
    const where = [
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
    ];
    const server = spawn(join(programs, 'postgres'), ['-D', data, '-c', 'fsync=off', ...where], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    const ended = once(server, 'exit');
    const isReady = () =>
      run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).then(
        () => true,
        () => false,
      );
    await eventually('Postgres is ready', isReady, 20_000);
    return {
      url: `postgres://latchbox@127.0.0.1:${port}/postgres`,
      run: async (program, ...args) => (await run(join(programs, program), args)).stdout,
      async [Symbol.asyncDispose]() {
        server.kill('SIGINT');
        await ended;
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
