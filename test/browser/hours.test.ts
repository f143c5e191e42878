/** Office hours and out of office of an inbox, set by keys alone, and looked at on a phone in the dark. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

test('W5, M9: office hours with a preset, several spans and a holiday, and an automatic answer outside of them, with its preview', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('hours');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const { keyboard } = page;
  const main = page.getByRole('main');

  await stage.step('a week and a holiday', async () => {
    await keyboard.press('g');
    await keyboard.press(',');
    await page.getByRole('link', { name: 'Office hours' }).press('Enter');
    await main.getByLabel('Begin with').selectOption({ label: 'Monday to Friday, 9 to 12 and 13 to 17' });
    await main.getByLabel('Time zone').fill('Europe/Berlin');
    await main.getByRole('button', { name: 'Add open times on Saturday' }).press('Enter');
    await main.getByLabel('Saturday, open until (1)').fill('12:30');
    await main.getByRole('button', { name: 'Add a holiday' }).press('Enter');
    await main.getByLabel('Day of holiday 1').fill('2026-12-25');
    await main.getByLabel('Name of holiday 1').fill('Christmas');
    await main.getByLabel('Answer automatically').selectOption({ label: 'Auto: outside office hours' });
    await see(main.getByText('What somebody gets who writes then'));
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByRole('status').getByText('Saved'));
    await stage.shoot(page, 'week');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect.poll(() => main.getByLabel('Saturday, open until (1)').inputValue()).toBe('12:30');
    await expect.poll(() => main.getByLabel('Answer automatically').inputValue()).toBe('auto');
  });

  await stage.step('what overlaps is said where it stands', async () => {
    await main.getByLabel('Monday, open from (2)').fill('11:00');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByRole('alert').getByText('Overlaps 09:00–12:00'));
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await stage.shoot(page, 'phone');
    await main.getByLabel('As a text message').scrollIntoViewIfNeeded();
    await stage.shoot(page, 'phone-away');
    expect(await axeFinds(page, 'all')).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
