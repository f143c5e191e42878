/** Services, brands and campaigns: what the carriers of the United States want before they let a long code send. */
import {
  type CarrierCall,
  CarrierError,
  type CarrierRoute,
  isoDate,
  json,
  mailDate,
  notFound,
} from './answers.ts';
import { type CarrierStore, type Item, newSid } from './store.ts';

/** Ms until a brand is decided. */
const BRAND_TAKES = 300;
/** A profile that no brand is approved with, for tests of a rejection. */
export const REJECTED_PROFILE = `BU${'f'.repeat(32)}`;
const PROFILE = /^BU[0-9a-fA-F]{32}$/;

export function registrationRoutes(store: CarrierStore): CarrierRoute[] {
  return [
    ['POST', /^\/v1\/Services$/, (call) => createService(store, call)],
    ['GET', /^\/v1\/Services\/([^/]+)$/, (call) => service(store, call)],
    ['POST', /^\/v1\/Services\/([^/]+)\/PhoneNumbers$/, (call) => addNumber(store, call)],
    ['POST', /^\/v1\/a2p\/BrandRegistrations$/, (call) => createBrand(store, call)],
    ['GET', /^\/v1\/a2p\/BrandRegistrations\/([^/]+)$/, (call) => brand(store, call)],
    ['POST', /^\/v1\/a2p\/BrandRegistrations\/([^/]+)$/, (call) => resubmitBrand(store, call)],
    ['POST', /^\/v1\/Services\/([^/]+)\/Compliance\/Usa2p$/, (call) => createCampaign(store, call)],
    ['GET', /^\/v1\/Services\/([^/]+)\/Compliance\/Usa2p\/([^/]+)$/, (call) => campaign(store, call)],
    ['POST', /^\/v1\/Services\/([^/]+)\/Compliance\/Usa2p\/([^/]+)$/, (call) => changeCampaign(store, call)],
  ];
}

async function knownService(
  store: CarrierStore,
  { parts: [sid = ''] }: CarrierCall,
): Promise<Item<'service'>> {
  const item = await store.get('service', sid);
  if (item === undefined) throw notFound('Service');
  return item;
}

async function createService(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const name = call.form.get('FriendlyName') ?? '';
  if (name === '') throw wrong('FriendlyName is required.');
  return json(201, shownService(call, await store.put('service', { sid: newSid('MG') }, { name })));
}

async function service(store: CarrierStore, call: CarrierCall): Promise<Response> {
  return json(200, shownService(call, await knownService(store, call)));
}

function shownService({ accountSid, baseUrl }: CarrierCall, { sid, at, data }: Item<'service'>): object {
  const url = `${baseUrl}/v1/Services/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    friendly_name: data.name,
    date_created: isoDate(at),
    date_updated: isoDate(at),
    url,
    links: { phone_numbers: `${url}/PhoneNumbers`, us_app_to_person: `${url}/Compliance/Usa2p` },
  };
}

async function addNumber(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { sid: serviceSid } = await knownService(store, call);
  const item = await store.get('number', call.form.get('PhoneNumberSid') ?? '');
  if (item === undefined) throw notFound('PhoneNumber');
  const { sid, key, at, data } = item;
  if (data.serviceSid !== null && data.serviceSid !== serviceSid)
    throw new CarrierError(409, 21_712, 'Phone Number is associated with another Messaging Service.');
  await store.put('number', { sid, key, at }, { ...data, serviceSid });
  return json(201, {
    sid,
    account_sid: call.accountSid,
    service_sid: serviceSid,
    date_created: mailDate(at),
    date_updated: mailDate(at),
    phone_number: data.phoneNumber,
    country_code: 'US',
    capabilities: ['MMS', 'SMS', 'Voice'],
    url: `${call.baseUrl}/v1/Services/${serviceSid}/PhoneNumbers/${sid}`,
  });
}

const wrong = (message: string): CarrierError => new CarrierError(400, 20_001, message);

async function createBrand(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { form } = call;
  const profile = form.get('CustomerProfileBundleSid') ?? '';
  const a2pProfile = form.get('A2PProfileBundleSid') ?? '';
  if (!PROFILE.test(profile) || !PROFILE.test(a2pProfile)) throw wrong('Bundle sids begin with BU.');
  const brandType = form.get('BrandType') ?? 'STANDARD';
  const data = { status: 'PENDING', profile, a2pProfile, brandType, reason: null };
  return json(201, shownBrand(call, await store.put('brand', { sid: newSid('BN') }, data, BRAND_TAKES)));
}

async function knownBrand(store: CarrierStore, sid: string): Promise<Item<'brand'>> {
  const item = await store.get('brand', sid);
  if (item === undefined) throw notFound('BrandRegistration');
  return item;
}

async function brand(store: CarrierStore, call: CarrierCall): Promise<Response> {
  return json(200, shownBrand(call, await knownBrand(store, call.parts[0] ?? '')));
}

async function resubmitBrand(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { sid, at, data } = await knownBrand(store, call.parts[0] ?? '');
  const again = { ...data, status: 'PENDING', reason: null };
  return json(202, shownBrand(call, await store.put('brand', { sid, at }, again, BRAND_TAKES)));
}

/** A brand's turn has come. */
export async function decideBrand(store: CarrierStore, { sid, at, data }: Item<'brand'>): Promise<void> {
  const rejected = data.profile.toLowerCase() === REJECTED_PROFILE;
  const decided = rejected
    ? { status: 'FAILED', reason: 'The company could not be verified with this tax number.' }
    : { status: 'APPROVED', reason: null };
  await store.put('brand', { sid, at }, { ...data, ...decided });
}

function shownBrand({ accountSid, baseUrl }: CarrierCall, { sid, at, data }: Item<'brand'>): object {
  const url = `${baseUrl}/v1/a2p/BrandRegistrations/${sid}`;
  const approved = data.status === 'APPROVED';
  return {
    sid,
    account_sid: accountSid,
    customer_profile_bundle_sid: data.profile,
    a2p_profile_bundle_sid: data.a2pProfile,
    brand_type: data.brandType,
    status: data.status,
    failure_reason: data.reason,
    errors: data.reason === null ? [] : [{ description: data.reason, error_code: 30_795 }],
    tcr_id: approved ? 'BSIMUL8' : null,
    brand_score: approved ? 60 : null,
    brand_feedback: [],
    identity_status: approved ? 'VERIFIED' : 'UNVERIFIED',
    russell_3000: false,
    government_entity: false,
    tax_exempt_status: null,
    skip_automatic_sec_vet: false,
    mock: true,
    date_created: isoDate(at),
    date_updated: isoDate(at),
    url,
    links: { brand_vettings: `${url}/Vettings`, brand_registration_otps: `${url}/SmsOtp` },
  };
}

const LISTS = new Set(['MessageSamples', 'OptInKeywords', 'OptOutKeywords', 'HelpKeywords']);
const FLAGS = ['HasEmbeddedLinks', 'HasEmbeddedPhone'];

/** What the form says, checked as the provider does. */
function campaignFields(form: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const fields = Object.fromEntries(
    [...new Set(form.keys())].map((name) => [
      name,
      LISTS.has(name) ? form.getAll(name) : (form.get(name) ?? ''),
    ]),
  );
  const samples = form.getAll('MessageSamples');
  const description = form.get('Description') ?? '';
  if (description.length < 40 || description.length > 4_096)
    throw wrong('Description has a length of 40 to 4096 characters.');
  if (samples.length < 2 || samples.length > 5) throw wrong('There are two to five message samples.');
  if (samples.some(({ length }) => length < 20 || length > 1_024))
    throw wrong('A message sample has a length of 20 to 1024 characters.');
  if ((form.get('MessageFlow') ?? '').length < 40)
    throw wrong('MessageFlow has a length of 40 characters at least.');
  for (const flag of FLAGS)
    if (!['true', 'false'].includes((form.get(flag) ?? '').toLowerCase()))
      throw wrong(`${flag} is required.`);
  return fields;
}

async function createCampaign(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { sid: serviceSid } = await knownService(store, call);
  const brandSid = call.form.get('BrandRegistrationSid') ?? '';
  if ((await knownBrand(store, brandSid)).data.status !== 'APPROVED')
    throw wrong('The brand is not approved.');
  const others = await store.byKey('campaign', serviceSid);
  if (others.length > 0) throw new CarrierError(409, 21_717, 'The service has a campaign already.');
  const fields = campaignFields(call.form);
  const data = { serviceSid, brandSid, status: 'IN_PROGRESS', reason: null, fields };
  const item = await store.put('campaign', { sid: newSid('QE'), key: serviceSid }, data);
  return json(201, shownCampaign(call, item));
}

async function knownCampaign(store: CarrierStore, { parts: [serviceSid, sid = ''] }: CarrierCall) {
  const item = await store.get('campaign', sid);
  if (item === undefined || item.data.serviceSid !== serviceSid) throw notFound('UsAppToPerson');
  return item;
}

async function campaign(store: CarrierStore, call: CarrierCall): Promise<Response> {
  return json(200, shownCampaign(call, await knownCampaign(store, call)));
}

async function changeCampaign(store: CarrierStore, call: CarrierCall): Promise<Response> {
  const { sid, key, at, data } = await knownCampaign(store, call);
  const fields = { ...data.fields, ...campaignFields(call.form) };
  const changed = { ...data, fields, status: 'IN_PROGRESS', reason: null };
  return json(200, shownCampaign(call, await store.put('campaign', { sid, key, at }, changed)));
}

function shownCampaign({ accountSid, baseUrl }: CarrierCall, { sid, at, data }: Item<'campaign'>): object {
  const { fields } = data;
  const flag = (name: string): boolean => fields[name] === 'true';
  return {
    sid,
    account_sid: accountSid,
    brand_registration_sid: data.brandSid,
    messaging_service_sid: data.serviceSid,
    description: fields['Description'],
    message_samples: fields['MessageSamples'],
    message_flow: fields['MessageFlow'],
    us_app_to_person_usecase: fields['UsAppToPersonUsecase'],
    has_embedded_links: flag('HasEmbeddedLinks'),
    has_embedded_phone: flag('HasEmbeddedPhone'),
    subscriber_opt_in: flag('SubscriberOptIn'),
    age_gated: flag('AgeGated'),
    direct_lending: flag('DirectLending'),
    campaign_status: data.status,
    campaign_id: data.status === 'VERIFIED' ? 'CSIMUL8' : null,
    is_externally_registered: false,
    rate_limits: {},
    opt_in_message: fields['OptInMessage'] ?? null,
    opt_out_message: fields['OptOutMessage'] ?? null,
    help_message: fields['HelpMessage'] ?? null,
    opt_in_keywords: fields['OptInKeywords'] ?? [],
    opt_out_keywords: fields['OptOutKeywords'] ?? ['STOP'],
    help_keywords: fields['HelpKeywords'] ?? ['HELP'],
    errors: data.reason === null ? [] : [{ description: data.reason, error_code: 30_909 }],
    mock: true,
    date_created: isoDate(at),
    date_updated: isoDate(at),
    url: `${baseUrl}/v1/Services/${data.serviceSid}/Compliance/Usa2p/${sid}`,
  };
}
