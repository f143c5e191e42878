/** The composition root: the only file that wires the parts together. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createMailViews } from './channels/email/html/mail-views.ts';
import { createMailIntake } from './channels/email/in/intake.ts';
import { openMailDoor } from './channels/email/in/mail-door.ts';
import { createEmailChannel } from './channels/email/out/email-channel.ts';
import { createMailsLeft } from './channels/email/out/mails-left.ts';
import { createRelay, readRelayUrl } from './channels/email/out/relay.ts';
import { createSimulator } from './channels/simulator/simulator.ts';
import { type Cluster, openCluster } from './cluster/open.ts';
import type { HeartSignals } from './collaboration/api.ts';
import { createHeart } from './collaboration/heart.ts';
import { createPresence } from './collaboration/presence.ts';
import { createTyping } from './collaboration/typing.ts';
import { announcement } from './announcement.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { Wake } from './database/event-log.ts';
import { keepBeating } from './database/instance-beat.ts';
import { createInstances } from './database/instances.ts';
import { type DeploymentIdentity, deploymentIdentity } from './database/meta.ts';
import { openDatabase } from './database/open.ts';
import type { Colleagues } from './demo/colleagues.ts';
import { createDirectory } from './directory/directory.ts';
import { createDiskFiles } from './files/disk-files.ts';
import { createFiles } from './files/files.ts';
import { createHttpApp } from './http/app.ts';
import type { HttpDeps } from './http/deps.ts';
import { createOutboxMetrics, processMetrics } from './http/metrics.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { giveBackStartMemory } from './lib/give-back.ts';
import { newId } from './lib/ids.ts';
import type { Log } from './lib/log.ts';
import { createLog } from './lib/pino-log.ts';
import type { Messaging } from './messaging/api.ts';
import { createMessaging } from './messaging/messaging.ts';
import { createOutboxWorker, type OutboxMetrics } from './messaging/outbox-worker.ts';
import { createSendDoor } from './messaging/send.ts';
import { createSnoozeWaker } from './messaging/snooze-waker.ts';
import { createGateway } from './realtime/gateway.ts';
import { DEFAULT_RATES, scaleRates } from './realtime/rates.ts';
import type { RealtimeSettings } from './realtime/settings.ts';
import { attachSocketIo, type SocketWire } from './realtime/socketio.ts';

export interface StartOptions {
  readonly empty: boolean;
  readonly colleagues: number;
}

/** Ms until a Redis that does not answer counts as away for /health/ready. */
const REDIS_ANSWERS = 500;

export interface App {
  /** Where it listens, as in `http://localhost:4000`. */
  readonly url: string;
  readonly log: Log;
  /** Drains connections and work, gives its place in the cluster back, and closes. */
  stop(): Promise<void>;
}

/** Starts a server. Throws an `Error` in words for the operator when it cannot. */
export async function startApp(config: Config, options: StartOptions): Promise<App> {
  const log = createLog(config.LOG_LEVEL);
  const clock = systemClock;
  const serverId = newId('srv');
  const db = await openStore(config, clock, log);
  const identity = await deploymentIdentity(db);
  const alone = config.REDIS_URL === undefined;
  const instances = createInstances({
    db,
    self: { id: serverId, host: hostname(), pid: process.pid, mode: alone ? 'alone' : 'cluster' },
  });
  await instances.register();
  const { deploymentId, tokenSecret: secret } = identity;
  const cluster = await openCluster({ config, deploymentId, clock, log });
  const registry = processMetrics();
  const metrics = createOutboxMetrics(registry);
  const services = createServices({ config, db, identity, cluster, metrics, clock, log, serverId });
  await waitForCluster(cluster, log);

  const doors = demoDoors({ config, clock, log, secret });
  const seed = { db, clock, log, directory: services.directory, ...doors };
  const signIns = options.empty ? [] : await (await import('./demo/seed.ts')).seedDemo(seed);
  const http = createHttp(config, services, cluster, { db, clock, log, secret, metrics: registry });
  const sockets = attachSockets(http, config, services, { clock, log });
  await services.heart.prepare(alone);
  giveBackStartMemory();
  await listen(http, config);
  const mail = await openMailDoor({ intake: services.mailIntake, clock, log }, config);
  const url = `http://localhost:${portOf(http)}`;
  // Only now: before the port was open no holder could have come back.
  await services.heart.start(alone);
  services.presence.start();
  services.typing.start();
  services.outbox.start();
  services.files.start();
  services.snoozes.start();
  const stopBeat = keepBeating(instances, clock, log);
  const colleagues = await bringColleagues(url, options, services, { db, clock, log });

  await announce({ url, signIns, mailPort: mail?.port }, config, services.directory);
  return {
    url,
    log,
    async stop() {
      await colleagues?.stop();
      stopBeat();
      await mail?.close(config.DRAIN_MS);
      // The gateway still knows its peers: it says goodbye before the port closes.
      await services.gateway.drain('This server stops.', config.DRAIN_MS);
      await sockets.close();
      await closeHttp(http);
      await services.outbox.stop();
      await services.files.stop();
      await services.snoozes.stop();
      await services.heart.close();
      await services.presence.close();
      await services.typing.close();
      await instances.remove();
      await Promise.all([cluster.leases.close(), cluster.registry.close(), cluster.hints.close()]);
      await db.close();
    },
  };
}

/** Says what the person who started it needs to know. */
async function announce(
  told: Pick<Parameters<typeof announcement>[0], 'url' | 'signIns' | 'mailPort'>,
  config: Config,
  directory: Services['directory'],
): Promise<void> {
  const setUpKey = await directory.issueKey();
  process.stdout.write(announcement({ ...told, mailLeaves: config.SMTP_URL !== undefined, setUpKey }));
}

async function bringColleagues(
  url: string,
  { colleagues: count }: StartOptions,
  { simulator, mailIntake: mail }: Services,
  { db, clock, log }: { readonly db: Database; readonly clock: Clock; readonly log: Log },
): Promise<Colleagues | undefined> {
  if (count === 0) return undefined;
  const [{ startColleagues }, { createMailAgain }] = await Promise.all([
    import('./demo/colleagues.ts'),
    import('./demo/mail/mail-again.ts'),
  ]);
  const mailAgain = createMailAgain({ db, clock, mail });
  return await startColleagues({ url, count, clock, log, customers: simulator, mailAgain });
}

function openStore(config: Config, clock: Clock, log: Log): Promise<Database> {
  if (config.DATABASE_URL !== undefined)
    return openDatabase({ postgresUrl: config.DATABASE_URL }, { clock, log });
  const folder = resolve(config.DATA_DIR);
  mkdirSync(folder, { recursive: true });
  return openDatabase({ sqliteFile: join(folder, 'latchbox.sqlite') }, { clock, log });
}

function filesFolder(config: Config): string {
  return resolve(config.FILES_DIR ?? join(config.DATA_DIR, 'files'));
}

/** A server that starts while Redis is away serves reads and sends; only locks have to wait. */
async function waitForCluster(cluster: Cluster, log: Log): Promise<void> {
  try {
    await cluster.ready();
  } catch {
    log.warn('Redis does not answer. Locks cannot be given until it does; reading and sending go on.');
  }
}

/** What /health/ready says. */
async function whatAnswers(db: Database, cluster: Cluster, alone: boolean): Promise<Record<string, boolean>> {
  const answers = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  const [database, redis] = await Promise.all([answers(db.now()), answers(cluster.ready(REDIS_ANSWERS))]);
  return alone ? { database } : { database, redis };
}

interface ServiceDeps {
  readonly config: Config;
  readonly db: Database;
  readonly identity: DeploymentIdentity;
  readonly cluster: Omit<Cluster, 'ready'>;
  readonly metrics?: OutboxMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
}

/** Everything between the stores and the wires: one server's services, not yet started. */
export function createServices(deps: ServiceDeps) {
  const { config, db, identity, cluster, metrics, clock, log, serverId } = deps;
  const { hints, leases, registry } = cluster;
  // A hint reaches this process at once and the others a moment later; the pump is woken the same way by all.
  const wake: Wake = (stream, appended) => hints.publish('wake', stream, appended);
  const { logEpoch } = identity;
  const base = { db, hints, clock, log, wake, serverId, logEpoch };

  // The heart and presence speak to sockets that the gateway has, and the gateway acts through them: they meet here.
  const signals: HeartSignals = {
    uncertain: (...told) => gateway.signals.uncertain(...told),
    dropOlder: (...told) => gateway.signals.dropOlder(...told),
  };
  const emit: Parameters<typeof createPresence>[0]['emit'] = (inboxId, item) =>
    gateway.emitToInbox(inboxId, item);

  const heart = createHeart({
    ...base,
    leases,
    signals,
    maxLocks: config.MAX_LOCKS,
    sweepEvery: config.SWEEP_MS,
  });
  const presence = createPresence({ ...base, registry, emit, beat: config.PRESENCE_BEAT_MS });
  const typing = createTyping({ ...base, registry, emit, expiresAfter: config.TYPING_EXPIRES_MS });
  const messaging = createMessaging({ ...base, poke: () => outbox.poke() });
  const snoozes = createSnoozeWaker({ ...base, every: config.SWEEP_MS });
  const { email, ...mail } = createMail(config, { ...base, messaging, secret: identity.tokenSecret });
  const simulator = createSimulator({ db, messaging, secret: identity.tokenSecret });
  const outbox = createOutboxWorker({ ...base, channels: [simulator, email], random: Math.random, metrics });
  const sendDoor = createSendDoor({
    ...base,
    poke: () => outbox.poke(),
    endLock: heart.endLock,
    activity: (holder, conversationId) => heart.locks.activity(holder, conversationId, 'reply'),
  });
  const directory = createDirectory({ ...base, locks: heart.locks, config });
  const gateway = createGateway({
    ...base,
    sessions: heart.sessions,
    locks: heart.locks,
    sendDoor,
    messaging,
    directory,
    presence,
    typing,
    settings: gatewaySettings(config),
  });
  return {
    heart,
    presence,
    typing,
    messaging,
    ...mail,
    snoozes,
    simulator,
    outbox,
    sendDoor,
    directory,
    gateway,
  };
}
export type Services = ReturnType<typeof createServices>;

function gatewaySettings(config: Config): Partial<RealtimeSettings> {
  return {
    headBeat: config.HEAD_BEAT_MS,
    typingEvery: config.TYPING_EVERY_MS,
    rates: scaleRates(DEFAULT_RATES, config.RATE_LIMIT_FACTOR),
  };
}

interface MailDeps {
  readonly db: Database;
  readonly messaging: Messaging;
  readonly clock: Clock;
  readonly log: Log;
  readonly secret: string;
}

/** Files, and mail in both directions. */
function createMail(config: Config, deps: MailDeps) {
  const store = createDiskFiles({ folder: filesFolder(config), clock: deps.clock });
  const all = { ...deps, files: store };
  const relay =
    config.SMTP_URL === undefined ? undefined : createRelay(readRelayUrl(config.SMTP_URL), deps.clock);
  const mailIntake = createMailIntake(all);
  return {
    files: createFiles({ ...deps, store }),
    mailIntake,
    mailViews: createMailViews({ ...all, intake: mailIntake }),
    mailsLeft: createMailsLeft({ ...all, leaves: relay !== undefined }),
    email: createEmailChannel({ ...all, relay }),
  };
}

/** What the demo's customers write and read by: the same as everybody's, but nothing of it leaves this machine. */
export function demoDoors({
  config,
  clock,
  log,
  secret,
}: Pick<MailDeps, 'clock' | 'log' | 'secret'> & { config: Config }) {
  const files = createDiskFiles({ folder: filesFolder(config), clock });
  const messagingOn = (db: Database) => createMessaging({ db, wake: () => undefined, logEpoch: '' });
  return {
    files,
    channelsOn: (db: Database) => [
      createSimulator({ db, messaging: messagingOn(db), secret }),
      createEmailChannel({ db, files, secret, relay: undefined, log }),
    ],
    mailOn: (db: Database) => createMailIntake({ db, messaging: messagingOn(db), files, secret, log }),
  };
}

function createHttp(
  config: Config,
  services: Services,
  cluster: Cluster,
  base: Pick<HttpDeps, 'db' | 'clock' | 'log' | 'secret' | 'metrics'>,
): Server {
  return createServer(
    createHttpApp({
      ...services,
      ...base,
      locks: services.heart.locks,
      sessions: services.heart.sessions,
      simulator: config.SIMULATOR ? services.simulator : undefined,
      ready: () => whatAnswers(base.db, cluster, config.REDIS_URL === undefined),
      config,
    }),
  );
}

function attachSockets(
  http: Server,
  config: Config,
  services: Services,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): SocketWire {
  return attachSocketIo(
    http,
    {
      clock,
      log,
      gateway: services.gateway,
      originAllowed: (origin) => services.directory.originAllowed(origin),
    },
    {
      pingInterval: config.PING_INTERVAL_MS,
      pingTimeout: config.PING_TIMEOUT_MS,
      ownOrigins: [config.PUBLIC_URL, ...(config.ALLOWED_ORIGINS ?? [])].flatMap((url) =>
        url === undefined ? [] : [new URL(url).origin],
      ),
      trustProxy: config.TRUST_PROXY,
    },
  );
}

async function listen(http: Server, config: Config): Promise<void> {
  http.listen(config.PORT, config.HOST);
  try {
    await once(http, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${config.PORT} is taken. Stop what uses it, or start with another one: PORT=${config.PORT + 1} npm start`,
    );
  }
}

function portOf(http: Server): number {
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeHttp(http: Server): Promise<void> {
  if (!http.listening) return;
  const closed = once(http, 'close');
  http.close();
  http.closeAllConnections();
  await closed;
}
