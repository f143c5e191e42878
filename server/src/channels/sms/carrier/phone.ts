/** The customer's side of the carrier: a phone that texts, and what the network does by itself. */
import { readPhone } from '../../../lib/phone.ts';
import { optWord } from '../rules/opt-words.ts';
import { CarrierError, notFound } from './answers.ts';
import { blockKey, OUTCOMES, STEP } from './messages.ts';
import { type CarrierStore, type Item, newSid } from './store.ts';
import { type CarrierHooks, enqueueWebhook } from './webhooks.ts';

export interface PhoneText {
  /** The customer's number. */
  readonly from: string;
  /** One of the account's. */
  readonly to: string;
  readonly body: string;
  readonly media: readonly { readonly type: string; readonly base64: string }[];
}

const CONFIRMATIONS = {
  stop: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  start:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe.',
  help: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
} as const;

/** A customer texts: the network obeys STOP, START and HELP, confirms them itself, and brings the message all the same. */
export async function textFrom(hooks: CarrierHooks, baseUrl: string, text: PhoneText): Promise<string> {
  const { store } = hooks;
  const [number] = await store.byKey('number', text.to);
  const from = readPhone(text.from)?.e164;
  if (number === undefined) throw notFound('PhoneNumber');
  if (from === undefined) throw new CarrierError(400, 21_211, `${text.from} is not a valid phone number`);
  const sid = newSid(text.media.length > 0 ? 'MM' : 'SM');
  const media = await storeMedia(hooks, baseUrl, sid, text.media);
  const data = {
    from,
    to: text.to,
    body: text.body,
    direction: 'inbound' as const,
    status: 'received',
    errorCode: null,
    media,
    statusCallback: null,
    next: [],
  };
  await store.put('message', { sid, key: blockKey(text.to, from) }, data);
  const word = optWord(text.body);
  if (word !== undefined) await obey(store, text.to, from, word);
  if (number.data.smsUrl !== '') {
    const fields = inboundFields({ sid, from, to: text.to, body: text.body, media });
    const asked = word === undefined ? [] : [['OptOutType', word.toUpperCase()] as const];
    await enqueueWebhook(hooks, number.data.smsUrl, [...fields, ...asked]);
  }
  return sid;
}

async function storeMedia(
  { store, account }: CarrierHooks,
  baseUrl: string,
  messageSid: string,
  media: PhoneText['media'],
): Promise<{ url: string; type: string }[]> {
  const links: { url: string; type: string }[] = [];
  for (const { type, base64 } of media) {
    const sid = newSid('ME');
    await store.put('media', { sid, key: messageSid }, { messageSid, type, base64 });
    const url = `${baseUrl}/2010-04-01/Accounts/${account.sid}/Messages/${messageSid}/Media/${sid}`;
    links.push({ url, type });
  }
  return links;
}

async function obey(
  store: CarrierStore,
  ours: string,
  theirs: string,
  word: keyof typeof CONFIRMATIONS,
): Promise<void> {
  const key = blockKey(ours, theirs);
  const blocks = await store.byKey('block', key);
  if (word === 'start') for (const { sid } of blocks) await store.remove(sid);
  if (word === 'stop' && blocks.length === 0)
    await store.put('block', { sid: newSid('BL'), key }, { at: await store.now() });
  // Said once: nobody who stopped already is told so again.
  if (word === 'stop' ? blocks.length > 0 : word === 'start' && blocks.length === 0) return;
  await store.put(
    'message',
    { sid: newSid('SM'), key },
    {
      from: ours,
      to: theirs,
      body: CONFIRMATIONS[word],
      direction: 'outbound-reply',
      status: 'delivered',
      errorCode: null,
      media: [],
      statusCallback: null,
      next: [],
    },
  );
}

function inboundFields(text: {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly media: readonly { url: string; type: string }[];
}): (readonly [string, string])[] {
  const { sid, from, to, body, media } = text;
  return [
    ['MessageSid', sid],
    ['SmsSid', sid],
    ['SmsMessageSid', sid],
    ['SmsStatus', 'received'],
    ['From', from],
    ['To', to],
    ['Body', body],
    ['NumSegments', '1'],
    ['NumMedia', String(media.length)],
    ...media.flatMap(({ url, type }, nth) => [
      [`MediaUrl${nth}`, url] as const,
      [`MediaContentType${nth}`, type] as const,
    ]),
    ['FromCountry', readPhone(from)?.country ?? ''],
    ['ToCountry', readPhone(to)?.country ?? ''],
  ];
}

/** A message's turn has come: its next status, told to whoever asked, and when the one after it is due. */
export async function stepMessage(hooks: CarrierHooks, item: Item<'message'>): Promise<void> {
  const { store } = hooks;
  const [status, ...next] = item.data.next;
  if (status === undefined) {
    await store.put('message', item, item.data);
    return;
  }
  const data = { ...item.data, status, next };
  await tell(hooks, { ...item, data });
  await store.put('message', item, data, next.length === 0 ? null : STEP);
}

/** Gives a message another end than the one it was going to have, also after it had one. */
export async function settleMessage(hooks: CarrierHooks, sid: string, outcome: string): Promise<void> {
  const { store } = hooks;
  const item = await store.get('message', sid);
  const wanted = OUTCOMES[outcome];
  if (item === undefined || wanted === undefined || item.data.direction !== 'outbound-api')
    throw notFound('Message');
  const status = wanted.next.at(-1) ?? 'sent';
  const data = { ...item.data, status, errorCode: wanted.code, next: [] };
  await store.put('message', item, data);
  await tell(hooks, { ...item, data });
}

/** In the order of a real network: none. Shuffled, the last news come before the ones before it; twice is twice. */
async function tell(hooks: CarrierHooks, { sid, data }: Item<'message'>): Promise<void> {
  if (data.statusCallback === null || data.statusCallback === '') return;
  const settings = (await hooks.store.get('settings', 'settings'))?.data;
  const failed = data.status === 'undelivered' || data.status === 'failed';
  const fields: (readonly [string, string])[] = [
    ['MessageSid', sid],
    ['SmsSid', sid],
    ['MessageStatus', data.status],
    ['SmsStatus', data.status],
    ['From', data.from],
    ['To', data.to],
    ...(failed && data.errorCode !== null ? [['ErrorCode', String(data.errorCode)] as const] : []),
  ];
  const late = settings?.shuffled === true && data.next.length > 0 ? STEP * 3 : 0;
  const times = settings?.twice === true ? 2 : 1;
  for (let time = 0; time < times; time += 1) await enqueueWebhook(hooks, data.statusCallback, fields, late);
}
