/** The settings, by keys alone: a signature that stands below what leaves, how long replies wait, and the way there on a phone. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

test('T13: signatures and sending are set on pages of their own, by keys alone, and on a phone', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('settings');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const { keyboard } = page;
  const main = page.getByRole('main');

  await stage.step('a signature', async () => {
    await keyboard.press('g');
    await keyboard.press(',');
    await see(main.getByRole('heading', { name: 'Signature', exact: true }));
    const text = main.getByLabel('Text', { exact: true });
    await text.focus();
    await keyboard.type('Mara Okafor\nFernhill Paper');
    await see(main.getByRole('region', { name: 'As it arrives' }).getByText('Fernhill Paper'));
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await see(main.getByRole('status').getByText('Saved'));
    await stage.shoot(page, 'signature');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect.poll(() => text.inputValue()).toBe('Mara Okafor\nFernhill Paper');
  });

  await stage.step('how long replies wait', async () => {
    await page.getByRole('link', { name: 'Sending' }).press('Enter');
    await main.getByLabel('My replies wait').selectOption({ label: '20 seconds' });
    await see(main.getByRole('status').getByText('Saved'));
    await page.reload();
    await expect.poll(() => main.getByLabel('My replies wait').inputValue()).toBe('20000');
    await stage.shoot(page, 'sending');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('a page is found by what it holds, by keys alone', async () => {
    const nav = page.getByRole('navigation', { name: 'Settings' });
    const links = nav.getByRole('group').getByRole('link');
    const all = await links.count();
    await main.focus();
    await keyboard.press('f');
    await keyboard.type('second factor');
    await see(nav.getByRole('status').getByText('2 pages'));
    await expect.poll(() => links.allTextContents()).toEqual(['Securitysecond factor', 'Userssecond factor']);
    await stage.shoot(page, 'found');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await keyboard.press('Enter');
    await see(main.getByRole('heading', { name: 'Security' }));
    await expect.poll(() => links.nth(0).getAttribute('aria-current')).toBe('page');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await see(main.getByRole('heading', { name: 'Users' }));
    await keyboard.press('ArrowUp');
    await keyboard.press('ArrowUp');
    await keyboard.press('Escape');
    await expect.poll(() => links.count()).toBe(all);
    await keyboard.type('zeppelin');
    await see(nav.getByText('No page here is about “zeppelin”.'));
    await see(nav.getByRole('status').getByText('No page', { exact: true }));
    await stage.shoot(page, 'found-nothing');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await nav.getByRole('button', { name: 'Show all pages' }).press('Enter');
    await expect.poll(() => links.count()).toBe(all);
    await expect
      .poll(() => nav.getByRole('group').getByRole('heading').allTextContents())
      .toEqual(['You', 'Inboxes', 'Channels', 'People', 'Organisation']);
  });

  await stage.step('whoever manages nothing finds none of the pages of others', async () => {
    const other = await stage.person('tess');
    await signIn(other, server.url, demoAgent('Tess Amiri'));
    await other.goto(`${server.url}/settings`);
    const nav = other.getByRole('navigation', { name: 'Settings' });
    await see(nav.getByRole('link', { name: 'Security' }));
    await expect.poll(() => nav.getByRole('group').getByRole('heading').allTextContents()).toEqual(['You']);
    await nav.getByLabel('Find a setting').fill('audit');
    await see(nav.getByText('No page here is about “audit”.'));
    await other.close();
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await stage.shoot(page, 'phone-page');
    await main.getByRole('link', { name: 'Settings' }).click();
    await see(page.getByRole('navigation', { name: 'Settings' }));
    await stage.shoot(page, 'phone-nav');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.getByLabel('Find a setting').fill('signatures');
    await stage.shoot(page, 'phone-found');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.getByRole('link', { name: 'Signatures' }).click();
    await see(main.getByRole('button', { name: /^Inbox: / }));
    await stage.shoot(page, 'phone-inbox');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Back to the inbox' }).click();
    await see(page.getByRole('region', { name: 'Conversations' }).or(page.getByRole('main')));
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
