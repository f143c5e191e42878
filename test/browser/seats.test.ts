/** A mailbox of one's own, from the first page to the last: requested, decided, connected; and what nobody else sees of it. */
import { expect, test } from 'vitest';
import { startMailProvider } from '../tools/mail/provider.ts';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

const OWN = 'jonas.lind@fernhillpaper.example';
const QUAY = 'quay@fernhillpaper.example';

test('O1, O2, O3, H1: a mailbox is requested with its terms, connected after its settings were tried, and another one waits for an admin’s reason', async () => {
  await using provider = await startMailProvider({ [OWN]: 'right', [QUAY]: 'right' });
  await using server = await startServer({
    env: {
      SMTP_PORT: '0',
      ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.1',
      NODE_EXTRA_CA_CERTS: provider.caFile,
    },
  });
  await using stage = await openStage('seats');
  const mara = await stage.person('mara');
  const jonas = await stage.person('jonas');
  await signIn(mara, server.url, demoAgent('Mara Okafor'));
  await signIn(jonas, server.url, demoAgent('Jonas Lind'));
  const [admin, own] = [mara.getByRole('main'), jonas.getByRole('main')];
  const fine = async (page: typeof mara, what: string): Promise<void> => {
    await stage.shoot(page, what);
    expect(await axeFinds(page, 'all')).toEqual([]);
  };

  await stage.step('an admin writes the terms', async () => {
    await mara.goto(`${server.url}/settings/organisation`);
    await admin.getByLabel('Terms').fill('Write to customers as you would like to be written to.');
    await fine(mara, 'organisation');
    await admin.getByRole('button', { name: 'Save' }).press('Enter');
    await see(admin.getByText('Saved'));
  });

  await stage.step('one’s own address is approved at once', async () => {
    await jonas.goto(`${server.url}/settings/my-mailboxes`);
    await see(own.getByText('You have no mailbox yet'));
    await fine(jonas, 'none');
    await own.getByRole('button', { name: 'Request a mailbox' }).press('Enter');
    await own.getByLabel('Mail address').fill('sales@fernhillpaper.example');
    await own.getByLabel('I confirm these terms').press(' ');
    await own.getByRole('button', { name: 'Request it' }).press('Enter');
    await see(own.getByText(/This is a group’s address/));
    await fine(jonas, 'group-address');
    await own.getByLabel('Mail address').fill(OWN);
    await own.getByLabel('Mail address').press('Enter');
    await see(own.getByText('Approved, told by the name'));
    await fine(jonas, 'approved');
  });

  await stage.step('wrong settings say which part failed, right ones connect it', async () => {
    const { incoming, outgoing } = provider.account(OWN);
    if (outgoing === null) throw new Error('an account without a server to send by');
    await own.getByRole('button', { name: 'Connect it' }).press('Enter');
    for (const [group, at] of [
      ['Incoming (IMAP)', incoming],
      ['Outgoing (SMTP)', outgoing],
    ] as const) {
      const fields = own.getByRole('group', { name: group });
      await fields.getByLabel('Host').fill(at.host);
      await fields.getByLabel('Port').fill(String(at.port));
      await fields.getByLabel('Security').selectOption(at.security);
    }
    await own.getByLabel('Sign-in').selectOption('oauth2');
    await fine(jonas, 'oauth2');
    await own.getByLabel('Sign-in').selectOption('password');
    await own.getByLabel('Password').fill('wrong');
    await own.getByRole('button', { name: 'Connect', exact: true }).press('Enter');
    await see(own.getByRole('list', { name: 'Connection check' }).getByText(/User or password are wrong/));
    await fine(jonas, 'check');
    await own.getByLabel('Password').fill('right');
    await own.getByRole('button', { name: 'Connect', exact: true }).press('Enter');
    await see(own.getByText(/^Connected, since/));
    await fine(jonas, 'connected');
  });

  await stage.step('what nothing tells to be one’s own waits for an admin', async () => {
    await own.getByRole('button', { name: 'Request a mailbox' }).press('Enter');
    await own.getByLabel('Mail address').fill(QUAY);
    await own.getByLabel('A word to whoever decides').fill('I sit at the quay.');
    await own.getByLabel('I confirm these terms').press(' ');
    await own.getByRole('button', { name: 'Request it' }).press('Enter');
    await see(own.getByText(/^Waits for an admin/));
    await fine(jonas, 'waits');
    await mara.getByRole('link', { name: 'Mailbox requests' }).press('Enter');
    await see(admin.getByText(QUAY));
    await admin.getByRole('button', { name: 'Approve' }).press('Enter');
    await see(admin.getByText(/give the reason why you approve it/));
    await fine(mara, 'reason');
    await admin.getByLabel(`Reason for ${QUAY}`).fill('He does sit there.');
    await admin.getByRole('button', { name: 'Approve' }).press('Enter');
    await see(admin.getByText(/He does sit there/));
    await fine(mara, 'decided');
    await jonas.reload();
    await see(own.getByText('Approved, decided by an admin'));
  });

  await stage.step(
    'its inbox is there for its owner, and for an admin only where the organisation says so',
    async () => {
      await jonas.goto(server.url);
      await see(jonas.getByRole('link', { name: new RegExp(OWN) }));
      await stage.shoot(jonas, 'inbox');
      await mara.goto(`${server.url}/settings/organisation`);
      await see(admin.getByLabel('Terms'));
      expect(await mara.getByText(OWN).count()).toBe(0);
      await admin.getByLabel(/^Admins may open them/).press(' ');
      await admin.getByRole('button', { name: 'Save' }).press('Enter');
      await admin.getByLabel('Reason to read Jonas Lind’s inbox').fill('He is ill.');
      await fine(mara, 'open-to-read');
      await admin.getByRole('button', { name: 'Open to read' }).press('Enter');
      await see(admin.getByRole('button', { name: 'Close' }));
      await jonas.goto(`${server.url}/settings/my-mailboxes`);
      await see(own.getByText(/He is ill/));
      await fine(jonas, 'who-read');
    },
  );

  await stage.step('on a phone, in the dark', async () => {
    await jonas.setViewportSize({ width: 380, height: 800 });
    await jonas.emulateMedia({ colorScheme: 'dark' });
    await see(own.getByText(/He is ill/));
    await fine(jonas, 'phone-mine');
    await own.getByRole('button', { name: 'Connect it' }).press('Enter');
    await fine(jonas, 'phone-connect');
    await mara.setViewportSize({ width: 380, height: 800 });
    await mara.goto(`${server.url}/settings/mailbox-requests`);
    await see(admin.getByText(QUAY));
    await fine(mara, 'phone-requests');
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
