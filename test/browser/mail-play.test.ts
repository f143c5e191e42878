/** The play by mail: a customer's mail comes in, two agents see it, one answers with a file, the customer's program quotes. */
import { expect, test } from 'vitest';
import { freePort, startServer } from '../tools/server-process.ts';
import { startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { type AgentPage, agentPage, see, signIn } from './inbox-page.ts';
import { mailIn } from './mail-in.ts';

const ORDERS = 'orders@fernhillpaper.example';
const CUSTOMER = { name: 'Odile Vance', address: 'odile@vance.example' };
const SUBJECT = 'Two journals, one arrived';
const ANSWER = 'Dear Odile, the second journal left today. The slip is attached.';
const THANKS = 'That was quick, thank you!';

interface Letter {
  readonly subject: string;
  readonly id: string;
  readonly headers?: readonly string[];
  readonly body: string;
}

function letter({ subject, id, headers = [], body }: Letter): string {
  const { name, address } = CUSTOMER;
  const lines = [
    `From: "${name}" <${address}>`,
    `To: ${ORDERS}`,
    `Subject: ${subject}`,
    `Message-ID: <${id}@vance.example>`,
    ...headers,
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
  ];
  return lines.join('\r\n');
}

/** What a mail program makes of an answer: the text above, the answered mail quoted below. */
function answerTo({ parsed }: SunkMail): string {
  const quoted = (parsed.text ?? '').trim().replaceAll(/^/gm, '> ');
  return letter({
    subject: `Re: ${SUBJECT}`,
    id: 'second',
    headers: [`In-Reply-To: ${parsed.messageId}`, `References: <first@vance.example> ${parsed.messageId}`],
    body: `${THANKS}\r\n\r\nOn Tuesday, ${parsed.from?.value[0]?.name} wrote:\r\n${quoted}\r\n`,
  });
}

/** A PNG of one point. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function expectHeaders({ parsed, from, to }: SunkMail): void {
  expect(to).toEqual([CUSTOMER.address]);
  expect(from.endsWith('@fernhillpaper.example')).toBe(true);
  expect(parsed.from?.value[0]?.address).toBe(ORDERS);
  expect(parsed.from?.value[0]?.name).toContain('Jonas Lind');
  expect(parsed.subject).toBe(`Re: ${SUBJECT}`);
  expect(parsed.inReplyTo).toBe('<first@vance.example>');
  expect([parsed.references].flat()).toContain('<first@vance.example>');
  expect(parsed.text?.trim()).toContain(ANSWER);
  const [seal, slip] = parsed.attachments.toSorted((one, other) =>
    String(one.filename) < String(other.filename) ? -1 : 1,
  );
  expect([slip?.filename, slip?.content.toString()]).toEqual(['slip.txt', 'Slip 20418']);
  // A picture stands where it was put, and is no attachment beside the text.
  expect([seal?.filename, seal?.related, seal?.content.toString('base64')]).toEqual(['seal.png', true, DOT]);
  expect(parsed.text).toContain('[seal.png]');
}

test('T1, T5, T6: mail in, both see it, answered with a file under the eyes of the other, and answered again with a quote', async () => {
  await using sink = await startSmtpSink();
  const smtp = await freePort();
  await using server = await startServer({
    env: { SMTP_PORT: String(smtp), SMTP_URL: sink.url, TYPING_EVERY_MS: '500' },
  });
  await using stage = await openStage('mail');
  const [pageA, pageB] = await Promise.all([stage.person('a'), stage.person('b', { dark: true })]);
  const enter = async (page: typeof pageA, name: string): Promise<AgentPage> => {
    await signIn(page, server.url, demoAgent(name));
    const agent = agentPage(page);
    await agent.openInbox('Orders');
    return agent;
  };
  const [a, b] = await Promise.all([enter(pageA, 'Jonas Lind'), enter(pageB, 'Tess Amiri')]);

  const first = letter({
    subject: SUBJECT,
    id: 'first',
    body: 'Only one of my two journals was in the parcel.\r\n\r\n-- \r\nOdile Vance\r\n',
  });
  const mailed = { from: CUSTOMER.address, to: ORDERS };
  await mailIn(smtp, mailed, first);
  await stage.step('both see it', async () => {
    await Promise.all([see(a.row(CUSTOMER.name)), see(b.row(CUSTOMER.name))]);
  });

  await stage.step('one takes it, the other sees that', async () => {
    await a.open(CUSTOMER.name);
    await see(a.message(`Message from ${CUSTOMER.name}`).getByText('Only one of my two journals'));
    // What was signed is folded away.
    await see(a.message(`Message from ${CUSTOMER.name}`).getByRole('button', { name: 'Signature' }));
    await see(a.composer.getByText(/^Yours since/));
    await b.open(CUSTOMER.name);
    await see(b.bar.getByText(/^Jonas is replying, since/));
    await see(b.page.getByRole('img', { name: /Jonas is replying/ }));
    await see(a.page.getByRole('img', { name: /Viewing: Tess/ }));
    await a.reply.pressSequentially(ANSWER, { delay: 2 });
    await see(b.page.getByText('Jonas is typing…'));
    await stage.shoot(b.page, 'typing');
  });

  await stage.step('answered with a file', async () => {
    const slip = { name: 'slip.txt', mimeType: 'text/plain', buffer: Buffer.from('Slip 20418') };
    await a.composer.locator('input[type="file"]').setInputFiles(slip);
    await see(a.composer.getByText('10 B'));
    const seal = { name: 'seal.png', mimeType: 'image/png', buffer: Buffer.from(DOT, 'base64') };
    await a.composer.locator('input[type="file"]').setInputFiles(seal);
    await a.composer.getByRole('button', { name: 'Put seal.png into the text' }).click();
    await stage.shoot(a.page, 'attached');
    await a.send.click();
    const reply = a.message('Reply from you');
    await see(reply.getByRole('button', { name: /slip\.txt/ }));
    await see(reply.getByRole('img', { name: 'seal.png' }));
    await see(b.message('Reply from Jonas Lind').getByRole('img', { name: 'seal.png' }));
    await see(b.message('Reply from Jonas Lind').getByRole('button', { name: /slip\.txt/ }));
    await see(reply.getByText(/^Sent /));
  });
  const left = await sink.mail('the answer', ({ parsed }) => parsed.text?.includes(ANSWER) === true);
  expectHeaders(left);

  await stage.step('put away, and undone, and put away', async () => {
    await a.page.keyboard.press('Escape');
    await a.page.keyboard.press('e');
    await see(a.page.getByRole('region', { name: 'Just done' }).getByText('Archived'));
    await a.page.getByRole('button', { name: 'Undo' }).click();
    await see(a.row(CUSTOMER.name));
    await a.open(CUSTOMER.name);
    await a.page.getByRole('button', { name: 'Archive', exact: true }).click();
    await a.row(CUSTOMER.name).waitFor({ state: 'detached' });
  });

  await mailIn(smtp, mailed, answerTo(left));
  await stage.step('the same conversation, open again, unread, its quote folded', async () => {
    await see(a.row(CUSTOMER.name));
    await expect.poll(() => a.row(CUSTOMER.name).count()).toBe(1);
    await expect.poll(() => a.row(CUSTOMER.name).getAttribute('class')).toContain('row-unread');
    await stage.shoot(a.page, 'unread-again');
    await a.open(CUSTOMER.name);
    const newest = a.message(`Message from ${CUSTOMER.name}`).last();
    await see(newest.getByText(THANKS));
    await expect.poll(() => newest.getByText(ANSWER).count()).toBe(0);
    await newest.getByRole('button', { name: 'Quoted text' }).click();
    await see(newest.getByText(ANSWER.slice(0, 30)));
    await stage.shoot(a.page, 'quote');
  });

  await stage.step('mail that left', async () => {
    await a.page.keyboard.press('Escape');
    await a.page.keyboard.press('g');
    await a.page.keyboard.press('l');
    await a.page.getByRole('link', { name: new RegExp(CUSTOMER.address) }).click();
    await see(a.page.getByText(left.parsed.messageId ?? '-'));
    await see(a.page.getByText(ANSWER.slice(0, 30)));
    await stage.shoot(a.page, 'mail-that-left');
  });
  expect({ a: await axeFinds(a.page), b: await axeFinds(b.page) }).toEqual({ a: [], b: [] });
  expect(stage.errors).toEqual([]);
}, 240_000);
