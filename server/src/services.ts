/** Wires one server's services together, and starts nothing. With `app.ts` the only file that knows all the parts. */
import { join, resolve } from 'node:path';
import { createImageCache } from './channels/email/html/image-cache.ts';
import { sanitiseHtml } from './channels/email/html/sanitise.ts';
import { createMailViews } from './channels/email/html/mail-views.ts';
import { createRemoteImages } from './channels/email/html/remote-images.ts';
import { createMailIntake } from './channels/email/in/intake.ts';
import { takeRequests } from './channels/email/in/requests-by-mail.ts';
import { createMailAccounts } from './channels/email/mailboxes/accounts.ts';
import { createEmailChannel } from './channels/email/out/email-channel.ts';
import { createMailsLeft } from './channels/email/out/mails-left.ts';
import { createDkimDomains } from './channels/email/out/dkim/dkim-domains.ts';
import { createSignMail } from './channels/email/out/dkim/sign-mail.ts';
import { createHandNotice, noticesFrom } from './channels/email/out/notice-mail.ts';
import { createRelay } from './channels/email/out/relay.ts';
import { createOutgoingMail } from './channels/email/outgoing/outgoing-mail.ts';
import { readRelayUrl } from './channels/email/out/relay-url.ts';
import { createSimulator } from './channels/simulator/simulator.ts';
import { createDemoTexts } from './channels/sms/demo-texts.ts';
import { createSms, type Sms } from './channels/sms/sms.ts';
import type { Cluster } from './cluster/open.ts';
import type { PresenceRegistry } from './cluster/registry.ts';
import type { HeartSignals } from './collaboration/api.ts';
import { createHeart, type Heart } from './collaboration/heart.ts';
import { createPresence } from './collaboration/presence.ts';
import type { WhoIsThere } from './collaboration/there.ts';
import { createTyping } from './collaboration/typing.ts';
import type { Hints } from './cluster/hints.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { Wake } from './database/event-log.ts';
import type { DeploymentIdentity } from './database/meta.ts';
import { createAssignment } from './directory/assignment.ts';
import { createContacts } from './contacts/api.ts';
import { createDirectory } from './directory/directory.ts';
import { HAND_ON } from './directory/leave-behind.ts';
import { createPasswords } from './directory/passwords.ts';
import { createSavedViews } from './directory/saved-views.ts';
import { createDiskFiles } from './files/disk-files.ts';
import { createFiles } from './files/files.ts';
import { createHours } from './hours/hours.ts';
import type { InboxDraftDeps } from './inbox-drafts/api.ts';
import { createInboxDrafts } from './inbox-drafts/inbox-drafts.ts';
import type { Clock } from './lib/clock.ts';
import { createReadingEnds } from './seats/readings.ts';
import { createSeats } from './seats/seats.ts';
import { createResolver } from './lib/resolver.ts';
import { createSeal } from './lib/seal.ts';
import type { Log } from './lib/log.ts';
import type { Channel } from './messaging/delivery/channel.ts';
import type { Messaging, SendDoor } from './messaging/api.ts';
import { type Composing, createComposing } from './messaging/composing/composing.ts';
import { auditFences } from './messaging/sending/fence-audit.ts';
import type { MessagingDeps } from './messaging/deps.ts';
import { createMessaging } from './messaging/messaging.ts';
import { createNotices } from './notices/notices.ts';
import { postNotice } from './notices/notify.ts';
import { createNotifications } from './notices/notifications.ts';
import { createNotificationSettings } from './notices/settings.ts';
import { createOutboxWorker } from './messaging/delivery/outbox-worker.ts';
import { createScheduleRunner } from './messaging/scheduling/schedule-runner.ts';
import { createSendDoor, type SendDeps } from './messaging/sending/send.ts';
import { createDealer } from './messaging/conversations/dealer.ts';
import { createSnoozeWaker } from './messaging/conversations/snooze-waker.ts';
import type { Telemetry } from './metrics/telemetry.ts';
import { createGateway, type Figures } from './realtime/gateway.ts';
import { DEFAULT_RATES, scaleRates } from './realtime/rates.ts';
import type { RealtimeSettings } from './realtime/settings.ts';
import type { UsersDeps } from './users/deps.ts';
import { createLinkEnds } from './users/forget-links.ts';
import { createHandOns } from './users/hand-on.ts';
import { createUsers } from './users/users.ts';

export interface ServiceDeps {
  readonly config: Config;
  readonly db: Database;
  readonly identity: DeploymentIdentity;
  readonly cluster: Omit<Cluster, 'ready'>;
  readonly telemetry?: Telemetry;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
}

/** Everything between the stores and the wires: one server's services, not yet started. */
export function createServices(deps: ServiceDeps) {
  const { config, db, identity, cluster, telemetry, clock, log, serverId } = deps;
  const { hints, leases, registry } = cluster;
  // A hint reaches this process at once and the others a moment later; the pump is woken the same way by all.
  const wake: Wake = (stream, appended) => {
    telemetry?.locks.committed(appended?.event);
    hints.publish('wake', stream, appended);
  };
  // Without a worker here another server's is told, or finds out by itself within a second.
  const poke = config.ROLES.includes('worker') ? () => outbox.poke() : () => hints.publish(OUTBOX, null);
  const { UNDO_FOR_MS: undoFor, TYPING_EXPIRES_MS: typingExpires } = config;
  const base = { db, hints, clock, log, wake, serverId, undoFor, logEpoch: identity.logEpoch };

  // The heart and presence speak to sockets that the gateway has, and the gateway acts through them: they meet here.
  const signals = signalsTo(telemetry, () => gateway.signals);
  const emit: Parameters<typeof createPresence>[0]['emit'] = (inboxId, item) =>
    gateway.emitToInbox(inboxId, item);

  const there: WhoIsThere = (agentId) => presence.sessionsOf(agentId);
  const heart = createHeart({ ...base, leases, signals, there, ...heartSettings(config) });
  const presence = createPresence({ ...base, registry, emit, beat: config.PRESENCE_BEAT_MS, typingExpires });
  const typing = createTyping({ ...base, registry, emit, expiresAfter: typingExpires });
  const messaging = createMessaging({ ...base, poke, endLocks: endsLocks(heart) });
  const mailDeps = { ...base, telemetry, messaging, secret: identity.tokenSecret };
  const { email, ...mail } = createMail(config, mailDeps);
  const simulator = createSimulator({ db, messaging, secret: identity.tokenSecret });
  const sms = createTexting(config, mailDeps);
  const channels = [simulator, email, ...(sms === undefined ? [] : [sms.channel])];
  const { outbox, ...doors } = createSending({ ...base, poke, heart, telemetry, channels }, config);
  const timers = createTimers(config, { ...base, registry, sendDoor: doors.sendDoor });
  const administration = createAdministration(config, identity.tokenSecret, {
    ...base,
    locks: heart.locks,
    numbers: sms?.desk,
  });
  const gateway = createGateway({
    ...base,
    sessions: heart.sessions,
    locks: heart.locks,
    ...doors,
    messaging,
    ...administration,
    presence,
    typing,
    settings: gatewaySettings(config),
    figures: figuresOf(telemetry),
  });
  return {
    heart,
    presence,
    typing,
    messaging,
    ...mail,
    mailIntake: takeRequests(mail.mailIntake, { ...base, ...administration.seats }),
    ...timers,
    simulator,
    sms,
    outbox,
    ...doors,
    ...administration,
    gateway,
  };
}

function signalsTo(telemetry: Telemetry | undefined, gateway: () => HeartSignals): HeartSignals {
  return {
    uncertain: (sessionId, conversationId, fence, uncertain) => {
      telemetry?.locks.uncertain(uncertain);
      gateway().uncertain(sessionId, conversationId, fence, uncertain);
    },
    dropOlder: (...told) => gateway().dropOlder(...told),
  };
}

type AdministrationDeps = Omit<
  UsersDeps & InboxDraftDeps & Parameters<typeof createDirectory>[0],
  'config' | 'passwords' | 'seal' | 'post' | 'sanitise' | 'hints'
> & { readonly hints: Hints };

function createAdministration(config: Config, tokenSecret: string, deps: AdministrationDeps) {
  const seal = createSeal(config.SECRETS_KEY ?? [], tokenSecret);
  const mailLeaves = config.SMTP_URL !== undefined;
  const all = { ...deps, config, seal, mailLeaves, passwords: createPasswords(), sanitise: sanitiseHtml };
  const handOns = createHandOns(deps);
  // Only where it was started, on workers.
  deps.hints.subscribe(HAND_ON, () => handOns.poke());
  return {
    inboxDrafts: createInboxDrafts(all),
    directory: createDirectory(all),
    users: createUsers({ ...all, post: postNotice }),
    handOns,
    linkEnds: createLinkEnds(deps),
    hours: createHours(deps),
    notifications: createNotifications(deps),
    assignment: createAssignment(deps),
    savedViews: createSavedViews(deps),
    seats: createSeats(all),
    readingEnds: createReadingEnds({ ...all, every: config.SWEEP_MS }),
    notificationSettings: createNotificationSettings(deps),
  };
}

/** What is done when its time has come. */
function createTimers(
  { SWEEP_MS: every }: Config,
  {
    registry,
    ...deps
  }: Omit<Parameters<typeof createScheduleRunner>[0], 'every'> & { readonly registry: PresenceRegistry },
) {
  return {
    dealer: createDealer({ ...deps, every, present: (inboxId) => presentIn(registry, inboxId) }),
    snoozes: createSnoozeWaker({ ...deps, every }),
    schedules: createScheduleRunner({ ...deps, every }),
    contacts: createContacts({ ...deps, every }),
  };
}

/** Whoever is connected to any server, in a tab that is seen and used. */
async function presentIn(registry: PresenceRegistry, inboxId: string): Promise<ReadonlySet<string>> {
  const active = (await registry.inInbox(inboxId)).filter(({ state }) => state === 'active');
  return new Set(active.map(({ agentId }) => agentId));
}

export type Services = ReturnType<typeof createServices>;

const endsLocks =
  (heart: Heart): NonNullable<MessagingDeps['endLocks']> =>
  (tx, of) =>
    heart.locks.endInScope(tx, of, 'access_lost', null);

const heartSettings = ({ MAX_LOCKS, SWEEP_MS }: Config) => ({ maxLocks: MAX_LOCKS, sweepEvery: SWEEP_MS });

interface SendingDeps extends Omit<SendDeps, 'endLock' | 'activity'>, Pick<ServiceDeps, 'clock' | 'log'> {
  readonly telemetry: Telemetry | undefined;
  readonly hints: Hints;
  readonly heart: Heart;
  readonly channels: readonly Channel[];
}

/** The door through which replies are stored, and what hands them to their channels. */
function createSending({ heart, telemetry, ...deps }: SendingDeps, { ROLES, SIMULATOR }: Config) {
  const settings = { gatherEnds: 25 };
  const outbox = createOutboxWorker({ ...deps, random: Math.random, metrics: telemetry?.outbox, settings });
  if (ROLES.includes('worker')) deps.hints.subscribe(OUTBOX, () => outbox.poke());
  const sending: SendDeps = {
    ...deps,
    endLock: heart.endLock,
    afterReply: heart.afterReply,
    activity: (holder, conversationId) => heart.locks.activity(holder, conversationId, 'reply'),
  };
  const sendDoor = counted(auditFences(createSendDoor(sending), deps), telemetry);
  const composing = createComposing({ ...sending, simulator: SIMULATOR });
  return {
    outbox,
    sendDoor,
    composing: telemetry === undefined ? composing : countedToo(composing, telemetry),
  };
}

/** The channel of hints on which a server without a worker tells the others that something is to be sent. */
const OUTBOX = 'outbox';

function figuresOf(telemetry: Telemetry | undefined): Figures | undefined {
  if (telemetry === undefined) return undefined;
  const { pump, doors } = telemetry;
  return { ...pump, refused: (command, code) => doors.refused('socket', command, code) };
}

function counted(door: SendDoor, telemetry: Telemetry | undefined): SendDoor {
  if (telemetry === undefined) return door;
  const { doors } = telemetry;
  return {
    send: (holder, input) => doors.send(door.send(holder, input)),
    sendOnce: (author, input) => doors.send(door.sendOnce(author, input)),
  };
}

function countedToo(composing: Composing, { doors }: Telemetry): Composing {
  return { ...composing, compose: (author, input) => doors.send(composing.compose(author, input)) };
}

function gatewaySettings(config: Config): Partial<RealtimeSettings> {
  return {
    headBeat: config.HEAD_BEAT_MS,
    typingEvery: config.TYPING_EVERY_MS,
    drainSpread: config.DRAIN_SPREAD_MS,
    slowCommand: config.LOG_SLOW_MS,
    rates: scaleRates(DEFAULT_RATES, config.RATE_LIMIT_FACTOR),
  };
}

interface MailDeps {
  readonly db: Database;
  readonly hints: Hints;
  readonly serverId: string;
  readonly telemetry: Telemetry | undefined;
  readonly messaging: Messaging;
  readonly clock: Clock;
  readonly log: Log;
  readonly secret: string;
  readonly wake: Wake;
}

/** Files, and mail in both directions. */
function createMail(config: Config, { telemetry, ...deps }: MailDeps) {
  const store = createDiskFiles({ folder: filesFolder(config), clock: deps.clock });
  const bounceDomains = (config.BOUNCE_DOMAINS ?? []).map((domain) => domain.toLowerCase());
  const seal = createSeal(config.SECRETS_KEY ?? [], deps.secret);
  const sign = createSignMail({ ...deps, seal });
  const all = { ...deps, seal, sign, files: store, bounceDomains, counters: telemetry?.mail };
  const settings = config.SMTP_URL === undefined ? undefined : readRelayUrl(config.SMTP_URL);
  const relay = settings && createRelay(settings, deps.clock);
  const mailIntake = createMailIntake(all);
  const { receiver, relayOver, ...accounts } = createMailAccounts(
    config,
    { ...all, intake: mailIntake },
    telemetry?.mailboxes,
  );
  const from = noticesFrom(config.NOTICES_FROM, config.PUBLIC_URL);
  const hand = relay && createHandNotice({ relay, sign, from });
  const resolveTxt = createResolver(config.DNS_SERVERS ?? []);
  return {
    ...accounts,
    outgoingMail: createOutgoingMail({ ...all, settings, relay, from, resolveTxt }),
    notices: createNotices({ ...deps, hand }),
    mailboxReceiver: receiver,
    dkim: createDkimDomains({ ...all, resolveTxt }),
    files: createFiles({ ...deps, store }),
    mailIntake,
    mailViews: createMailViews({ ...all, intake: mailIntake }),
    remoteImages: createRemoteImages({
      ...deps,
      cache: createImageCache({ folder: join(resolve(config.DATA_DIR), 'images'), clock: deps.clock }),
      allowedHosts: config.ALLOWED_PRIVATE_HOSTS ?? [],
    }),
    mailsLeft: createMailsLeft({ ...all, leaves: relay !== undefined }),
    email: createEmailChannel({ ...all, relay: relayOver(relay) }),
  };
}

/** Texts: by a provider, or by the carrier in this process. Undefined: neither is wanted. */
function createTexting(config: Config, deps: MailDeps & { readonly wake: Wake }): Sms | undefined {
  const { SMS_ACCOUNT_SID: sid, SMS_AUTH_TOKEN: token, SIMULATOR } = config;
  const { SMS_API_URL: apiUrl, SMS_MESSAGING_URL: messagingUrl } = config;
  const real = sid !== undefined && token !== undefined;
  if (!real && !SIMULATOR) return undefined;
  return createSms({
    ...deps,
    isOpen: (...asked) => createHours(deps).isOpen(...asked),
    files: createDiskFiles({ folder: filesFolder(config), clock: deps.clock }),
    // The simulated carrier is in this process, and its numbers remember the address that they call.
    publicUrl: (real ? config.PUBLIC_URL?.replace(/\/+$/, '') : undefined) ?? NOWHERE,
    allowedHosts: config.ALLOWED_PRIVATE_HOSTS ?? [],
    pageUrl: config.PUBLIC_URL,
    provider: real ? { account: { sid, token }, apiUrl, messagingUrl } : undefined,
  });
}

/** What the carrier in this process calls it by; nobody looks it up. */
const NOWHERE = 'http://latchbox.invalid';

/** What the demo's customers write and read by: the same as everybody's, but nothing of it leaves this machine. */
export function demoDoors({
  config,
  clock,
  log,
  secret,
}: Pick<MailDeps, 'clock' | 'log' | 'secret'> & { config: Config }) {
  const files = createDiskFiles({ folder: filesFolder(config), clock });
  const messagingOn = (db: Database) => createMessaging({ db, wake: () => undefined, logEpoch: '' });
  const wake = () => undefined;
  const nowhere = { publicUrl: NOWHERE, allowedHosts: [], provider: undefined };
  const texts = createDemoTexts({ clock, log, secret, files, wake, messagingOn, ...nowhere });
  return {
    files,
    giveNumber: (...given: Parameters<typeof texts.giveNumber>) => texts.giveNumber(...given),
    // A real provider knows nothing of the demo's number.
    textsOn: config.SMS_ACCOUNT_SID === undefined ? texts.textsOn : undefined,
    channelsOn: (db: Database) => [
      texts.channelOn(db),
      createSimulator({ db, messaging: messagingOn(db), secret }),
      createEmailChannel({ db, files, secret, relay: undefined, log }),
    ],
    mailOn: (db: Database) => createMailIntake({ db, messaging: messagingOn(db), files, secret, log }),
  };
}

function filesFolder(config: Config): string {
  return resolve(config.FILES_DIR ?? join(config.DATA_DIR, 'files'));
}
