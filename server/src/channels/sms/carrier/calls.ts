/** Calls over the API, and what whoever holds a phone does with it. */
import { readPhone } from '../../../lib/phone.ts';
import {
  type CarrierCall,
  CarrierError,
  type CarrierRoute,
  json,
  mailDate,
  notFound,
  page,
} from './answers.ts';
import { ask, end, isOver, type Leg, newLeg, pickUp, play, waitedInVain } from './legs.ts';
import { MAGIC_OK } from './messages.ts';
import { spokenSound } from './sound.ts';
import { type CarrierStore, newSid } from './store.ts';
import { type CarrierHooks, enqueueWebhook } from './webhooks.ts';

/** Seconds that a phone rings where nothing else is said. */
const RINGS = 60;
const MOST = 100;

export function callRoutes(store: CarrierStore, calls: CarrierCalls): CarrierRoute[] {
  return [
    ['POST', /^\/Calls\.json$/, (call) => create(store, call)],
    ['GET', /^\/Calls\.json$/, (call) => list(store, call)],
    ['GET', /^\/Calls\/([^/]+)\.json$/, (call) => one(store, call)],
    ['POST', /^\/Calls\/([^/]+)\.json$/, (call) => change(store, calls, call)],
    ['GET', /^\/Recordings\/([^/.]+)(?:\.\w+)?$/, (call) => recordingBytes(store, call)],
  ];
}

async function create(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { form } = call;
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  const [url, twiml] = [form.get('Url'), form.get('Twiml')];
  if (url === null && twiml === null) throw new CarrierError(400, 21_205, 'Url parameter is required.');
  if (readPhone(to) === undefined || to === '+15005550001')
    throw new CarrierError(400, 21_211, `The 'To' number ${to} is not a valid phone number.`);
  if (from !== MAGIC_OK && (await store.byKey('number', from)).length === 0)
    throw new CarrierError(400, 21_210, `The source phone number ${from} is not yours.`);
  const given = form.getAll('StatusCallbackEvent');
  const seconds = Number(form.get('Timeout') ?? RINGS) || RINGS;
  const until = (await store.now()) + 1_000 * seconds;
  const leg = newLeg({
    from,
    to,
    direction: 'outbound-api',
    url,
    twiml,
    statusCallback: form.get('StatusCallback'),
    statusEvents: given.length === 0 ? ['completed'] : given,
    waits: { for: 'pick up', until },
  });
  const made = await store.put('call', { sid: newSid('CA') }, leg, 1_000 * seconds);
  return json(201, { ...shown(call, made), status: 'queued' });
}

async function list(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const [to, from, status] = [call.query.get('To'), call.query.get('From'), call.query.get('Status')];
  const legs = (await store.newest('call', MOST)).filter(
    ({ data }) =>
      (to === null || data.to === to) &&
      (from === null || data.from === from) &&
      (status === null || data.status === status),
  );
  const uri = `/2010-04-01/Accounts/${call.accountSid}/Calls.json`;
  return json(
    200,
    page(
      uri,
      'calls',
      legs.map((leg) => shown(call, leg)),
    ),
  );
}

async function known(store: CarrierStore, sid = ''): Promise<Leg> {
  const leg = await store.get('call', sid);
  if (leg === undefined) throw notFound('Call');
  return leg;
}

async function one(store: CarrierStore, call: CarrierCall): Promise<Response> {
  return json(200, shown(call, await known(store, call.parts[0])));
}

async function change(store: CarrierStore, calls: CarrierCalls, call: CarrierCall): Promise<Response> {
  const { sid } = await known(store, call.parts[0]);
  const status = call.form.get('Status');
  if (status === 'completed' || status === 'canceled') await calls.hangUp(sid);
  return json(200, shown(call, await known(store, sid)));
}

async function recordingBytes(store: CarrierStore, { parts: [sid = ''] }: CarrierCall): Promise<Response> {
  const item = await store.get('recording', sid);
  if (item === undefined) throw notFound('Recording');
  return new Response(new Uint8Array(spokenSound(item.data.seconds)), {
    headers: { 'content-type': 'audio/wav' },
  });
}

function shown({ accountSid }: CarrierCall, { sid, at, data }: Leg): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${sid}`;
  const { answeredAt, endedAt } = data;
  const seconds = answeredAt === null || endedAt === null ? null : Math.round((endedAt - answeredAt) / 1_000);
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    parent_call_sid: data.parentSid,
    from: data.from,
    from_formatted: data.from,
    to: data.to,
    to_formatted: data.to,
    phone_number_sid: null,
    status: data.status,
    direction: data.direction,
    start_time: answeredAt === null ? null : mailDate(answeredAt),
    end_time: endedAt === null ? null : mailDate(endedAt),
    duration: seconds === null ? null : String(seconds),
    price: null,
    price_unit: 'USD',
    answered_by: null,
    annotation: null,
    caller_name: null,
    forwarded_from: null,
    group_sid: null,
    queue_time: '0',
    trunk_sid: null,
    date_created: mailDate(at),
    date_updated: mailDate(endedAt ?? answeredAt ?? at),
    uri: `${uri}.json`,
    subresource_uris: { recordings: `${uri}/Recordings.json` },
  };
}

export type PhoneAct =
  | { readonly act: 'answer' | 'busy' | 'ignore' | 'hang_up' }
  | { readonly act: 'press'; readonly key: string }
  | { readonly act: 'speak'; readonly seconds: number; readonly words?: string | undefined };

export type CarrierCalls = ReturnType<typeof createCarrierCalls>;

/** One thing happens at a time: what is asked for meanwhile waits. */
export function createCarrierCalls(hooks: CarrierHooks, baseUrl: string) {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    ring: (from: string, to: string) => inTurn(() => ring(hooks, from, to)),
    act: (sid: string, act: PhoneAct) => inTurn(() => actOn(hooks, baseUrl, sid, act)),
    hangUp: (sid: string) => inTurn(() => hangUp(hooks, sid)),
    waited: (sid: string) => inTurn(() => waitedInVain(hooks, sid)),
  };
}

/** A customer calls one of the account's numbers. */
async function ring(hooks: CarrierHooks, typed: string, to: string): Promise<string> {
  const { store } = hooks;
  const [number] = await store.byKey('number', to);
  if (number === undefined) throw notFound('PhoneNumber');
  const hidden = typed.toLowerCase() === 'anonymous';
  const from = hidden ? 'anonymous' : readPhone(typed)?.e164;
  if (from === undefined) throw new CarrierError(400, 21_211, `${typed} is not a valid phone number`);
  const statusCallback = number.data.statusCallback ?? '';
  const leg = newLeg({ from, to, direction: 'inbound', statusCallback });
  const { sid } = await store.put('call', { sid: newSid('CA') }, leg);
  const url = number.data.voiceUrl ?? '';
  if (url === '') await end(hooks, sid, 'failed');
  else await ask(hooks, sid, url);
  return sid;
}

const wrong = (): CarrierError => new CarrierError(409, 20_409, 'The phone is not in a state for that.');

async function hangUp(hooks: CarrierHooks, sid: string): Promise<void> {
  const leg = await known(hooks.store, sid);
  if (isOver(leg)) return;
  const early = leg.data.direction === 'inbound' ? 'no-answer' : 'canceled';
  await end(hooks, sid, leg.data.status === 'in-progress' ? 'completed' : early);
}

async function actOn(hooks: CarrierHooks, baseUrl: string, sid: string, act: PhoneAct): Promise<void> {
  const leg = await known(hooks.store, sid);
  const { waits, rest } = leg.data;
  switch (act.act) {
    case 'answer':
      if (waits.for !== 'pick up') throw wrong();
      return await pickUp(hooks, sid);
    case 'busy':
    case 'ignore':
      if (waits.for !== 'pick up') throw wrong();
      return await end(hooks, sid, act.act === 'busy' ? 'busy' : 'no-answer');
    case 'hang_up':
      if (isOver(leg)) throw wrong();
      return await hangUp(hooks, sid);
    case 'press':
      if (waits.for !== 'key') throw wrong();
      if (waits.action === null) return await play(hooks, sid, rest);
      return await ask(hooks, sid, waits.action, [['Digits', act.key]]);
    case 'speak':
      return await speak(hooks, baseUrl, leg, act);
  }
}

/** Somebody spoke after the tone: the recording is there a moment later, and what was said after that. */
async function speak(
  hooks: CarrierHooks,
  baseUrl: string,
  { sid, data }: Leg,
  { seconds, words }: Extract<PhoneAct, { act: 'speak' }>,
): Promise<void> {
  const { store, account } = hooks;
  const { waits, rest } = data;
  if (waits.for !== 'message') throw wrong();
  const recordingSid = newSid('RE');
  await store.put('recording', { sid: recordingSid, key: sid }, { callSid: sid, seconds });
  const url = `${baseUrl}/2010-04-01/Accounts/${account.sid}/Recordings/${recordingSid}`;
  const fields: (readonly [string, string])[] = [
    ['CallSid', sid],
    ['RecordingSid', recordingSid],
    ['RecordingUrl', url],
    ['RecordingDuration', String(seconds)],
  ];
  const done = [...fields, ['RecordingStatus', 'completed'] as const];
  if (waits.callback !== null) await enqueueWebhook(hooks, waits.callback, done);
  if (waits.transcribe !== null && words !== undefined)
    await enqueueWebhook(
      hooks,
      waits.transcribe,
      [...fields, ['TranscriptionStatus', 'completed'], ['TranscriptionText', words]],
      400,
    );
  if (waits.action === null) return await play(hooks, sid, rest);
  await ask(hooks, sid, waits.action, [...fields.slice(1), ['Digits', 'hangup']]);
}
