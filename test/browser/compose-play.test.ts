/** An agent writes first, by keys alone: from where, to whom, kept over a reload, sent once, answered, and held up by a colleague. */
import { expect, test } from 'vitest';
import { freePort, startServer } from '../tools/server-process.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn } from './inbox-page.ts';
import { mailIn } from './mail-in.ts';

const ORDERS = 'orders@fernhillpaper.example';
const ADDRESS = 'ilse@harbour.example';
const SUBJECT = 'Your journals are ready';
const BODY = 'Dear Ilse, both journals are bound and wait for you.';

test('M6, M11, W2: written first by keys alone, from a chosen account, kept over a reload, and answered into Inbox', async () => {
  await using sink = await startSmtpSink();
  const smtp = await freePort();
  await using server = await startServer({
    env: { SMTP_PORT: String(smtp), SMTP_URL: sink.url, UNDO_FOR_MS: '20000' },
  });
  await using stage = await openStage('compose');
  const [pageA, pageB] = await Promise.all([stage.person('a'), stage.person('b', { dark: true })]);
  await signIn(pageA, server.url, demoAgent('Jonas Lind'));
  await signIn(pageB, server.url, demoAgent('Tess Amiri'));
  const [a, b] = [agentPage(pageA), agentPage(pageB)];
  const panel = pageA.getByRole('dialog', { name: 'New message' });
  const { keyboard } = pageA;

  await stage.step('c asks from where, and goes on to whom', async () => {
    await keyboard.press('c');
    await see(pageA.getByRole('menuitemradio', { name: new RegExp(ORDERS) }));
    await stage.shoot(pageA, 'from');
    // The keys begin at what is preselected.
    await pageA.getByRole('menuitemradio', { name: new RegExp(ORDERS) }).focus();
    await keyboard.press('Enter');
    await see(panel.getByRole('button', { name: new RegExp(`^From .*${ORDERS}`) }));

    await see(panel.locator('input:focus'));
    await keyboard.type(ADDRESS);
    await keyboard.press('Tab');
    await keyboard.type(SUBJECT);
    await keyboard.press('Tab');
    await keyboard.type(BODY);
  });

  await stage.step('closed, reloaded, and still there', async () => {
    await keyboard.press('Escape');
    await expect.poll(() => panel.count()).toBe(0);
    await pageA.reload();
    await see(pageA.getByRole('button', { name: 'New message' }));
    await keyboard.press('c');
    await see(panel);
    await expect.poll(() => panel.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(BODY);
    expect(await axeFinds(pageA, 'all')).toEqual([]);
    await stage.shoot(pageA, 'written');
  });

  await stage.step('sent once, and kept in Archived', async () => {
    await panel.getByRole('textbox', { name: 'Message' }).focus();
    await keyboard.press('Control+Enter');
    await see(pageA.getByText('Message sent'));
    const left = await sink.mail('it left', ({ to }) => to.includes(ADDRESS));
    expect(left.from).toBe(ORDERS);
    expect(left.parsed.subject).toBe(SUBJECT);
    await pageA.getByRole('button', { name: 'Open it' }).click();
    await see(a.message('Reply from you').getByText(BODY));
    await see(pageA.getByRole('link', { name: 'Archived', exact: true }));
    await stage.shoot(pageA, 'archived');
    const answer = [
      `From: Ilse Harbour <${ADDRESS}>`,
      `To: ${ORDERS}`,
      'Cc: studio@harbour.example',
      `Subject: Re: ${SUBJECT}`,
      'Message-ID: <ilse-1@harbour.example>',
      `In-Reply-To: ${left.parsed.messageId ?? ''}`,
      '',
      'I come on Friday.',
    ];
    await mailIn(smtp, { from: ADDRESS, to: ORDERS }, answer.join('\r\n'));
    await see(a.page.getByText('I come on Friday.'));
  });

  await stage.step('a reply to all is taken back by its key, and its text is the draft again', async () => {
    await a.button('Reply to all').click();
    await see(a.composer.getByText(/studio@harbour/));
    await a.reply.fill('Friday at ten?');
    await a.reply.press('Control+Enter');
    await see(a.page.getByRole('button', { name: 'Undo' }));
    await see(a.message('Reply from you').getByText('studio@harbour.example'));
    await stage.shoot(pageA, 'undo');
    // Out of the text: there it would be a letter.
    await a.page.getByRole('heading', { name: SUBJECT }).focus();
    await keyboard.press('z');
    await see(a.page.getByText('Taken back, not sent'));
    await expect.poll(() => a.reply.inputValue()).toBe('Friday at ten?');
    await a.reply.fill('');
    expect(sink.mails.filter(({ parsed }) => parsed.text?.includes('Friday at ten')).length).toBe(0);
  });

  await stage.step('a colleague has it: named, and nothing is sent', async () => {
    // Whoever goes elsewhere lets it go.
    await pageA.getByRole('link', { name: /^Mine/ }).click();
    await b.openInbox('Orders');
    await b.open(ADDRESS);
    // Also where it was not free yet when it was opened.
    await b.reply.pressSequentially('Friday');
    await see(b.composer.getByText(/^Yours since/));
    await pageA.getByRole('button', { name: 'New message' }).click();
    await pageA.getByRole('menuitemradio', { name: new RegExp(ORDERS) }).click();
    await see(panel.locator('input:focus'));
    await keyboard.type('ils');
    await see(pageA.getByRole('option', { name: new RegExp(ADDRESS) }));
    await stage.shoot(pageA, 'found');
    await pageA.getByRole('option', { name: new RegExp(ADDRESS) }).click();
    await see(panel.getByLabel('Subject').and(pageA.locator(':focus')));
    await keyboard.type(SUBJECT);
    await see(panel.getByText(/^Tess is replying/));
    await expect.poll(() => panel.getByRole('button', { name: /^Send/ }).isDisabled()).toBe(true);
    await stage.shoot(pageA, 'held');
    expect(await axeFinds(pageA, 'all')).toEqual([]);
  });

  await stage.step('on a phone it is the page', async () => {
    await pageA.setViewportSize({ width: 390, height: 844 });
    await stage.shoot(pageA, 'phone');
    expect(await axeFinds(pageA, 'all')).toEqual([]);
    await panel.getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => panel.count()).toBe(0);
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
