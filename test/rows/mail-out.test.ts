/** Replies that leave as mails, and files, on a started server with a mail server beside it. */
import { randomBytes } from 'node:crypto';
import type { Attachment, Entry, ReplyEntry } from '@latchbox/shared';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { linkAttachment } from '@latchbox/shared/http/files';
import { putAddress, removeAddress } from '@latchbox/shared/http/inbox-addresses';
import { getMail, listMails } from '@latchbox/shared/http/mails';
import { addNote, sendReply } from '@latchbox/shared/http/replies';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { startWorld, type World } from '../tools/world.ts';

const ORDERS = 'orders@fernhill.example';

let sink: SmtpSink;
let world: World;
let smtpPort = 0;
let count = 0;
/** Of this test: what keeps its mails apart from the others'. */
let customer = '';

beforeAll(async () => {
  sink = await startSmtpSink();
  smtpPort = await freePort();
  world = await startWorld({
    seed: {
      inboxes: { orders: { addresses: [ORDERS], conversations: 1 }, board: { conversations: 1 } },
      agents: {
        ana: { inboxes: ['orders'] },
        ben: { inboxes: ['orders'] },
        mo: { role: 'admin', inboxes: [] },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(smtpPort) },
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
beforeEach(() => {
  customer = `cora-${++count}@quist.example`;
});

const subject = () => `A torn page ${count}`;

/** The customer writes; answers the conversation's id. */
async function writes(headers: string[] = [], text = 'Page 12 came torn.'): Promise<string> {
  const lines = [
    `From: "Cora Quist" <${customer}>`,
    `To: ${ORDERS}`,
    `Subject: ${headers.length === 0 ? '' : 'Re: '}${subject()}`,
    `Message-ID: <${randomBytes(6).toString('hex')}@quist.example>`,
    ...headers,
    '',
    text,
  ];
  await sendMail(smtpPort, { from: customer, to: ORDERS }, lines.join('\r\n'));
  return await conversationOf(customer);
}

async function conversationOf(address: string): Promise<string> {
  const { rows } = await world.rest('ana').call(listConversations, { query: { limit: 100 } });
  const found = rows.filter(({ contact }) => contact.address === address);
  expect(found).toHaveLength(1);
  return found[0]?.id ?? '';
}

async function upload(name: string, bytes: Uint8Array, type = 'application/pdf', who = 'ana') {
  const query = new URLSearchParams({ name, type }).toString();
  const response = await fetch(`${world.server().url}/api/attachments?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.agent(who).token}`,
      'content-type': 'application/octet-stream',
    },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Attachment;
}

async function replies(conversation: string, body: string, attachments: readonly string[] = []) {
  const { entry } = await world.rest('ana').call(sendReply, {
    params: { conversation },
    body: { clientId: newClientId(), body, attachments: [...attachments] },
  });
  return entry as ReplyEntry;
}

const thread = async (conversation: string): Promise<readonly Entry[]> =>
  (await world.rest('ana').call(getConversation, { params: { conversation } })).entries;

const mine = (mail: SunkMail) => mail.to.includes(customer);
const arrived = (body: string) =>
  sink.mail(`"${body}" arrives`, (mail) => mine(mail) && mail.parsed.text?.includes(body) === true, 15_000);

async function delivered(conversation: string, { position }: Entry, state: string) {
  return await eventually(
    `the delivery is ${state}`,
    async () => {
      const entry = (await thread(conversation)).find((one) => one.position === position);
      return entry?.kind === 'reply' && entry.delivery.state === state && entry.delivery;
    },
    20_000,
  );
}

/** The mail of a reply, as the page "mail that left" has it. */
async function left(conversation: string, position: number) {
  const { mails } = await world.rest('ana').call(listMails);
  const found = mails.find((mail) => mail.conversationId === conversation && mail.position === position);
  return await world.rest('ana').call(getMail, { params: { mail: found?.id ?? '' } });
}

test('T5: a reply leaves as a mail with its files, and the answer to it comes back into its conversation', async () => {
  await using ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('orders'));
  const conversation = await writes();
  const pdf = randomBytes(300_000);
  const files = [
    await upload('Rechnung März "12".pdf', pdf),
    await upload('note.txt', Buffer.from('x'), 'text/plain'),
  ];
  await using ana = await world.connect('ana');
  const { fence } = await ana.acquire(conversation);
  const { entry } = await ana.wire.call('reply.send', {
    conversationId: conversation,
    clientId: newClientId(),
    fence,
    lastSeen: 1,
    body: 'A new page 12 is in the post.\n\nGrüße from Fernhill, https://fernhill.example/12',
    attachments: files.map(({ id }) => id),
    then: 'archive',
  });
  expect(entry).toMatchObject({
    attachments: files,
    mail: {
      from: { name: 'ana (orders)', address: ORDERS },
      to: [{ name: 'Cora Quist', address: customer }],
      subject: `Re: ${subject()}`,
    },
  });

  const mail = await arrived('in the post');
  expect(mail.from).toBe(ORDERS);
  expect(mail.to).toEqual([customer]);
  const [first] = sink.mails.length === 0 ? [] : await thread(conversation);
  const { parsed } = mail;
  expect(parsed.from?.value).toEqual([{ name: 'ana (orders)', address: ORDERS }]);
  expect(parsed.subject).toBe(`Re: ${subject()}`);
  expect(parsed.messageId).toMatch(/^<m\.ent_[\w-]{22}\.[\w-]{22}@fernhill\.example>$/);
  const references = [parsed.references ?? []].flat();
  expect(references).toHaveLength(2);
  expect(references[0]).toMatch(/^<c\.cnv_[\w-]{22}\.[\w-]{22}@fernhill\.example>$/);
  expect(references[1]).toBe(parsed.inReplyTo);
  expect(parsed.inReplyTo).toMatch(/@quist\.example>$/);
  expect(first?.kind).toBe('message');
  expect(parsed.text).toContain('Grüße from Fernhill');
  expect(parsed.html).toContain('<a href="https://fernhill.example/12">');
  expect(parsed.headers.has('auto-submitted')).toBe(false);
  expect(
    parsed.attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
  ).toEqual([
    { filename: 'Rechnung März "12".pdf', contentType: 'application/pdf', size: pdf.length },
    { filename: 'note.txt', contentType: 'text/plain', size: 1 },
  ]);
  expect(parsed.attachments[0]?.content.equals(pdf)).toBe(true);
  await delivered(conversation, entry, 'sent');

  // As some programs answer: only In-Reply-To, and the whole of our text below.
  const quoted = (parsed.text ?? '').split('\n').map((line) => `> ${line}`);
  const answer = [
    'Thank you!',
    '',
    `On Sun, Nov 22, 2026 at 9:30 AM ana (orders) <${ORDERS}> wrote:`,
    '',
    ...quoted,
  ];
  const same = await writes([`In-Reply-To: ${parsed.messageId}`], answer.join('\r\n'));
  expect(same).toBe(conversation);
  const entries = await thread(conversation);
  expect(entries.at(-1)).toMatchObject({ kind: 'message', folds: [{ what: 'quote' }] });
  const { row } = await world.rest('ana').call(getConversation, { params: { conversation } });
  expect(row).toMatchObject({ status: 'open', newestIncoming: entries.at(-1)?.position });

  // A second reply goes on with the thread.
  await replies(conversation, 'You are welcome.');
  const next = await arrived('You are welcome.');
  expect([next.parsed.references ?? []].flat()).toEqual([
    references[0],
    references[1],
    parsed.messageId,
    next.parsed.inReplyTo,
  ]);
  expect(next.parsed.inReplyTo).not.toBe(references[1]);
});

test('T6: a mail that is to come later is tried again and arrives once, under the same id', async () => {
  const conversation = await writes();
  sink.next(
    { at: 'recipient', says: '450 4.2.0 Greylisted, come again' },
    { at: 'data', says: '451 4.3.0 Later' },
  );
  const reply = await replies(conversation, 'Sooner or later.');
  await arrived('Sooner or later.');
  await delivered(conversation, reply, 'sent');
  expect(sink.mails.filter(mine)).toHaveLength(1);
  expect(await left(conversation, reply.position)).toMatchObject({
    delivery: { state: 'sent' },
    attempts: [
      { outcome: 'unreachable', error: '450 4.2.0 Greylisted, come again' },
      { outcome: 'unreachable', error: '451 4.3.0 Later' },
      { outcome: 'accepted', error: null },
    ],
  });
});

test('T6: a mail that is refused fails with the reason that the mail server gave, and holds up nothing', async () => {
  await using ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('orders'));
  const conversation = await writes();
  sink.next({ at: 'recipient', says: '550 5.1.1 There is no Cora here' });
  const reply = await replies(conversation, 'To nobody.');
  const failed = await delivered(conversation, reply, 'failed');
  expect(failed).toMatchObject({ reason: '550 5.1.1 There is no Cora here' });
  await eventually('everybody is told', () =>
    ben.wire.deliveries.some(({ events }) =>
      events.some(
        ({ event }) =>
          event.data.type === 'reply.delivery' &&
          event.data.conversationId === conversation &&
          event.data.delivery.state === 'failed',
      ),
    ),
  );
  await replies(conversation, 'To somebody.');
  await arrived('To somebody.');
  expect(sink.mails.filter(mine)).toHaveLength(1);
});

test('T6: a connection that is lost after the last byte: sent again under the same id, and marked', async () => {
  const conversation = await writes();
  sink.next('vanish');
  const reply = await replies(conversation, 'Twice, maybe.', [(await upload('a.pdf', randomBytes(9))).id]);
  await delivered(conversation, reply, 'sent');
  const [one, two, ...more] = sink.mails.filter(mine);
  expect(more).toEqual([]);
  expect(one?.parsed.messageId).toBe(two?.parsed.messageId);
  expect(one?.raw.equals(two?.raw ?? Buffer.from(''))).toBe(true);
  const { attempts } = await left(conversation, reply.position);
  expect(attempts).toMatchObject([{ outcome: null }, { outcome: 'accepted' }]);
});

test('T6: a server that dies while its mail is under way sends the same mail again', async () => {
  const conversation = await writes();
  sink.next('silent');
  const reply = await replies(conversation, 'Through a crash.');
  const first = await arrived('Through a crash.');
  await world.server().kill9();
  await world.server().restart();
  // Until its claim runs out nobody else may send it.
  await world.server().moveClock(61_000);
  await delivered(conversation, reply, 'sent');
  const [one, two, ...more] = sink.mails.filter(mine);
  expect(more).toEqual([]);
  expect(one).toBe(first);
  expect(two?.raw.equals(first.raw)).toBe(true);
  expect((await left(conversation, reply.position)).attempts).toMatchObject([
    { outcome: null, endedAt: null },
    { outcome: 'accepted' },
  ]);
});

test('T5: files are their uploader’s until a reply or note takes them, once, and limited together', async () => {
  const conversation = await writes();
  const rest = world.rest('ana');
  const note = (attachments: string[]) =>
    rest.call(addNote, {
      params: { conversation },
      body: { clientId: newClientId(), body: 'x', attachments },
    });
  const foreign = await upload('b.pdf', randomBytes(9), 'application/pdf', 'ben');
  await refusal('not_found', replies(conversation, 'Not mine', [foreign.id]));
  await refusal('not_found', note([foreign.id]));
  const file = await upload('a.pdf', randomBytes(9));
  await replies(conversation, 'Mine', [file.id]);
  await refusal('not_found', replies(conversation, 'Again', [file.id]));
  await refusal('not_found', note([file.id]));
  const halves = [await upload('c', Buffer.alloc(14e6)), await upload('d', Buffer.alloc(14e6))];
  const ids = halves.map(({ id }) => id);
  await refusal('too_large', replies(conversation, 'Too much', ids));
  expect((await thread(conversation)).map(({ kind }) => kind)).toEqual(['message', 'reply']);
  // One of them is fine, and leaves without being held in memory.
  await replies(conversation, 'Half of it', ids.slice(0, 1));
  const mail = await arrived('Half of it');
  expect(mail.parsed.attachments[0]?.size).toBe(14e6);
});

test('T5: a link serves a file for some minutes, to be saved; it cannot be forged, and nothing is served as a page', async () => {
  const conversation = await writes();
  const page = await upload('page.html', Buffer.from('<script>alert(1)</script>'), 'text/html');
  const params = { attachment: page.id };
  // Nobody but the uploader before it is used, every member of the inbox after it.
  await refusal('not_found', world.rest('ben').call(linkAttachment, { params }));
  await replies(conversation, 'A page', [page.id]);
  await refusal('not_found', world.rest('mo').call(linkAttachment, { params }));
  const { url } = await world.rest('ben').call(linkAttachment, { params });
  const get = async (path: string) => await fetch(`${world.server().url}${path}`);
  const served = await get(url);
  expect(await served.text()).toBe('<script>alert(1)</script>');
  expect(served.headers.get('content-type')).toBe('application/octet-stream');
  expect(served.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(served.headers.get('content-security-policy')).toContain('sandbox');
  const forged = url.replace(/\/(\d+)\//, (_all, until: string) => `/${Number(until) + 60_000}/`);
  expect((await get(forged)).status).toBe(404);
  await world.server().moveClock(6 * 60_000);
  expect((await get(url)).status).toBe(404);
});

test('H1: an inbox answers from its own addresses; without one, mail is told apart from what cannot leave', async () => {
  const admin = world.rest('mo');
  const inbox = world.seeded.inboxes['board']?.inboxId ?? '';
  const address = 'board@fernhill.example';
  await refusal('not_found', world.rest('ana').call(putAddress, { params: { inbox, address }, body: {} }));
  const orders = world.seeded.inboxes['orders']?.inboxId ?? '';
  await refusal(
    'forbidden',
    world.rest('ana').call(putAddress, { params: { inbox: orders, address }, body: {} }),
  );
  await refusal('refused', admin.call(putAddress, { params: { inbox, address: ORDERS }, body: {} }));
  const second = 'help@fernhill.example';
  const params = { inbox: orders, address: second.toUpperCase() };
  expect(await admin.call(putAddress, { params, body: { name: 'Fernhill help' } })).toEqual({
    address: second,
    name: 'Fernhill help',
  });
  const raw = [`From: ${customer}`, `To: ${second}`, `Subject: ${subject()}`, '', 'Help.'].join('\r\n');
  await sendMail(smtpPort, { from: customer, to: second }, raw);
  const conversation = await conversationOf(customer);
  const reply = await replies(conversation, 'From the help desk.');
  expect(reply.mail?.from).toEqual({ name: 'ana (Fernhill help)', address: second });
  expect((await arrived('From the help desk.')).from).toBe(second);
  await admin.call(removeAddress, { params });
  expect((await replies(conversation, 'From the oldest.')).mail?.from.address).toBe(ORDERS);
  await admin.call(removeAddress, { params: { inbox: orders, address: ORDERS } });
  await refusal('not_connected', replies(conversation, 'From nowhere.'));
  await admin.call(putAddress, { params: { inbox: orders, address: ORDERS }, body: {} });
});

test('M7: the mail that left is there for the members of its inbox, byte for byte', async () => {
  const conversation = await writes();
  const reply = await replies(conversation, 'For the record.', [
    (await upload('big.bin', randomBytes(400_000))).id,
  ]);
  const mail = await arrived('For the record.');
  await delivered(conversation, reply, 'sent');
  const one = await left(conversation, reply.position);
  expect(one).toMatchObject({
    author: 'ana',
    sender: ORDERS,
    recipients: [customer],
    subject: `Re: ${subject()}`,
    size: mail.raw.length,
    text: 'For the record.',
    attachments: [{ name: 'big.bin', size: 400_000 }],
    delivery: { state: 'sent' },
  });
  expect(one.headers).toContainEqual({ name: 'Message-ID', value: mail.parsed.messageId });
  const raw = await fetch(`${world.server().url}/api/mails/${one.id}/raw`, {
    headers: { authorization: `Bearer ${world.agent('ana').token}` },
  });
  expect(raw.headers.get('content-type')).toBe('message/rfc822');
  expect(Buffer.from(await raw.arrayBuffer()).equals(mail.raw)).toBe(true);

  await refusal('not_found', world.rest('mo').call(getMail, { params: { mail: one.id } }));
  expect(await world.rest('mo').call(listMails)).toEqual({ mails: [], next: null, leaves: true });
  // In pages of two, everything once and the newest first.
  const seen: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const query = { limit: 2, ...(after === undefined ? {} : { after }) };
    const page = await world.rest('ben').call(listMails, { query });
    seen.push(...page.mails.map(({ id }) => id));
    after = page.next;
  }
  const all = (await world.rest('ben').call(listMails, { query: { limit: 100 } })).mails;
  expect(seen).toEqual(all.map(({ id }) => id));
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => b - a));
});
