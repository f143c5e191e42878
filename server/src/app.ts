/** The composition root: opens the stores, wires the services, starts them, and stops them again. */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { openMailDoor } from './channels/email/in/mail-door.ts';
import { type Cluster, openCluster } from './cluster/open.ts';
import type { OnRedisProblem } from './cluster/redis-checks.ts';
import { announcement } from './announcement.ts';
import type { Config, Role } from './config.ts';
import type { Database } from './database/database.ts';
import { keepBeating } from './database/instance-beat.ts';
import { createInstances } from './database/instances.ts';
import { deploymentIdentity } from './database/meta.ts';
import { openDatabase } from './database/open.ts';
import { outboxBacklog, outboxOverdue } from './database/outbox.ts';
import type { Colleagues } from './demo/colleagues.ts';
import { createHttpApp } from './http/app.ts';
import {
  type Certificate,
  type CertificateKeeper,
  keepCertificate,
  readCertificate,
} from './http/certificate.ts';
import type { HttpDeps } from './http/deps.ts';
import { closeHttp, listen, portOf } from './http/listening.ts';
import { processMetrics } from './http/metrics.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { giveBackStartMemory } from './lib/give-back.ts';
import { newId } from './lib/ids.ts';
import type { Log } from './lib/log.ts';
import { createLog } from './lib/pino-log.ts';
import { createTelemetry, type Telemetry } from './metrics/telemetry.ts';
import { attachSocketIo, type SocketWire } from './realtime/socketio.ts';
import { createServices, demoDoors, type Services } from './services.ts';

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
  /** Serves a newer certificate if its files have changed. Undefined: it has no TLS of its own. */
  readonly lookAtCertificate: (() => void) | undefined;
  /** Drains connections and work, gives its place in the cluster back, and closes. */
  stop(): Promise<void>;
}

/** Starts a server. Throws an `Error` in words for the operator when it cannot. */
export async function startApp(config: Config, options: StartOptions): Promise<App> {
  const log = createLog(config.LOG_LEVEL);
  const clock = systemClock;
  // First of all: what cannot be served must not take a place in the cluster.
  const certificate = readCertificate(config);
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
  const telemetry = createTelemetry(processMetrics());
  const onProblem: OnRedisProblem = (...told) => telemetry.gauges.redisWarning(...told);
  const cluster = await openCluster({ config, deploymentId, clock, log, onProblem });
  const services = createServices({ config, db, identity, cluster, telemetry, clock, log, serverId });
  await waitForCluster(cluster, log);
  const does = (role: Role) => config.ROLES.includes(role);

  const doors = demoDoors({ config, clock, log, secret });
  const seed = { db, clock, log, directory: services.directory, ...doors };
  const seeds = !options.empty && does('web');
  const signIns = seeds ? await (await import('./demo/seed.ts')).seedDemo(seed) : [];
  const draining = { is: false };
  const base = { db, clock, log, secret, telemetry, draining: () => draining.is };
  const { http, keeper } = createHttp(config, services, cluster, { ...base, certificate });
  const sockets = does('web') ? attachSockets(http, config, services, { clock, log }) : undefined;
  await services.heart.prepare(alone);
  giveBackStartMemory();
  await listen(http, config);
  const mailDeps = { intake: services.mailIntake, clock, log };
  const mail = does('smtp') ? await openMailDoor(mailDeps, config) : undefined;
  const url = `${certificate === undefined ? 'http' : 'https'}://localhost:${portOf(http)}`;
  watchFigures(telemetry, services, db, config);
  await startWork(config.ROLES, services, alone);
  const stopBeat = keepBeating(instances, clock, log);
  const colleagues = does('web') ? await bringColleagues(url, options, services, base) : undefined;

  log.info('the server is up', { url, serverId, roles: config.ROLES, alone, database: db.dialect });
  await announce({ url, signIns, mailPort: mail?.port }, config, services.directory);
  const stop = async (): Promise<void> => {
    draining.is = true;
    await pause(clock, config.DRAIN_NOTICE_MS);
    await colleagues?.stop();
    stopBeat();
    keeper?.stop();
    await mail?.close(config.DRAIN_MS);
    await stopServing({ http, sockets, clock }, services, config.DRAIN_MS);
    await stopWork(services);
    await instances.remove();
    await Promise.all([cluster.leases.close(), cluster.registry.close(), cluster.hints.close()]);
    await db.close();
  };
  return { url, log, stop, lookAtCertificate: keeper && (() => keeper.look()) };
}

/** Says goodbye, and closes when what is under way has been answered. */
async function stopServing(
  { http, sockets, clock }: { http: Server; sockets: SocketWire | undefined; clock: Clock },
  services: Services,
  timeout: number,
): Promise<void> {
  // The gateway still knows its peers: it says goodbye before the port closes.
  await services.gateway.drain('This server stops.', timeout);
  await sockets?.close();
  await closeHttp(http, clock, timeout);
}

async function stopWork(services: Services): Promise<void> {
  await services.sms?.channel.stop();
  await services.outbox.stop();
  await services.files.stop();
  await services.schedules.stop();
  await services.notices.stop();
  await services.inboxDrafts.stop();
  await services.snoozes.stop();
  await services.dealer.stop();
  await services.readingEnds.stop();
  await services.handOns.stop();
  await services.linkEnds.stop();
  await services.contacts.importer.stop();
  await services.contacts.upkeep.stop();
  await services.mailboxReceiver.stop();
  await services.outgoingMail.stop();
  await services.heart.close();
  await services.presence.close();
  await services.typing.close();
}

const pause = (clock: Clock, ms: number): Promise<void> =>
  ms === 0 ? Promise.resolve() : new Promise((resolve) => void clock.setTimer(ms, resolve));

/**
 * Starts what goes on by itself. Locks are swept by whoever serves their holders, and by workers: that a lock ends in time must
 * not hang on one kind of server. What sends, wakes and cleans up is the workers' alone.
 */
async function startWork(roles: readonly Role[], services: Services, alone: boolean): Promise<void> {
  const web = roles.includes('web');
  const worker = roles.includes('worker');
  // Only now: before the port was open no holder could have come back.
  if (web || worker) await services.heart.start(alone);
  if (web) {
    services.presence.start();
    services.typing.start();
  }
  if (worker) {
    services.outgoingMail.start();
    services.outbox.start();
    services.sms?.channel.start();
    services.files.start();
    services.snoozes.start();
    services.dealer.start();
    services.readingEnds.start();
    services.handOns.start();
    services.linkEnds.start();
    services.contacts.importer.start();
    services.contacts.upkeep.start();
    await services.mailboxReceiver.start(alone);
    services.schedules.start();
    services.notices.start();
    services.inboxDrafts.start();
  }
}

function watchFigures(telemetry: Telemetry, services: Services, db: Database, { ROLES }: Config): void {
  for (const role of ROLES) telemetry.gauges.role(role);
  telemetry.gauges.watch({
    locksHeld: () => services.heart.owners.count(),
    outbox: async () => ({
      ...(await outboxBacklog(db.read)),
      overdue: await outboxOverdue(db.read, await db.now()),
    }),
    sockets: () => services.gateway.stats(),
  });
}

/** Says what the person who started it needs to know. */
async function announce(
  told: Pick<Parameters<typeof announcement>[0], 'url' | 'signIns' | 'mailPort'>,
  config: Config,
  directory: Services['directory'],
): Promise<void> {
  const setUpKey = await directory.issueKey();
  const texts = config.SIMULATOR && config.SMS_ACCOUNT_SID === undefined;
  process.stdout.write(announcement({ ...told, mailLeaves: config.SMTP_URL !== undefined, texts, setUpKey }));
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

/** A server that starts while Redis is away serves reads and sends; only locks have to wait. */
async function waitForCluster(cluster: Cluster, log: Log): Promise<void> {
  try {
    await cluster.ready();
  } catch {
    log.warn('Redis does not answer. Locks cannot be given until it does; reading and sending go on.');
  }
}

/** What /health/ready says. */
async function whatAnswers(
  { db, draining }: Pick<HttpBase, 'db' | 'draining'>,
  cluster: Cluster,
  alone: boolean,
): Promise<Record<string, boolean>> {
  const answers = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  const [database, redis] = await Promise.all([answers(db.now()), answers(cluster.ready(REDIS_ANSWERS))]);
  // Only while it is false: whoever reads it then knows why.
  const serving = draining() ? { serving: false } : {};
  return alone ? { database, ...serving } : { database, redis, ...serving };
}

interface HttpBase extends Pick<HttpDeps, 'db' | 'clock' | 'log' | 'secret'> {
  readonly telemetry: Telemetry;
  /** Whether it has been told to stop. */
  readonly draining: () => boolean;
}

interface Listener {
  readonly http: Server;
  readonly keeper: CertificateKeeper | undefined;
}

function createHttp(
  config: Config,
  services: Services,
  cluster: Cluster,
  { certificate, ...base }: HttpBase & { readonly certificate: Certificate | undefined },
): Listener {
  const { registry, doors } = base.telemetry;
  const app = createHttpApp({
    ...services,
    ...base,
    locks: services.heart.locks,
    sessions: services.heart.sessions,
    metrics: registry,
    slowAfter: config.LOG_SLOW_MS,
    refused: (...what) => doors.refused('rest', ...what),
    surface: config.ROLES.includes('web') ? 'all' : 'system',
    simulator: config.SIMULATOR ? services.simulator : undefined,
    ready: () => whatAnswers(base, cluster, config.REDIS_URL === undefined),
    config,
  });
  if (certificate === undefined) return { http: createServer(app), keeper: undefined };
  const http = createSecureServer({ cert: certificate.cert, key: certificate.key }, app);
  return { http, keeper: keepCertificate(http, certificate, config, base) };
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
