/** The channel of texts: its parts put together, with a real provider or with the carrier in a box. */
import type { Database } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { fetchOutside } from '../../lib/outgoing.ts';
import type { Messaging } from '../../messaging/api.ts';
import type { Channel } from '../../messaging/delivery/channel.ts';
import { createNumberDesk } from './admin/number-desk.ts';
import { createNumbers } from './admin/numbers.ts';
import { createOptOuts } from './admin/opt-outs.ts';
import { createCampaigns } from './campaigns/campaigns.ts';
import { stepCampaigns } from './campaigns/job.ts';
import { type CarrierBox, carrierAccount, createCarrierBox } from './carrier/carrier.ts';
import { createCarrierPage } from './carrier/page.ts';
import { hooksAt, VOICE_PATH } from '../voice/deps.ts';
import { createVoice, type OfficeHours } from '../voice/voice.ts';
import { checkNumber } from './check.ts';
import type { FetchMedia } from './in/media.ts';
import { createWebhooks } from './in/webhooks.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import { createDelivery } from './out/deliver.ts';
import { forgetUnknown, tellNews } from './out/news-teller.ts';
import { createProvider, type Provider } from './provider/provider.ts';
import type { Account, Ask } from './provider/request.ts';

export interface SmsDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  readonly messaging: Pick<Messaging, 'receive'>;
  readonly files: FileStore;
  /** The deployment's own secret. */
  readonly secret: string;
  /** Under which this server is reached from outside, without a slash at its end. */
  readonly publicUrl: string;
  /** `host` or `host:port` that may have a private address. */
  readonly allowedHosts: readonly string[];
  /** Where our own people open the page, for links in mail to them. */
  readonly pageUrl?: string | undefined;
  /** Whether somebody answers calls of an inbox at a time; default: always. */
  readonly isOpen?: OfficeHours;
  /** Undefined: the carrier in this process. */
  readonly provider: ProviderAddress | undefined;
}

export interface ProviderAddress {
  readonly account: Account;
  readonly apiUrl: string;
  readonly messagingUrl: string;
}

/** Ms between two looks for news to tell, for registrations to take further, and for news that nobody asked for. */
const TELL_EVERY = 1_000;
const CAMPAIGNS_EVERY = 1_000;
const FORGET_EVERY = 30_000;
/** Ms between two questions whether a registration was decided: it takes the real carriers days. */
const POLL = { real: 300_000, simulated: 500 } as const;

/** Of a provider: ten files of 5 MB in all. */
const ABILITIES = {
  subject: false,
  html: false,
  copies: false,
  files: { most: 10, bytes: 5 * 1_024 * 1_024 },
  segments: true,
} as const;

export type Sms = ReturnType<typeof createSms>;

export function createSms(deps: SmsDeps) {
  const { db, wake, clock, log, publicUrl, secret } = deps;
  const account = deps.provider?.account ?? carrierAccount(secret);
  const webhooks = createWebhooks({
    ...deps,
    token: account.token,
    fetchMedia: (url, limits) => fetchMedia(url, limits),
    heard: () => teller.poke(),
  });
  const carrier =
    deps.provider === undefined
      ? createCarrierBox({ db, clock, log, account, publicUrl, call: (request) => calledBack(request) })
      : undefined;
  const provider = createProvider({ account, ...askOf(deps.provider, carrier) });
  const fetchMedia = mediaFetcher(deps, account, carrier);
  const voice = createVoiceOf(deps, provider, account, fetchMedia);
  const calledBack: Ask = (request) =>
    new URL(request.url).pathname.startsWith(VOICE_PATH) ? voice.webhooks(request) : webhooks(request);
  const deliver = createDelivery({ db, provider, clock, publicUrl, secret });

  const loop = (every: number, what: string, look: () => Promise<void>): Loop =>
    createLoop({ clock, log, every, what, look });
  const teller = loop(TELL_EVERY, 'News of texts could not be told', () => tellNews({ db, wake, log }));
  const forgetter = loop(FORGET_EVERY, 'Old news of texts could not be forgotten', () => forgetUnknown(db));
  const pollEvery = carrier === undefined ? POLL.real : POLL.simulated;
  const job = loop(CAMPAIGNS_EVERY, 'Registrations could not be taken further', () =>
    stepCampaigns({ db, wake, provider, log, pollEvery, pageUrl: deps.pageUrl }),
  );
  const loops = [teller, forgetter, job, ...voice.loops, ...(carrier === undefined ? [] : [carrier])];

  const channel: Channel = {
    name: 'sms',
    deliver,
    describe: () => ABILITIES,
    check: (accountId) => checkNumber({ db, provider, publicUrl }, accountId),
    start: () => {
      for (const one of loops) one.start();
    },
    stop: async () => {
      await Promise.all(loops.map((one) => one.stop()));
    },
  };
  const campaigns = createCampaigns({ db, log, poke: () => job.poke() });
  const campaignWanted = (teamId: string) => campaigns.numberAdded(teamId);
  const buying = { db, wake, provider, log, publicUrl, voiceHooks: voice.hooks, campaignWanted };
  return {
    channel,
    publicUrl,
    webhooks: calledBack,
    voice,
    campaigns,
    numbers: createNumbers(buying),
    desk: createNumberDesk(buying),
    optOuts: createOptOuts({ db }),
    carrier: carrier && { handle: carrier.handle, page: createCarrierPage({ db, carrier }) },
  };
}

function createVoiceOf(deps: SmsDeps, provider: Provider, { token }: Account, fetchMedia: FetchMedia) {
  const { isOpen = () => Promise.resolve(true), publicUrl } = deps;
  return createVoice({ ...deps, isOpen, provider, token, fetchMedia, hook: hooksAt(publicUrl) });
}

function askOf(
  address: ProviderAddress | undefined,
  carrier: CarrierBox | undefined,
): { readonly apiUrl: string; readonly messagingUrl: string; readonly ask: Ask } {
  if (address !== undefined) return { ...address, ask: (request) => fetch(request) };
  if (carrier === undefined) throw new Error('there is neither a provider nor a carrier');
  return { apiUrl: carrier.baseUrl, messagingUrl: carrier.baseUrl, ask: carrier.handle };
}

/** Files lie at the provider behind its account, and from there often behind a redirect that must not learn it. */
function mediaFetcher(
  { allowedHosts, provider }: SmsDeps,
  account: Account,
  carrier: CarrierBox | undefined,
): FetchMedia {
  const authorization = `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`;
  const api = provider === undefined ? undefined : new URL(provider.apiUrl);
  return async (url, { max, signal }) => {
    if (carrier !== undefined && url.href.startsWith(`${carrier.baseUrl}/`)) {
      const response = await carrier.handle(new Request(url, { headers: { authorization } }));
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const type = response.headers.get('content-type') ?? '';
      return { body: Buffer.from(await response.arrayBuffer()), type };
    }
    const own = api !== undefined && url.origin === api.origin;
    const { status, body, headers } = await fetchOutside(url, {
      // Whoever set the provider's address knows where it stands.
      allowedHosts: api === undefined ? allowedHosts : [...allowedHosts, api.host],
      timeout: TIMEOUT,
      maxBytes: max,
      signal,
      redirects: 3,
      ...(own ? { authorization } : {}),
    });
    if (status !== 200) throw new Error(`answered ${status}`);
    return { body, type: headers['content-type'] ?? '' };
  };
}

/** Ms for one file. */
const TIMEOUT = 8_000;
