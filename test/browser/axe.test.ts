/** The look for what shuts people out sees a page as it stays, not what is opening or closing on it. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

test('a menu that is closing is waited for: the guards of its focus stand on the page for as long as it fades', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('axe');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  await page.goto(`${server.url}/scheduled`);
  const filter = page.getByRole('button', { name: 'Inboxes: Every inbox' });
  await filter.click();
  const menu = page.getByRole('menu');
  await see(menu);
  // Everything fades a hundred times slower from here on.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Animation.enable');
  await devtools.send('Animation.setPlaybackRate', { playbackRate: 0.01 });
  await page.keyboard.press('Escape');
  await page.locator('[role=menu][data-closed]').waitFor({ state: 'attached' });
  expect(await axeFinds(page, 'all')).toEqual([]);
  expect(await menu.count()).toBe(0);
}, 60_000);
