/** What mails tell of ours: bounces, delays and complaints on the right reply and recipient; and senders that are too many. */
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { sendReply } from '@latchbox/shared/http/replies';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const ORDERS = 'orders@shop.example';
/** Its domain's bounces do not come in here. */
const ELSEWHERE = 'orders@elsewhere.example';

let sink: SmtpSink;
let world: World;
let port = 0;
let count = 0;
let customer = '';

beforeAll(async () => {
  sink = await startSmtpSink();
  port = await freePort();
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { times: SHORT, addresses: [ORDERS] },
        elsewhere: { times: SHORT, addresses: [ELSEWHERE] },
      },
      agents: { ana: {} },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(port), BOUNCE_DOMAINS: 'Shop.example' },
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
beforeEach(() => {
  count += 1;
  customer = `rosa-${count}@quist.example`;
});

async function writes(to: string, headers: readonly string[] = []): Promise<void> {
  const head = [`From: Rosa <${customer}>`, `To: ${to}`, `Subject: A cracked vase ${count}`, ...headers];
  await sendMail(port, { from: customer, to }, [...head, '', `Text ${Math.random()}`, ''].join('\r\n'));
}

const conversations = async () =>
  (await world.rest('ana').call(listConversations, { query: { limit: 100 } })).rows.filter(
    ({ contact }) => contact.address === customer,
  );

/** The customer writes, and is answered: the conversation, and the answer as it left. */
async function answered(to = ORDERS): Promise<{ id: string; position: number; left: SunkMail }> {
  await writes(to);
  const [row] = await conversations();
  const id = row?.id ?? '';
  const { entry } = await world.rest('ana').call(sendReply, {
    params: { conversation: id },
    body: { clientId: newClientId(), body: `Answer ${count}` },
  });
  const left = await sink.mail('the answer', (mail) => mail.to.includes(customer), 15_000);
  await eventually('it is sent', async () => (await delivery(id, entry.position)).state === 'sent', 15_000);
  return { id, position: entry.position, left };
}

async function thread(id: string) {
  return await world.rest('ana').call(getConversation, { params: { conversation: id } });
}

async function delivery(id: string, position: number) {
  const entry = (await thread(id)).entries.find((one) => one.position === position);
  if (entry?.kind !== 'reply') throw new Error('no reply');
  return entry.delivery;
}

/** A report of a mail server about an answer. */
function report(
  left: SunkMail,
  fields: readonly string[],
  kind = 'delivery-status',
  original = true,
): string {
  return [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    `To: <${left.from}>`,
    'Subject: Undelivered Mail Returned to Sender',
    `Content-Type: multipart/report; report-type=${kind}; boundary=b`,
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is the mail system.',
    '--b',
    `Content-Type: message/${kind}`,
    '',
    ...fields,
    '',
    ...(original
      ? ['--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${left.parsed.messageId ?? ''}`, '']
      : []),
    '--b--',
    '',
  ].join('\r\n');
}

const failed = (address = customer) => [
  'Reporting-MTA: dns; mx.example',
  '',
  `Final-Recipient: rfc822; ${address}`,
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 No such user here',
];

const trouble = () =>
  world.rows<{ gone_code: string | null; complained_at: number | null }>(
    `SELECT gone_code, complained_at FROM address_troubles WHERE address = ?`,
    customer,
  )[0];

test('T6: a bounce comes back to an address of its own, fails the reply in the server’s words, and wakes nobody', async () => {
  const { id, position, left } = await answered();
  expect(left.from).toMatch(/^bounce\+[a-z2-7]{45}@shop\.example$/);
  const before = (await thread(id)).row;
  // By the address alone: the report holds nothing of the mail.
  await sendMail(port, { from: '', to: left.from }, report(left, failed(), 'delivery-status', false));
  expect(await delivery(id, position)).toMatchObject({
    state: 'failed',
    reason: '550 5.1.1 No such user here',
    recipients: [{ address: customer, state: 'failed', code: '5.1.1' }],
  });
  expect(trouble()).toMatchObject({ gone_code: '5.1.1' });
  const { row, entries } = await thread(id);
  expect(entries.at(-1)).toMatchObject({ kind: 'message', mail: { automatic: true } });
  expect([row.newestIncoming, row.status]).toEqual([before.newestIncoming, before.status]);
  expect(await conversations()).toHaveLength(1);
  // Whoever writes is there after all.
  await writes(ORDERS, [`In-Reply-To: ${left.parsed.messageId ?? ''}`]);
  expect(trouble()).toMatchObject({ gone_code: null });
});

test('T6: where bounces do not come in here, the id of the mail that came back says which reply it was', async () => {
  const { id, position, left } = await answered(ELSEWHERE);
  expect(left.from).toBe(ELSEWHERE);
  const delayed = failed().map((line) =>
    line.replace('failed', 'delayed').replaceAll('5.1.1', '4.2.2').replace('550', '452'),
  );
  await sendMail(port, { from: '', to: ELSEWHERE }, report(left, delayed));
  expect(await delivery(id, position)).toMatchObject({ state: 'delayed' });
  await sendMail(port, { from: '', to: ELSEWHERE }, report(left, failed()));
  expect(await delivery(id, position)).toMatchObject({ state: 'failed' });
  // Late news changes nothing.
  await sendMail(
    port,
    { from: '', to: ELSEWHERE },
    report(
      left,
      delayed.map((line) => line.replace('delayed', 'delivered')),
    ),
  );
  expect(await delivery(id, position)).toMatchObject({ state: 'failed' });
});

test('T6: a forged bounce, one about nothing of ours, and a person who writes to a bounce address fail nothing', async () => {
  const { id, position, left } = await answered();
  const other = {
    ...left,
    from: ORDERS,
    parsed: { ...left.parsed, messageId: '<m.ent_x.AAAAAAAAAAAAAAAAAAAAAA@shop.example>' },
  };
  await expect(
    sendMail(port, { from: '', to: `bounce+${'a'.repeat(45)}@shop.example` }, report(other, failed())),
  ).rejects.toThrow();
  await sendMail(port, { from: '', to: ORDERS }, report(other, failed()));
  await sendMail(
    port,
    { from: customer, to: left.from },
    `From: ${customer}\r\nTo: ${left.from}\r\nSubject: 550 5.1.1\r\n\r\n<${customer}>: 550 5.1.1 No such user`,
  );
  expect(await delivery(id, position)).toMatchObject({ state: 'sent' });
  expect(trouble()?.gone_code ?? null).toBeNull();
});

test('T6: a complaint is kept with the address, and the reply stays sent', async () => {
  const { id, position, left } = await answered();
  const fields = [
    'Feedback-Type: abuse',
    'User-Agent: FBL/1.0',
    'Version: 1',
    `Original-Rcpt-To: ${customer}`,
  ];
  await sendMail(port, { from: 'fbl@mx.example', to: ORDERS }, report(left, fields, 'feedback-report'));
  expect(trouble()?.complained_at).toBeGreaterThan(0);
  expect(await delivery(id, position)).toMatchObject({ state: 'sent' });
  expect((await thread(id)).entries.at(-1)).toMatchObject({ mail: { automatic: true } });
});

test('M9: too many mails of one sender in a few minutes stop what would answer them, and say so in the thread once', async () => {
  for (let at = 0; at < 7; at += 1) await writes(ORDERS);
  const flags = await Promise.all(
    (await conversations()).map(async ({ id }) =>
      (await thread(id)).entries.filter(
        (entry) => entry.kind === 'message' && entry.mail?.answersStopped === true,
      ),
    ),
  );
  expect(flags.flat()).toHaveLength(1);
  const figures = await (await fetch(`${world.server().url}/metrics`)).text();
  expect(figures).toMatch(/latchbox_automation_stopped_total\{reason="many"\} [1-9]/);
});
