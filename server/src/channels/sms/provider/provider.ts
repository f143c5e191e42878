import { z } from 'zod';
import { type Account, type Ask, askProvider, type Form } from './request.ts';

export interface ProviderSettings {
  readonly account: Account;
  /** Of messages and numbers, as in https://api.twilio.com. */
  readonly apiUrl: string;
  /** Of services and registrations, as in https://messaging.twilio.com. */
  readonly messagingUrl: string;
  readonly ask: Ask;
}

export interface TextToSend {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string;
}

export interface NumberSearch {
  /** Two letters. */
  readonly country: string;
  readonly kind: 'local' | 'toll_free';
  /** Only in North America. */
  readonly areaCode?: string | undefined;
  /** Digits that follow the area code. */
  readonly prefix?: string | undefined;
  readonly limit: number;
}

const Capabilities = z.object({
  sms: z.boolean().default(false),
  mms: z.boolean().default(false),
  voice: z.boolean().default(false),
});
// Spelt in capitals by some of its lists.
const AnyCapabilities = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null
      ? Object.fromEntries(Object.entries(given).map(([name, can]) => [name.toLowerCase(), can]))
      : {},
  Capabilities,
);

const Sent = z.object({ sid: z.string().min(1).max(64), status: z.string() });
const Available = z.object({
  available_phone_numbers: z.array(
    z.object({
      phone_number: z.string(),
      friendly_name: z.string().nullish(),
      locality: z.string().nullish(),
      region: z.string().nullish(),
      capabilities: AnyCapabilities,
    }),
  ),
});
const Bought = z.object({ sid: z.string(), phone_number: z.string(), capabilities: AnyCapabilities });
const Owned = z.object({
  incoming_phone_numbers: z.array(Bought.extend({ friendly_name: z.string().nullish() })),
});
const Hooked = z.object({ sid: z.string(), sms_url: z.string().nullish(), voice_url: z.string().nullish() });
const Placed = z.object({ sid: z.string().min(1).max(64), status: z.string() });
const Named = z.object({ sid: z.string().min(1).max(64) });
const Problems = z
  .array(z.unknown())
  .nullish()
  .transform((all) => (all ?? []).map(problemText));
const Brand = z.object({
  sid: z.string(),
  status: z.string(),
  failure_reason: z.string().nullish(),
  errors: Problems,
});
const Campaign = z.object({ sid: z.string(), campaign_status: z.string(), errors: Problems });

/** What is wrong with a registration: an object without a schema, of which people want the words. */
function problemText(problem: unknown): string {
  if (typeof problem === 'string') return problem;
  const { description, message, error_code: code } = (problem ?? {}) as Record<string, unknown>;
  const words = [description, message].find((text) => typeof text === 'string') ?? JSON.stringify(problem);
  return typeof code === 'number' ? `${String(words)} (${code})` : String(words);
}

/** The provider's API, as far as it is used. All calls throw what `askProvider` throws. */
export type Provider = ReturnType<typeof createProvider>;

export function createProvider(settings: ProviderSettings) {
  const { account, ask } = settings;
  const asked: Asked = {
    get: (url, signal) => askProvider(ask, account, 'GET', url, { signal }),
    post: (url, form, signal) => askProvider(ask, account, 'POST', new URL(url), { form, signal }),
    remove: async (url) => {
      await askProvider(ask, account, 'DELETE', new URL(url));
    },
  };
  const base = `${settings.apiUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${account.sid}`;
  const messaging = `${settings.messagingUrl.replace(/\/$/, '')}/v1`;
  return { ...textsAndNumbers(asked, base), ...calls(asked, base), ...registrations(asked, messaging) };
}

interface Asked {
  readonly get: (url: URL, signal?: AbortSignal) => Promise<unknown>;
  readonly post: (url: string, form: Form, signal?: AbortSignal) => Promise<unknown>;
  readonly remove: (url: string) => Promise<void>;
}

function textsAndNumbers({ get, post, remove }: Asked, base: string) {
  return {
    async send(text: TextToSend, signal: AbortSignal) {
      const { from, to, body, mediaUrls, statusCallback } = text;
      const form = {
        To: to,
        From: from,
        ...(body === '' ? {} : { Body: body }),
        ...(mediaUrls.length === 0 ? {} : { MediaUrl: mediaUrls }),
        StatusCallback: statusCallback,
      };
      return Sent.parse(await post(`${base}/Messages.json`, form, signal));
    },

    async searchNumbers(search: NumberSearch) {
      const kind = search.kind === 'local' ? 'Local' : 'TollFree';
      const url = new URL(`${base}/AvailablePhoneNumbers/${search.country}/${kind}.json`);
      for (const [name, value] of Object.entries(searchFields(search))) url.searchParams.set(name, value);
      return Available.parse(await get(url)).available_phone_numbers;
    },

    /** `name`: what the provider is to call it. */
    async buyNumber(
      e164: string,
      { sms, ...voice }: { readonly sms: string } & VoiceHooks,
      { name, signal }: { readonly name?: string; readonly signal?: AbortSignal } = {},
    ) {
      const called = name === undefined ? {} : { FriendlyName: name };
      const form = { PhoneNumber: e164, SmsUrl: sms, SmsMethod: 'POST', ...voiceForm(voice), ...called };
      return Bought.parse(await post(`${base}/IncomingPhoneNumbers.json`, form, signal));
    },

    /** A number as this account has it: none, or one. */
    async ownNumbers(e164: string, signal: AbortSignal) {
      const url = new URL(`${base}/IncomingPhoneNumbers.json`);
      url.searchParams.set('PhoneNumber', e164);
      return Owned.parse(await get(url, signal)).incoming_phone_numbers;
    },

    async number(sid: string) {
      return Hooked.parse(await get(new URL(`${base}/IncomingPhoneNumbers/${sid}.json`)));
    },

    releaseNumber: (sid: string) => remove(`${base}/IncomingPhoneNumbers/${sid}.json`),
  };
}

/** What the provider calls about calls of a number. */
export interface VoiceHooks {
  readonly voice: string;
  readonly status: string;
}

const voiceForm = ({ voice, status }: VoiceHooks) => ({
  VoiceUrl: voice,
  VoiceMethod: 'POST',
  StatusCallback: status,
  StatusCallbackMethod: 'POST',
});

/** One that is placed: its phone is rung, and what it then hears is asked for at `url`. */
export interface CallToPlace {
  readonly from: string;
  readonly to: string;
  readonly url: string;
  readonly statusCallback: string;
  /** Seconds that the phone rings. */
  readonly timeout: number;
}

function calls({ get, post }: Asked, base: string) {
  return {
    async call({ from, to, url, statusCallback, timeout }: CallToPlace) {
      const form = {
        To: to,
        From: from,
        Url: url,
        Method: 'POST',
        StatusCallback: statusCallback,
        StatusCallbackMethod: 'POST',
        Timeout: String(timeout),
      };
      return Placed.parse(await post(`${base}/Calls.json`, form));
    },

    async callStatus(sid: string): Promise<string> {
      return Placed.parse(await get(new URL(`${base}/Calls/${sid}.json`))).status;
    },

    /** Lets the calls of a number that is ours already come to us. */
    async hookCalls(numberSid: string, hooks: VoiceHooks): Promise<void> {
      await post(`${base}/IncomingPhoneNumbers/${numberSid}.json`, voiceForm(hooks));
    },
  };
}

function registrations({ get, post }: Asked, messaging: string) {
  return {
    async createService(name: string) {
      const form = { FriendlyName: name, UseInboundWebhookOnNumber: true };
      return Named.parse(await post(`${messaging}/Services`, form)).sid;
    },

    async addToService(serviceSid: string, numberSid: string): Promise<void> {
      await post(`${messaging}/Services/${serviceSid}/PhoneNumbers`, { PhoneNumberSid: numberSid });
    },

    async createBrand(form: Form) {
      return Brand.parse(await post(`${messaging}/a2p/BrandRegistrations`, form));
    },

    /** Hands a brand in once more, after what was wrong with it was put right in its profile. */
    async resubmitBrand(sid: string) {
      return Brand.parse(await post(`${messaging}/a2p/BrandRegistrations/${sid}`, {}));
    },

    async brand(sid: string) {
      return Brand.parse(await get(new URL(`${messaging}/a2p/BrandRegistrations/${sid}`)));
    },

    async createCampaign(serviceSid: string, form: Form) {
      return Campaign.parse(await post(`${messaging}/Services/${serviceSid}/Compliance/Usa2p`, form));
    },

    async changeCampaign(serviceSid: string, sid: string, form: Form) {
      return Campaign.parse(await post(`${messaging}/Services/${serviceSid}/Compliance/Usa2p/${sid}`, form));
    },

    async campaign(serviceSid: string, sid: string) {
      return Campaign.parse(
        await get(new URL(`${messaging}/Services/${serviceSid}/Compliance/Usa2p/${sid}`)),
      );
    },
  };
}

/** Digits of a North American number behind +1. */
const NATIONAL = 10;
const AREA = 3;

function searchFields({ country, areaCode, prefix, limit }: NumberSearch): Record<string, string> {
  const fields: Record<string, string> = { SmsEnabled: 'true', PageSize: String(limit) };
  if (areaCode !== undefined && areaCode !== '') fields['AreaCode'] = areaCode;
  if (prefix === undefined || prefix === '') return fields;
  // As a whole number with a star for every digit that may be any: so it means the start and not somewhere in it.
  const northAmerican = country === 'US' || country === 'CA';
  const start = `${(areaCode ?? '').padStart(northAmerican ? AREA : 0, '*')}${prefix}`;
  fields['Contains'] = northAmerican ? start.padEnd(NATIONAL, '*') : start;
  return fields;
}
