import { MAX_SMS_LENGTH, smsSegments } from '@latchbox/shared/sms-segments';
import { needsCampaign, readPhone } from '../../../lib/phone.ts';
import {
  type CarrierCall,
  CarrierError,
  type CarrierRoute,
  json,
  mailDate,
  notFound,
  page,
} from './answers.ts';
import { type CarrierStore, type Item, newSid } from './store.ts';

/** Ms between two steps of a message. */
export const STEP = 400;

/** Numbers that always answer the same, as the provider's test credentials do. */
const MAGIC_FROM: Readonly<Record<string, readonly [number, string]>> = {
  '+15005550001': [21_212, 'is not a valid phone number'],
  '+15005550007': [21_606, 'is not owned by this account'],
  '+15005550008': [21_611, 'has exceeded its queue'],
};
export const MAGIC_OK = '+15005550006';
const MAGIC_TO: Readonly<Record<string, readonly [number, string]>> = {
  '+15005550001': [21_211, 'is not a valid phone number'],
  '+15005550002': [21_612, 'cannot be reached from this number'],
  '+15005550003': [21_408, 'is in a region without permission'],
  '+15005550004': [21_610, 'has unsubscribed'],
  '+15005550009': [21_614, 'is not a mobile number'],
};

/** Ends that the page can choose, with the code that goes with a failure. */
export const OUTCOMES: Readonly<
  Record<string, { readonly next: readonly string[]; readonly code: number | null }>
> = {
  delivered: { next: ['sent', 'delivered'], code: null },
  sent: { next: ['sent'], code: null },
  undelivered: { next: ['sent', 'undelivered'], code: 30_003 },
  filtered: { next: ['sent', 'undelivered'], code: 30_007 },
  failed: { next: ['failed'], code: 30_008 },
};

export const blockKey = (ours: string, theirs: string): string => `${ours} ${theirs}`;

export function messageRoutes(store: CarrierStore): CarrierRoute[] {
  return [
    ['POST', /^\/Messages\.json$/, (call) => create(store, call)],
    ['GET', /^\/Messages\.json$/, (call) => list(store, call)],
    ['GET', /^\/Messages\/([^/]+)\.json$/, (call) => one(store, call)],
    ['GET', /^\/Messages\/([^/]+)\/Media\.json$/, (call) => listMedia(store, call)],
    ['GET', /^\/Messages\/([^/]+)\/Media\/([^/.]+)$/, (call) => mediaBytes(store, call)],
  ];
}

async function create(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { form } = call;
  const body = form.get('Body') ?? '';
  const media = form.getAll('MediaUrl');
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  check(to !== '', 21_604, "A 'To' phone number is required.");
  check(from !== '', 21_603, "A 'From' phone number is required.");
  check(body !== '' || media.length > 0, 21_602, 'Message body is required.');
  check(body.length <= MAX_SMS_LENGTH, 21_617, 'The message body exceeds the 1600 character limit.');
  check(media.length <= 10, 21_623, 'Number of media files exceeds allowed limit.');
  check(
    media.every((url) => URL.canParse(url)),
    21_620,
    'Invalid media URL(s).',
  );
  await checkNumbers(store, from, to);
  const outcome = await outcomeOf(store, from, to);
  const item = await store.put(
    'message',
    { sid: newSid(media.length > 0 ? 'MM' : 'SM'), key: blockKey(from, to) },
    {
      from,
      to,
      body,
      direction: 'outbound-api',
      status: 'queued',
      errorCode: outcome.code,
      media: media.map((url) => ({ url, type: 'application/octet-stream' })),
      statusCallback: form.get('StatusCallback'),
      next: outcome.next,
    },
    STEP,
  );
  return json(201, shown(call, item));
}

function check(right: boolean, code: number, message: string): void {
  if (!right) throw new CarrierError(400, code, message);
}

async function checkNumbers(store: CarrierStore, from: string, to: string): Promise<void> {
  const [badFrom, badTo] = [MAGIC_FROM[from], MAGIC_TO[to]];
  if (badFrom !== undefined)
    throw new CarrierError(400, badFrom[0], `The 'From' number ${from} ${badFrom[1]}.`);
  if (badTo !== undefined) throw new CarrierError(400, badTo[0], `The 'To' number ${to} ${badTo[1]}.`);
  check(readPhone(to) !== undefined, 21_211, `The 'To' number ${to} is not a valid phone number.`);
  if (from !== MAGIC_OK)
    check(
      (await store.byKey('number', from)).length > 0,
      21_606,
      `The 'From' phone number ${from} is not yours.`,
    );
  const blocked = (await store.byKey('block', blockKey(from, to))).length > 0;
  check(!blocked, 21_610, 'Attempt to send to unsubscribed recipient');
}

async function outcomeOf(store: CarrierStore, from: string, to: string) {
  const { outcome = 'delivered' } = (await store.get('settings', 'settings'))?.data ?? {};
  const phone = readPhone(from);
  // North American carriers refuse what comes from a long code without a campaign, after the provider took it.
  const domestic = to.startsWith('+1') && from !== MAGIC_OK;
  if (domestic && phone !== undefined && needsCampaign(phone) && !(await isRegistered(store, from)))
    return { next: ['sent', 'undelivered'], code: 30_034 };
  return OUTCOMES[outcome] ?? { next: ['sent', 'delivered'], code: null };
}

async function isRegistered(store: CarrierStore, from: string): Promise<boolean> {
  const [number] = await store.byKey('number', from);
  const serviceSid = number?.data.serviceSid ?? null;
  if (serviceSid === null) return false;
  return (await store.byKey('campaign', serviceSid)).some(({ data }) => data.status === 'VERIFIED');
}

async function one(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const item = await store.get('message', call.parts[0] ?? '');
  if (item === undefined) throw notFound('Message');
  return json(200, shown(call, item));
}

async function list(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const [to, from] = [call.query.get('To'), call.query.get('From')];
  const items = (await store.newest('message', 50)).filter(
    ({ data }) => (to === null || data.to === to) && (from === null || data.from === from),
  );
  const messages = items.map((item) => shown(call, item));
  return json(200, page(`/2010-04-01/Accounts/${call.accountSid}/Messages.json`, 'messages', messages));
}

async function listMedia(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const messageSid = call.parts[0] ?? '';
  const uri = `/2010-04-01/Accounts/${call.accountSid}/Messages/${messageSid}/Media`;
  const media = (await store.byKey('media', messageSid)).map(({ sid, at, data }) => ({
    sid,
    account_sid: call.accountSid,
    parent_sid: messageSid,
    content_type: data.type,
    date_created: mailDate(at),
    date_updated: mailDate(at),
    uri: `${uri}/${sid}.json`,
  }));
  return json(200, page(`${uri}.json`, 'media_list', media));
}

async function mediaBytes(
  store: CarrierStore,
  { parts: [messageSid, sid = ''] }: CarrierCall,
): Promise<Response> {
  const item = await store.get('media', sid);
  if (item?.key !== messageSid || item === undefined) throw notFound('Media');
  return new Response(Buffer.from(item.data.base64, 'base64'), {
    headers: { 'content-type': item.data.type },
  });
}

function shown({ accountSid }: CarrierCall, { sid, at, data }: Item<'message'>): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  // What the message will fail of is not known before it fails.
  const failed = data.status === 'undelivered' || data.status === 'failed';
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: data.body,
    from: data.from,
    to: data.to,
    direction: data.direction,
    status: data.status,
    error_code: failed ? data.errorCode : null,
    error_message: null,
    num_media: String(data.media.length),
    num_segments: String(Math.max(1, smsSegments(data.body).segments)),
    price: null,
    price_unit: 'USD',
    messaging_service_sid: null,
    date_created: mailDate(at),
    date_updated: mailDate(at),
    date_sent: data.status === 'queued' ? null : mailDate(at),
    subresource_uris: { media: `${uri}/Media.json` },
    uri: `${uri}.json`,
  };
}
