/** S5: the samples, built from the packed tarball in fresh npm projects, played in Chromium with a colleague who uses the SDK. */
import { createLatchbox, type LatchboxClient, type LockState } from '@latchbox/client';
import { demoSignIns } from '@latchbox/server/src/demo/sign-ins.ts';
import { changeInbox } from '@latchbox/shared/http/inboxes';
import { simulatorWrite } from '@latchbox/shared/http/simulator';
import { createTokenIssuer } from '@latchbox/shared/http/token-issuers';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockIs, opened, shows } from '../rows/stage.ts';
import { type HostApp, startHost } from '../tools/host-app.ts';
import { type RestClient, restClient, signInOver } from '../tools/rest-client.ts';
import { type ServerProcess, startServer } from '../tools/server-process.ts';
import { openStage, type Stage } from './chromium.ts';
import { see, words } from './inbox-page.ts';
import { buildSamples, type BuiltSamples, NoRegistry, SAMPLES } from './samples.ts';

const SECRET = 'a secret that only the samples and the server know';
const TIMES = { lockTtl: 6_000, reconnectGrace: 2_000, idleAfter: 2_000, idleGrace: 30_000 };

let server: ServerProcess;
let stage: Stage;
let admin: RestClient;
let jonas: LatchboxClient;
let built: BuiltSamples | undefined;
let unreachable: string | undefined;

async function tokenOf(name: string): Promise<string> {
  const { email = '', password = '' } = demoSignIns.find((one) => one.name === name) ?? {};
  return (await signInOver(restClient(server.url, null), { email, password })).token;
}

beforeAll(async () => {
  server = await startServer({ env: { HEAD_BEAT_MS: '1000', TYPING_EVERY_MS: '500' } });
  stage = await openStage('samples');
  admin = restClient(server.url, await tokenOf('Mara Okafor'));
  await admin.call(changeInbox, { params: { inbox: 'orders' }, body: { times: TIMES } });
  jonas = createLatchbox({ url: server.url, auth: () => tokenOf('Jonas Lind') });
  await jonas.connect();
  try {
    built = await buildSamples(server.url);
  } catch (error) {
    if (!(error instanceof NoRegistry)) throw error;
    unreachable = error.message;
  }
}, 300_000);
afterAll(async () => {
  await jonas?.close();
  for (const one of [stage, server, built]) await one?.[Symbol.asyncDispose]();
});

/** A customer writes; answers the conversation's subject. */
async function customerWrites(sample: string): Promise<string> {
  const subject = `Grey paper (${sample})`;
  await restClient(server.url, null).call(simulatorWrite, {
    body: {
      inboxCode: 'orders',
      from: { name: 'Odile Vance', address: `${sample}@example.com` },
      subject,
      body: 'Is the grey paper in stock?',
      threadToken: null,
      providerId: `samples-${sample}`,
    },
  });
  return subject;
}

/** Where the sample lives: an application of its own, on an origin of its own, let in by an admin. */
async function startApp(sample: (typeof SAMPLES)[number]): Promise<HostApp> {
  const host = await startHost({ secret: SECRET, folder: built?.dist(sample) ?? '' });
  const body = {
    name: sample,
    kind: 'hs256',
    secret: SECRET,
    issuer: host.url,
    audience: 'latchbox',
  } as const;
  await admin.call(createTokenIssuer, { body: { ...body, allowedOrigins: [host.url], trustEmail: true } });
  return host;
}

async function enter(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email').fill('tess@fernhillpaper.example');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const parts = (page: Page) => ({
  list: page.getByRole('navigation', { name: 'Conversations' }),
  messages: page.getByRole('list', { name: 'Messages' }),
  bar: page.getByRole('status', { name: 'Lock' }),
  typing: page.getByRole('status', { name: 'Typing' }),
  ping: page.getByRole('alert', { name: 'Are you still working?' }),
  reply: page.getByRole('textbox', { name: 'Your reply' }),
  note: page.getByRole('textbox', { name: 'Your note' }),
  press: (name: string) => page.getByRole('button', { name, exact: true }).click(),
});

/** Tess opens the conversation and has it; Jonas sees that, and each sees the other type. */
async function lockAndType(page: Page, subject: string) {
  const { list, bar, messages, reply, typing } = parts(page);
  await list.getByText(subject).click();
  await see(messages.getByText('Is the grey paper in stock?'));
  await see(bar.getByText(/^Yours since/));
  const rows = await shows('it is listed', jonas.list({ status: 'open' }), (shown) =>
    shown.rows.some((row) => row.subject === subject),
  );
  const row = rows.rows.find((one) => one.subject === subject);
  const conversation = await opened(jonas, row?.id ?? '', 'none');
  expect(await lockIs(conversation, 'theirs')).toMatchObject({ holder: { name: 'Tess Amiri' } });
  await reply.pressSequentially('Yes, plenty', { delay: 5 });
  const isTess = (all: readonly { person: { name: string }; kind: string }[]) =>
    all.some(({ person, kind }) => person.name === 'Tess Amiri' && kind === 'reply');
  await shows('Tess types', conversation.typists, isTess);
  conversation.activity('note');
  await see(typing.getByText('Jonas Lind is writing a note…'));
  return conversation;
}

test.for(SAMPLES)(
  'S5: the %s sample, from the tarball: list, lock, typing, ping, reply, note, another tab',
  async (sample, { skip }) => {
    skip(unreachable !== undefined, unreachable);
    await using host = await startApp(sample);
    const subject = await customerWrites(sample);
    const page = await stage.person(sample, { dark: sample === 'vue' });
    await stage.step(sample, async () => {
      await enter(page, host.url);
      const { bar, messages, ping, reply, note, press } = parts(page);
      const conversation = await lockAndType(page, subject);
      await stage.shoot(page, 'typing');

      await see(ping);
      expect(await words(ping)).toMatch(/the conversation is free in \d+ s\./);
      await stage.shoot(page, 'asked');
      await press('Yes');
      await ping.waitFor({ state: 'hidden' });
      const asksNoMore = (lock: LockState) => lock.status === 'theirs' && lock.idle.phase === 'active';
      await shows('asked no more', conversation.lock, asksNoMore);

      await press('Send');
      await see(messages.locator('.reply').getByText('Yes, plenty'));
      await shows('the reply is stored', conversation, ({ entries }) =>
        entries.some((entry) => entry.kind === 'reply' && entry.body === 'Yes, plenty'),
      );
      await expect.poll(() => reply.inputValue()).toBe('');

      await press('Give it back');
      await lockIs(conversation, 'free');
      const lock = await conversation.lock.acquire();
      await see(bar.getByText(/^Jonas Lind is replying since/));
      await expect.poll(() => reply.getAttribute('readonly')).not.toBeNull();
      await press('Note');
      await note.fill('Ask Wen about the grey one');
      await press('Send');
      await shows('the note is stored', conversation, ({ entries }) =>
        entries.some((entry) => entry.kind === 'note' && entry.author.name === 'Tess Amiri'),
      );
      await stage.shoot(page, 'theirs');
      await press('Reply');
      await lock.release();
      await reply.fill('One more thing');
      await see(bar.getByText(/^Yours since/));

      const tab = await page.context().newPage();
      await tab.goto(host.url);
      const other = parts(tab);
      await other.list.getByText(subject).click();
      await see(other.bar.getByText(/^You are replying on /));
      await stage.shoot(tab, 'elsewhere');
      await other.press('Move it here');
      await see(other.bar.getByText(/^Yours since/));
      await see(bar.getByText(/^You are replying on /));
      await stage.shoot(page, 'moved');
      await tab.close();
    });
    expect(stage.errors).toEqual([]);
  },
);

test('S7: a page of an origin that was not let in is told so, in the words that name the cure', async ({
  skip,
}) => {
  skip(unreachable !== undefined, unreachable);
  await using host = await startApp('react');
  const page = await stage.person('stranger');
  // Another origin than http://localhost, though it is the same server.
  await enter(page, host.url.replace('localhost', '127.0.0.1'));
  await see(page.getByText(`Pages of http://127.0.0.1:${host.port} may not use this token: add that origin`));
});
