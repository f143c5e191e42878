/** Answering by mail, by keys alone: copies, a bad address refused where it stands, a forward without a file, later, and taken back. */
import { expect, test } from 'vitest';
import { freePort, startServer } from '../tools/server-process.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn } from './inbox-page.ts';
import { mailIn } from './mail-in.ts';

const ORDERS = 'orders@fernhillpaper.example';
const ROSA = 'rosa@quay.example';
const LETTER = [
  `From: Rosa Quay <${ROSA}>`,
  `To: ${ORDERS}`,
  'Subject: Wrong paper in the box',
  'Message-ID: <rosa-1@quay.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=cut',
  '',
  '--cut',
  'Content-Type: text/plain',
  '',
  'This is not the paper that I chose.',
  '--cut',
  'Content-Type: text/plain; name=slip.txt',
  'Content-Disposition: attachment; filename=slip.txt',
  '',
  'Slip 20418',
  '--cut',
  'Content-Type: text/plain; name=list.txt',
  'Content-Disposition: attachment; filename=list.txt',
  '',
  'Laid, wove, cotton',
  '--cut--',
].join('\r\n');

test('T6, T11: a copy to others, a forward with one file of two, a reply for later and one taken back after it was archived', async () => {
  await using sink = await startSmtpSink();
  const smtp = await freePort();
  await using server = await startServer({
    env: { SMTP_PORT: String(smtp), SMTP_URL: sink.url, UNDO_FOR_MS: '1500' },
  });
  await using stage = await openStage('sending');
  const page = await stage.person('jonas');
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  const agent = agentPage(page);
  const { keyboard } = page;
  await agent.openInbox('Orders');
  await mailIn(smtp, { from: ROSA, to: ORDERS }, LETTER);
  await agent.open('Rosa Quay');
  await see(agent.composer.getByRole('button', { name: `From Orders ${ORDERS}` }));

  await stage.step('Cc and Bcc, and half an address is refused where it stands', async () => {
    await agent.reply.fill('Dear Rosa, the right one leaves today.');
    await agent.button('Cc Bcc').press('Enter');
    const cc = agent.composer.getByRole('combobox', { name: 'Cc', exact: true });
    await see(cc.and(page.locator(':focus')));
    await keyboard.type('bindery@quay.example,press');
    await agent.composer.getByRole('combobox', { name: 'Bcc' }).focus();
    await keyboard.type('books@quay.example');
    await agent.reply.focus();
    await keyboard.press('Control+Enter');
    await see(agent.composer.getByRole('alert').getByText('“press” has no @.'));
    await expect.poll(() => cc.inputValue()).toBe('press');
    await stage.shoot(page, 'copies');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await cc.fill('');
    await agent.button('Cc Bcc').press('Enter');
    await see(agent.composer.getByText('bindery@quay.example'));
    await agent.reply.focus();
    await keyboard.press('Control+Enter');
    const left = await sink.mail('the reply', ({ parsed }) => parsed.text?.includes('leaves today') === true);
    expect([...left.to].sort()).toEqual(['bindery@quay.example', 'books@quay.example', ROSA]);
    expect(JSON.stringify(left.parsed.headerLines)).not.toContain('books@');
  });

  await stage.step('passed on to an outsider, with one of its files', async () => {
    await page.getByRole('button', { name: 'More of this message' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Forward…' }).press('Enter');
    const panel = page.getByRole('dialog', { name: 'Forward' });
    await see(panel.getByRole('combobox', { name: 'To', exact: true }).and(page.locator(':focus')));
    await keyboard.type('mill@paper.example');
    await panel.getByRole('textbox', { name: 'Note above it' }).focus();
    await keyboard.type('Which one is this?');
    await panel.getByLabel('list.txt').press('Space');
    await stage.shoot(page, 'forward');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await keyboard.press('Control+Enter');
    const left = await sink.mail('the forward', ({ to }) => to.includes('mill@paper.example'));
    expect(left.parsed.text).toContain('Which one is this?');
    expect(left.parsed.text).toContain('not the paper that I chose');
    expect(left.parsed.attachments.map(({ filename }) => filename)).toEqual(['slip.txt']);
  });

  await stage.step('kept for tomorrow, seen in both lists, and sent now', async () => {
    await agent.reply.fill('Did it arrive?');
    await agent.button('More ways to send').press('Enter');
    await page.getByRole('menuitem', { name: /^Send tomorrow morning/ }).press('Enter');
    const here = page.getByRole('list', { name: 'Sent later' });
    await see(here.getByText(/^Leaves tomorrow 9:00/));
    await expect.poll(() => agent.reply.inputValue()).toBe('');
    await stage.shoot(page, 'later');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await here.getByRole('button', { name: 'Send now' }).press('Enter');
    await sink.mail('the one for later', ({ parsed }) => parsed.text?.includes('Did it arrive?') === true);
    await here.waitFor({ state: 'detached' });
  });

  await stage.step('sent and archived, and taken back where the composer is gone', async () => {
    await page.goto(`${server.url}/settings/sending`);
    await page.getByLabel('My replies wait').selectOption({ label: '20 seconds' });
    await see(page.getByRole('status').getByText('Saved'));
    await page.goBack();
    await see(agent.composer);
    await agent.reply.fill('All done, Rosa.');
    await agent.button('More ways to send').press('Enter');
    await page.getByRole('menuitem', { name: 'Send and archive' }).press('Enter');
    await see(page.getByRole('region', { name: 'Just done' }).getByText('Sent to Rosa'));
    await stage.shoot(page, 'toast');
    await page.getByRole('heading', { name: 'Orders' }).click();
    await keyboard.press('z');
    await see(page.getByText('Taken back, not sent'));
    await expect.poll(() => agent.reply.inputValue()).toBe('All done, Rosa.');
    expect(sink.mails.filter(({ parsed }) => parsed.text?.includes('All done')).length).toBe(0);
  });

  await stage.step('on a phone, in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await agent.button('Cc Bcc').click();
    await see(agent.composer.getByRole('combobox', { name: 'Bcc' }));
    await stage.shoot(page, 'phone');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });
  expect(stage.errors).toEqual([]);
}, 90_000);
