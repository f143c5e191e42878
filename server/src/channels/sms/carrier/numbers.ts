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
import { type CarrierStore, type Item, newSid } from './store.ts';

/** Nobody has numbers with it. */
const EMPTY_AREA = '533';
const MAGIC_BUY: Readonly<Record<string, readonly [number, string]>> = {
  '+15005550000': [21_422, 'is not available'],
  '+15005550001': [21_421, 'is not a valid phone number'],
};
const MOST = 30;
const CAPABILITIES = { voice: true, sms: true, mms: true, fax: false };

export function numberRoutes(store: CarrierStore): CarrierRoute[] {
  return [
    [
      'GET',
      /^\/AvailablePhoneNumbers\/([A-Z]{2})\/(Local|TollFree|Mobile)\.json$/,
      (call) => search(store, call),
    ],
    ['POST', /^\/IncomingPhoneNumbers\.json$/, (call) => buy(store, call)],
    ['GET', /^\/IncomingPhoneNumbers\.json$/, (call) => list(store, call)],
    ['GET', /^\/IncomingPhoneNumbers\/([^/]+)\.json$/, (call) => one(store, call)],
    ['POST', /^\/IncomingPhoneNumbers\/([^/]+)\.json$/, (call) => change(store, call)],
    ['DELETE', /^\/IncomingPhoneNumbers\/([^/]+)\.json$/, (call) => release(store, call)],
  ];
}

async function search(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const [country = 'US', kind = 'Local'] = call.parts;
  const { query, accountSid } = call;
  const areaCode = query.get('AreaCode') ?? '';
  const limit = Math.min(MOST, Number(query.get('PageSize') ?? MOST) || MOST);
  const found: string[] = [];
  if (areaCode !== EMPTY_AREA) {
    for (const e164 of candidates(country, kind, areaCode, query.get('Contains') ?? '')) {
      if (found.length === limit) break;
      if ((await store.byKey('number', e164)).length === 0) found.push(e164);
    }
  }
  return json(200, {
    available_phone_numbers: found.map((e164) => ({
      phone_number: e164,
      friendly_name: e164,
      iso_country: readPhone(e164)?.country ?? country,
      locality: null,
      region: null,
      postal_code: null,
      rate_center: null,
      lata: null,
      latitude: null,
      longitude: null,
      address_requirements: 'none',
      beta: false,
      capabilities: { voice: true, sms: true, mms: country === 'US' || country === 'CA' },
    })),
    uri: `/2010-04-01/Accounts/${accountSid}/AvailablePhoneNumbers/${country}/${kind}.json`,
  });
}

/** Area codes that are offered where none is asked for. */
const AREAS: Readonly<Record<string, string>> = { US: '212', CA: '416' };

/** Numbers for a search. Those of North America are 555-01xx where nothing else is wanted: nobody real has them. */
function* candidates(country: string, kind: string, areaCode: string, contains: string): Generator<string> {
  const area = kind === 'TollFree' ? '888' : AREAS[country];
  if (area === undefined) {
    // Kept for plays by the British regulator, like 555 elsewhere.
    if (country === 'GB')
      for (let nth = 0; nth < 100; nth += 1) yield `+447700900${String(nth).padStart(3, '0')}`;
    return;
  }
  const pattern = /^[\d*]{10}$/.test(contains) ? contains : '*'.repeat(10);
  const offered = new Set<string>();
  for (let nth = 0; nth < 100; nth += 1) {
    const own = `${areaCode === '' ? area : areaCode}55501${String(nth).padStart(2, '0')}`;
    offered.add(Array.from(own, (digit, at) => (pattern[at] === '*' ? digit : pattern[at])).join(''));
  }
  for (const national of offered) yield `+1${national}`;
}

async function buy(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { form } = call;
  const areaCode = form.get('AreaCode');
  const wanted = form.get('PhoneNumber') ?? (areaCode === null ? '' : await firstOf(store, areaCode));
  const magic = MAGIC_BUY[wanted];
  if (magic !== undefined) throw new CarrierError(400, magic[0], `${wanted} ${magic[1]}`);
  const e164 = readPhone(wanted)?.e164;
  if (e164 === undefined) throw new CarrierError(400, 21_421, `${wanted} is not a valid phone number`);
  if ((await store.byKey('number', e164)).length > 0)
    throw new CarrierError(400, 21_422, `${e164} is not available`);
  const data = {
    phoneNumber: e164,
    smsUrl: form.get('SmsUrl') ?? '',
    voiceUrl: form.get('VoiceUrl') ?? '',
    statusCallback: form.get('StatusCallback') ?? '',
    friendlyName: form.get('FriendlyName') ?? e164,
    serviceSid: null,
  };
  return json(201, shown(call, await store.put('number', { sid: newSid('PN'), key: e164 }, data)));
}

async function firstOf(store: CarrierStore, areaCode: string): Promise<string> {
  if (areaCode !== EMPTY_AREA) {
    for (const e164 of candidates('US', 'Local', areaCode, ''))
      if ((await store.byKey('number', e164)).length === 0) return e164;
  }
  throw new CarrierError(400, 21_452, `No phone numbers found in area code ${areaCode}`);
}

async function list(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const wanted = call.query.get('PhoneNumber');
  const items = (await store.newest('number', 200)).filter(
    ({ data }) => wanted === null || data.phoneNumber === wanted,
  );
  const uri = `/2010-04-01/Accounts/${call.accountSid}/IncomingPhoneNumbers.json`;
  return json(
    200,
    page(
      uri,
      'incoming_phone_numbers',
      items.map((item) => shown(call, item)),
    ),
  );
}

async function known(store: CarrierStore, { parts: [sid = ''] }: CarrierCall): Promise<Item<'number'>> {
  const item = await store.get('number', sid);
  if (item === undefined) throw notFound('IncomingPhoneNumber');
  return item;
}

async function one(store: CarrierStore, call: CarrierCall): Promise<Response> {
  return json(200, shown(call, await known(store, call)));
}

async function change(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { sid, key, at, data } = await known(store, call);
  const { form } = call;
  const changed = {
    ...data,
    smsUrl: form.get('SmsUrl') ?? data.smsUrl,
    voiceUrl: form.get('VoiceUrl') ?? data.voiceUrl ?? '',
    statusCallback: form.get('StatusCallback') ?? data.statusCallback ?? '',
    friendlyName: form.get('FriendlyName') ?? data.friendlyName,
  };
  return json(200, shown(call, await store.put('number', { sid, key, at }, changed)));
}

async function release(store: CarrierStore, call: CarrierCall): Promise<Response> {
  await store.remove((await known(store, call)).sid);
  return new Response(null, { status: 204 });
}

function shown({ accountSid }: CarrierCall, { sid, at, data }: Item<'number'>): object {
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    phone_number: data.phoneNumber,
    friendly_name: data.friendlyName,
    capabilities: CAPABILITIES,
    sms_url: data.smsUrl,
    sms_method: 'POST',
    sms_fallback_url: '',
    sms_fallback_method: 'POST',
    sms_application_sid: null,
    voice_url: data.voiceUrl ?? '',
    voice_method: 'POST',
    voice_fallback_url: null,
    voice_fallback_method: 'POST',
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    status_callback: data.statusCallback ?? '',
    status_callback_method: 'POST',
    address_requirements: 'none',
    address_sid: null,
    identity_sid: null,
    bundle_sid: null,
    trunk_sid: null,
    emergency_status: 'Active',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    type: readPhone(data.phoneNumber)?.kind === 'toll_free' ? 'toll-free' : 'local',
    date_created: mailDate(at),
    date_updated: mailDate(at),
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  };
}
