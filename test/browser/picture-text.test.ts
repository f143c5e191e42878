/** Pictures in the text of a mail that is being written: brought as people bring them, over a started server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { freePort, startServer } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn } from './inbox-page.ts';
import { press, tabTo } from './keys.ts';

const ORDERS = 'orders@fernhillpaper.example';
const ODILE = 'odile@vance.example';
const MAIL = [
  `From: "Odile Vance" <${ODILE}>`,
  `To: ${ORDERS}`,
  'Subject: A torn page',
  'Message-ID: <torn@vance.example>',
  '',
  'What does it look like where you are?',
].join('\r\n');

/** Puts a picture into the clipboard, as a program for screenshots does. Answers its bytes. */
async function copyPicture(page: Page): Promise<Buffer> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 240, height: 180 });
    const pen = canvas.getContext('2d');
    if (pen === null) throw new Error('There is no canvas');
    for (const [at, colour] of ['#3b82a0', '#c2643b', '#6d8b2f'].entries()) {
      pen.fillStyle = colour;
      pen.fillRect(at * 80, 0, 80, 180);
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    if (blob === null) throw new Error('There is no picture');
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  });
  return Buffer.from(bytes);
}

/** Drags a file of the desktop over an element and lets it go there. */
async function dropFile(page: Page, over: Locator, file: string): Promise<void> {
  const box = await over.boundingBox();
  if (box === null) throw new Error('It is not in sight');
  const browser = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, ...at, data });
}

const selected = (field: Locator): Promise<string> =>
  field.evaluate((node) => {
    const { value, selectionStart, selectionEnd } = node as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });

test('T5: pictures are pasted and dropped, seen small beside the text, found in it, taken out and back, and still there when the page is loaded again', async () => {
  await using sink = await startSmtpSink();
  const smtp = await freePort();
  await using server = await startServer({ env: { SMTP_PORT: String(smtp), SMTP_URL: sink.url } });
  await using stage = await openStage('picture-text');
  const page = await stage.person('jonas');
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-picture-'));
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  const agent = agentPage(page);
  await agent.openInbox('Orders');
  await sendMail(smtp, { from: ODILE, to: ORDERS }, MAIL);
  await agent.open('Odile Vance');
  await see(agent.composer.getByText(/^Yours since/));
  const tray = agent.composer.getByRole('list', { name: 'Files to send' });
  const item = (name: string) => tray.getByRole('listitem').filter({ hasText: name });
  const go = (name: string) => tray.getByRole('button', { name: `Go to ${name}` });
  const small = (name: string) => item(name).locator('img');
  const mark = (name: string) => new RegExp(`!\\[${name}\\]\\(cid:att_[\\w-]+\\)`);
  const body = () => agent.reply.inputValue();

  await stage.step('pasted', async () => {
    await agent.reply.fill('Like this:\n\nIs it yours?');
    const png = await copyPicture(page);
    await writeFile(join(folder, 'torn.png'), png);
    await agent.reply.focus();
    await press(page, 'ControlOrMeta+v');
    await see(small('image.png'));
    await expect
      .poll(() => small('image.png').evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBe(240);
    await agent.reply.evaluate((field) => (field as HTMLTextAreaElement).setSelectionRange(11, 11));
    await tray.getByRole('button', { name: 'Put image.png into the text' }).press('Enter');
    await expect.poll(body).toMatch(/^Like this:\n!\[image\.png\]\(cid:att_[\w-]+\)\nIs it yours\?$/);
    await see(item('image.png').getByText(/^In the text, \d+ k?B$/));
  });

  await stage.step('dropped', async () => {
    await dropFile(page, agent.reply, join(folder, 'torn.png'));
    await see(small('torn.png'));
    await agent.reply.press('ControlOrMeta+End');
    await tray.getByRole('button', { name: 'Put torn.png into the text' }).press('Enter');
    await expect.poll(body).toMatch(/yours\?!\[torn\.png\]\(cid:att_[\w-]+\)$/);
    await stage.shoot(page, 'both');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('a press on it goes to its mark, and one key takes it out, and back', async () => {
    await tabTo(page, 'Go to image.png');
    await press(page, 'Enter');
    await expect.poll(() => selected(agent.reply)).toMatch(mark('image\\.png'));
    // A caret that comes from the left chooses the whole of it.
    await press(page, 'ArrowLeft', 'ArrowRight');
    await expect.poll(() => selected(agent.reply)).toMatch(mark('image\\.png'));
    await press(page, 'ArrowRight', 'Backspace');
    await expect.poll(body).toMatch(/^Like this:\n\nIs it yours\?/);
    await see(tray.getByRole('button', { name: 'Put image.png into the text' }));
    await expect.poll(() => go('image.png').count()).toBe(0);
    await press(page, 'ControlOrMeta+z');
    await see(go('image.png'));
    await expect.poll(body).toMatch(mark('image\\.png'));
  });

  await stage.step('removed, and back', async () => {
    const before = await body();
    await tray.getByRole('button', { name: 'Remove torn.png' }).press('Enter');
    await expect.poll(body).toMatch(/yours\?$/);
    await expect.poll(() => item('torn.png').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await see(go('torn.png'));
    await expect.poll(body).toBe(before);
  });

  await stage.step('there when the page is loaded again', async () => {
    await see(agent.composer.getByText('Draft saved'));
    await page.reload();
    await see(small('image.png'));
    await see(go('torn.png'));
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await stage.shoot(page, 'phone');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 820 });
    await see(agent.composer.getByText(/^Yours since/));
    await agent.send.click();
    const sent = agent.message('Reply from you');
    await see(sent.getByRole('img', { name: 'image.png' }));
    await see(sent.getByRole('img', { name: 'torn.png' }));
    const left = await sink.mail('the answer', ({ parsed }) => parsed.text?.includes('Like this') === true);
    expect(
      left.parsed.attachments.map(({ filename, related }) => `${filename} ${related}`).toSorted(),
    ).toEqual(['image.png true', 'torn.png true']);
  });
  await rm(folder, { recursive: true });
  expect(stage.errors).toEqual([]);
}, 90_000);

test('T5: a mark whose file is gone says so, and keeps the text from leaving until it is taken out', async () => {
  const smtp = await freePort();
  await using server = await startServer({ env: { SMTP_PORT: String(smtp) } });
  await using stage = await openStage('picture-gone');
  const page = await stage.person('jonas');
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  const agent = agentPage(page);
  await agent.openInbox('Orders');
  await sendMail(smtp, { from: ODILE, to: ORDERS }, MAIL);
  await agent.open('Odile Vance');
  await see(agent.composer.getByText(/^Yours since/));
  await agent.reply.fill('Here: ![page.png](cid:att_gone)');
  await see(agent.composer.getByText('Its file is gone: take it out.'));
  await expect.poll(() => agent.send.isDisabled()).toBe(true);
  await stage.shoot(page, 'gone');
  await agent.reply.press('ControlOrMeta+End');
  await press(page, 'Backspace');
  await expect.poll(() => agent.reply.inputValue()).toBe('Here: ');
  await expect.poll(() => agent.send.isDisabled()).toBe(false);
  expect(stage.errors).toEqual([]);
});
