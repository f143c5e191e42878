/** An inbox's name, colour and locks, what becomes of its calls, and one's own absence: set by keys, kept, and looked at on a phone in the dark. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { PATIENCE, see, signIn, writeAsCustomer } from './inbox-page.ts';

test('W5, L2, M9, M10: name, colour and lock times of an inbox, what becomes of its calls, and one’s own absence are set in the page, and what cannot be is said at its field', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('settings-inbox');
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const { keyboard } = page;
  const main = page.getByRole('main');
  const saved = () => see(main.getByRole('status').getByText('Saved'));

  await stage.step('name and locks', async () => {
    await keyboard.press('g');
    await keyboard.press(',');
    await page.getByRole('link', { name: 'Name and locks' }).press('Enter');
    await see(main.getByLabel('API code'));
    await stage.shoot(page, 'inbox');
    await main.getByLabel('Name', { exact: true }).fill('Front desk');
    await main.getByRole('radio', { name: 'Rose' }).press(' ');
    await main.getByLabel('A conversation is taken').selectOption({ label: 'When somebody opens it' });
    await main.getByLabel('Who may take it over').selectOption({ label: 'Everybody who may reply' });
    await main.getByLabel('A lock lives without news for').fill('12');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText(/at most two thirds/).and(main.locator('.field-error')));
    await stage.shoot(page, 'refused');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByLabel('A lost connection may come back for').fill('7.5');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await saved();
    await see(main.getByRole('button', { name: 'Inbox: Front desk' }));
    await stage.shoot(page, 'inbox-saved');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect
      .poll(() => main.getByLabel('A lost connection may come back for').inputValue(), { timeout: PATIENCE })
      .toBe('7.5');
    await expect.poll(() => main.getByRole('radio', { name: 'Rose' }).isChecked()).toBe(true);
  });

  await stage.step('what becomes of calls', async () => {
    await page.getByRole('link', { name: 'Calls', exact: true }).press('Enter');
    await see(main.getByText('Nobody: calls go to voicemail at once.'));
    await main.getByRole('button', { name: 'Add a step' }).press('Enter');
    const first = main.getByRole('group', { name: 'Step 1' });
    await first.getByLabel('What rings').selectOption({ label: 'Members, one after the other' });
    await first.getByRole('checkbox', { name: 'Everybody who may reply' }).press(' ');
    await first.getByRole('checkbox', { name: /^Wen Zhao/ }).check();
    await main.getByRole('button', { name: 'Add a step' }).press('Enter');
    const second = main.getByRole('group', { name: 'Step 2' });
    await second.getByLabel('What rings').selectOption({ label: 'Another number' });
    await second.getByLabel('Number').fill('12');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText('Is no phone number.'));
    await stage.shoot(page, 'calls-refused');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await second.getByLabel('Number').fill('+44 7700 900123');
    await main.getByRole('button', { name: 'Move step 2 up' }).press('Enter');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await saved();
    await stage.shoot(page, 'calls');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect
      .poll(() => first.getByLabel('Number').inputValue(), { timeout: PATIENCE })
      .toBe('+447700900123');
    await expect.poll(() => second.getByRole('checkbox', { name: /^Wen Zhao/ }).isChecked()).toBe(true);
  });

  await stage.step('one’s own absence', async () => {
    await page.getByRole('link', { name: 'Out of office' }).press('Enter');
    await main.getByLabel('Answer automatically').selectOption({ label: 'On' });
    await main.getByLabel('Subject of a mail').fill('Away until Monday');
    await see(main.getByText('What somebody gets who writes then'));
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await saved();
    await stage.shoot(page, 'absence');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await expect
      .poll(() => main.getByLabel('Answer automatically').inputValue(), { timeout: PATIENCE })
      .toBe('on');
  });

  await stage.step('of what one is told', async () => {
    await page.getByRole('link', { name: 'Notifications', exact: true }).press('Enter');
    const byMail = main.getByRole('checkbox', { name: 'Conversations for me: By mail' });
    await byMail.press(' ');
    await saved();
    await main.getByLabel('The desktop tells of').selectOption({ label: 'Every message in my inboxes' });
    await saved();
    await stage.shoot(page, 'notifications');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await see(byMail);
    await expect.poll(() => byMail.isChecked()).toBe(true);
  });

  await stage.step('a message while nobody looks', async () => {
    const writes = await stage.person('customer');
    await page.evaluate(() => {
      const shown: string[] = [];
      class Shown extends EventTarget {
        static readonly permission = 'granted';
        constructor(title: string, { body }: { body: string }) {
          super();
          shown.push(`${title}: ${body}`);
        }
        close = () => undefined;
      }
      Object.assign(window, { shown, Notification: Shown });
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      const heard = Promise.withResolvers<undefined>();
      const before = window.fetch.bind(window);
      window.fetch = async (asked, options) => {
        const answer = await before(asked, options);
        if (answer.url.endsWith('/notifications/settings')) setTimeout(() => heard.resolve(undefined));
        return answer;
      };
      document.dispatchEvent(new Event('visibilitychange'));
      return heard.promise;
    });
    const letter = { name: 'Ilse Brandt', address: 'ilse@quist.example', subject: 'A torn page' };
    await writeAsCustomer(writes, server.url, { inbox: 'Front desk', ...letter, body: 'Page 12 came torn.' });
    const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
    await expect.poll(shown, { timeout: PATIENCE }).toEqual(['Ilse Brandt wrote: Page 12 came torn.']);
    await page.reload();
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await see(main.getByLabel('The desktop tells of'));
    await stage.shoot(page, 'phone-notifications');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.goto(`${server.url}/settings/absence`);
    await see(main.getByLabel('Answer automatically'));
    await stage.shoot(page, 'phone-absence');
    await page.goto(`${server.url}/settings/calls`);
    await see(main.getByRole('button', { name: 'Add a step' }));
    await stage.shoot(page, 'phone-calls');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.goto(`${server.url}/settings/inbox`);
    await see(main.getByLabel('API code'));
    await stage.shoot(page, 'phone-inbox');
    await main.getByLabel('A lock lives without news for').scrollIntoViewIfNeeded();
    await stage.shoot(page, 'phone-times');
    expect(await axeFinds(page, 'all')).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
