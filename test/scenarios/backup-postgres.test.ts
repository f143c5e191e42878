/** Backup and restore of a deployment on a real Postgres while people work (P2): by pg_dump and pg_restore, as docs/operating.md has it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLatchbox } from '@latchbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { connectRecorded, type HistoryClient } from '../tools/history-client.ts';
import { History } from '../tools/history.ts';
import { type PostgresServer, startPostgres } from '../tools/postgres.ts';
import { type RedisServer, startRedis } from '../tools/redis.ts';
import { refusal, staysTrue } from '../tools/scenario.ts';
import { type Seeded, seedPostgres } from '../tools/seed.ts';
import { compiledIn, repository, type ServerProcess, startServer } from '../tools/server-process.ts';
import { SHORT } from '../tools/world.ts';

const exec = promisify(execFile);

let postgres: PostgresServer | undefined;
let redis: RedisServer;
let folder = '';
beforeAll(async () => {
  postgres = await startPostgres();
  if (postgres === undefined) process.stderr.write('Postgres is not installed: its backup is not tested.\n');
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'latchbox-pg-'));
}, 60_000);
afterAll(async () => {
  await redis.stop();
  await postgres?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What the steps of the story share: a deployment of which a part is a server with no worker. */
interface Deployment {
  readonly database: PostgresServer;
  readonly url: string;
  readonly seeded: Seeded;
  /** A server that takes what people do, and one that sends; of the same database, Redis and folder. */
  readonly start: (roles: string) => Promise<ServerProcess>;
  /** `npm run backup` or `npm run restore`. */
  readonly command: (name: 'backup' | 'restore', ...args: string[]) => Promise<string>;
  /** One column of what a query answers. */
  readonly ask: (sql: string) => Promise<string[]>;
}

async function deploy(database: PostgresServer): Promise<Deployment> {
  await database.run('psql', '-d', database.url, '-c', 'CREATE DATABASE shop');
  const url = database.url.replace(/postgres$/, 'shop');
  const seeded = await seedPostgres(url, {
    inboxes: { orders: { lockOn: 'open', times: SHORT, conversations: 4 } },
    agents: { ann: {}, ben: {}, cleo: {}, dan: {} },
  });
  const env = { DATABASE_URL: url, REDIS_URL: redis.url, DATA_DIR: join(folder, 'data') };
  const main = join(repository, 'server/src/backup/main.ts');
  const cache = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compiledIn(repository) };
  return {
    database,
    url,
    seeded,
    start: (ROLES) =>
      startServer({
        dataDir: env.DATA_DIR,
        args: ['--empty'],
        env: { ...env, ROLES, HEAD_BEAT_MS: '500', SWEEP_MS: '100', RATE_LIMIT_FACTOR: '1000' },
      }),
    command: async (...args) =>
      (await exec(process.execPath, [main, ...args], { env: { ...env, ...cache } })).stdout,
    ask: async (sql) => (await database.run('psql', '-d', url, '-Atc', sql)).split('\n').filter(Boolean),
  };
}

/** Writes notes as fast as they are answered, until told to stop; answers how many. */
function load(client: HistoryClient, id: string) {
  let stopped = false;
  let written = 0;
  const writing = (async () => {
    for (; !stopped; written += 1) await client.note(id, `Note ${written + 1}`);
  })();
  return {
    written: () => written,
    async stop() {
      stopped = true;
      await writing;
      return written;
    },
  };
}

/** A dump is taken in the middle of a load; answers between which numbers of notes it began and ended. */
async function backUp(deployment: Deployment, client: HistoryClient, id: string, place: string) {
  const { database, url, command } = deployment;
  const notes = load(client, id);
  await eventually('it is under load', () => notes.written() > 5, 20_000);
  await mkdir(place);
  const before = notes.written();
  await database.run('pg_dump', '--format=custom', `--file=${join(place, 'database.dump')}`, url);
  const after = notes.written();
  expect(await command('backup', place)).toContain(place);
  expect(await notes.stop()).toBeGreaterThan(after);
  return { before, after };
}

test('P2: after pg_dump under load and pg_restore no old fence is accepted, nothing leaves twice by itself, and clients load afresh', {
  timeout: 120_000,
}, async ({ skip }) => {
  if (postgres === undefined) return skip('Postgres is not installed');
  const deployment = await deploy(postgres);
  const { seeded, url, ask, command } = deployment;
  const [held = '', busy = '', later = ''] = seeded.inboxes['orders']?.conversations ?? [];
  const tokenOf = (name: string) => seeded.agents[name]?.token ?? '';
  const history = new History();
  await using web = await deployment.start('web');
  const joins = (name: string, resume: { id: string; key: string } | null = null) =>
    connectRecorded(
      history,
      { url: web.url, token: tokenOf(name), resume, name },
      { process: name, node: '0' },
    );
  const outbox = () => ask('SELECT state FROM outbox ORDER BY position');
  const notes = () => ask(`SELECT body FROM entries WHERE conversation_id = '${busy}' AND kind = 'note'`);

  const ann = await joins('ann');
  const { fence: before } = await ann.acquire(held);
  await ann.send(held, { fence: before, lastSeen: 1, body: 'Written before the backup' });
  const sdk = createLatchbox({ url: web.url, auth: () => Promise.resolve(tokenOf('dan')) });
  await sdk.connect();
  const conversation = sdk.conversation(held);
  const view = conversation.open();
  await conversation.ready;
  const bodies = () =>
    conversation.getSnapshot().entries.flatMap((entry) => ('body' in entry ? [entry.body] : []));

  const place = join(folder, 'backup');
  const dumped = await backUp(deployment, await joins('ben'), busy, place);

  // More work: a lock, a reply, and a worker that sends everything.
  const cleo = await joins('cleo');
  const { fence: after } = await cleo.acquire(later);
  await ann.send(held, { fence: before, lastSeen: 2, body: 'Written after the backup' });
  await eventually('the other client sees it', () => bodies().includes('Written after the backup'));
  await using worker = await deployment.start('worker');
  const all = async (state: string) => (await outbox()).every((one) => one === state);
  await eventually('all is sent', () => all('sent'), 20_000, 100);
  const [oldLog] = await ask("SELECT value FROM meta WHERE key = 'log_epoch'");

  await Promise.all([worker.sigterm(), web.sigterm()]);
  await postgres.run('pg_restore', '--clean', '--if-exists', `--dbname=${url}`, join(place, 'database.dump'));
  expect(await command('restore', '--after-dump', place)).toMatch(/Ended 1 locks[\s\S]*Held 1 messages/);
  await web.restart();
  await worker.restart();

  // As of one moment: every note that was acknowledged before the dump, and no hole in those that came while it was taken.
  const kept = await notes();
  expect(kept).toHaveLength(new Set(kept).size);
  expect(kept.toSorted()).toEqual(kept.map((_, at) => `Note ${at + 1}`).toSorted());
  expect(kept.length).toBeGreaterThanOrEqual(dumped.before);
  expect(kept.length).toBeLessThanOrEqual(dumped.after + 1);

  expect((await ask("SELECT value FROM meta WHERE key = 'log_epoch'"))[0]).not.toBe(oldLog);
  const annAgain = await joins('ann', ann.wire.session);
  const cleoAgain = await joins('cleo', cleo.wire.session);
  await refusal('lock_lost', annAgain.send(held, { fence: before, lastSeen: 2 }));
  await refusal('lock_lost', cleoAgain.send(later, { fence: after, lastSeen: 1 }));
  expect((await cleoAgain.acquire(later)).fence).toBeGreaterThan(1_000_000);

  // What was on its way in the backup has left meanwhile: it waits for a person.
  await staysTrue('it is held', async () => (await outbox()).join() === 'held', 1_500);
  expect(await ask('SELECT 1 FROM outbox_attempts')).toEqual([]);
  await annAgain.wire.call('reply.retry', { conversationId: held, position: 2 });
  await eventually('a person has sent it', () => all('sent'), 10_000, 100);

  const cursor = { logEpoch: oldLog ?? '', seq: 1 };
  await refusal(
    'resync',
    annAgain.wire.subscribe(`inbox:${seeded.inboxes['orders']?.inboxId ?? ''}`, cursor),
  );
  await eventually(
    'what came after the backup is gone',
    () => !bodies().includes('Written after the backup'),
    20_000,
  );
  expect(bodies()).toContain('Written before the backup');
  await annAgain.note(held, 'Written after the restore');
  await eventually('what comes now is told', () => bodies().includes('Written after the restore'));
  view.release();
  await sdk.close();
  for (const client of [ann, cleo, annAgain, cleoAgain]) await client[Symbol.asyncDispose]();
});
