import { DatabaseSync } from 'node:sqlite';
import { setSnooze, setStatus } from '@latchbox/shared/http/conversations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asReceived, sendMail, smtpClient, SmtpRefusal } from '../tools/smtp-client.ts';
import { mailOf, type MailWorld, startMailWorld } from './mail-stage.ts';

let mail: MailWorld;

beforeAll(async () => {
  mail = await startMailWorld();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

const bodies = async (subject: string) => (await mail.thread(subject)).messages.map(({ body }) => body);

async function refusalOf(work: Promise<unknown>): Promise<{ code: number; at: string }> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof SmtpRefusal)) throw new Error(`was not refused: ${String(error)}`);
  return { code: error.code, at: error.at };
}

test('T5: a mail comes in as a message with its sender, subject and text, and its original is kept', async () => {
  await mail.send({ subject: 'A torn page', body: 'Page 12 came torn.\r\n.\r\n..two dots\r\n-- \r\nCora' });
  const { row, messages } = await mail.thread('A torn page');
  expect(row).toMatchObject({
    channel: 'email',
    status: 'open',
    contact: { name: 'Cora Quist', address: 'cora@quist.example' },
    preview: { text: 'Page 12 came torn. . ..two dots' },
    newestIncoming: 1,
  });
  expect(messages).toMatchObject([
    {
      body: 'Page 12 came torn.\n.\n..two dots\n-- \nCora',
      folds: [{ what: 'signature' }],
      mail: {
        from: { name: 'Cora Quist', address: 'cora@quist.example' },
        to: [{ name: '', address: 'orders@shop.example' }],
        subject: 'A torn page',
      },
    },
  ]);
  expect((await mail.rawOf(row.id, 1)).toString()).toContain('torn.\r\n.\r\n..two dots\r\n-- \r\nCora\r\n');
});

test('T1: an answer to a known mail goes on in its conversation, by In-Reply-To, by References, and by a mail that never came', async () => {
  await mail.send({ subject: 'Linen', id: 'linen-1@quist.example' });
  await mail.send({
    subject: 'something else now',
    id: 'linen-2@quist.example',
    headers: { 'In-Reply-To': '<linen-1@quist.example>' },
    body: 'by In-Reply-To',
  });
  await mail.send({
    subject: 'Re: Linen',
    headers: {
      References: '<linen-lost@quist.example> <linen-2@quist.example> <nobody-knows@quist.example>',
    },
    body: 'by References',
  });
  await mail.send({
    subject: 'Re: Linen',
    headers: { 'In-Reply-To': 'linen-lost@quist.example' },
    body: 'by an id that another mail named',
  });
  expect((await bodies('Linen')).slice(1)).toEqual([
    'by In-Reply-To',
    'by References',
    'by an id that another mail named',
  ]);
});

test('T1: our signed ids find the conversation for anybody who has one, as a new participant; guessed ids and numbers find nothing', async () => {
  await mail.send({ subject: 'Board', id: 'board-1@quist.example' });
  const { row } = await mail.thread('Board');
  const eve = { from: 'Eve <eve@other.example>' };
  await mail.send({ ...eve, subject: 'Re: Board', headers: { 'In-Reply-To': '<board-1@quist.example>' } });
  await mail.send({
    ...eve,
    subject: `[#${row.number}] Board`,
    headers: { References: `<c.${row.id}.AAAAAAAAAAAAAAAAAAAAAA@shop.example>` },
  });
  expect(await bodies('Board')).toHaveLength(1);
  const ours = mail.ourId('conversation', row.id);
  await mail.send({ ...eve, subject: 'Re: Board', headers: { References: `<${ours}> <x@y.example>` } });
  await mail.send({ subject: 'Re: Board', headers: { 'In-Reply-To': `<${ours}>` } });
  const { messages } = await mail.thread('Board');
  expect(messages.map(({ author, mail: facts }) => [author.address, facts?.newParticipant])).toEqual([
    ['cora@quist.example', undefined],
    ['eve@other.example', true],
    ['cora@quist.example', undefined],
  ]);
  expect(await mail.found('Re: Board')).toHaveLength(1);
});

test('T1: the subject alone goes on only for an answer of the same person, in the same inbox, and not for a word like "Hello"', async () => {
  await mail.send({ subject: 'The gilded edge', body: 'first' });
  await mail.send({ subject: 'RE: AW: the  gilded edge', body: 'an answer' });
  await mail.send({ subject: 'The gilded edge', from: 'Eve <eve@other.example>', body: 'another person' });
  await mail.send({ subject: 'Re: The gilded edge', body: 'another inbox' }, { to: 'front@shop.example' });
  await mail.send({ subject: 'Hello', body: 'first' });
  await mail.send({ subject: 'Re: Hello', body: 'another one' });
  const rows = await mail.found('The gilded edge');
  expect(
    Object.fromEntries(rows.map(({ contact, newestPosition }) => [contact.address, newestPosition])),
  ).toEqual({
    'cora@quist.example': 2,
    'eve@other.example': 1,
  });
  expect(rows).toHaveLength(2);
  expect(await mail.found('Re: The gilded edge')).toHaveLength(1);
  expect(await mail.found('Re: Hello')).toHaveLength(1);
});

test('T1: a customer’s mail reopens what was archived or snoozed and is unread; a machine’s does neither', async () => {
  const rest = mail.world.rest('ana');
  for (const state of ['archived', 'snoozed'] as const) {
    const subject = `Glue, ${state}`;
    await mail.send({ subject, id: `glue-${state}@quist.example` });
    const { row } = await mail.thread(subject);
    const params = { conversation: row.id };
    if (state === 'archived') await rest.call(setStatus, { params, body: { status: 'archived' } });
    else await rest.call(setSnooze, { params, body: { until: Date.now() + 3_600_000 } });
    const before = (await mail.thread(subject)).row;
    const answer = { headers: { 'In-Reply-To': `<glue-${state}@quist.example>` } };
    for (const [name, value] of [
      ['Auto-Submitted', 'auto-replied'],
      ['Precedence', 'bulk'],
      ['X-Autoreply', 'yes'],
    ] as const) {
      await mail.send({ subject: `Re: ${subject}`, headers: { ...answer.headers, [name]: value } });
    }
    await mail.send({ subject: `Re: ${subject}`, ...answer }, { from: '' });
    const quiet = await mail.thread(subject);
    expect(quiet.row).toMatchObject({ status: state, newestIncoming: before.newestIncoming });
    expect(quiet.messages.slice(1).map(({ mail: facts }) => facts?.automatic)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await mail.send({ subject: `Re: ${subject}`, ...answer, body: 'Are you there?' });
    const { row: after, messages } = await mail.thread(subject);
    expect(after).toMatchObject({ status: 'open', newestIncoming: after.newestPosition });
    expect(after.snoozedUntil).toBeUndefined();
    expect(messages.at(-1)?.mail?.automatic).toBeUndefined();
  }
});

test('T5: the same mail again is stored once; another text under the same id is another mail', async () => {
  const text = mailOf({ subject: 'Twice', id: 'twice@quist.example', body: 'one' });
  await sendMail(mail.port, { to: 'orders@shop.example' }, text);
  await sendMail(mail.port, { to: 'orders@shop.example' }, `Received: by another way\r\n${text}`);
  expect(await bodies('Twice')).toEqual(['one']);
  await sendMail(mail.port, { to: 'hello@shop.example' }, text.replace('one', 'two'));
  const all = await mail.found('Twice');
  expect(all.map(({ newestPosition }) => newestPosition)).toEqual([1, 1]);
});

test('T5: several recipients get a copy in each of their inboxes, and one that is not known is refused for itself', async () => {
  await using client = await smtpClient(mail.port);
  expect((await client.command('MAIL FROM:<cora@quist.example>')).slice(0, 3)).toBe('250');
  for (const [address, code] of [
    ['orders@shop.example', '250'],
    ['hello@shop.example', '250'],
    ['Front+spring@Shop.example', '250'],
    ['nobody@shop.example', '550'],
    ['orders@elsewhere.example', '550'],
  ]) {
    expect((await client.command(`RCPT TO:<${address}>`)).slice(0, 3), address).toBe(code);
  }
  expect((await client.command('DATA')).slice(0, 3)).toBe('354');
  client.socket.write(mailOf({ subject: 'To all of you' }));
  expect((await client.command('.')).slice(0, 3)).toBe('250');
  const rows = await mail.found('To all of you');
  expect(rows.map(({ inboxId }) => inboxId).toSorted()).toEqual(
    ['orders', 'front'].map((name) => mail.world.stream(name).slice('inbox:'.length)).toSorted(),
  );
});

test('T5: while the store is down a sender is told to come again, and then the mail is there once', async () => {
  const text = mailOf({ subject: 'While you were away' });
  const holder = new DatabaseSync(mail.world.database);
  holder.exec('BEGIN IMMEDIATE');
  const refused = await refusalOf(sendMail(mail.port, { to: 'orders@shop.example' }, text));
  holder.exec('ROLLBACK');
  holder.close();
  expect(refused).toEqual({ code: 451, at: 'data' });
  expect(await mail.found('While you were away')).toEqual([]);
  await sendMail(mail.port, { to: 'orders@shop.example' }, text);
  expect(await mail.found('While you were away')).toHaveLength(1);
});

test('T5: more than 30 MiB are refused, announced or not, and nothing is stored', async () => {
  await using client = await smtpClient(mail.port);
  expect(await client.command('EHLO test.example')).toContain('SIZE 31457280');
  expect((await client.command('MAIL FROM:<a@b.example> SIZE=31457281')).slice(0, 3)).toBe('552');
  await client.command('RSET');
  const large = Buffer.concat([
    Buffer.from(mailOf({ subject: 'Too large' })),
    Buffer.alloc(31 * 1_024 * 1_024, 'x\r\n'),
  ]);
  expect(await refusalOf(client.send({ to: 'orders@shop.example' }, large))).toEqual({
    code: 552,
    at: 'data',
  });
  expect(await mail.found('Too large')).toEqual([]);
  await client.send({ to: 'orders@shop.example' }, Buffer.from(mailOf({ subject: 'Small again' })));
  expect(await mail.found('Small again')).toHaveLength(1);
});

test('T5: a mail that cannot be read is kept, shown with what is wrong with it, and can be saved', async () => {
  const nested = Array.from(
    { length: 150 },
    (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
  );
  const raw = `From: cora@quist.example\r\nSubject: Boxes in boxes\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n${nested.join('')}`;
  await sendMail(mail.port, { to: 'orders@shop.example' }, raw);
  const { row, messages } = await mail.thread('Boxes in boxes');
  expect(messages[0]?.mail?.problem).toMatch(/could not be read/);
  expect(row.contact.address).toBe('cora@quist.example');
  expect(await mail.rawOf(row.id, 1)).toEqual(asReceived(Buffer.from(raw)));

  const noise = Buffer.from(
    Array.from({ length: 4_000 }, (_, at) => (at * 7919) % 256 || 1).filter((byte) => byte !== 46),
  );
  await sendMail(mail.port, { from: 'noise@quist.example', to: 'orders@shop.example' }, noise);
  const [kept] = mail.world.rows<{ raw: Uint8Array; problem: string }>(
    `SELECT raw, problem FROM mails WHERE sender = 'noise@quist.example'`,
  );
  expect(kept?.problem).toMatch(/sender/);
  expect(Buffer.from(kept?.raw ?? [])).toEqual(asReceived(noise));
});

test('T5: a long text is cut and says so; the original has all of it', async () => {
  const body = 'Größe ☃ '.repeat(12_000);
  await mail.send({
    subject: 'A whole book',
    body,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  });
  const { row, messages } = await mail.thread('A whole book');
  expect(messages[0]?.mail?.cut).toBe(true);
  const text = messages[0]?.body ?? '';
  expect(body.startsWith(text)).toBe(true);
  expect(Buffer.byteLength(text)).toBeGreaterThan(60_000);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60 * 1_024);
  expect((await mail.rawOf(row.id, 1)).toString()).toContain(body);
});

test('T5: our own reply that comes back through a list is no message of a customer', async () => {
  await mail.send({ subject: 'Thread', id: 'thread-1@quist.example' });
  const { row, messages } = await mail.thread('Thread');
  const id = mail.ourId('entry', messages[0]?.id ?? '');
  const back = { subject: 'Re: Thread', id, headers: { References: '<thread-1@quist.example>' } };
  await mail.send({ ...back, from: 'Ana (Orders) <orders@shop.example>' }, { to: 'front@shop.example' });
  expect((await mail.thread('Thread')).row.newestPosition).toBe(row.newestPosition);
  expect(await mail.found('Re: Thread')).toEqual([]);
  // Whoever got it knows its id: under it they still cannot write unseen.
  await mail.send({ ...back, body: 'Seen?' });
  expect((await bodies('Thread')).at(-1)).toBe('Seen?');
});

test('T5: who is answered: Reply-To of a person, never of a machine or one of ours; a form on our own site names its customer', async () => {
  const cases: [string, Record<string, string>, string][] = [
    ['Reply-To', { 'Reply-To': 'Cora <cora@home.example>' }, 'cora@home.example'],
    ['two of them', { 'Reply-To': 'a@home.example, b@home.example' }, 'cora@quist.example'],
    ['empty', { 'Reply-To': '<>' }, 'cora@quist.example'],
    ['ours', { 'Reply-To': 'orders@shop.example' }, 'cora@quist.example'],
    ['a machine', { 'Reply-To': 'x@home.example', 'Auto-Submitted': 'auto-generated' }, 'cora@quist.example'],
    [
      'a group',
      { 'X-Original-Sender': 'writer@home.example', 'List-Id': '<team.groups.example>' },
      'writer@home.example',
    ],
    [
      'a form',
      { From: 'Shop <orders@shop.example>', 'Reply-To': 'Cora <cora@form.example>' },
      'cora@form.example',
    ],
  ];
  for (const [what, headers, address] of cases) {
    await mail.send({ subject: `Answer to: ${what}`, headers });
    const { row } = await mail.thread(`Answer to: ${what}`);
    expect(row.contact.address, what).toBe(address);
  }
});

test('T5: the server that stops lets a mail under way finish, and is there again for the next', async () => {
  const server = mail.world.server();
  await using idle = await smtpClient(mail.port);
  expect(await server.sigterm()).toEqual({ code: 0, signal: null });
  expect(idle.socket.readableEnded || idle.socket.destroyed).toBe(true);
  await server.restart();
  await mail.send({ subject: 'After the break' });
  expect(await mail.found('After the break')).toHaveLength(1);
});
