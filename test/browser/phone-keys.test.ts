/** What is set up in several steps, on a phone's width and by keys alone: Tab, Space, Enter and letters. The new inbox has a play of its own. */
import { totpAt } from '@latchbox/server/src/users/totp.ts';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';
import { press, tabTo } from './keys.ts';

const CONTACTS = 'Name,Email\nWren Ashby,wren@ashby.example\nNobody,not an address\n';

test('O1, T14, T15: a mailbox is requested, contacts imported, somebody invited and a second factor set up by keys alone on a phone', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('phone-keys');
  const page = await stage.person('mara');
  const mara = demoAgent('Mara Okafor');
  await signIn(page, server.url, mara);
  await page.setViewportSize({ width: 380, height: 800 });
  const main = page.getByRole('main');
  const { keyboard } = page;
  const to = async (path: string, ...words: readonly string[]): Promise<void> => {
    await page.goto(`${server.url}/settings/${path}`);
    await see(main.getByRole('heading', { level: 1 }));
    await onTo(...words);
  };
  /** From one of these to the next, each pressed. */
  const onTo = async (...words: readonly string[]): Promise<void> => {
    for (const word of words) {
      await see(
        main
          .getByText(word)
          .or(main.getByLabel(word))
          .or(main.getByRole('button', { name: word })),
      );
      await tabTo(page, word);
      await press(page, 'Enter');
    }
  };
  const typed = async (field: string, text: string): Promise<void> => {
    await see(main.getByLabel(field, { exact: true }));
    await tabTo(page, field);
    await keyboard.type(text);
  };
  const fits = async (what: string): Promise<void> => {
    await stage.shoot(page, what);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, what).toBe(false);
  };

  await stage.step('a mailbox is requested and its settings are tried', async () => {
    await to('my-mailboxes', 'Request a mailbox');
    await typed('Mail address', mara.email);
    await onTo('Request it');
    await see(main.getByText('Approved, the address of the account'));
    await fits('approved');
    await onTo('Connect it');
    await typed('Host', '127.0.0.1');
    await typed('Password', 'wrong');
    await fits('connect');
  });

  await stage.step('contacts are imported', async () => {
    await to('contacts', 'Import from CSV');
    await see(main.getByRole('button', { name: 'Choose a file' }));
    const chooser = page.waitForEvent('filechooser');
    await onTo('Choose a file');
    const file = { name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(CONTACTS) };
    await (await chooser).setFiles(file);
    await fits('plan');
    await onTo('Import 2 rows');
    await see(main.getByText('Done.'));
    await fits('imported');
  });

  await stage.step('somebody is invited', async () => {
    await to('users', 'Invite somebody');
    await typed('Email', 'nils@fernhillpaper.example');
    await tabTo(page, 'Orders');
    await press(page, 'Space');
    await tabTo(page, 'BUTTON Invite');
    await press(page, 'Enter');
    await see(main.getByText(/^It was not mailed. Give this link to them/));
    await fits('invited');
  });

  await stage.step('a second factor is set up', async () => {
    await to('security', 'Set up');
    await typed('Your password', mara.password);
    await press(page, 'Enter');
    await see(main.getByRole('img', { name: /QR code/ }));
    await fits('qr');
    const secret = ((await main.locator('.factor-secret').textContent()) ?? '').replaceAll(' ', '');
    await typed('Code', totpAt(secret, Date.now()));
    await press(page, 'Enter');
    await see(main.getByRole('list', { name: 'Recovery codes' }));
    await fits('codes');
    await onTo('I have kept them');
    await see(main.getByText(/10 recovery codes are left/));
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
