/** A1: a mailbox that wants its answers at another one, on a started server with a mail server beside it. */
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { sendReply } from '@latchbox/shared/http/replies';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal, toldOf } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { opened, people, shows } from './stage.ts';

/** Answers for A are wanted at B; both are the same person's. C is somebody else's. */
const [A, B, C] = ['a@shop.example', 'b@shop.example', 'c@shop.example'];

let sink: SmtpSink;
let world: World;
let port = 0;
let count = 0;
let customer = '';
let subject = '';

beforeAll(async () => {
  sink = await startSmtpSink();
  port = await freePort();
  world = await startWorld({
    seed: {
      inboxes: {
        first: { times: SHORT, addresses: [A] },
        second: { times: SHORT, addresses: [B] },
        third: { times: SHORT, addresses: [C] },
      },
      // Ana is in both, Ben in the first alone, Cleo in the second alone.
      agents: {
        ana: { inboxes: ['first', 'second'] },
        ben: { inboxes: ['first'] },
        cleo: { inboxes: ['second'] },
        dora: { inboxes: ['third'] },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(port) },
  });
  connect('mbx_b', B, 'second', null);
  connect('mbx_a', A, 'first', 'mbx_b');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
beforeEach(() => {
  count += 1;
  customer = `rosa-${count}@quist.example`;
  subject = `A cracked vase ${count}`;
});

function write(sql: string, ...values: (string | null)[]): void {
  const file = new DatabaseSync(world.database);
  try {
    file.exec('PRAGMA busy_timeout = 5000');
    file.prepare(sql).run(...values);
  } finally {
    file.close();
  }
}

/** A mailbox that receives by nobody, since another server seems to: here its mail comes by SMTP, and leaves by the relay. */
function connect(id: string, address: string, inbox: string, master: string | null): void {
  const { id: ana } = world.agent('ana');
  write(
    `INSERT INTO mailboxes (id, inbox_id, owner_id, address, name, incoming, secrets, version, state, state_at, master_id,
       rate_per_minute, claim_no, claimed_by, claim_deadline, created_by, created_at)
     VALUES (?, ?, ?, ?, '', '{}', '', 1, 'connected', 0, ?, 60, 1, 'srv_elsewhere', 9000000000000, ?, 0)`,
    id,
    inboxId(inbox),
    ana,
    address,
    master,
    ana,
  );
  write('UPDATE inbox_addresses SET mailbox_id = ? WHERE address = ?', id, address);
}

const inboxId = (name: string) => world.stream(name).slice('inbox:'.length);

let sent = 0;

/** The customer writes to these addresses; in answer to a mail, if one is given. */
async function writes(
  to: readonly string[],
  answers?: SunkMail,
  headers: readonly string[] = [],
): Promise<string> {
  sent += 1;
  const mail = mailTo(to, answers, headers);
  for (const address of to) await sendMail(port, { from: customer, to: address }, mail);
  return `Text ${sent}.`;
}

function mailTo(to: readonly string[], answers: SunkMail | undefined, headers: readonly string[]): string {
  const { messageId, references = [] } = answers?.parsed ?? {};
  return [
    `From: Rosa <${customer}>`,
    `To: ${to.join(', ')}`,
    `Subject: ${answers === undefined ? '' : 'Re: '}${subject}`,
    `Message-ID: <${count}.${sent}@quist.example>`,
    ...(messageId === undefined
      ? []
      : [`In-Reply-To: ${messageId}`, `References: ${[references, messageId].flat().join(' ')}`]),
    ...headers,
    '',
    `Text ${sent}.`,
    '',
  ].join('\r\n');
}

/** Where the customer's conversations are, by inbox, with what an agent reads there. */
async function found(who: string): Promise<{ inbox: string; unread: boolean; id: string }[]> {
  const { rows } = await world.rest(who).call(listConversations, { query: { limit: 100 } });
  return rows
    .filter(({ contact }) => contact.address === customer)
    .map(({ id, inboxId: inbox }) => ({ id, inbox, unread: true }));
}

async function texts(who: string, conversation: string): Promise<string[]> {
  const { entries } = await world.rest(who).call(getConversation, { params: { conversation } });
  return entries.filter(({ kind }) => kind === 'message').map((entry) => ('body' in entry ? entry.body : ''));
}

/** The customer writes to A, and Ana answers: the conversation, and the answer as it arrived. */
async function answered(): Promise<{ id: string; mail: SunkMail }> {
  await writes([A]);
  const [row] = await found('ana');
  const id = row?.id ?? '';
  return { id, mail: await replies(id) };
}

async function replies(conversation: string): Promise<SunkMail> {
  const body = `Answer ${++sent}.`;
  await world
    .rest('ana')
    .call(sendReply, { params: { conversation }, body: { clientId: newClientId(), body } });
  return await sink.mail(
    body,
    (mail) => mail.to.includes(customer) && mail.parsed.text?.includes(body) === true,
    15_000,
  );
}

const moves = (id: string) =>
  world.rows<{ stream: string; inbox: string }>(
    `SELECT stream, data ->> '$.inboxId' AS inbox FROM events
      WHERE data ->> '$.type' = 'conversation.moved' AND data ->> '$.conversationId' = ?`,
    id,
  );

test('A1: answers are asked for at the master, and one that comes there takes the conversation along, to be read by all of that inbox', async () => {
  const { id, mail } = await answered();
  expect(mail.parsed.from?.value[0]?.address).toBe(A);
  expect(mail.parsed.replyTo?.value[0]?.address).toBe(B);
  const watching = await world.connect('cleo');
  await watching.wire.subscribe(world.stream('second'));
  const text = await writes([B], mail);
  const added = await toldOf(watching, 'entry.added', id);
  expect(added).toMatchObject({ entry: { body: text }, row: { inboxId: inboxId('second') } });
  expect(await found('ana')).toMatchObject([{ id, inbox: inboxId('second') }]);
  expect(await found('cleo')).toMatchObject([{ id }]);
  expect(await found('ben')).toEqual([]);
  await refusal('not_found', world.rest('ben').call(getConversation, { params: { conversation: id } }));
  expect(moves(id)).toEqual([{ stream: world.stream('first'), inbox: inboxId('second') }]);
  // Once: what follows finds it where it is.
  await writes([B], mail);
  await writes([A], mail);
  expect(await texts('cleo', id)).toHaveLength(4);
  expect(moves(id)).toHaveLength(1);
});

test('A1: through the SDK it goes on in the same open thread for a member of both, and is gone for who is none', async () => {
  await using sdk = people(world);
  const { id, mail } = await answered();
  const [ana, ben, cleo] = [await sdk.join('ana'), await sdk.join('ben'), await sdk.join('cleo')];
  const [hers, his] = [await opened(ana, id), await opened(ben, id)];
  const list = cleo.list({ inboxIds: [inboxId('second')] });
  await list.until(({ status }) => status === 'ready');
  const text = await writes([B], mail);
  await shows('the text', hers, ({ entries }) =>
    entries.some((entry) => 'body' in entry && entry.body === text),
  );
  expect(hers.getSnapshot().row?.inboxId).toBe(inboxId('second'));
  await shows('that it is gone', his, ({ status }) => status === 'gone');
  await shows('it in the list', list, ({ rows }) => rows.some((row) => row.id === id && row.unread));
  // News of the other inbox go on in it.
  const later = await writes([B], mail);
  await shows('what came later', hers, ({ entries }) =>
    entries.some((entry) => 'body' in entry && entry.body === later),
  );
  expect(hers.getSnapshot().entries.filter(({ kind }) => kind === 'message')).toHaveLength(3);
});

test('A1: so does an answer to the mailbox itself', async () => {
  const { id, mail } = await answered();
  await writes([A], mail);
  expect(await found('cleo')).toMatchObject([{ id }]);
  expect(moves(id)).toHaveLength(1);
});

test('A1: an answer to both is one message of one conversation, whichever copy comes first', async () => {
  for (const order of [
    [A, B],
    [B, A],
  ]) {
    const { id, mail } = await answered();
    await writes(order, mail);
    expect(await found('ana')).toHaveLength(1);
    expect(await texts('cleo', id)).toHaveLength(2);
    expect(moves(id)).toHaveLength(1);
    count += 1;
    customer = `rosa-${count}@quist.example`;
  }
});

test('A1: who holds the lock and is no member there loses it; who is one keeps it', async () => {
  const { id: lost, mail } = await answered();
  const ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('first'));
  await ben.acquire(lost);
  await writes([B], mail);
  expect(await toldOf(ben, 'lock.ended', lost)).toMatchObject({ reason: 'access_lost' });
  count += 1;
  customer = `rosa-${count}@quist.example`;
  const { id: kept, mail: other } = await answered();
  const ana = await world.connect('ana');
  await ana.wire.subscribe(world.stream('second'));
  await ana.acquire(kept);
  await writes([B], other);
  const { row } = await toldOf(ana, 'entry.added', kept, (data) => data.row.inboxId === inboxId('second'));
  expect(row.lock).toMatchObject({ status: 'held', holder: { id: world.agent('ana').id } });
});

test('A1: a machine’s answer, a stranger with a guessed id and an inbox that was not asked move nothing', async () => {
  const { id, mail } = await answered();
  await writes([B], mail, ['Auto-Submitted: auto-replied']);
  expect(moves(id)).toEqual([]);
  expect(await texts('ben', id)).toHaveLength(2);
  await writes([C], mail);
  expect(moves(id)).toEqual([]);
  const known = customer;
  customer = `stranger-${count}@elsewhere.example`;
  await sendMail(
    port,
    { from: customer, to: B },
    mailTo([B], undefined, [`In-Reply-To: <${count}.1@quist.example>`, `References: <${id}@shop.example>`]),
  );
  expect(moves(id)).toEqual([]);
  expect(await found('cleo')).toHaveLength(1);
  customer = known;
});

test('A1: another master later moves nothing, and answers go where they were asked for', async () => {
  const { id, mail } = await answered();
  write(`UPDATE mailboxes SET master_id = NULL WHERE id = 'mbx_a'`);
  try {
    expect(await found('ben')).toMatchObject([{ id }]);
    await writes([B], mail);
    expect(await found('cleo')).toMatchObject([{ id }]);
    expect(moves(id)).toHaveLength(1);
  } finally {
    write(`UPDATE mailboxes SET master_id = 'mbx_b' WHERE id = 'mbx_a'`);
  }
});

test('A1: our own mail that comes to the master is no message of a customer', async () => {
  const { id, mail } = await answered();
  await sendMail(port, { from: A, to: B }, mail.raw.toString('latin1'));
  expect(await texts('ben', id)).toHaveLength(1);
  expect(moves(id)).toEqual([]);
  expect(await found('cleo')).toEqual([]);
});
