/** A mailbox of one's own, from the first page to the last: requested, decided, connected; and what nobody else sees of it. */
import { putMember } from '@latchbox/shared/http/inboxes';
import { expect, test } from 'vitest';
import { startMailProvider } from '../tools/mail/provider.ts';
import { startServer } from '../tools/server-process.ts';
import { adminRest, idOf } from './admin-rest.ts';
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
  const can = async (address: string, what: string): Promise<void> => {
    await own.getByRole('button', { name: `What can be done with ${address}` }).press('Enter');
    await jonas.getByRole('menuitem', { name: what, exact: true }).press('Enter');
  };
  const servers = async ({ incoming, outgoing }: ReturnType<typeof provider.account>): Promise<void> => {
    if (outgoing === null) throw new Error('an account without a server to send by');
    for (const [group, at] of [
      ['Incoming (IMAP)', incoming],
      ['Outgoing (SMTP)', outgoing],
    ] as const) {
      const fields = own.getByRole('group', { name: group });
      await fields.getByLabel('Host').fill(at.host);
      await fields.getByLabel('Port').fill(String(at.port));
      await fields.getByLabel('Security').selectOption(at.security);
    }
  };
  const fine = async (page: typeof mara, what: string): Promise<void> => {
    // The tip of a button that has the focus stands outside of the page's parts.
    await page.getByRole('heading', { level: 1 }).focus();
    await page.locator('.tip').waitFor({ state: 'detached' });
    await stage.shoot(page, what);
    expect(await axeFinds(page, 'all')).toEqual([]);
  };

  await stage.step('an admin writes the terms', async () => {
    await mara.goto(`${server.url}/settings/organisation`);
    await admin.getByLabel('Terms').fill('Write to customers as you would like to be written to.');
    await stage.shoot(mara, 'organisation');
    await admin.getByRole('button', { name: 'Save' }).press('Enter');
    await see(admin.getByText('Saved'));
  });

  await stage.step('one’s own address is approved at once', async () => {
    await jonas.goto(`${server.url}/settings/my-mailboxes`);
    await see(own.getByText('You have no mailbox yet'));
    await stage.shoot(jonas, 'none');
    await own.getByRole('button', { name: 'Request a mailbox' }).press('Enter');
    await own.getByLabel('Mail address').fill('sales@fernhillpaper.example');
    await own.getByLabel('I confirm these terms').press(' ');
    await own.getByRole('button', { name: 'Request it' }).press('Enter');
    await see(own.getByText(/This is a group’s address/));
    await fine(jonas, 'group-address');
    await own.getByLabel('Mail address').fill(OWN);
    await own.getByLabel('Mail address').press('Enter');
    await see(own.getByText('Approved, told by the name'));
    await stage.shoot(jonas, 'approved');
  });

  await stage.step('wrong settings say which part failed, right ones connect it', async () => {
    await own.getByRole('button', { name: 'Connect it' }).press('Enter');
    await servers(provider.account(OWN));
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
    await stage.shoot(jonas, 'connected');
  });

  await stage.step('what nothing tells to be one’s own waits for an admin', async () => {
    await own.getByRole('button', { name: 'Request a mailbox' }).press('Enter');
    await own.getByLabel('Mail address').fill(QUAY);
    await own.getByLabel('A word to whoever decides').fill('I sit at the quay.');
    await own.getByLabel('I confirm these terms').press(' ');
    await own.getByRole('button', { name: 'Request it' }).press('Enter');
    await see(own.getByText(/^Waits for an admin/));
    await fine(jonas, 'waits');
    await see(mara.getByText(`Jonas Lind asks for the mailbox ${QUAY}`));
    await mara.getByRole('link', { name: 'Mailbox requests' }).press('Enter');
    await see(admin.getByText(QUAY));
    await admin.getByRole('button', { name: 'Approve' }).press('Enter');
    await see(admin.getByText(/give the reason why you approve it/));
    await fine(mara, 'reason');
    await admin.getByLabel(`Reason for ${QUAY}`).fill('He does sit there.');
    await admin.getByRole('button', { name: 'Approve' }).press('Enter');
    await see(admin.getByText(/He does sit there/));
    await stage.shoot(mara, 'decided');
    await jonas.reload();
    await see(own.getByText('Approved, decided by an admin'));
    await own.getByRole('button', { name: 'Connect it' }).press('Enter');
    await servers(provider.account(QUAY));
    await own.getByLabel('Password').fill('right');
    await own.getByRole('button', { name: 'Connect', exact: true }).press('Enter');
    await expect.poll(() => own.getByText(/^Connected, since/).count(), { timeout: 15_000 }).toBe(2);
    await see(own.getByRole('heading', { name: 'Masters' }));
    await fine(jonas, 'two');
    await own.getByRole('button', { name: 'Request a mailbox' }).press('Enter');
    await own.getByLabel('Mail address').fill('jonas@elsewhere.example');
    await own.getByLabel('I confirm these terms').press(' ');
    await own.getByRole('button', { name: 'Request it' }).press('Enter');
    await see(own.getByText('There is no place left for another mailbox. An admin can grant more.'));
    await own.getByRole('button', { name: 'Cancel' }).press('Enter');
  });

  await stage.step(
    'disconnected and connected again; moved to a shared inbox only once it is disconnected',
    async () => {
      await can(QUAY, 'Disconnect');
      await see(own.getByText(/^Disconnected, since/));
      await stage.shoot(jonas, 'disconnected');
      await can(QUAY, 'Connect');
      await expect.poll(() => own.getByText(/^Connected, since/).count(), { timeout: 15_000 }).toBe(2);
      await makeManager(server.url, 'Jonas Lind', 'hello');
      await can(QUAY, 'Move to a shared inbox');
      await see(own.getByLabel('Shared inbox'));
      await own.getByRole('button', { name: 'Move it' }).press('Enter');
      await see(own.getByText('Disconnect the mailbox from its inbox first.'));
      await fine(jonas, 'still-connected');
      await own.getByRole('button', { name: 'Cancel' }).press('Enter');
      await can(QUAY, 'Disconnect');
      await see(own.getByText(/^Disconnected, since/));
      await can(QUAY, 'Move to a shared inbox');
      await own.getByRole('button', { name: 'Move it' }).press('Enter');
      await see(own.getByText('1 of 2 places taken'));
      await jonas.getByRole('link', { name: 'Mailboxes', exact: true }).press('Enter');
      await see(own.getByText(/^Disconnected, since/));
      await stage.shoot(jonas, 'shared');
      await can(QUAY, 'Make it my own');
      // It was an admin who said that it is his: so it is again.
      await see(jonas.getByText('Nothing says whose this address is, so an admin has to approve it.'));
      await stage.shoot(jonas, 'own-again');
    },
  );

  await stage.step(
    'its inbox is there for its owner, and for an admin only where the organisation says so',
    async () => {
      await jonas.goto(server.url);
      await see(jonas.getByRole('link', { name: new RegExp(OWN) }));
      await stage.shoot(jonas, 'inbox');
      await mara.goto(`${server.url}/settings/organisation`);
      await see(admin.getByLabel('Terms'));
      await expect.poll(() => mara.getByText(OWN).count()).toBe(0);
      await admin.getByLabel(/^Admins may open them/).press(' ');
      await admin.getByRole('button', { name: 'Save' }).press('Enter');
      await admin.getByLabel(`Reason to read ${OWN}`).fill('He is ill.');
      await fine(mara, 'open-to-read');
      await admin
        .getByRole('listitem')
        .filter({ hasText: OWN })
        .getByRole('button', { name: 'Open to read' })
        .press('Enter');
      await see(admin.getByRole('button', { name: 'Close' }));
      await jonas.goto(`${server.url}/settings/my-mailboxes`);
      await see(own.getByText(/He is ill/));
      await stage.shoot(jonas, 'who-read');
    },
  );

  await stage.step(
    'on the person’s page an admin grants more by contract, and asks for another one',
    async () => {
      await mara.getByRole('link', { name: 'Users', exact: true }).press('Enter');
      await admin.getByRole('link', { name: /Jonas Lind/ }).press('Enter');
      await see(admin.getByRole('list', { name: 'Mailboxes of Jonas Lind' }));
      await admin.getByLabel('How many mailboxes').fill('3');
      await admin.getByLabel('Contract', { exact: true }).fill('Contract 2026-17');
      await admin.getByRole('button', { name: 'Grant it' }).press('Enter');
      await see(admin.getByText('1 of 3 places taken'));
      await stage.shoot(mara, 'seat');
      await admin.getByRole('button', { name: 'Request a mailbox for Jonas Lind' }).press('Enter');
      await see(admin.getByText('Which address for Jonas Lind'));
      await fine(mara, 'for-jonas');
    },
  );

  await stage.step('on a phone, in the dark', async () => {
    await jonas.setViewportSize({ width: 380, height: 800 });
    await jonas.emulateMedia({ colorScheme: 'dark' });
    // Anew, so that no colour is on its way from one to the other.
    await jonas.reload();
    await see(own.getByText(/He is ill/));
    await fine(jonas, 'phone-mine');
    await can(OWN, 'Change its settings');
    await see(own.getByLabel('Name in From'));
    await fine(jonas, 'phone-change');
    await mara.setViewportSize({ width: 380, height: 800 });
    await mara.goto(`${server.url}/settings/mailbox-requests`);
    await see(admin.getByText(QUAY));
    await fine(mara, 'phone-requests');
  });

  await stage.step(
    'an admin takes a mailbox off the seat, its owner is told, and the address is free',
    async () => {
      await mara.setViewportSize({ width: 1280, height: 820 });
      await mara.getByRole('link', { name: 'Users', exact: true }).press('Enter');
      await admin.getByRole('link', { name: /Jonas Lind/ }).press('Enter');
      const acts = admin.getByRole('button', { name: `What can be done with ${OWN}` });
      await acts.press('Enter');
      await mara.getByRole('menuitem', { name: 'Disconnect' }).press('Enter');
      await see(admin.getByRole('list', { name: 'Mailboxes of Jonas Lind' }).getByText('Disconnected'));
      await stage.shoot(mara, 'seat-disconnected');
      await acts.press('Enter');
      await mara.getByRole('menuitem', { name: 'Remove from this seat' }).press('Enter');
      await see(admin.getByText('0 of 3 places taken'));
      await jonas.goto(`${server.url}/notifications`);
      await see(own.getByText(`${OWN} was removed here`));
      await stage.shoot(jonas, 'told');
      await jonas.goto(`${server.url}/settings/my-mailboxes`);
      await see(own.getByText('You have no mailbox yet'));
    },
  );
  expect(stage.errors).toEqual([]);
}, 90_000);

/** As an admin does it under Members. */
async function makeManager(url: string, name: string, inbox: string): Promise<void> {
  const rest = await adminRest(url);
  const agent = await idOf(rest, name);
  await rest.call(putMember, { params: { inbox, agent }, body: { capability: 'manage' } });
}
