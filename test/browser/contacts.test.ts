/** Contacts from first page to last, by keys alone where a person would: written down, imported, undone, merged, erased; retention. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

const ROWS = 600;
const people = [
  'Name,Email,Mobile,Owner,Tags',
  ...Array.from(
    { length: ROWS },
    (_, at) => `Person ${at + 1},person${at + 1}@northwind.example,,jonas,"Trade, Fair"`,
  ),
  'Nobody,not an address,,,',
  'Person 1 again,person1@northwind.example,,,',
  'Wren Ashby,wren@ashby.example,(212) 555-0143,,VIP',
].join('\n');

test('M8, T15: contacts are imported with a preview and progress, undone, merged, exported, erased; retention; axe, phone, dark', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('contacts');
  const page = await stage.person('mara');
  const main = page.getByRole('main');
  const wide = (): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const jonas = demoAgent('Jonas Lind');

  await stage.step('the list, by keys alone', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press(',');
    await page.getByRole('link', { name: 'Contacts', exact: true }).press('Enter');
    await see(main.getByRole('heading', { name: 'Contacts' }));
    await see(main.getByRole('checkbox').first());
    await stage.shoot(page, 'list');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('one is written down, with what is wrong said where it is', async () => {
    await main.getByRole('link', { name: 'New contact' }).press('Enter');
    await main.getByLabel('Name').fill('Wren Ashby-Holt');
    await main.getByLabel('Mail address or phone number').fill('wren at ashby');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText('Is no phone number.'));
    await stage.shoot(page, 'new-wrong');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByLabel('Mail address or phone number').fill('wren@ashby-holt.example');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByRole('heading', { name: 'Wren Ashby-Holt' }));
    await main.getByLabel('Tags').fill('Stationery, Trade');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText('Saved'));
    await main.getByLabel('Another mail address or number').fill('+1 212 555 0144');
    await main.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await see(main.getByText('+12125550144'));
    await expect.poll(() => main.getByLabel('Another mail address or number').inputValue()).toBe('');
    await stage.shoot(page, 'detail');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('a file is looked at before anything is imported', async () => {
    await page.goto(`${server.url}/settings/contacts`);
    await main.getByRole('link', { name: 'Import from CSV' }).press('Enter');
    await see(main.getByRole('button', { name: 'Choose a file' }));
    await stage.shoot(page, 'choose');
    expect(await axeFinds(page, 'all')).toEqual([]);
    const chooser = page.waitForEvent('filechooser');
    await main.getByRole('button', { name: 'Choose a file' }).press('Enter');
    const buffer = Buffer.from(people.replaceAll('jonas', jonas.email));
    await (await chooser).setFiles({ name: 'trade fair.csv', mimeType: 'text/csv', buffer });
    await see(main.getByRole('cell', { name: 'Person 1', exact: true }));
    await stage.shoot(page, 'plan');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByLabel('Mobile').selectOption('');
    await page.setViewportSize({ width: 380, height: 800 });
    await stage.shoot(page, 'plan-phone');
    expect(await axeFinds(page, 'all')).toEqual([]);
    expect(await wide()).toBe(false);
    await page.setViewportSize({ width: 1280, height: 820 });
    await main.getByLabel('Mobile').selectOption('phone');
  });

  await stage.step('it runs in the background, and its bar moves', async () => {
    await main.getByRole('button', { name: `Import ${ROWS + 3} rows` }).press('Enter');
    const bar = main.getByRole('progressbar');
    await see(bar);
    await stage.shoot(page, 'running');
    await see(main.getByText('Done.'));
    const counts = main.locator('dl');
    await see(counts.getByText(String(ROWS + 1)));
    await stage.shoot(page, 'done');
    expect(await axeFinds(page, 'all')).toEqual([]);
    const given = page.waitForEvent('download');
    await main.getByRole('button', { name: 'Rows with problems as CSV' }).press('Enter');
    const problems = await readFile(await (await given).path(), 'utf8');
    expect(problems.trim().split('\n')).toHaveLength(3);
    expect(problems).toContain('is no mail address');
    expect(problems).toContain('is the same contact as row 2.');
  });

  await stage.step('found by name, owner and tag', async () => {
    await page.goto(`${server.url}/settings/contacts`);
    await main.getByLabel('Search').fill('person 42');
    await see(main.getByRole('link', { name: 'Person 42', exact: true }));
    await main.getByLabel('Tag', { exact: true }).selectOption('Fair');
    await main.getByLabel('Owner').selectOption({ label: 'Jonas Lind' });
    await see(main.getByRole('link', { name: 'Person 420', exact: true }));
    await stage.shoot(page, 'found');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByLabel('Search').fill('nobody of that name');
    await see(main.getByText('Nobody fits the filter.'));
  });

  await stage.step('two that are one are merged, and taken apart again', async () => {
    await page.goto(`${server.url}/settings/contacts`);
    await main.getByLabel('Search').fill('ashby');
    await main.getByRole('checkbox', { name: 'Choose Wren Ashby', exact: true }).press(' ');
    await main.getByRole('checkbox', { name: 'Choose Wren Ashby-Holt' }).press(' ');
    await see(main.getByText('2 chosen.'));
    await stage.shoot(page, 'chosen');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Merge' }).press('Enter');
    await see(main.getByText('Merged with'));
    await see(main.getByText('wren@ashby-holt.example'));
    await stage.shoot(page, 'merged');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await main.getByRole('button', { name: 'Undo' }).press('Enter');
    await see(main.getByText('Undone'));
    await expect.poll(() => main.getByText('wren@ashby-holt.example').count()).toBe(0);
  });

  await stage.step('the import is undone but for what was changed since', async () => {
    await page.goto(`${server.url}/settings/contacts/import`);
    await main.getByRole('link', { name: 'trade fair.csv' }).press('Enter');
    await main.getByRole('button', { name: 'Undo the import' }).press('Enter');
    await see(main.getByText('One of them was used or changed since'));
    await stage.shoot(page, 'undone');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('on a phone, in the dark: list, contact, erased by its name', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${server.url}/settings/contacts`);
    await see(main.getByRole('checkbox').first());
    await stage.shoot(page, 'phone-list');
    expect(await axeFinds(page, 'all')).toEqual([]);
    expect(await wide()).toBe(false);
    await main.getByLabel('Search').fill('wren@ashby.');
    await main.getByRole('link', { name: 'Wren Ashby', exact: true }).press('Enter');
    await see(main.getByRole('button', { name: 'Erase…' }));
    await stage.shoot(page, 'phone-detail');
    expect(await wide()).toBe(false);
    await main.getByRole('button', { name: 'Erase…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase for good' });
    await expect.poll(() => erase.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Wren Ashby');
    // It fades in as soon as the name stands there.
    await erase.evaluate((button) => Promise.all(button.getAnimations().map(({ finished }) => finished)));
    await stage.shoot(page, 'phone-erase');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await erase.press('Enter');
    await see(main.getByText('was erased.'));
    await stage.shoot(page, 'phone-erased');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('an inbox keeps its texts only so long', async () => {
    await page.setViewportSize({ width: 1280, height: 820 });
    await page.goto(`${server.url}/settings/retention`);
    await main.getByLabel('Days after the last message').fill('365');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await see(main.getByText('Saved'));
    await stage.shoot(page, 'retention');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.reload();
    await see(main.getByLabel('Days after the last message'));
    await expect.poll(() => main.getByLabel('Days after the last message').inputValue()).toBe('365');
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
