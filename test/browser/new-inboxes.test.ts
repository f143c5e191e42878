/** As a help page would tell it: from an organisation without inboxes to one that texts, with its registration, its members, and what is told of it. */
import { createAgent } from '@latchbox/shared/http/agents';
import { listTeams } from '@latchbox/shared/http/teams';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { freePort, startServer } from '../tools/server-process.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { PATIENCE, see } from './inbox-page.ts';
import { press, tabTo } from './keys.ts';

const ADA = { name: 'Ada Moss', email: 'ada@moss.example', password: 'a quiet harbour at dawn' };
const BEN = { name: 'Ben Rao', email: 'ben@moss.example', password: 'a loud harbour at dusk' };

async function enter(page: Page, { email, password }: typeof ADA): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).press('Enter');
}

/** Takes the page for hidden, and keeps what would appear on the desktop. */
function hidden(): void {
  const told: string[] = [];
  class Told {
    static permission = 'granted';
    constructor(title: string, { body }: { body: string }) {
      told.push(`${title}: ${body}`);
    }
    addEventListener(): void {}
    close(): void {}
  }
  Object.assign(globalThis, { Notification: Told, told });
  Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
}

const says = (field: Locator): Promise<string> => field.inputValue();
const isWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

test('M1, M2, M4, M10, W1: get started, the wizard forth and back, the registration rejected and handed in again, the mail, the bell, and members; by keys, and on a phone in the dark', async () => {
  await using sink = await startSmtpSink();
  const port = await freePort();
  const PUBLIC_URL = `http://127.0.0.1:${port}`;
  await using server = await startServer({
    port,
    args: ['--empty'],
    env: { SMTP_URL: sink.url, PUBLIC_URL, RATE_LIMIT_FACTOR: '100' },
  });
  await using stage = await openStage('new-inboxes');
  const page = await stage.person('ada');
  const main = page.getByRole('main');
  const nav = page.getByRole('navigation', { name: 'Inboxes and views' });
  const to = async (path: string): Promise<void> => void (await page.goto(`${server.url}${path}`));
  const clean = async (): Promise<void> => expect(await axeFinds(page, 'all')).toEqual([]);
  const bell = (words: string | RegExp) => nav.getByRole('link', { name: words });

  await stage.step('an organisation without an inbox', async () => {
    const key = server.lines.join('\n').match(/^One-time key: (\S+)$/m)?.[1] ?? '';
    await to('/set-up');
    await page.getByLabel('One-time key').fill(key);
    await page.getByLabel('Organisation').fill('Moss & Daughters');
    await page.getByLabel('Your name').fill(ADA.name);
    await page.getByLabel('Email').fill(ADA.email);
    await page.getByLabel('Password').fill(ADA.password);
    await page.getByRole('button', { name: 'Set up' }).press('Enter');
    await page.getByRole('link', { name: 'Sign in' }).press('Enter');
    await enter(page, ADA);
    await see(page.getByRole('heading', { name: 'Get started' }));
    await stage.shoot(page, 'get-started');
    await clean();
    await page.getByRole('link', { name: 'Set up an inbox' }).press('Enter');
  });

  const { token } = await signInOver(restClient(server.url, null), {
    email: ADA.email,
    password: ADA.password,
  });
  const admin = restClient(server.url, token);
  const { teams } = await admin.call(listTeams);
  const team = teams[0]?.id ?? '';
  await admin.call(createAgent, { body: { kind: 'person', role: 'agent', ...BEN, teamIds: [team] } });

  const next = (name: string) => main.getByRole('button', { name });
  await stage.step('the inbox: what is wrong is said at its field, and a reload loses nothing', async () => {
    await main.getByLabel('Name').fill('Glaze desk');
    await expect.poll(() => says(main.getByLabel('API code'))).toBe('glaze-desk');
    await main.getByLabel('API code').fill('Not a code');
    await next('Continue to the number').press('Enter');
    await see(main.locator('.field-error'));
    await expect
      .poll(() => main.getByLabel('API code').evaluate((one) => one === document.activeElement))
      .toBe(true);
    await stage.shoot(page, 'inbox-wrong');
    await clean();
    await main.getByLabel('API code').fill('glaze');
    await main.getByRole('radio', { name: 'Brass' }).check();
    await page.reload();
    await expect.poll(() => says(main.getByLabel('Name'))).toBe('Glaze desk');
    expect(await says(main.getByLabel('API code'))).toBe('glaze');
    await stage.shoot(page, 'inbox');
    await page.getByRole('link', { name: 'Shared inboxes', exact: true }).press('Enter');
    await see(main.getByText('Begun by Ada Moss'));
    await stage.shoot(page, 'begun');
    await clean();
    await main.getByRole('link', { name: 'Go on with Glaze desk' }).press('Enter');
  });

  await stage.step('the number: exactly one; back keeps also what is not right yet', async () => {
    await see(main.getByRole('heading', { name: 'Choose a number' }));
    await expect.poll(() => next('Continue to members').isDisabled()).toBe(true);
    await main.getByLabel('Area code').fill('510');
    await main.getByRole('button', { name: 'Search' }).press('Enter');
    await main.getByRole('radio').first().check();
    // What follows from it is said beside it at once.
    await see(main.getByText('First texting inbox of Moss & Daughters'));
    await see(main.getByRole('complementary', { name: 'So far' }).getByText('+1 510'));
    await main.getByLabel(/^Forward voice calls to/).fill('12');
    await next('Continue to members').press('Enter');
    await see(main.locator('.field-error'));
    await stage.shoot(page, 'number-wrong');
    await clean();
    await next('Back').press('Enter');
    await see(main.getByRole('heading', { name: 'New inbox' }));
    expect(await says(main.getByLabel('API code'))).toBe('glaze');
    await expect.poll(() => main.getByRole('radio', { name: 'Brass' }).isChecked()).toBe(true);
    await main.getByLabel('Name').fill('Glaze and slip');
    await next('Continue to the number').press('Enter');
    await see(main.getByText(/^Chosen: \+1 510/));
    expect(await says(main.getByLabel(/^Forward voice calls to/))).toBe('12');
    await main.getByLabel(/^Forward voice calls to/).fill('+1 415 555 0134');
    await stage.shoot(page, 'number');
    await next('Continue to members').press('Enter');
  });

  await stage.step('no members before the registration; left, come back to, and confirmed', async () => {
    await see(main.getByText(/^Nobody can be added before/));
    await stage.shoot(page, 'members-wait');
    await clean();
    await next('Continue to confirm').press('Enter');
    await see(main.getByRole('heading', { name: 'Confirm', exact: true }));
    await to('/');
    await page.getByRole('link', { name: 'Go on with Glaze and slip' }).press('Enter');
    await see(main.getByText('Calls ring'));
    await stage.shoot(page, 'confirm');
    await clean();
    await next('Buy the number and create it').press('Enter');
    await see(main.getByText('Glaze and slip is there'));
    await stage.shoot(page, 'created');
    await clean();
  });

  await stage.step('until it is registered, only admins see it, in the settings', async () => {
    await page.getByRole('link', { name: 'Shared inboxes', exact: true }).press('Enter');
    await see(main.getByText(/its team is not registered with the carriers/));
    await stage.shoot(page, 'waits');
    await clean();
    await main.getByRole('link', { name: 'Members of Glaze and slip' }).press('Enter');
    await see(main.getByText(/waits for the registration of its team/));
    await expect.poll(() => main.getByRole('button', { name: 'Add' }).count()).toBe(0);
    await stage.shoot(page, 'members-page-waits');
    await clean();
    await to('/');
    await see(page.getByText('until then only admins see it'));
    await expect.poll(() => nav.getByRole('link', { name: /^Glaze/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'New message' }).press('Enter');
    await see(page.getByText(/there is nothing to send from/));
    await stage.shoot(page, 'in-no-inbox');
    await clean();
  });

  const registration = {
    'Customer profile': `BU${'1'.repeat(32)}`,
    'A2P profile': `BU${'2'.repeat(32)}`,
    'What is texted, to whom and why':
      'A pottery answers the questions of customers who text it about glazes.',
    'How contacts agree to get texts':
      'Customers text first. The number stands on our receipts with its terms.',
    'Sample 1': 'Your glaze is ready to be collected.',
    'Sample 2': 'We are open until six o’clock today.',
  };
  await stage.step('the registration', async () => {
    await to('/settings/registrations');
    await next('Hand it in').press('Enter');
    await see(main.locator('.field-error'));
    await stage.shoot(page, 'registration-wrong');
    await clean();
    for (const [label, text] of Object.entries(registration)) await main.getByLabel(label).fill(text);
    await next('Hand it in').press('Enter');
    await see(main.getByText(/^The carriers look at it/));
    await stage.shoot(page, 'registration-pending');
    await clean();
  });

  const carrier = await stage.tab(page, 'carrier');
  const away = await stage.tab(page, 'away');
  await away.addInitScript(hidden);
  await stage.step('rejected, with a reason, told at once', async () => {
    await away.goto(server.url);
    await see(away.getByRole('navigation', { name: 'Inboxes and views' }));
    await carrier.goto(`${server.url}/carrier`);
    await carrier.getByRole('button', { name: 'What carriers do' }).click();
    await carrier.getByRole('button', { name: 'Reject…' }).click({ timeout: PATIENCE });
    await carrier.getByLabel('Why').fill('The samples do not name the shop.');
    await carrier.getByRole('button', { name: 'Reject', exact: true }).click();
    await see(main.getByText(/^The carriers rejected it: .*do not name the shop/));
    await see(page.getByText('The carriers rejected the registration of Moss & Daughters'));
    await stage.shoot(page, 'rejected');
    await clean();
    const told = () => away.evaluate(() => (globalThis as unknown as { told: string[] }).told);
    await expect
      .poll(told)
      .toEqual([expect.stringMatching(/^The carriers rejected the registration.*do not name the shop/)]);
    const mail = await sink.mail('the rejection', ({ parsed }) => /rejected/.test(parsed.subject ?? ''));
    const link = mail.parsed.text?.match(/http\S+/)?.[0] ?? '';
    expect(link).toBe(`${PUBLIC_URL}/settings/registrations/${team}`);
    await page.goto(link);
    expect(await says(main.getByLabel('A2P profile'))).toBe(registration['A2P profile']);
    await main.getByLabel('Sample 1').fill('Moss & Daughters: your glaze is ready.');
    await next('Hand it in again').press('Enter');
    await see(main.getByText(/^The carriers look at it/));
  });

  await stage.step('registered: mail, bell, and the page of what was told', async () => {
    await carrier.getByRole('button', { name: 'Approve' }).click({ timeout: PATIENCE });
    await see(main.getByText(/is registered. Its texting inboxes can send/));
    await sink.mail('the good news', ({ parsed }) => /can send texts now/.test(parsed.subject ?? ''));
    await stage.shoot(page, 'registered');
    await clean();
    await to('/');
    await see(bell('Notifications, 2 unread'));
    await stage.shoot(page, 'bell');
    await bell('Notifications, 2 unread').press('Enter');
    const list = main.getByRole('list', { name: 'Notifications' });
    await see(list.getByText('Moss & Daughters can send texts now'));
    await stage.shoot(page, 'notifications');
    await clean();
    await main.getByRole('button', { name: /^Mark as read: The carriers rejected/ }).press('Enter');
    await see(bell('Notifications, 1 unread'));
    await main.getByRole('button', { name: 'Mark all as read' }).press('Enter');
    await see(bell('Notifications'));
    await list.getByRole('link', { name: 'Moss & Daughters can send texts now' }).press('Enter');
    await see(main.getByText(/is registered. Its texting inboxes/));
  });

  const ben = await stage.person('ben');
  const bens = ben
    .getByRole('navigation', { name: 'Inboxes and views' })
    .getByRole('link', { name: /^Glaze/ });
  await stage.step('members: added, changed, taken out', async () => {
    await ben.goto(server.url);
    await enter(ben, BEN);
    await see(ben.getByText('You are in no inbox yet'));
    await page.getByRole('link', { name: 'Members' }).press('Enter');
    const add = async (who: string, may: string): Promise<void> => {
      await main.getByLabel('Who').selectOption({ label: who });
      await main.getByLabel('May', { exact: true }).selectOption({ label: may });
      await next('Add').press('Enter');
      await see(main.getByLabel(`What ${who} may do`));
    };
    await add(ADA.name, 'Manages the inbox');
    await add(BEN.name, 'Reads');
    await see(bens);
    await main.getByLabel(`What ${BEN.name} may do`).selectOption({ label: 'Reads and replies' });
    await see(main.getByRole('status').getByText('Saved'));
    await stage.shoot(page, 'members');
    await clean();
    await next(`Take ${BEN.name} out`).press('Enter');
    await see(page.getByRole('dialog').getByText('No conversation is assigned to them here.'));
    await stage.shoot(page, 'take-out');
    await clean();
    await page.getByRole('button', { name: 'Take out' }).press('Enter');
    await bens.waitFor({ state: 'detached', timeout: PATIENCE });
    await see(main.getByText('1 member', { exact: true }));
    await to('/');
    await see(nav.getByRole('link', { name: /^Glaze and slip/ }));
    await page.getByRole('button', { name: 'New message' }).press('Enter');
    await see(page.getByRole('dialog').getByText('Glaze and slip'));
    await clean();
    await stage.shoot(page, 'from');
  });

  await stage.step('another one, on a phone in the dark, by keys alone', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await to('/settings/inboxes');
    await see(main.getByRole('link', { name: 'Members of Glaze and slip' }));
    const look = async (what: string): Promise<void> => {
      await stage.shoot(page, what);
      await clean();
      expect(await isWide(page), what).toBe(false);
    };
    await look('phone-inboxes');
    await tabTo(page, 'New inbox');
    await press(page, 'Enter');
    await see(main.getByRole('heading', { name: 'New inbox' }));
    await page.keyboard.type('Kiln');
    await look('phone-inbox');
    await press(page, 'Enter');
    await see(main.getByRole('heading', { name: 'Choose a number' }));
    await tabTo(page, 'Area code');
    await page.keyboard.type('415');
    await press(page, 'Enter');
    await see(main.getByRole('radio'));
    await tabTo(page, '+1 415');
    await press(page, 'Space');
    await look('phone-number');
    await tabTo(page, 'Continue to members');
    await press(page, 'Enter');
    await see(main.getByRole('heading', { name: 'Choose members' }));
    await tabTo(page, BEN.name);
    await press(page, 'Space');
    await look('phone-members');
    await tabTo(page, 'Continue to confirm');
    await press(page, 'Enter');
    await see(main.getByRole('heading', { name: 'Confirm', exact: true }));
    await look('phone-confirm');
    await tabTo(page, 'Buy the number');
    await press(page, 'Enter');
    await see(main.getByText('Kiln is there'));
    await see(ben.getByRole('link', { name: /^Kiln/ }));
    await look('phone-created');
    for (const [path, words] of [
      ['registrations', 'is registered'],
      ['members', '1 member'],
    ] as const) {
      await to(`/settings/${path}`);
      await see(main.getByText(words));
      await look(`phone-${path}`);
    }
    await to('/notifications');
    await see(main.getByRole('list', { name: 'Notifications' }));
    await look('phone-notifications');
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
