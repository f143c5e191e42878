import { randomUUID } from 'node:crypto';
import { compose as composeMessage, listAccounts } from '@latchbox/shared/http/accounts';
import { putCampaign, getCampaign, submitCampaign } from '@latchbox/shared/http/campaigns';
import {
  buyNumber,
  changeNumber,
  listNumbers,
  listOptOuts,
  type PhoneNumber,
  putOptOut,
  releaseNumber,
  removeOptOut,
  searchNumbers,
} from '@latchbox/shared/http/numbers';
import { linkAttachment } from '@latchbox/shared/http/files';
import { createInbox, listInboxes, putMember } from '@latchbox/shared/http/inboxes';
import { addToTeam, createTeam } from '@latchbox/shared/http/teams';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { people, shows } from './stage.ts';
import { FIELDS, startTextingWorld, type TextingWorld } from './texting-stage.ts';

let it: TextingWorld;
/** Of `orders`. Numbers outside of the United States need no registration. */
let shop: PhoneNumber;

beforeAll(async () => {
  it = await startTextingWorld();
  shop = await it.buy('orders', '+447700900001');
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
});

/** How a server that was told no address calls itself. */
const OWN = 'http://latchbox.invalid';

let phones = 0;
const newPhone = () => `+4477009002${String((phones += 1)).padStart(2, '0')}`;
const orders = () => ({ inbox: it.world.seeded.inboxes['orders']?.inboxId ?? '' });
const refusedWith = (code: string) => ({ code });

/** A customer who has texted once. */
async function customer(body = 'Is my order ready?') {
  const phone = newPhone();
  await it.text(phone, shop.e164, body);
  return { phone, ...(await it.thread(phone, shop, 1)) };
}

test('M2: numbers are searched by area code and prefix, the first one of an inbox is its primary one, and more can follow', async () => {
  const search = (query: Record<string, string>) => it.admin.call(searchNumbers, { query });
  const { numbers } = await search({ areaCode: '415' });
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers.every(({ e164, sms }) => e164.startsWith('+1415') && sms)).toBe(true);
  const narrowed = await search({ areaCode: '415', prefix: '7361' });
  expect(narrowed.numbers.length).toBeGreaterThan(0);
  expect(narrowed.numbers.every(({ e164 }) => e164.startsWith('+14157361'))).toBe(true);
  expect(await search({ areaCode: '533' })).toEqual({ numbers: [] });
  await expect(it.ana.call(searchNumbers, { query: {} })).rejects.toMatchObject(refusedWith('forbidden'));

  const params = { inbox: it.world.seeded.inboxes['front']?.inboxId ?? '' };
  const first = await it.buy('front', numbers[0]?.e164 ?? '');
  const second = await it.buy('front', numbers[1]?.e164 ?? '');
  expect([first.primary, second.primary]).toEqual([true, false]);
  await expect(it.buy('orders', first.e164)).rejects.toMatchObject(refusedWith('conflict'));
  await expect(it.buy('orders', 'call me')).rejects.toMatchObject(refusedWith('invalid'));
  const changed = {
    params: { ...params, number: second.id },
    body: { primary: true, voiceForward: '+44 7700 900999' },
  };
  expect(await it.admin.call(changeNumber, changed as never)).toMatchObject({
    primary: true,
    voiceForward: '+447700900999',
  });
  await it.admin.call(releaseNumber, { params: { ...params, number: second.id } });
  const left = await it.admin.call(listNumbers, { params });
  expect(left.numbers).toMatchObject([{ id: first.id, primary: true }]);
  expect((await it.carrier()).numbers.map(({ e164 }) => e164)).not.toContain(second.e164);
});

test('W3, T6: a text makes the one conversation of its two numbers; the reply leaves from the number it came to, and is told as delivered', async () => {
  const other = await it.buy('orders', '+447700900002');
  const { phone, row } = await customer();
  expect(row).toMatchObject({
    channel: 'sms',
    contact: { address: phone },
    newestIncoming: 1,
    status: 'open',
  });
  await it.text(phone, shop.e164, 'It was two notebooks');
  expect((await it.thread(phone, shop, 2)).row.id).toBe(row.id);
  await it.text(phone, other.e164, 'And here a question');
  const second = await it.thread(phone, other, 1);
  expect(second.row.id).not.toBe(row.id);

  const position = await it.reply(second.row.id, 'Ask away');
  await it.delivery(second.row.id, position, 'delivered');
  const [sent] = (await it.texts(phone)).filter(({ from }) => from === 'team');
  expect(sent).toMatchObject({ number: other.e164, body: 'Ask away', status: 'delivered' });
});

test('T6: news in the wrong order and twice end where the last status is; a failure says why, and can be sent again', async () => {
  const { row, phone } = await customer();
  await it.settings({ shuffled: true, twice: true });
  const shuffled = await it.reply(row.id, 'In any order');
  await it.delivery(row.id, shuffled, 'delivered');
  await it.settings({ shuffled: false, twice: false, outcome: 'undelivered' });
  const failed = await it.reply(row.id, 'Nobody there');
  expect(await it.delivery(row.id, failed, 'failed')).toMatchObject({
    reason: 'The phone is switched off or out of reach. (30003)',
  });
  await it.settings({ outcome: 'delivered' });
  const path = `/api/conversations/${row.id}/replies/${failed}/retry`;
  const { token } = it.world.agent('ana');
  const again = await fetch(`${it.world.server().url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(again.status).toBe(204);
  await it.delivery(row.id, failed, 'delivered');
  expect((await it.texts(phone)).filter(({ body }) => body === 'Nobody there')).toMatchObject([
    { status: 'undelivered' },
    { status: 'delivered' },
  ]);
});

test('M12: STOP is obeyed with the message that said it; the provider is not asked; START ends it; nobody else can', async () => {
  const { phone, row } = await customer();
  await it.text(phone, shop.e164, ' Stop. ');
  await it.thread(phone, shop, 2);
  await expect(it.reply(row.id, 'Are you sure?')).rejects.toMatchObject(refusedWith('opted_out'));
  const pair = { numberId: shop.id, address: phone };
  const { optOuts } = await it.ana.call(listOptOuts, { params: orders() });
  expect(optOuts).toContainEqual(expect.objectContaining({ ...pair, number: shop.e164 }));
  const undone = it.admin.call(removeOptOut, { params: orders(), body: pair });
  await expect(undone).rejects.toMatchObject(refusedWith('forbidden'));
  // One confirmation, and it is the network's.
  expect((await it.texts(phone)).map(({ from }) => from)).toEqual(['customer', 'customer', 'network']);

  await it.text(phone, shop.e164, 'START');
  await it.thread(phone, shop, 3);
  await it.delivery(row.id, await it.reply(row.id, 'Welcome back'), 'delivered');
});

test('M12: what a contact asks for in other words is noted by hand, and taken back by hand', async () => {
  const { phone, row } = await customer('Please do not text me any more');
  const pair = { numberId: shop.id, address: phone };
  await it.ana.call(putOptOut, { params: orders(), body: pair });
  await expect(it.reply(row.id, 'As you wish')).rejects.toMatchObject(refusedWith('opted_out'));
  await it.ana.call(removeOptOut, { params: orders(), body: pair });
  await it.delivery(row.id, await it.reply(row.id, 'Good to have you back'), 'delivered');
});

test('M4: an unregistered long code is refused here; a campaign is handed in, rejected with a reason, edited, handed in again and registered', async () => {
  const phone = '+12125550199';
  const number = await it.buy('orders', '+12125550142');
  expect(number.registration).toBe('unassigned');
  await it.text(phone, number.e164, 'Do you deliver?');
  const { row } = await it.thread(phone, number, 1);
  await expect(it.reply(row.id, 'We do')).rejects.toMatchObject(refusedWith('not_registered'));

  const params = { team: it.world.seeded.inboxes['orders']?.teamId ?? '' };
  const state = async () => (await it.admin.call(getCampaign, { params })).campaign;
  expect(await state()).toBeNull();
  await expect(it.ana.call(submitCampaign, { params })).rejects.toMatchObject(refusedWith('forbidden'));
  await it.admin.call(putCampaign, { params, body: FIELDS });
  expect(await it.admin.call(submitCampaign, { params })).toMatchObject({ state: 'pending', reason: null });
  await expect(it.admin.call(putCampaign, { params, body: FIELDS })).rejects.toMatchObject(
    refusedWith('conflict'),
  );

  const waiting = (status: string) =>
    eventually(`the carriers have a campaign that is ${status}`, async () =>
      (await it.carrier()).campaigns.find((one) => one.status === status),
    );
  const first = await waiting('IN_PROGRESS');
  await it.decide(first.sid, 'The samples do not name the shop.');
  await eventually('it is rejected', async () => (await state())?.state === 'rejected');
  expect(await state()).toMatchObject({ reason: 'The samples do not name the shop. (30909)' });

  const samples = ['Fernhill Paper: your notebook is ready.', 'Fernhill Paper: open until six today.'];
  await it.admin.call(putCampaign, { params, body: { ...FIELDS, samples } });
  await it.admin.call(submitCampaign, { params });
  const second = await waiting('IN_PROGRESS');
  expect(second.sid).toBe(first.sid);
  await it.decide(second.sid, null);
  await eventually('the number is ready', async () => {
    const { numbers } = await it.admin.call(listNumbers, { params: orders() });
    return numbers.find(({ id }) => id === number.id)?.registration === 'ready';
  });
  expect(await state()).toMatchObject({ state: 'registered', reason: null });
  await it.delivery(row.id, await it.reply(row.id, 'We do, by bicycle'), 'delivered');
});

test('M4: until its team is registered an inbox of texts is in nobody’s navigation or compose, and nobody can be added; then everybody sees it at once', async () => {
  const { id: teamId } = await it.admin.call(createTeam, { body: { name: 'Another team' } });
  for (const name of ['ana', 'rita'])
    await it.admin.call(addToTeam, { params: { team: teamId, agent: it.world.agent(name).id } });
  const { id } = await it.admin.call(createInbox, { body: { name: 'Texts', teamId } });
  await using clients = people(it.world);
  const client = await clients.join('ana');
  const has = (seen: readonly { readonly id: string }[]): boolean => seen.some((inbox) => inbox.id === id);
  const member = (name: string) => ({
    params: { inbox: id, agent: it.world.agent(name).id },
    body: { capability: 'reply' as const },
  });
  await it.admin.call(putMember, member('ana'));
  await shows('it is there while it has no number', client.inboxes, has);
  await it.admin.call(buyNumber, { params: { inbox: id }, body: { number: '+12125550177' } });
  await shows('it has left the open page', client.inboxes, (seen) => !has(seen));
  const { inboxes } = await it.ana.call(listInboxes);
  const { accounts } = await it.ana.call(listAccounts, {});
  const all = await it.admin.call(listInboxes, { query: { scope: 'all' } });
  expect([has(inboxes), accounts.some(({ inboxId }) => inboxId === id), has(all.inboxes)]).toEqual([
    false,
    false,
    true,
  ]);
  await expect(it.admin.call(putMember, member('rita'))).rejects.toMatchObject(refusedWith('not_registered'));

  const params = { team: teamId };
  await it.admin.call(putCampaign, { params, body: FIELDS });
  await it.admin.call(submitCampaign, { params });
  const campaign = await eventually('the carriers look at it', async () =>
    (await it.carrier()).campaigns.find(({ status }) => status === 'IN_PROGRESS'),
  );
  await it.decide(campaign.sid, null);
  await shows('it is back in the open page', client.inboxes, has);
  await it.admin.call(putMember, member('rita'));
  expect(has((await it.world.rest('rita').call(listInboxes)).inboxes)).toBe(true);
});

test('pictures come in as files of their message, and leave as links that the provider can fetch', async () => {
  const phone = newPhone();
  await it.text(phone, shop.e164, 'It arrived like this', true);
  const { row, entries } = await it.thread(phone, shop, 1);
  const [message] = entries;
  if (message?.kind !== 'message') throw new Error('no message');
  const [picture] = message.attachments ?? [];
  expect(picture).toMatchObject({ name: 'image-1.png', type: 'image/png' });
  const { url } = await it.ana.call(linkAttachment, { params: { attachment: picture?.id ?? '' } });
  const bytes = Buffer.from(await (await fetch(new URL(url, it.world.server().url))).arrayBuffer());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');

  const upload = await fetch(`${it.world.server().url}/api/attachments?name=map.png&type=image/png`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${it.world.agent('ana').token}`,
      'content-type': 'application/octet-stream',
    },
    body: bytes,
  });
  const { id } = (await upload.json()) as { id: string };
  await it.delivery(row.id, await it.reply(row.id, 'We will send another', [id]), 'delivered');
  const left = (await it.texts(phone)).find(({ from }) => from === 'team');
  const fetched = await fetch(new URL(left?.media[0]?.url ?? '', it.world.server().url));
  expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
});

test('M6, M11: a text that an agent writes first leaves from the number of the account, and its answer comes into the same conversation', async () => {
  const phone = newPhone();
  const account = `sms:${shop.e164}`;
  const { accounts } = await it.ana.call(listAccounts, {});
  expect(accounts.map(({ id }) => id)).toContain(account);
  const compose = async (body: string) =>
    (
      await it.ana.call(composeMessage, {
        body: { clientId: randomUUID(), account, to: { address: phone }, body },
      })
    ).entry;
  const first = await compose('Your notebook is bound');
  await it.delivery(first.conversationId, first.position, 'delivered');
  await it.text(phone, shop.e164, 'Wonderful');
  expect((await it.thread(phone, shop, 1)).row.id).toBe(first.conversationId);
  const second = await compose('Come any day until six');
  expect(second.conversationId).toBe(first.conversationId);
  await it.text(phone, shop.e164, 'STOP');
  await it.thread(phone, shop, 2);
  await expect(compose('One more thing')).rejects.toMatchObject(refusedWith('opted_out'));
});

test('C57: whoever cannot sign is refused, and what is signed is stored once however often it comes', async () => {
  const { authToken } = await it.carrier();
  const phone = newPhone();
  const path = '/api/sms/inbound';
  const fields = {
    MessageSid: `SM${'a'.repeat(32)}`,
    From: phone,
    To: shop.e164,
    Body: 'Once',
    NumMedia: '0',
  };
  const signed = (url: string, given: Record<string, string>, token = authToken) =>
    twilio.getExpectedTwilioSignature(token, url, given);
  const call = async (headers: Record<string, string>, body: string, query = '') => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${it.world.server().url}${path}${query}`, {
      method: 'POST',
      headers: { ...type, ...headers },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const form = (given: Record<string, string>) => new URLSearchParams(given).toString();
  const signature = signed(`${OWN}${path}`, fields);
  const refused = async (...given: Parameters<typeof call>) =>
    expect((await call(...given)).status).toBe(403);
  await refused({}, form(fields));
  await refused({ 'x-twilio-signature': signed(`${OWN}${path}`, fields, 'another') }, form(fields));
  await refused({ 'x-twilio-signature': signed(`https://else.example${path}`, fields) }, form(fields));
  await refused({ 'x-twilio-signature': signature }, form({ ...fields, Body: 'Twice' }));
  await refused({ 'x-twilio-signature': signature }, form(fields), '?entry=ent_1');
  const json = { 'content-type': 'application/json', 'x-twilio-signature': signed(`${OWN}${path}`, {}) };
  await refused(json, JSON.stringify(fields));
  expect((await call({ 'x-twilio-signature': signature }, 'x'.repeat(1_000_000))).status).toBe(413);

  const reordered = new URLSearchParams(Object.entries(fields).toReversed()).toString();
  const bodies = Array.from({ length: 20 }, (_, nth) => (nth % 2 === 0 ? form(fields) : reordered));
  const answers = await Promise.all(bodies.map((body) => call({ 'x-twilio-signature': signature }, body)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers[0]?.text).toContain('<Response/>');
  expect((await it.thread(phone, shop, 1)).entries).toMatchObject([{ body: 'Once' }]);
});

test('the official client works against the simulated carrier unchanged', async () => {
  const { accountSid, authToken, path } = await it.carrier();
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = `${it.world.server().url}${path}`;
  client.messaging.baseUrl = client.api.baseUrl;
  const [found] = await client.availablePhoneNumbers('US').local.list({ areaCode: 646, limit: 1 });
  expect(found?.phoneNumber).toMatch(/^\+1646/);
  const bought = await client.incomingPhoneNumbers.create({ phoneNumber: found?.phoneNumber ?? '' });
  expect(bought.capabilities).toMatchObject({ sms: true, voice: true });

  const magic = '+15005550006';
  const sent = await client.messages.create({ from: magic, to: '+447700900777', body: 'Hello' });
  expect(sent).toMatchObject({ status: 'queued', direction: 'outbound-api', numSegments: '1' });
  await eventually(
    'it is delivered',
    async () => (await client.messages(sent.sid).fetch()).status === 'delivered',
  );
  expect((await client.messages.list({ to: '+447700900777' })).map(({ sid }) => sid)).toEqual([sent.sid]);
  for (const [number, code] of [
    ['+15005550001', 21_211],
    ['+15005550004', 21_610],
    ['+15005550009', 21_614],
  ] as const) {
    const refused = client.messages.create({ from: magic, to: number, body: 'Hello' });
    await expect(refused).rejects.toMatchObject({ status: 400, code });
  }
  const service = await client.messaging.v1.services.create({ friendlyName: 'Shop' });
  await client.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: bought.sid });
  const brand = await client.messaging.v1.brandRegistrations.create({
    customerProfileBundleSid: FIELDS.customerProfile,
    a2PProfileBundleSid: FIELDS.a2pProfile,
  });
  const approved = async () => (await client.messaging.v1.brandRegistrations(brand.sid).fetch()).status;
  await eventually('the brand is approved', async () => (await approved()) === 'APPROVED');
  const campaign = await client.messaging.v1.services(service.sid).usAppToPerson.create({
    brandRegistrationSid: brand.sid,
    description: FIELDS.description,
    messageFlow: FIELDS.messageFlow,
    messageSamples: FIELDS.samples,
    usAppToPersonUsecase: FIELDS.useCase,
    hasEmbeddedLinks: false,
    hasEmbeddedPhone: false,
  });
  expect(campaign.campaignStatus).toBe('IN_PROGRESS');
  expect(await client.incomingPhoneNumbers(bought.sid).remove()).toBe(true);
  const stranger = twilio(accountSid, 'wrong');
  stranger.api.baseUrl = client.api.baseUrl;
  await expect(stranger.messages.list()).rejects.toMatchObject({ status: 401, code: 20_003 });
});
