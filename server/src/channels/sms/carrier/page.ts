/** What the page behind the carrier shows and does. */
import { LatchboxError, refuse } from '@latchbox/shared';
import type { HttpResponse } from '@latchbox/shared/http/index';
import type { Database } from '../../../database/database.ts';
import { invalid } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { readAsAdmin } from '../../../directory/inbox-access.ts';
import { formatPhone } from '../../../lib/phone.ts';
import { CarrierError } from './answers.ts';
import type { PhoneAct } from './calls.ts';
import type { Leg } from './legs.ts';
import { CARRIER_PATH, type CarrierBox } from './carrier.ts';
import { PICTURE } from './picture.ts';
import type { Item, Kinds } from './store.ts';

type Overview = HttpResponse<'getCarrier'>;
type Settings = Overview['settings'];

const MOST_TEXTS = 200;
const MOST_LEGS = 100;
const DEFAULTS: Settings = { outcome: 'delivered', shuffled: false, twice: false };

export function createCarrierPage({ db, carrier }: { readonly db: Database; readonly carrier: CarrierBox }) {
  const asAdmin = async <T>(actor: Actor, work: () => Promise<T>): Promise<T> => {
    await readAsAdmin({ db }, actor);
    return await work().catch((error: unknown) => {
      throw error instanceof CarrierError ? told(error) : error;
    });
  };
  return {
    overview: (actor: Actor) => asAdmin(actor, () => overview(carrier)),
    text: (actor: Actor, { from, to, body, picture }: CustomerText) =>
      asAdmin(actor, async () => {
        if (body === '' && picture !== true) throw invalid('body', 'must not be empty');
        return { sid: await carrier.text({ from, to, body, media: picture === true ? [PICTURE] : [] }) };
      }),
    ring: (actor: Actor, { from, to }: { readonly from: string; readonly to: string }) =>
      asAdmin(actor, async () => ({ sid: await carrier.ring(from, to) })),
    act: (actor: Actor, sid: string, act: PhoneAct) => asAdmin(actor, () => carrier.act(sid, act)),
    change: (actor: Actor, settings: Settings) => asAdmin(actor, () => carrier.change(settings)),
    settle: (actor: Actor, sid: string, outcome: string) =>
      asAdmin(actor, () => carrier.settle(sid, outcome)),
    decide: (actor: Actor, sid: string, reason: string | null) =>
      asAdmin(actor, () => carrier.decide(sid, reason)),
  };
}

export interface CustomerText {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly picture?: boolean | undefined;
}

function told(error: CarrierError): LatchboxError {
  if (error.status === 409) return new LatchboxError('conflict', {}, { message: error.message });
  return error.status === 404 ? refuse('not_found') : invalid('', error.message);
}

const settingsOf = (stored: Kinds['settings'] | undefined): Settings => ({
  ...DEFAULTS,
  ...(stored as Settings | undefined),
});

async function overview({ store, account, baseUrl }: CarrierBox): Promise<Overview> {
  const [settings, numbers, texts, campaigns, legs] = await Promise.all([
    store.get('settings', 'settings'),
    store.newest('number', MOST_TEXTS),
    store.newest('message', MOST_TEXTS),
    store.newest('campaign', MOST_TEXTS),
    store.newest('call', MOST_LEGS),
  ]);
  const publicUrl = baseUrl.slice(0, -CARRIER_PATH.length);
  return {
    accountSid: account.sid,
    authToken: account.token,
    path: CARRIER_PATH,
    settings: settingsOf(settings?.data),
    numbers: numbers.map(({ key }) => ({ e164: key, shown: formatPhone(key) })).toReversed(),
    texts: texts.map((item) => shownText(item, publicUrl)).toReversed(),
    phones: legs.map(shownPhone).toReversed(),
    campaigns: campaigns.map(({ sid, data }) => ({
      sid,
      status: data.status,
      reason: data.reason,
      description: String(data.fields['Description'] ?? ''),
      useCase: String(data.fields['UsAppToPersonUsecase'] ?? ''),
    })),
  };
}

const FROM = { inbound: 'customer', 'outbound-api': 'team', 'outbound-reply': 'network' } as const;

function shownText({ sid, at, data }: Item<'message'>, publicUrl: string): Overview['texts'][number] {
  const inbound = data.direction === 'inbound';
  const failed = data.status === 'undelivered' || data.status === 'failed';
  return {
    sid,
    phone: inbound ? data.from : data.to,
    number: inbound ? data.to : data.from,
    from: FROM[data.direction],
    body: data.body,
    // Those of this server open wherever it is reached.
    media: data.media.map(({ url, type }) => ({
      url: url.startsWith(publicUrl) ? url.slice(publicUrl.length) : url,
      type,
    })),
    status: data.status,
    errorCode: failed ? data.errorCode : null,
    at,
  };
}

const WANTS = { key: 'key', message: 'message' } as const;

function shownPhone({ sid, at, data }: Leg): Overview['phones'][number] {
  const called = data.direction === 'inbound';
  const { waits } = data;
  return {
    sid,
    call: data.parentSid ?? sid,
    phone: called ? data.from : data.to,
    number: called ? data.to : data.from,
    direction: called ? 'out' : 'in',
    status: data.status,
    wants: waits.for === 'key' || waits.for === 'message' ? WANTS[waits.for] : 'nothing',
    heard: [...data.heard],
    at,
  };
}
