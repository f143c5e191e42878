import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { signIn } from '@latchbox/shared/http/sign-in';
import { getSetUp, setUp } from '@latchbox/shared/http/set-up';
import { listInboxes } from '@latchbox/shared/http/inboxes';
import { knownMigrations } from '@latchbox/server/src/database/migrate.ts';
import { expect, test } from 'vitest';
import { openStage } from '../browser/chromium.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { DATABASE_FILE } from '../tools/seed.ts';
import { MAIN, ServerDidNotStart, type ServerOptions, startServer } from '../tools/server-process.ts';

const ADMIN = { name: 'Ada Moss', email: 'ada@shop.example', password: 'a quiet harbour at dawn' };
const WHAT = { organisation: 'Moss & Daughters', admin: ADMIN, inbox: { name: 'Front desk' } };

/** As `npm start` does, from the sources themselves. */
const startShipped = (options: ServerOptions) => startServer({ entry: MAIN, ...options });

const keyIn = (lines: readonly string[]) =>
  /^One-time key: (\S+)$/.exec(lines.find((line) => line.startsWith('One-time key')) ?? '')?.[1];

async function inFolder(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchbox-rows-'));
  try {
    await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

test('P1: --empty prints a one-time key; with it, and only once, organisation, admin and first inbox are made', async () => {
  await using server = await startShipped({ args: ['--empty'] });
  const rest = restClient(server.url, null);
  const key = keyIn(server.lines) ?? '';
  expect(key).not.toBe('');
  expect(server.lines.join('\n')).toContain(`${server.url.replace('127.0.0.1', 'localhost')}/set-up`);
  expect(await rest.call(getSetUp)).toEqual({ needed: true });
  const credentials = { email: ADMIN.email, password: ADMIN.password };
  await refusal('unauthenticated', rest.call(signIn, { body: credentials }));
  await refusal('forbidden', rest.call(setUp, { body: { ...WHAT, key: 'x'.repeat(43) } }));
  const attempts = await Promise.allSettled(
    Array.from({ length: 4 }, () => rest.call(setUp, { body: { ...WHAT, key } })),
  );
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await refusal('forbidden', rest.call(setUp, { body: { ...WHAT, key } }));
  expect(await rest.call(getSetUp)).toEqual({ needed: false });
  const { token, me } = await signInOver(rest, credentials);
  expect(me).toMatchObject({ name: 'Ada Moss', role: 'admin' });
  const { inboxes } = await restClient(server.url, token).call(listInboxes);
  expect(inboxes).toMatchObject([{ name: 'Front desk', capability: 'manage' }]);
  const said = server.lines.length;
  await server.restart();
  expect(keyIn(server.lines.slice(said))).toBeUndefined();
});

test('P1: the set-up page does the same in a browser, and a new start voids an older key', async () => {
  await using server = await startShipped({ args: ['--empty'] });
  const old = keyIn(server.lines) ?? '';
  const said = server.lines.length;
  await server.restart();
  const key = keyIn(server.lines.slice(said)) ?? '';
  expect(key).not.toBe(old);
  await refusal('forbidden', restClient(server.url, null).call(setUp, { body: { ...WHAT, key: old } }));
  await using stage = await openStage('set-up');
  const page = await stage.person('ada');
  await page.goto(`${server.url}/set-up`);
  await page.getByLabel(/key/i).fill(key);
  await page.getByLabel(/organisation/i).fill(WHAT.organisation);
  await page.getByLabel(/your name/i).fill(ADMIN.name);
  await page.getByLabel(/email/i).fill(ADMIN.email);
  await page.getByLabel(/password/i).fill(ADMIN.password);
  await page.getByLabel(/inbox/i).fill(WHAT.inbox.name);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('heading', { name: 'All set' }).waitFor({ timeout: 15_000 });
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('link', { name: /^Front desk/ })
    .first()
    .waitFor({ timeout: 15_000 });
  await stage.shoot(page, 'done');
  expect(await restClient(server.url, null).call(getSetUp)).toEqual({ needed: false });
  expect(stage.errors).toEqual([]);
});

test('P3: a server refuses a newer database, in words, and leaves it as it was', async () => {
  await inFolder(async (dataDir) => {
    await using server = await startShipped({ dataDir, args: ['--empty'] });
    await server.sigterm();
    const newer = knownMigrations('sqlite').length + 1;
    const file = new DatabaseSync(join(dataDir, DATABASE_FILE));
    file
      .prepare('INSERT INTO schema_versions (version, name, applied_at) VALUES (?, ?, ?)')
      .run(newer, 'of tomorrow', 1);
    const tables = () => file.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = tables();
    const refused = await startShipped({ dataDir, args: ['--empty'] }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ServerDidNotStart);
    expect((refused as ServerDidNotStart).exit?.code).toBe(1);
    expect(String(refused)).toContain(`schema version ${newer}`);
    expect(tables()).toEqual(before);
    file.close();
  });
});

test('P3: an older database is migrated forward at start, with what is in it', async () => {
  await inFolder(async (dataDir) => {
    const [first, ...later] = knownMigrations('sqlite');
    if (first === undefined || later.length === 0) throw new Error('there is only one migration');
    const old = new DatabaseSync(join(dataDir, DATABASE_FILE));
    old.exec(first.sql);
    old.exec(
      'CREATE TABLE schema_versions (version integer PRIMARY KEY NOT NULL, name text NOT NULL, applied_at bigint NOT NULL)',
    );
    old.prepare('INSERT INTO schema_versions VALUES (1, ?, 1)').run(first.name);
    old.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run('organisation', 'From before');
    old.close();
    await using server = await startShipped({ dataDir });
    // It has real data: no demo is put into it, and no key is printed.
    expect(keyIn(server.lines)).toBeUndefined();
    expect(await restClient(server.url, null).call(getSetUp)).toEqual({ needed: false });
    await server.sigterm();
    const file = new DatabaseSync(join(dataDir, DATABASE_FILE));
    const versions = file.prepare('SELECT version FROM schema_versions ORDER BY version').all();
    expect(versions.map(({ version }) => version)).toEqual(
      knownMigrations('sqlite').map(({ version }) => version),
    );
    expect(file.prepare(`SELECT value FROM meta WHERE key = 'organisation'`).get()?.['value']).toBe(
      'From before',
    );
    expect(file.prepare('SELECT count(*) AS n FROM agents').get()?.['n']).toBe(0);
    file.close();
  });
});
