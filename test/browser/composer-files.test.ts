/** Files beside a text, a reply that was not delivered, and a day to snooze until: on the fake server, in Chromium. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStage, type Stage } from './chromium.ts';
import { type AgentPage, agentPage, see } from './inbox-page.ts';
import { openStates, type StatesPage } from './states-page.ts';

let pages: StatesPage;
let stage: Stage;
let page: Page;
let agent: AgentPage;

beforeAll(async () => {
  pages = await openStates();
  stage = await openStage('composer-files');
  page = await stage.person('agent');
  agent = agentPage(page);
}, 60_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await pages.show(page, 'mine');
});

/** Drops files on the composer, or pastes them into the text. */
async function bring(how: 'drop' | 'paste', name: string, bytes: number): Promise<void> {
  await page.evaluate(
    ({ kind, file, size }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(size)], file, { type: 'application/pdf' }));
      const composer = document.querySelector(kind === 'drop' ? '.composer' : '.editor');
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
          : new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data });
      composer?.dispatchEvent(event);
    },
    { kind: how, file: name, size: bytes },
  );
}

/** A PNG of one point. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const tray = () => agent.composer.getByRole('list', { name: 'Files to send' });

test('files come by drop and by paste, one that is too large says so, and all stay while another conversation is open', async () => {
  await bring('drop', 'plan.pdf', 2_048);
  await bring('paste', 'drawing.pdf', 1_000);
  await bring('drop', 'film.pdf', 26 * 1_024 * 1_024);
  await see(tray().getByText('2 kB'));
  await see(tray().getByText('1 kB'));
  await see(tray().getByText('Larger than 26 MB.'));
  // What can not go along keeps the rest from going without it.
  await expect.poll(() => agent.send.isDisabled()).toBe(true);
  await agent.composer.getByRole('button', { name: 'Remove film.pdf' }).click();
  await expect.poll(() => agent.send.isDisabled()).toBe(false);
  await stage.shoot(page, 'tray');

  await agent.open('Leila Haddad');
  await see(page.getByRole('heading', { name: /^Invoice 20418/ }));
  await see(agent.composer.getByText(/^Yours since/));
  await expect.poll(() => tray().getByRole('listitem').count()).toBe(0);
  await agent.open('Rosa Achterberg');
  await see(tray().getByText('plan.pdf'));
  // The lock went with leaving. Opening takes it again, but for whoever is back before the first one had left.
  const back = agent.button('Take it back');
  const yours = agent.composer.getByText(/^Yours since/);
  await see(back.or(yours));
  if (await back.isVisible()) await back.click();
  await see(yours);
  await agent.send.click();
  const mine = agent.message('Reply from you');
  await see(mine.getByRole('button', { name: /^Download plan\.pdf/ }));
  await see(mine.getByRole('button', { name: /^Download drawing\.pdf/ }));
  await expect.poll(() => tray().getByRole('listitem').count()).toBe(0);
});

test('T5: a picture is put into the text where the caret is, taken out with its file, and stands there in the reply', async () => {
  await agent.reply.fill('It came like this:\n\nCan you see it?');
  await agent.reply.evaluate((field) => (field as HTMLTextAreaElement).setSelectionRange(19, 19));
  await page.evaluate((png) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'page [12].png', { type: 'image/png' }));
    const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data });
    document.querySelector('.editor')?.dispatchEvent(paste);
  }, DOT);
  const place = agent.composer.getByRole('button', { name: 'Put page [12].png into the text' });
  await place.press('Enter');
  const marked = /^It came like this:\n!\[page {2}12 .png\]\(cid:[\w-]+\)\nCan you see it\?$/;
  await expect.poll(() => agent.reply.inputValue()).toMatch(marked);
  await agent.composer.getByRole('button', { name: 'Remove page [12].png' }).press('Enter');
  await expect.poll(() => agent.reply.inputValue()).toBe('It came like this:\nCan you see it?');

  await page.evaluate((png) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'page.png', { type: 'image/png' }));
    const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data });
    document.querySelector('.composer')?.dispatchEvent(drop);
  }, DOT);
  await agent.composer.getByRole('button', { name: 'Put page.png into the text' }).press('Enter');
  await stage.shoot(page, 'picture-mark');
  await agent.send.click();
  const mine = agent.message('Reply from you');
  // The fake server has no bytes to show.
  await see(mine.getByText('[page.png]'));
  await expect.poll(() => mine.getByRole('button', { name: /page\.png/ }).count()).toBe(0);
  await stage.shoot(page, 'picture-in-text');
});

test('a failed upload says why, and goes again', async () => {
  await page.evaluate(() => {
    const { latchbox } = globalThis as unknown as {
      latchbox: { server: { refuse(command: string, code: string, details: object): void } };
    };
    latchbox.server.refuse('POST /api/attachments', 'internal', { ref: 'req_1' });
  });
  await bring('drop', 'plan.pdf', 2_048);
  await see(tray().getByText('The server made a mistake.'));
  await agent.composer.getByRole('button', { name: 'Upload plan.pdf again' }).click();
  await see(tray().getByText('2 kB'));
});

test('T6: a reply that was not delivered says why, and goes on its way again', async () => {
  await pages.show(page, 'undelivered');
  const reply = agent.message('Reply from Ana Brandt');
  await see(reply.getByText('Not delivered: 550 5.1.1 No such mailbox here'));
  await reply.getByRole('button', { name: 'Retry' }).click();
  await see(reply.getByText('On its way'));
});

test('P2: about a reply that is held since a restore a person decides; an error is shown and loses nothing', async () => {
  await pages.show(page, 'held');
  const reply = agent.message('Reply from Ana Brandt');
  await see(reply.getByText('Held back after a restore'));
  await reply.getByRole('button', { name: 'Do not send' }).click();
  await see(page.getByText('The server made a mistake.'));
  await reply.getByRole('button', { name: 'Do not send' }).click();
  await see(reply.getByText(/^Not delivered: Not sent: .+ decided so$/));
  await pages.show(page, 'held');
  await reply.getByRole('button', { name: 'Send it again' }).click();
  await see(reply.getByText('On its way'));
});

test('T1: snoozed until any day, seen among the snoozed, and undone', async () => {
  await page.getByRole('button', { name: 'Snooze' }).first().click();
  await page.getByRole('menuitem', { name: 'Pick a date…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Snooze until' });
  const field = dialog.getByLabel('Day and time');
  await field.fill('2001-01-01T09:00');
  await dialog.getByRole('button', { name: 'Snooze' }).click();
  await see(dialog.getByText('This has to be later than now.'));
  const next = new Date().getFullYear() + 1;
  await field.fill(`${next}-03-04T09:00`);
  await dialog.getByRole('button', { name: 'Snooze' }).click();
  await agent.row('Rosa Achterberg').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /^Snoozed, 1 snoozed/ }).waitFor();
  await page
    .getByRole('link', { name: /^Snoozed/ })
    .first()
    .click();
  await see(agent.row('Rosa Achterberg').getByText('Until 4 Mar, 9:00'));
  await page.getByRole('button', { name: 'Undo' }).click();
  await agent.row('Rosa Achterberg').waitFor({ state: 'detached' });
});
