import { randomUUID } from 'node:crypto';
import type { CallFacts, Entry } from '@latchbox/shared';
import {
  type CallRouting,
  getCall,
  getCallRouting,
  getMyPhone,
  putCallRouting,
  putMyPhone,
  startCall,
} from '@latchbox/shared/http/calls';
import { carrierPhone, carrierRing } from '@latchbox/shared/http/carrier';
import { getConversation, getCounts, listConversations, setRead } from '@latchbox/shared/http/conversations';
import { changeInboxHours } from '@latchbox/shared/http/hours';
import type { HttpInput } from '@latchbox/shared/http/index';
import { linkAttachment } from '@latchbox/shared/http/files';
import { changeNumber, type PhoneNumber } from '@latchbox/shared/http/numbers';
import { HOURS_PRESETS } from '@latchbox/shared/model/hours';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startTextingWorld, type TextingWorld } from './texting-stage.ts';

let it: TextingWorld;
/** Of `orders`. */
let shop: PhoneNumber;
/** Of `front`, where Ana may reply too. */
let desk: PhoneNumber;

beforeAll(async () => {
  it = await startTextingWorld();
  shop = await it.buy('orders', '+447700900001');
  desk = await it.buy('front', '+447700900003');
  await it.ana.call(putMyPhone, { body: { phone: '+44 7700 900501' } });
  await it.admin.call(putMyPhone, { body: { phone: '+447700900502' } });
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
});

const ANA = '+447700900501';
const MIA = '+447700900502';
const OUTSIDE = '+447700900503';

let phones = 0;
const newPhone = () => `+4477009006${String((phones += 1)).padStart(2, '0')}`;
const idOf = (name: string) => it.world.agent(name).id;
const orders = () => ({ inbox: it.world.seeded.inboxes['orders']?.inboxId ?? '' });

const VOICEMAIL = { text: 'Fernhill Paper. Speak after the tone.', seconds: 60, transcribe: true };
const route = (steps: CallRouting['steps'], more: Partial<CallRouting> = {}) =>
  it.admin.call(putCallRouting, {
    params: orders(),
    body: { steps, voicemail: VOICEMAIL, pressToAnswer: true, ...more },
  });

type Phone = Awaited<ReturnType<TextingWorld['carrier']>>['phones'][number];
const lines = async () => (await it.carrier()).phones;
const ring = async (from: string, number = shop) =>
  (await it.admin.call(carrierRing, { body: { from, to: number.e164 } })).sid;
const act = (sid: string, body: HttpInput<'carrierPhone'>['body']) =>
  it.admin.call(carrierPhone, { params: { sid }, body });
/** The phone with this number, once it is so. */
const phone = (number: string, wanted: (line: Phone) => boolean) =>
  eventually(`${number} is as wanted`, async () =>
    (await lines()).findLast((line) => line.phone === number && wanted(line)),
  );
const ringing = (number: string) => phone(number, ({ status }) => status === 'ringing');
/** Picks up, and presses a key. */
async function takes(number: string): Promise<Phone> {
  const line = await ringing(number);
  await act(line.sid, { act: 'answer' });
  await act(line.sid, { act: 'press', key: '1' });
  return line;
}

type CallEntry = Extract<Entry, { kind: 'call' }>;
/** The newest call of a conversation, once it is in a state. */
const callIn = (customer: string, name: CallFacts['state']['name'], number = shop) =>
  eventually(`a call of ${customer} is ${name}`, async () => {
    const thread = await threadOf(customer, number);
    const entry = thread?.entries.findLast((one): one is CallEntry => one.kind === 'call');
    return thread !== undefined && entry?.call.state.name === name
      ? { row: thread.row, entries: thread.entries, entry }
      : undefined;
  });
async function threadOf(customer: string, number: PhoneNumber) {
  const { rows } = await it.ana.call(listConversations, { query: { limit: 100 } });
  const row = rows.find(
    ({ contact, subject }) => contact.address === customer && subject.endsWith(number.shown),
  );
  if (row === undefined) return undefined;
  const { entries } = await it.ana.call(getConversation, { params: { conversation: row.id } });
  return { row, entries };
}
const unread = async () => {
  const { inboxes } = await it.ana.call(getCounts, {});
  return inboxes.find(({ inboxId }) => inboxId === orders().inbox)?.unread ?? 0;
};

test('M3, W3: a call to a number that forwards rings there first; who takes it by a key talks, and the conversation says so', async () => {
  const params = { inbox: orders().inbox, number: shop.id };
  await it.admin.call(changeNumber, { params, body: { voiceForward: '+44 7700 900503' } });
  const customer = newPhone();
  await it.text(customer, shop.e164, 'I will call you');
  const before = (await it.thread(customer, shop, 1)).row;
  await ring(customer);
  const outside = await takes(OUTSIDE);
  const { row, entry } = await callIn(customer, 'talking');
  // One conversation of the two numbers, whatever they do.
  expect(row.id).toBe(before.id);
  expect(entry).toMatchObject({ agent: null, call: { direction: 'in', forwardedTo: OUTSIDE } });
  await act(outside.sid, { act: 'hang_up' });
  const over = await callIn(customer, 'ended');
  expect(over.entry.position).toBe(entry.position);
  // It is no news to anybody that was talked about: unread is the text alone.
  expect(over.row.newestIncoming).toBe(1);
  await it.admin.call(changeNumber, { params, body: { voiceForward: null } });
});

test('W5: members ring in order, each on a phone of their own; a busy one and a voicemail that presses no key do not keep the call', async () => {
  await route([{ kind: 'in_order', members: [idOf('mia'), idOf('ana')], seconds: 10 }]);
  const busy = newPhone();
  await ring(busy);
  await act((await ringing(MIA)).sid, { act: 'busy' });
  const ana = await takes(ANA);
  expect(ana.number).toBe(busy);
  const { entry } = await callIn(busy, 'talking');
  expect(entry.agent).toMatchObject({ id: idOf('ana') });
  await act(ana.sid, { act: 'hang_up' });
  await callIn(busy, 'ended');

  const swallowed = newPhone();
  await ring(swallowed);
  const mia = await ringing(MIA);
  await act(mia.sid, { act: 'answer' });
  // Nobody presses: it says its words, and hangs up.
  await act(mia.sid, { act: 'hang_up' });
  const second = await takes(ANA);
  await act(second.sid, { act: 'hang_up' });
  const { entry: taken } = await callIn(swallowed, 'ended');
  expect(taken.agent).toMatchObject({ id: idOf('ana') });
  const { steps } = await it.ana.call(getCall, { params: { call: taken.call.id } });
  expect(steps.map(({ what }) => what)).toEqual(['called', 'dial', 'dial', 'talking', 'ended', 'hang_up']);
});

test('W5: members ring together, the first one has the call, and the others are let go', async () => {
  await route([{ kind: 'together', members: null, seconds: 10 }]);
  const customer = newPhone();
  await ring(customer);
  const [ana, mia] = [await ringing(ANA), await ringing(MIA)];
  await Promise.all([ana, mia].map(({ sid }) => act(sid, { act: 'answer' })));
  await act(mia.sid, { act: 'press', key: '5' });
  const { entry } = await callIn(customer, 'talking');
  expect(entry.agent).toMatchObject({ id: idOf('mia') });
  await expect(act(ana.sid, { act: 'press', key: '5' })).rejects.toMatchObject({ code: 'conflict' });
  await act(mia.sid, { act: 'hang_up' });
  await callIn(customer, 'ended');
});

test('W3, W5: a call that nobody takes is missed, unread and reopened; its voicemail becomes a message that can be heard, with its words', async () => {
  await route([{ kind: 'forward', number: OUTSIDE, seconds: 5 }]);
  const customer = newPhone();
  const before = await unread();
  const caller = await ring(customer);
  await act((await ringing(OUTSIDE)).sid, { act: 'ignore' });
  const { entry, row } = await callIn(customer, 'missed');
  expect(entry.call.state).toMatchObject({ why: 'no_answer' });
  expect(row).toMatchObject({
    status: 'open',
    newestIncoming: entry.position,
    preview: { text: 'Missed call' },
  });
  expect(await unread()).toBe(before + 1);
  await it.ana.call(setRead, { params: { conversation: row.id }, body: { read: entry.position } });
  expect(await unread()).toBe(before);

  const line = await phone(customer, ({ wants }) => wants === 'message');
  expect(line.heard).toEqual([VOICEMAIL.text]);
  await act(caller, { act: 'speak', seconds: 3, words: 'Please call me back about the notebooks' });
  const message = await eventually('the voicemail is a message with its words', async () => {
    const { entries } = await it.ana.call(getConversation, { params: { conversation: row.id } });
    return entries.find(
      (one): one is Extract<Entry, { kind: 'message' }> =>
        one.kind === 'message' && one.body === 'Please call me back about the notebooks',
    );
  });
  expect(message).toMatchObject({ voicemail: { callId: entry.call.id, seconds: 3 } });
  expect(await unread()).toBe(before + 1);
  const [audio] = message.attachments ?? [];
  expect(audio).toMatchObject({ type: 'audio/wav', size: 24_044 });
  const { url } = await it.ana.call(linkAttachment, { params: { attachment: audio?.id ?? '' } });
  const file = await fetch(new URL(url, it.world.server().url));
  expect(file.headers.get('content-type')).toBe('audio/wav');
  expect(Buffer.from(await file.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
});

test('a caller who gives up while it rings is missed all the same; without voicemail the caller is told that nobody is there', async () => {
  await route([{ kind: 'forward', number: OUTSIDE, seconds: 20 }]);
  const impatient = newPhone();
  const sid = await ring(impatient);
  await ringing(OUTSIDE);
  await act(sid, { act: 'hang_up' });
  expect((await callIn(impatient, 'missed')).entry.call.state).toMatchObject({ why: 'hung_up' });
  await phone(OUTSIDE, ({ status }) => status === 'canceled');

  await route([], { voicemail: null });
  const other = newPhone();
  await ring(other);
  expect((await callIn(other, 'missed')).entry.call.state).toMatchObject({ why: 'nobody_to_ring' });
  expect((await phone(other, ({ status }) => status === 'completed')).heard[0]).toContain('Nobody can take');
});

test('W5: outside office hours nobody is rung', async () => {
  await route([{ kind: 'forward', number: OUTSIDE, seconds: 20 }]);
  const timeZone = 'Europe/Berlin';
  const hours = { timeZone, week: HOURS_PRESETS.closed, holidays: [] };
  await it.admin.call(changeInboxHours, { params: orders(), body: { hours } });
  const customer = newPhone();
  await ring(customer);
  expect((await callIn(customer, 'missed')).entry.call.state).toMatchObject({ why: 'closed' });
  await phone(customer, ({ wants }) => wants === 'message');
  await it.admin.call(changeInboxHours, { params: orders(), body: { hours: null } });
  await ring(newPhone());
  await act((await ringing(OUTSIDE)).sid, { act: 'ignore' });
});

test('W5: what becomes of calls is said by those who manage the inbox, and checked', async () => {
  await route([{ kind: 'forward', number: '+44 7700 900503', seconds: 20 }]);
  expect(await it.ana.call(getCallRouting, { params: orders() })).toMatchObject({
    steps: [{ kind: 'forward', number: OUTSIDE }],
  });
  const own = route([{ kind: 'forward', number: desk.e164, seconds: 20 }]);
  await expect(own).rejects.toMatchObject({ code: 'invalid' });
  const stranger = route([{ kind: 'in_order', members: ['agt_nobody'], seconds: 20 }]);
  await expect(stranger).rejects.toMatchObject({ code: 'invalid' });
  const body = { steps: [], voicemail: VOICEMAIL, pressToAnswer: true };
  const notMine = it.ana.call(putCallRouting, { params: orders(), body });
  await expect(notMine).rejects.toMatchObject({ code: 'forbidden' });
});

const call = (to: string, account = shop.e164, clientId: string = randomUUID()) =>
  it.ana.call(startCall, { body: { clientId, account: `sms:${account}`, to: { address: to } } });

test('W2: a call that an agent starts rings the agent first, then the contact, who sees the chosen number', async () => {
  const customer = newPhone();
  const clientId = randomUUID();
  const started = await call(customer, desk.e164, clientId);
  expect(started.call).toMatchObject({ direction: 'out', number: desk.e164, state: { name: 'calling' } });
  const own = await ringing(ANA);
  expect(own.number).toBe(desk.e164);
  expect((await lines()).some((line) => line.phone === customer)).toBe(false);
  // The same click twice is one call.
  expect((await call(customer, desk.e164, clientId)).call.id).toBe(started.call.id);
  await takes(ANA);
  const theirs = await ringing(customer);
  expect(theirs.number).toBe(desk.e164);
  await callIn(customer, 'ringing', desk);
  await act(theirs.sid, { act: 'answer' });
  await callIn(customer, 'talking', desk);
  await act(theirs.sid, { act: 'hang_up' });
  const { entry, row } = await callIn(customer, 'ended', desk);
  expect(entry).toMatchObject({ agent: { id: idOf('ana') }, conversationId: started.conversationId });
  expect(row).toMatchObject({ status: 'archived', newestIncoming: 0, preview: { kind: 'reply' } });

  // From another number of another inbox: another conversation.
  const other = await call(customer, shop.e164);
  expect(other.conversationId).not.toBe(started.conversationId);
  await act((await takes(ANA)).sid, { act: 'hang_up' });
  expect((await callIn(customer, 'failed')).entry.call.state).toMatchObject({ why: 'hung_up' });
});

test('W2: a call that does not come about says why, and one that may not be started is refused', async () => {
  const busy = newPhone();
  await call(busy);
  await takes(ANA);
  await act((await ringing(busy)).sid, { act: 'busy' });
  expect((await callIn(busy, 'failed')).entry.call.state).toMatchObject({ why: 'busy' });
  const away = newPhone();
  await call(away);
  await act((await ringing(ANA)).sid, { act: 'ignore' });
  expect((await callIn(away, 'failed')).entry.call.state).toMatchObject({ why: 'own_phone' });

  const refused = (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code });
  await refused(call('call me'), 'invalid');
  await refused(call(newPhone(), '+447700900999'), 'not_found');
  const reader = it.world.rest('rita');
  const body = { clientId: randomUUID(), account: `sms:${shop.e164}`, to: { address: newPhone() } };
  await refused(reader.call(startCall, { body }), 'forbidden');
  await it.ana.call(putMyPhone, { body: { phone: null } });
  await refused(call(newPhone()), 'not_connected');
  await it.ana.call(putMyPhone, { body: { phone: ANA } });
  expect(await it.ana.call(getMyPhone, {})).toEqual({ phone: ANA });
  const unregistered = await it.buy('orders', '+12125550143');
  await refused(call('+12125550177', unregistered.e164), 'not_registered');
  // STOP is about texts: who said it can be called.
  const stopped = newPhone();
  await it.text(stopped, shop.e164, 'STOP');
  await it.thread(stopped, shop, 1);
  await call(stopped);
  await act((await ringing(ANA)).sid, { act: 'ignore' });
  await callIn(stopped, 'failed');
});

test('what the provider says twice, late and in the wrong order ends where it ended; whoever cannot sign is refused', async () => {
  await route([], { voicemail: VOICEMAIL });
  const { authToken } = await it.carrier();
  const own = 'http://latchbox.invalid';
  const customer = newPhone();
  const fields = { CallSid: `CA${'b'.repeat(32)}`, From: customer, To: shop.e164, CallStatus: 'ringing' };
  const tell = async (path: string, given: Record<string, string>, token = authToken) => {
    const answer = await fetch(`${it.world.server().url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': twilio.getExpectedTwilioSignature(token, `${own}${path}`, given),
      },
      body: new URLSearchParams(given),
    });
    return { status: answer.status, text: await answer.text() };
  };
  expect((await tell('/api/voice/inbound', fields, 'another')).status).toBe(403);
  const answers = await Promise.all(Array.from({ length: 10 }, () => tell('/api/voice/inbound', fields)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[0]?.text).toContain('<Record');
  const { row, entry } = await callIn(customer, 'missed');
  const ended = { ...fields, CallStatus: 'completed' };
  for (const given of [ended, fields, ended]) await tell('/api/voice/status', given);
  const left = {
    ...ended,
    RecordingSid: `RE${'c'.repeat(32)}`,
    RecordingUrl: 'http://127.0.0.1:1/secret',
    RecordingStatus: 'completed',
    RecordingDuration: '4',
  };
  const at = `/api/voice/recording?call=${entry.call.id}`;
  await Promise.all(Array.from({ length: 5 }, () => tell(at, left)));
  const { entries } = await it.ana.call(getConversation, { params: { conversation: row.id } });
  expect(entries.filter(({ kind }) => kind === 'call')).toHaveLength(1);
  expect(entries[0]).toMatchObject({ call: { state: { name: 'missed', why: 'nobody_to_ring' } } });
  const { steps } = await it.ana.call(getCall, { params: { call: entry.call.id } });
  expect(steps.filter(({ what }) => what === 'recorded')).toHaveLength(1);
});

test('the official client calls, looks and hangs up on the simulated carrier unchanged', async () => {
  const { accountSid, authToken, path } = await it.carrier();
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = `${it.world.server().url}${path}`;
  const to = newPhone();
  const made = await client.calls.create({
    from: shop.e164,
    to,
    twiml: '<Response><Say>Hello</Say><Pause/></Response>',
  });
  expect(made).toMatchObject({ status: 'queued', direction: 'outbound-api' });
  await act((await ringing(to)).sid, { act: 'answer' });
  expect((await client.calls(made.sid).fetch()).status).toBe('completed');
  expect((await client.calls.list({ to })).map(({ sid }) => sid)).toEqual([made.sid]);
  const second = await client.calls.create({ from: shop.e164, to, url: 'https://elsewhere.example/twiml' });
  expect((await client.calls(second.sid).update({ status: 'completed' })).status).toBe('canceled');
  const wrong = client.calls.create({ from: '+447700900998', to, twiml: '<Response/>' });
  await expect(wrong).rejects.toMatchObject({ status: 400, code: 21_210 });
});
