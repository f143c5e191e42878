/** Mailboxes and numbers are connected in the page: what is wrong is said part by part with its cure, and a real mail server takes it. */
import {
  connectMailbox,
  disconnectMailbox,
  getMailbox,
  listMailboxes,
  switchMailbox,
} from '@latchbox/shared/http/mailboxes';
import { expect, test } from 'vitest';
import { startMailProvider } from '../tools/mail/provider.ts';
import { startServer } from '../tools/server-process.ts';
import { adminRest } from './admin-rest.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

const DESK = 'desk@fernhillpaper.example';
const SALES = 'counter@fernhillpaper.example';

/** Mara makes both mailboxes her own, as the menu of each does. */
async function makeOwn(url: string): Promise<void> {
  const rest = await adminRest(url);
  for (const { id } of (await rest.call(listMailboxes)).mailboxes) {
    const params = { mailbox: id };
    await rest.call(disconnectMailbox, { params });
    await rest.call(switchMailbox, { params, body: { to: 'personal' } });
    await rest.call(connectMailbox, { params });
    await expect
      .poll(async () => (await rest.call(getMailbox, { params })).state.status, { timeout: 15_000 })
      .toBe('connected');
  }
}

test('W1, H4: a mailbox is checked part by part, connected and given a master; a number is searched, bought and made the primary one', async () => {
  await using provider = await startMailProvider({ [DESK]: 'right', [SALES]: 'right' });
  await using server = await startServer({
    env: {
      SMTP_PORT: '0',
      ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.1',
      NODE_EXTRA_CA_CERTS: provider.caFile,
    },
  });
  await using stage = await openStage('settings-mail');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const main = page.getByRole('main');
  const { incoming, outgoing } = provider.account(DESK);
  if (outgoing === null) throw new Error('an account without a server to send by');

  const fill = async (address: string, password: string): Promise<void> => {
    await main.getByLabel('Mail address').fill(address);
    await main.getByLabel('Password').fill(password);
    for (const [group, at] of [
      ['Incoming (IMAP)', incoming],
      ['Outgoing (SMTP)', outgoing],
    ] as const) {
      const fields = main.getByRole('group', { name: group });
      await fields.getByLabel('Host').fill(at.host);
      await fields.getByLabel('Port').fill(String(at.port));
      await fields.getByLabel('Security').selectOption(at.security);
    }
  };

  await stage.step('a wrong password is told for each direction, with its cure', async () => {
    await page.goto(`${server.url}/settings/mailboxes`);
    await main.getByRole('button', { name: 'Connect a mailbox' }).press('Enter');
    await fill(DESK, 'wrong');
    await stage.shoot(page, 'form');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Check the connection' }).press('Enter');
    const check = main.getByRole('list', { name: 'Connection check' });
    await see(check.getByText(/User or password are wrong/));
    await expect.poll(() => check.getByRole('listitem').count()).toBe(3);
    await stage.shoot(page, 'check');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('connected, and another one whose answers go to it', async () => {
    await main.getByLabel('Password').fill('right');
    await main.getByRole('button', { name: 'Connect', exact: true }).press('Enter');
    await see(main.getByText(/^Connected, since/));
    await main.getByRole('button', { name: 'Connect a mailbox' }).press('Enter');
    await fill(SALES, 'right');
    await main.getByRole('button', { name: 'Connect', exact: true }).press('Enter');
    await expect.poll(() => main.getByText(/^Connected, since/).count(), { timeout: 15_000 }).toBe(2);
    await stage.shoot(page, 'mailboxes');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: `What can be done with ${SALES}` }).press('Enter');
    await page.getByRole('menuitem', { name: 'Change its settings' }).press('Enter');
    await main.getByLabel('Name in From').fill('Fernhill sales');
    await main.getByRole('button', { name: 'Check the connection' }).press('Enter');
    await see(main.getByRole('list', { name: 'Connection check' }).getByText('Outgoing mail works'));
    await stage.shoot(page, 'change');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText('Fernhill sales'));
    // Only somebody's own mailboxes have masters.
    await makeOwn(server.url);
    await page.getByRole('link', { name: 'My mailboxes' }).press('Enter');
    await main.getByRole('checkbox', { name: SALES }).press(' ');
    await see(main.getByRole('button', { name: `Master: ${DESK}` }));
    await stage.shoot(page, 'masters-chosen');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Set', exact: true }).press('Enter');
    await see(main.getByText('Master of 1'));
    await stage.shoot(page, 'masters');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('a number', async () => {
    await page.getByRole('link', { name: 'Numbers' }).press('Enter');
    await main.getByRole('button', { name: 'Choose a number' }).press('Enter');
    await main.getByLabel('Area code').fill('415');
    await main.getByRole('button', { name: 'Search' }).press('Enter');
    await main.getByRole('radio').first().check();
    await stage.shoot(page, 'numbers-found');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: /^Buy it for/ }).press('Enter');
    await see(main.getByText('Primary', { exact: true }));
    await stage.shoot(page, 'numbers');
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${server.url}/settings/mailboxes`);
    await see(main.getByRole('button', { name: 'Connect a mailbox' }));
    await stage.shoot(page, 'phone-mailboxes');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Connect a mailbox' }).press('Enter');
    await stage.shoot(page, 'phone-form');
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
