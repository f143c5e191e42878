/** Agents write first, on a started server with mail in both directions: rows M6, M7, M11 and W2. */
import { randomBytes } from 'node:crypto';
import type { Account, LatchboxClient } from '@latchbox/client';
import { checkCompose, compose, listAccounts, setDefaultInbox } from '@latchbox/shared/http/accounts';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { startWorld, type World } from '../tools/world.ts';
import { leave, lockIs, opened, people, type People, shows } from './stage.ts';

const ORDERS = 'orders@fernhill.example';
const ANAS = 'ana@fernhill.example';

let sink: SmtpSink;
let world: World;
let port = 0;
let crew: People;
let count = 0;
/** Of this test alone. */
let customer = '';

beforeAll(async () => {
  sink = await startSmtpSink();
  port = await freePort();
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { addresses: [ORDERS], conversations: 1 },
        ana: { addresses: [ANAS] },
      },
      agents: {
        ana: { inboxes: ['orders', 'ana'] },
        ben: { inboxes: ['orders'] },
        dora: { inboxes: ['ana'] },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(port) },
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
beforeEach(() => {
  crew = people(world);
  customer = `cora-${++count}@quist.example`;
});
afterEach(() => crew[Symbol.asyncDispose]());

const inboxId = (name: string) => world.seeded.inboxes[name]?.inboxId ?? '';

async function accountsOf(client: LatchboxClient): Promise<readonly Account[]> {
  const known = await shows('the accounts are known', client.accounts, (accounts) => accounts !== null);
  return known?.accounts ?? [];
}

async function statusOf(conversation: string): Promise<string> {
  const { row } = await world.rest('ana').call(getConversation, { params: { conversation } });
  return row.status;
}

test('M6: a message from a shared inbox leaves from the account that was chosen, and is kept in the inbox’s Archived', async () => {
  const ana = await crew.join('ana');
  const account = (await accountsOf(ana)).find(({ address }) => address === ORDERS);
  expect(account).toMatchObject({ channel: 'email', inboxId: inboxId('orders'), shared: true });
  const sent = ana.compose({
    account: account?.id ?? '',
    to: { address: customer, name: 'Cora Quist' },
    subject: 'Your order has left',
    body: 'It comes on Friday.',
  });
  const { conversationId, mail } = await sent.confirmed;
  const left = await sink.mail('it left', ({ to }) => to.includes(customer));
  expect(left.from).toBe(ORDERS);
  expect(left.parsed).toMatchObject({ subject: 'Your order has left' });
  expect(left.parsed.from?.text).toContain(ORDERS);
  expect(left.parsed.inReplyTo).toBeUndefined();
  expect(mail?.subject).toBe('Your order has left');
  const query = { inbox: inboxId('orders') };
  const { rows } = await world
    .rest('ben')
    .call(listConversations, { query: { ...query, status: 'archived' } });
  expect(rows.find(({ id }) => id === conversationId)).toMatchObject({
    subject: 'Your order has left',
    contact: { name: 'Cora Quist', address: customer },
  });
  const open = await world.rest('ben').call(listConversations, { query: { ...query, status: 'open' } });
  expect(open.rows.some(({ id }) => id === conversationId)).toBe(false);
});

test('M6: the customer’s answer threads into what was written first, and brings it to Inbox', async () => {
  const body = {
    clientId: newClientId(),
    account: `email:${ORDERS}`,
    to: { address: customer },
    subject: `Your order ${count}`,
    body: 'It comes on Friday.',
  };
  const { entry } = await world.rest('ana').call(compose, { body });
  expect(await world.rest('ana').call(compose, { body })).toMatchObject({ entry: { id: entry.id } });
  const left = await sink.mail('it left', ({ to }) => to.includes(customer));
  const ben = await crew.join('ben');
  const conversation = await opened(ben, entry.conversationId, 'none');
  const lines = [
    `From: Cora Quist <${customer}>`,
    `To: ${ORDERS}`,
    // Some programs make a subject of their own.
    'Subject: Friday',
    `Message-ID: <${randomBytes(6).toString('hex')}@quist.example>`,
    `In-Reply-To: ${left.parsed.messageId ?? ''}`,
    '',
    'Friday is fine.',
  ];
  await sendMail(port, { from: customer, to: ORDERS }, lines.join('\r\n'));
  const { row, entries } = await shows('it is answered', conversation, (seen) => seen.entries.length === 2);
  // Whoever was written to is nobody new.
  expect(entries[1]).toMatchObject({ kind: 'message', mail: { from: { address: customer } } });
  expect(entries[1]).not.toHaveProperty('mail.newParticipant');
  expect(row).toMatchObject({ status: 'open', newestIncoming: 2 });
  leave(conversation);
});

test('M7: who sent each message stands in the history, also of what was written first', async () => {
  const to = { address: customer };
  const message = { account: `email:${ORDERS}`, to, subject: `Two of us ${count}` };
  const clientIds = [newClientId(), newClientId()] as const;
  const first = await world
    .rest('ana')
    .call(compose, { body: { ...message, clientId: clientIds[0], body: 'One.' } });
  await world.rest('ben').call(compose, { body: { ...message, clientId: clientIds[1], body: 'Two.' } });
  const { entries } = await world
    .rest('ana')
    .call(getConversation, { params: { conversation: first.entry.conversationId } });
  expect(entries.map((entry) => [entry.author?.name, 'body' in entry ? entry.body : ''])).toEqual([
    [world.agent('ana').name, 'One.'],
    [world.agent('ben').name, 'Two.'],
  ]);
});

test('M11: writing to a contact whose conversation a colleague holds is refused by name on that account, and only warned of on another', async () => {
  const [ana, ben] = [await crew.join('ana'), await crew.join('ben')];
  const message = { account: `email:${ORDERS}`, to: { address: customer }, subject: `Held ${count}` };
  const { conversationId } = await ana.compose({ ...message, body: 'Hello.' }).confirmed;
  const his = await opened(ben, conversationId);
  await his.lock.acquire();

  const check = await ana.checkCompose(message);
  expect(check.continues).toMatchObject({
    id: conversationId,
    lock: { holder: { id: world.agent('ben').id } },
  });
  const held = await refusal('lock_held', ana.compose({ ...message, body: 'Again.' }).confirmed);
  expect(held.details.holder?.id).toBe(world.agent('ben').id);

  const own = { ...message, account: `email:${ANAS}` };
  const warned = await ana.checkCompose(own);
  expect(warned.continues).toBeNull();
  expect(warned.held).toMatchObject([
    { id: conversationId, lock: { holder: { id: world.agent('ben').id } } },
  ]);
  const { entry } = await world
    .rest('ana')
    .call(compose, { body: { ...own, clientId: newClientId(), body: 'From my own address.' } });
  const left = await sink.mail('it left', ({ from, to }) => from === ANAS && to.includes(customer));
  expect(left.parsed.text?.trim()).toBe('From my own address.');
  expect(await statusOf(entry.conversationId)).toBe('archived');

  leave(his);
  await lockIs(his, 'free');
  const again = await ana.compose({ ...message, body: 'Again.' }).confirmed;
  expect(again).toMatchObject({ conversationId, position: 2 });
});

test('M11: a conversation of an inbox that one is no member of is neither continued nor named', async () => {
  const message = { account: `email:${ORDERS}`, to: { address: customer }, subject: `Mine ${count}` };
  const { entry } = await world
    .rest('ben')
    .call(compose, { body: { ...message, clientId: newClientId(), body: 'Ours.' } });
  const dora = world.rest('dora');
  const own = { ...message, account: `email:${ANAS}` };
  expect(await dora.call(checkCompose, { body: own })).toEqual({ contact: null, continues: null, held: [] });
  const { contact } = (
    await world.rest('ben').call(getConversation, { params: { conversation: entry.conversationId } })
  ).row;
  const byId = { ...own, to: { contactId: contact.id }, clientId: newClientId(), body: 'Theirs.' };
  await refusal('not_found', dora.call(compose, { body: byId }));
  await refusal('not_found', dora.call(compose, { body: { ...byId, ...message } }));
});

test('W2: the default inbox decides which account comes first, and another can be chosen for each message', async () => {
  const rest = world.rest('ana');
  const firstOf = async () => (await rest.call(listAccounts)).accounts[0];
  await rest.call(setDefaultInbox, { body: { inboxId: inboxId('orders') } });
  expect(await firstOf()).toMatchObject({ address: ORDERS, inboxId: inboxId('orders') });
  const ana = await crew.join('ana');
  expect((await accountsOf(ana))[0]?.address).toBe(ORDERS);
  await ana.setDefaultInbox(inboxId('ana'));
  expect(await firstOf()).toMatchObject({ address: ANAS });
  expect((await rest.call(listAccounts)).defaultInboxId).toBe(inboxId('ana'));
  const { entry } = await rest.call(compose, {
    body: {
      clientId: newClientId(),
      account: `email:${ORDERS}`,
      to: { address: customer },
      subject: 'Not by default',
      body: 'Hello.',
    },
  });
  const { row } = await rest.call(getConversation, { params: { conversation: entry.conversationId } });
  expect(row.inboxId).toBe(inboxId('orders'));
  await refusal('not_found', world.rest('ben').call(setDefaultInbox, { body: { inboxId: inboxId('ana') } }));
  await rest.call(setDefaultInbox, { body: { inboxId: null } });
});
