/** Everything an agent does all day, by keyboard alone: no mouse touches these pages. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, writeAsCustomer } from './inbox-page.ts';
import { focused, press, tabTo } from './keys.ts';

const LETTERS = ['Ada Prynne', 'Bo Castellan', 'Cleo Dart'].map((name, at) => ({
  inbox: 'Orders',
  name,
  address: `customer-${at}@paper.example`,
  subject: `Order ${at}`,
  body: `Where is order ${at}?`,
}));

test('the whole day by keyboard alone', async () => {
  await using server = await startServer();
  await using stage = await openStage('keyboard');
  for (const letter of LETTERS) {
    await writeAsCustomer(await stage.person(letter.name), server.url, letter);
  }
  const page = await stage.person('agent');
  const agent = agentPage(page);

  await stage.step('sign in', async () => {
    await page.goto(server.url);
    await page.getByLabel('Email').waitFor();
    const { email, password } = demoAgent('Jonas Lind');
    await page.keyboard.type(email);
    await press(page, 'Tab');
    await page.keyboard.type(password);
    await press(page, 'Enter');
    await see(page.getByRole('link', { name: /^Mine/ }));
  });

  await stage.step('to an inbox, and down the list', async () => {
    await see(page.getByRole('link', { name: /^Orders/ }));
    await tabTo(page, 'Orders');
    await press(page, 'Enter');
    await see(agent.row('Cleo Dart'));
    await press(page, 'j');
    await expect.poll(() => focused(page)).toContain('Cleo Dart');
    await press(page, 'j', 'j', 'k');
    await expect.poll(() => focused(page)).toContain('Bo Castellan');
    await press(page, 'Enter');
    await see(agent.composer.getByText(/^Yours since/));
  });

  await stage.step('a note, and a reply', async () => {
    await press(page, 'n');
    await page.keyboard.type('Asked the bench.');
    await press(page, 'Control+Enter');
    await see(agent.message('Note by you').getByText('Asked the bench.'));
    await press(page, 'Escape', 'r');
    await page.keyboard.type('It leaves tomorrow.');
    await press(page, 'Control+Enter');
    await see(agent.message('Reply from you').getByText('It leaves tomorrow.'));
    await press(page, 'Escape');
    await expect.poll(() => focused(page)).toContain('Messages');
  });

  await stage.step('assigned, unread, read', async () => {
    await press(page, 'a');
    await see(page.getByRole('menu'));
    await see(page.getByRole('menuitemradio', { name: 'Tess Amiri' }));
    await press(page, 'ArrowDown', 'Enter');
    await see(page.getByText('Assigned to you'));
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await press(page, 'u');
    await see(page.getByRole('button', { name: 'Mark as read' }));
    await press(page, 'u');
    await see(page.getByRole('button', { name: 'Mark as unread' }));
  });

  await stage.step('snoozed, found again, brought back', async () => {
    await press(page, 's');
    await see(page.getByRole('menuitem', { name: /^Tomorrow/ }));
    await press(page, 't', 'Enter');
    await agent.row('Bo Castellan').waitFor({ state: 'detached' });
    await press(page, 'g', 's');
    await see(agent.row('Bo Castellan'));
    await press(page, 'j', 'Enter');
    await see(page.getByText(/^Snoozed until tomorrow/).first());
    await stage.shoot(page, 'snoozed');
    await press(page, 's');
    await see(page.getByRole('menuitem', { name: 'Bring it back now' }));
    await press(page, 'ArrowDown', 'Enter');
    await agent.row('Bo Castellan').waitFor({ state: 'detached' });
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });

  await stage.step('archived, and undone from the toast', async () => {
    await press(page, 'g', 'a');
    await see(agent.row('Cleo Dart'));
    // The one that was answered is the newest.
    await press(page, 'j', 'j');
    await expect.poll(() => focused(page)).toContain('Cleo Dart');
    await press(page, 'Enter');
    await see(agent.composer);
    await press(page, 'e');
    await agent.row('Cleo Dart').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toMatch(/^A /);
    await press(page, 'F6', 'Tab', 'Tab', 'Enter');
    await see(agent.row('Cleo Dart'));
  });

  await stage.step('every key in one place', async () => {
    await press(page, '?');
    await see(page.getByRole('dialog', { name: 'Keyboard shortcuts' }));
    await stage.shoot(page, 'sheet');
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
  expect(stage.errors).toEqual([]);
}, 180_000);
