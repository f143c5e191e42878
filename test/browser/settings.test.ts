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
    expect(await text.inputValue()).toBe('Mara Okafor\nFernhill Paper');
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

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await stage.shoot(page, 'phone-page');
    await main.getByRole('link', { name: 'Settings' }).click();
    await see(page.getByRole('navigation', { name: 'Settings' }));
    await stage.shoot(page, 'phone-nav');
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
