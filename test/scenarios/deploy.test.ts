/** The files of `deploy/`: what of them can be tried without Docker. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLatchbox } from '@latchbox/client';
import { readConfig, settings } from '@latchbox/server/src/config.ts';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../tools/eventually.ts';
import { freePort, repository } from '../tools/server-process.ts';
import { SHORT, startWorld } from '../tools/world.ts';

interface Service {
  readonly image?: string;
  readonly command?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: unknown };
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const deploy = (name: string): string => join(repository, 'deploy', name);
const read = (name: string): string => readFileSync(deploy(name), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const serverNames = Object.keys(compose.services).filter((name) => name.startsWith('server-'));
const servers = serverNames.map((name) => compose.services[name] as Service);

/** As Compose does it, with a value for everything that has to be set. */
const filledIn = (text: string): string =>
  text
    .replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_all, name: string) => `${name}-of-sixteen-letters`)
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

test('compose.yaml: three servers, Redis, a database and nginx, and every variable is a setting that can be used', () => {
  expect(Object.keys(compose.services).toSorted()).toEqual([
    'database',
    'nginx',
    'redis',
    'server-1',
    'server-2',
    'server-3',
  ]);
  for (const { environment = {}, healthcheck } of servers) {
    const [, ...command] = (healthcheck?.test ?? []) as unknown[];
    expect(command).toEqual(['node', '-e', expect.stringContaining('/health/ready')]);
    const env = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, filledIn(value)]),
    );
    expect(Object.keys(env).filter((name) => !(name in settings.shape))).toEqual([]);
    expect(readConfig(env)).toMatchObject({
      TRUST_PROXY: true,
      HOST: '0.0.0.0',
      ROLES: ['web', 'smtp', 'worker'],
    });
    for (const value of Object.values(env)) expect(value).not.toMatch(/\$\{/);
  }
});

test('compose.yaml: what a service names is there, and no secret stands in it', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    const { depends_on: on = [], volumes = [] } = service;
    for (const other of Array.isArray(on) ? on : Object.keys(on))
      expect(compose.services, name).toHaveProperty(other);
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(join(repository, 'deploy', from)), volume).toBe(true);
      else expect(compose.volumes, volume).toHaveProperty(from);
    }
    if (service.build !== undefined)
      expect(existsSync(join(repository, 'deploy', service.build.context, service.build.dockerfile))).toBe(
        true,
      );
    else expect(service.image, name).toMatch(/^[a-z]+:\d/);
    for (const [variable, value] of Object.entries(service.environment ?? {}))
      if (/PASSWORD|TOKEN/.test(variable)) expect(value, variable).toMatch(/^\$\{\w+:\?/);
  }
  // As the start-up checks want it.
  expect(compose.services['redis']?.command).toMatch(/--appendonly yes.*--maxmemory-policy noeviction/);
});

test('the Dockerfile runs what is there, directly', () => {
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]') as string[];
  expect(command[0]).toBe('node');
  const flags = command.filter((part) => part.startsWith('--'));
  expect(read('../server/start.mjs')).toContain(flags[0]);
  expect(existsSync(join(repository, command.find((part) => part.endsWith('.ts')) ?? 'nothing'))).toBe(true);
});

const version = spawnSync('nginx', ['-V'], { encoding: 'utf8' });
const noNginx = version.status !== 0;
if (noNginx)
  console.warn(
    'nginx is not installed: deploy/nginx.conf is not tried. apt-get install -y nginx libnginx-mod-stream',
  );

/** The file as it is, but for names and ports of this machine. */
function localConf(ports: {
  readonly servers: readonly number[];
  readonly listen: number;
  readonly mail: number;
}): string {
  let conf = read('nginx.conf')
    .replace('listen 80;', `listen 127.0.0.1:${ports.listen};`)
    .replace('listen 2525;', `listen 127.0.0.1:${ports.mail};`)
    .replace('access_log /dev/stdout short;', 'access_log off;');
  for (const [at, name] of serverNames.entries())
    conf = conf
      .replaceAll(`server ${name}:`, `server 127.0.0.1:`)
      .replace('127.0.0.1:4000', `127.0.0.1:${ports.servers[at]}`);
  const module = '/usr/lib/nginx/modules/ngx_stream_module.so';
  // Debian loads what other packages bring from files beside the usual configuration.
  return version.stderr.includes('--with-stream=dynamic') && existsSync(module)
    ? `load_module ${module};\n${conf}`
    : conf;
}

interface Nginx extends AsyncDisposable {
  readonly url: string;
}

async function startNginx(servers_: readonly number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-nginx-'));
  const file = join(folder, 'nginx.conf');
  const listen = await freePort();
  await writeFile(file, localConf({ servers: servers_, listen, mail: await freePort() }));
  const args = ['-p', folder, '-e', 'stderr', '-c', file, '-g', `pid ${join(folder, 'pid')};`];
  const tested = spawnSync('nginx', ['-t', ...args], { encoding: 'utf8' });
  expect(tested.stderr).toContain('test is successful');
  const child: ChildProcess = spawn(
    'nginx',
    [...args.slice(0, -1), `daemon off; pid ${join(folder, 'pid')};`],
    {
      stdio: 'ignore',
    },
  );
  const url = `http://127.0.0.1:${listen}`;
  await eventually('nginx answers', async () => (await fetch(`${url}/health/live`)).ok);
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test.skipIf(noNginx)(
  'nginx.conf: agents work through it without sticking to a server, also when theirs is gone',
  async () => {
    await using world = await startWorld({
      servers: 3,
      env: { TRUST_PROXY: 'true' },
      seed: {
        inboxes: { front: { times: { ...SHORT, lockTtl: 6_000 }, conversations: 1 } },
        agents: { ann: {} },
      },
    });
    await using nginx = await startNginx(world.servers.map(({ port }) => port));
    expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
    const client = createLatchbox({ url: nginx.url, auth: () => Promise.resolve(world.agent('ann').token) });
    await client.connect();
    try {
      const conversation = client.conversation(world.conversation('front'));
      const view = conversation.open();
      await conversation.ready;
      await conversation.lock.acquire();
      const [own] = world.rows<{ pid: number }>(
        `SELECT pid FROM lock_epochs JOIN sessions ON sessions.id = session_id JOIN instances ON instances.id = server_id`,
      );
      await world.servers.find(({ pid }) => pid === own?.pid)?.kill9();
      await conversation.reply({ body: 'Through another server' }).confirmed;
      expect(
        world.rows('SELECT 1 FROM lock_epochs WHERE end_reason IS NOT NULL AND end_reason <> ?', 'sent'),
      ).toEqual([]);
      view.release();
    } finally {
      await client.close();
    }
  },
);
