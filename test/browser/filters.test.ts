/** Lists are narrowed, kept as views and cleared; conversations go to people and teams; what an inbox deals out is set: by keys, and on a phone in the dark. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, PATIENCE, see, signIn } from './inbox-page.ts';

const filter = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Filter' }).getByRole('button', { name });
const rows = (page: Page) => page.locator('[data-row]');
/** Whose the rows are, as it stands at each. */
const whose = (page: Page) => page.locator('.row-assignee');
const items = (page: Page, name: string) =>
  page.getByRole('menu').getByRole('menuitemradio', { name, exact: true });

test('M8, W4, T2: lists are narrowed to mine, a colleague’s, unread and inboxes, cleared with one click, and kept as views; conversations go to a team; an inbox deals out', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('filters');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const { keyboard } = page;
  const agent = agentPage(page);
  const count = () => rows(page).count();
  const settled = (what: string, check: () => Promise<boolean>) =>
    expect.poll(check, { timeout: PATIENCE, message: what }).toBe(true);

  await stage.step('mine and a colleague’s, in Inbox and in Archived', async () => {
    await agent.openInbox('Orders');
    await see(rows(page));
    const all = await count();
    await stage.shoot(page, 'inbox');
    await keyboard.press('f');
    await see(items(page, 'Me'));
    await stage.shoot(page, 'whose');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await see(filter(page, 'Assigned to: Me'));
    await settled('only mine', async () => {
      const names = await whose(page).allTextContents();
      return names.length > 0 && names.every((name) => name === 'You');
    });
    const mine = await count();
    expect(mine).toBeGreaterThan(0);
    expect(mine).toBeLessThan(all);
    await filter(page, 'Read or not: Read or not').click();
    await items(page, 'Unread').click();
    await settled('only unread', async () => (await page.locator('.row:not(.row-unread)').count()) === 0);
    await stage.shoot(page, 'mine-unread');
    // The address has it: it is there after a reload, and can be passed on.
    await page.reload();
    await see(filter(page, 'Assigned to: Me'));
    await see(filter(page, 'Read or not: Unread'));
    await page.getByRole('link', { name: 'Archived' }).last().click();
    await see(filter(page, 'Assigned to: Me'));
    await filter(page, 'Clear the filter').click();
    await see(filter(page, 'Assigned to: Anybody'));
    await see(rows(page));
    await filter(page, 'Assigned to: Anybody').click();
    await items(page, 'A colleague').click();
    await settled('none of mine', async () => {
      const names = await whose(page).allTextContents();
      return names.length === (await count()) && !names.includes('You');
    });
    await stage.shoot(page, 'archived-colleague');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await filter(page, 'Clear the filter').press('Enter');
    await expect.poll(() => filter(page, 'Clear the filter').count()).toBe(0);
  });

  await stage.step('a colleague by name, over some inboxes, kept as a view that is shared', async () => {
    await keyboard.press('g');
    await keyboard.press('a');
    await see(page.getByRole('heading', { name: 'All', exact: true }));
    await filter(page, 'Inboxes: Every inbox').click();
    const check = (name: string) => page.getByRole('menu').getByRole('menuitemcheckbox', { name });
    await check('Orders').click();
    await check('Hello').click();
    await see(check('Hello').and(page.locator('[aria-checked="true"]')));
    await stage.shoot(page, 'inboxes');
    await keyboard.press('Escape');
    await see(filter(page, 'Inboxes: 2 inboxes'));
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await keyboard.press('f');
    await items(page, 'Jonas Lind').click();
    await see(filter(page, 'Assigned to: Jonas Lind'));
    await settled('only his', async () => {
      const names = await whose(page).allTextContents();
      return names.length > 0 && names.every((name) => name === 'Jonas');
    });
    await page.getByRole('button', { name: 'Keep this list as a view' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Jonas at the counter');
    await dialog.getByLabel('Everybody sees it').press(' ');
    await stage.shoot(page, 'keep');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await keyboard.press('Enter');
    const link = page.getByRole('link', { name: 'Jonas at the counter, shared' });
    await see(link);
    await see(page.getByRole('heading', { name: 'Jonas at the counter' }));
    await settled('his again', async () => {
      const names = await whose(page).allTextContents();
      return names.length > 0 && names.every((name) => name === 'Jonas');
    });
    await stage.shoot(page, 'view');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await see(page.getByRole('heading', { name: 'Jonas at the counter' }));
    await see(rows(page));
  });

  await stage.step('a colleague sees it, narrowed as a list of their own', async () => {
    const other = await stage.person('jonas');
    await signIn(other, server.url, demoAgent('Jonas Lind'));
    await other.getByRole('link', { name: 'Jonas at the counter, shared' }).click();
    await see(filter(other, 'Assigned to: Me'));
    await expect.poll(() => other.getByRole('button', { name: 'Change this view' }).count()).toBe(0);
    await see(rows(other));
  });

  await stage.step('renamed, and removed', async () => {
    await page.getByRole('button', { name: 'Change this view' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('What Jonas has');
    await stage.shoot(page, 'change');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).press('Enter');
    await see(page.getByRole('link', { name: 'What Jonas has, shared' }));
    await page.getByRole('button', { name: 'Change this view' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).press('Enter');
    await page.getByRole('link', { name: 'What Jonas has, shared' }).waitFor({ state: 'detached' });
    await see(filter(page, 'Assigned to: Jonas Lind'));
  });

  await stage.step('given to a team, and seen under it', async () => {
    await agent.openInbox('Orders');
    await rows(page).first().click();
    await see(agent.composer);
    const thread = page.getByRole('main');
    await thread
      .getByRole('button', { name: /^Assigned to/ })
      .first()
      .click();
    await see(items(page, 'Counter'));
    await stage.shoot(page, 'assign');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await items(page, 'Counter').click();
    await see(page.getByText('assigned this to the team Counter'));
    await see(thread.getByRole('button', { name: 'Assigned to Counter' }));
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await keyboard.press('f');
    await items(page, 'Counter').click();
    await settled('one row', async () => (await count()) === 1);
    await stage.shoot(page, 'team');
    await filter(page, 'Clear the filter').click();
  });

  await stage.step('what the inbox deals out', async () => {
    await keyboard.press('g');
    await keyboard.press(',');
    await page.getByRole('link', { name: 'Assignment' }).press('Enter');
    const main = page.getByRole('main');
    await main.getByRole('checkbox', { name: /^Deal what nobody has/ }).press(' ');
    await main.getByLabel('Most open conversations for one person').fill('30');
    await main.getByRole('checkbox', { name: /^Whoever answers/ }).press(' ');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByRole('status').getByText('Saved'));
    await stage.shoot(page, 'assignment');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect
      .poll(() => main.getByLabel('Most open conversations for one person').inputValue(), {
        timeout: PATIENCE,
      })
      .toBe('30');
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await stage.shoot(page, 'phone-assignment');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.goto(`${server.url}/all/for/others/unread`);
    await see(filter(page, 'Clear the filter'));
    await see(rows(page).or(page.getByText('Nothing that fits')));
    await stage.shoot(page, 'phone-filter');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await filter(page, 'Assigned to: A colleague').click();
    await see(items(page, 'Nobody'));
    await stage.shoot(page, 'phone-whose');
    await keyboard.press('Escape');
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(await wide()).toBe(false);
    for (const [path, what] of [
      ['scheduled', 'phone-later'],
      ['mail', 'phone-mail'],
    ] as const) {
      await page.goto(`${server.url}/${path}`);
      await filter(page, path === 'mail' ? 'Inbox: Every inbox' : 'Inboxes: Every inbox').click();
      await page
        .getByRole('menu')
        .getByRole(path === 'mail' ? 'menuitemradio' : 'menuitemcheckbox', { name: 'Bindery' })
        .click();
      await keyboard.press('Escape');
      await see(filter(page, `${path === 'mail' ? 'Inbox' : 'Inboxes'}: Bindery`));
      await stage.shoot(page, what);
      expect(await axeFinds(page, 'all')).toEqual([]);
      expect(await wide()).toBe(false);
    }
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
