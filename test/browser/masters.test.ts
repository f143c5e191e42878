/** Which mailbox answers to which: an owner sets one, an admin several at once, by keys alone; what cannot be is said where it is chosen. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../tools/seed.ts';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

const DOMAIN = 'fernhillpaper.example';
const SERVER = { host: 'imap.example', port: 993, security: 'tls', user: 'x', auth: 'password' };
const READING = { folders: ['INBOX'], sentFolder: null, copySent: true, importDays: 0 };
const INCOMING = JSON.stringify({ ...SERVER, ...READING });

/** Connected mailboxes of these people, which another server seems to receive for. */
function connect(dataDir: string, boxes: Readonly<Record<string, string>>): void {
  const file = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    file.exec('PRAGMA busy_timeout = 5000');
    const insert = file.prepare(
      `INSERT INTO mailboxes (id, inbox_id, owner_id, address, name, incoming, secrets, version, state, state_at,
         rate_per_minute, claim_no, claimed_by, claim_deadline, created_by, created_at)
       SELECT 'mbx_' || replace(?1, '.', '_'), (SELECT min(id) FROM inboxes), id, ?1 || '@${DOMAIN}', '', '${INCOMING}', '', 1, 'connected',
         (SELECT max(created_at) FROM inboxes), 60, 1, 'srv_elsewhere', 9000000000000, id, 0 FROM agents WHERE name = ?2`,
    );
    for (const [name, owner] of Object.entries(boxes)) insert.run(name, owner);
  } finally {
    file.close();
  }
}

test('A2, A3, A4: an owner sets a master, an admin several at once by keys alone; what cannot be chosen says why; axe, phone, dark', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  const [mara, jonas] = ['Mara Okafor', 'Jonas Lind'];
  connect(server.dataDir, {
    'mara.okafor': mara,
    'mara.post': mara,
    'mara.replies': mara,
    'jonas.one': jonas,
    'jonas.desk': jonas,
    'jonas.old': jonas,
  });
  await using stage = await openStage('masters');

  await stage.step('the owner', async () => {
    const page = await stage.person('owner');
    await signIn(page, server.url, demoAgent(jonas));
    const main = page.getByRole('main');
    await page.goto(`${server.url}/settings/my-mailboxes`);
    await see(main.getByText('Answers come back to the mailbox that wrote'));
    await stage.shoot(page, 'own');
    await expect.poll(() => main.getByRole('checkbox').count()).toBe(3);
    await main.getByRole('checkbox', { name: `jonas.old@${DOMAIN}` }).press(' ');
    await main.getByRole('button', { name: /^Master: / }).press('Enter');
    await see(page.getByRole('menuitemradio', { name: `jonas.desk@${DOMAIN}` }));
    await see(page.getByText('A mailbox cannot be its own master.'));
    await stage.shoot(page, 'choices');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.getByRole('menuitemradio', { name: `jonas.desk@${DOMAIN}` }).press('Enter');
    await main.getByRole('button', { name: 'Set', exact: true }).press('Enter');
    await see(main.getByText(`Answers to jonas.old@${DOMAIN} arrive at jonas.desk@${DOMAIN}`));
    await see(main.getByText('Master of 1'));
    await stage.shoot(page, 'own-set');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  const page = await stage.person('mara');
  const main = page.getByRole('main');
  await stage.step('an admin, several at once', async () => {
    await signIn(page, server.url, demoAgent(mara));
    const { keyboard } = page;
    await keyboard.press('g');
    await keyboard.press(',');
    await page.getByRole('link', { name: 'Master mailboxes' }).press('Enter');
    await main.getByRole('checkbox', { name: `jonas.one@${DOMAIN}` }).press(' ');
    await see(main.getByText(`${jonas} will be told.`));
    for (const name of ['mara.okafor', 'mara.post']) {
      await main.getByRole('checkbox', { name: `${name}@${DOMAIN}` }).press(' ');
    }
    await see(main.getByText('None can be their master'));
    // Nothing can be set, so nobody is told.
    await expect.poll(() => main.getByText('will be told').count()).toBe(0);
    await stage.shoot(page, 'nobody');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('checkbox', { name: `jonas.one@${DOMAIN}` }).press(' ');
    await see(main.getByRole('button', { name: `Master: mara.replies@${DOMAIN}` }));
    await main.getByRole('button', { name: 'Set for both' }).press('Enter');
    await see(main.getByText(/^Master of 2/));
    await see(main.getByText('Answers to 2 mailboxes arrive at'));
    await stage.shoot(page, 'picture');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('a master that is not connected any more, and another one instead', async () => {
    const file = new DatabaseSync(join(server.dataDir, DATABASE_FILE));
    file.exec(
      `PRAGMA busy_timeout = 5000; UPDATE mailboxes SET state = 'disconnected' WHERE id = 'mbx_jonas_desk'`,
    );
    file.close();
    await page.reload();
    await see(main.getByText(/answers do not come in/));
    await main.getByRole('checkbox', { name: `jonas.old@${DOMAIN}` }).press(' ');
    await see(main.getByRole('button', { name: `Master: jonas.one@${DOMAIN}` }));
    await stage.shoot(page, 'broken');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'No master' }).press('Enter');
    await see(main.getByText(`Answers to jonas.old@${DOMAIN} come back to it`));
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await main.getByRole('checkbox', { name: `jonas.old@${DOMAIN}` }).press(' ');
    await see(main.getByRole('button', { name: 'Set', exact: true }));
    await stage.shoot(page, 'phone');
    expect(await axeFinds(page, 'all')).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
