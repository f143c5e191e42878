/** A started HTTP server on a test database, with the real services behind it and a clock that stands still. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LatchboxError, type LockOn, refuse, type WireError } from '@latchbox/shared';
import { Registry } from 'prom-client';
import { createMemoryHints } from '../../cluster/hints-memory.ts';
import { createMemoryLeases } from '../../cluster/leases-memory.ts';
import type { InboxDraftDeps } from '../../inbox-drafts/api.ts';
import { createInboxDrafts } from '../../inbox-drafts/inbox-drafts.ts';
import { createNotifications } from '../../notices/notifications.ts';
import { createAssignment } from '../../directory/assignment.ts';
import { createSavedViews } from '../../directory/saved-views.ts';
import { createNotificationSettings } from '../../notices/settings.ts';
import { createContacts } from '../../contacts/api.ts';
import { createHours } from '../../hours/hours.ts';
import { createSeats } from '../../seats/seats.ts';
import { createHeart } from '../../collaboration/heart.ts';
import { deploymentIdentity } from '../../database/meta.ts';
import { openTestDatabase, type TestDatabase } from '../../database/testing/open.ts';
import type { Directory } from '../../directory/api.ts';
import { createDirectory } from '../../directory/directory.ts';
import { secretsOfTests } from '../../directory/testing/directory.ts';
import { createUsers } from '../../users/users.ts';
import { givenStaff, PASSWORD, type Staff } from '../../directory/testing/directory.ts';
import { createDiskFiles } from '../../files/disk-files.ts';
import { createFiles, type Files } from '../../files/files.ts';
import type { Log } from '../../lib/log.ts';
import { silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Messaging } from '../../messaging/api.ts';
import { createMessaging } from '../../messaging/messaging.ts';
import { createComposing } from '../../messaging/composing/composing.ts';
import { createSendDoor, type SendDeps } from '../../messaging/sending/send.ts';
import { createHttpApp } from '../app.ts';
import type {
  CustomerPages,
  DkimPages,
  HttpConfig,
  HttpDeps,
  LeftMailPages,
  MailboxPages,
  MailPages,
  MasterPages,
  OutgoingPages,
} from '../deps.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; empty when it is none. */
  readonly body: Record<string, unknown>;
  /** The refusal, where it is one. */
  readonly error: WireError | undefined;
}

interface Ask {
  readonly token?: string | undefined;
  readonly body?: unknown;
  /** Sent as it is, instead of `body` as JSON. */
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
}

export interface TestHttp extends AsyncDisposable, Staff {
  readonly url: string;
  readonly db: TestDatabase;
  readonly clock: ManualClock;
  readonly directory: Directory;
  readonly messaging: Messaging;
  readonly files: Files;
  /** Where the files lie. */
  readonly filesFolder: string;
  readonly conversationId: string;
  /** A conversation of an inbox that neither Anna nor Ben is a member of, and that inbox. */
  readonly foreign: { readonly inboxId: string; readonly conversationId: string };
  /** Access tokens, by first name. `cid` may only read. */
  readonly tokens: {
    readonly mara: string;
    readonly anna: string;
    readonly ben: string;
    readonly cid: string;
  };
  /** Everything that was logged, as text. */
  readonly logged: string[];
  ask(method: string, path: string, options?: Ask): Promise<Answer>;
  signIn(email: string, password?: string): Promise<Answer & { readonly cookie: string }>;
}

export interface TestHttpOptions {
  readonly config?: Partial<HttpConfig>;
  readonly simulator?: CustomerPages | undefined;
  readonly deps?: Partial<HttpDeps>;
  /** Of the inbox; default `open`. */
  readonly lockOn?: LockOn;
}

function recordingLog(lines: string[]): Log {
  const write = (message: string, fields?: Record<string, unknown>) => {
    const error = fields?.['error'];
    const detail = error instanceof Error ? (error.stack ?? '') : '';
    lines.push(`${message} ${JSON.stringify(fields ?? {})} ${detail}`);
  };
  const log: Log = { ...silentLog, debug: write, info: write, warn: write, error: write, with: () => log };
  return log;
}

const notThere = () => Promise.reject(refuse('not_found'));
/** Mail is a channel, which this server has none of. */
const NO_MAIL: MailPages = { html: notThere, raw: notThere, importInto: notThere };

const NO_MAIL_LEFT: LeftMailPages = { list: notThere, one: notThere, raw: notThere };

const NO_MAILBOXES: MailboxPages = {
  list: notThere,
  one: notThere,
  create: notThere,
  change: notThere,
  disconnect: notThere,
  connect: notThere,
  remove: notThere,
  check: notThere,
  progress: notThere,
  switch: notThere,
  configure: notThere,
};

const NO_MASTERS: MasterPages = { list: notThere, choices: notThere, set: notThere, setMany: notThere };

const NO_DKIM: DkimPages = {
  list: notThere,
  create: notThere,
  rotate: notThere,
  check: notThere,
  activate: notThere,
  remove: notThere,
};

const NO_OUTGOING: OutgoingPages = {
  overview: notThere,
  check: notThere,
  test: notThere,
  checkDomain: notThere,
};

const NO_MAIL_PAGES = {
  mailViews: NO_MAIL,
  remoteImages: { show: notThere },
  mailsLeft: NO_MAIL_LEFT,
  mailboxes: NO_MAILBOXES,
  masters: NO_MASTERS,
  dkim: NO_DKIM,
  outgoingMail: NO_OUTGOING,
  sms: undefined,
};

const UNHEARD = { uncertain: () => undefined, dropOlder: () => undefined };

const NO_SMTP = { PORT: 4_000, SMTP_URL: undefined };
const CONFIG = { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1, TRUST_PROXY: false };

async function startServices(options: TestHttpOptions, log: Log) {
  const clock = new ManualClock();
  const db = await openTestDatabase('sqlite', { clock });
  const wake = () => undefined;
  const hints = createMemoryHints();
  const leases = createMemoryLeases(clock);
  const { logEpoch } = await deploymentIdentity(db);
  const base = { db, clock, log, wake, hints, logEpoch, serverId: 'srv_test' };
  const heart = createHeart({ ...base, leases, signals: UNHEARD, maxLocks: 3, sweepEvery: 500 });
  const config = { ...CONFIG, ...options.config };
  const { locks, sessions } = heart;
  const sending: SendDeps = {
    ...base,
    poke: () => undefined,
    endLock: (...lock) => heart.endLock(...lock),
    afterReply: (...told) => heart.afterReply(...told),
    activity: () => undefined,
  };
  const sendDoor = createSendDoor(sending);
  const administered = { ...base, ...secretsOfTests(), locks, config };
  const directory = createDirectory(administered);
  const users = createUsers({ ...administered, config: { ...config, ...NO_SMTP }, post: notThere });
  const messaging = createMessaging(base);
  const metrics = new Registry();
  const secret = 'a secret of the test deployment';
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-http-'));
  const files = createFiles({ ...base, store: createDiskFiles({ folder, clock }), secret });
  return {
    deps: {
      ...base,
      directory,
      users,
      messaging,
      composing: createComposing({ ...sending, simulator: true }),
      sendDoor,
      locks,
      sessions,
      simulator: options.simulator,
      config,
      metrics,
      files,
      ...settingUp({ ...base, locks, config }),
      ...NO_MAIL_PAGES,
      secret,
      checkAnswers: true,
    },
    db,
    folder,
    async close() {
      await heart.close();
      await leases.close();
      await hints.close();
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is administered beside the directory, without texts and without a mail server. */
function settingUp(deps: Omit<InboxDraftDeps, 'numbers'>) {
  return {
    hours: createHours(deps),
    assignment: createAssignment(deps),
    savedViews: createSavedViews(deps),
    notifications: createNotifications(deps),
    notificationSettings: createNotificationSettings(deps),
    contacts: createContacts({ ...deps, every: 60_000 }),
    notices: { leaves: false },
    seats: createSeats({ ...deps, mailLeaves: false }),
    inboxDrafts: createInboxDrafts({ ...deps, numbers: undefined }),
  };
}

/** Anna and Ben may reply in the inbox, Cid may read; Mara administers, and nobody is a member of the other inbox. */
async function givenDesk(deps: HttpDeps, lockOn: LockOn) {
  const { directory, messaging } = deps;
  const staff = await givenStaff(directory);
  await directory.changeInbox(staff.admin, staff.inboxId, { lockOn });
  await directory.putMember(staff.admin, staff.inboxId, staff.ben.id, { capability: 'reply' });
  const { id } = await directory.createAgent(staff.admin, {
    kind: 'person',
    name: 'Cid',
    email: 'cid@fernhill.example',
    password: PASSWORD,
    teamIds: [staff.teamId],
  });
  await directory.putMember(staff.admin, staff.inboxId, id, { capability: 'read' });
  const other = await directory.createInbox(staff.admin, { name: 'Board' });
  const receive = async (inboxId: string) => {
    const received = await messaging.receive({
      inboxId,
      channel: 'simulator',
      providerId: `first-${inboxId}`,
      from: { name: 'Nora Quist', address: 'nora@example.com' },
      subject: 'Where is my parcel?',
      body: 'It should have been here on Monday.',
      conversationId: null,
    });
    return received.conversationId;
  };
  const caller = { ip: '203.0.113.1', userAgent: 'test' };
  const token = async (name: string) =>
    (await directory.signIn({ email: `${name}@fernhill.example`, password: PASSWORD }, caller)).token;
  return {
    ...staff,
    conversationId: await receive(staff.inboxId),
    foreign: { inboxId: other.id, conversationId: await receive(other.id) },
    tokens: {
      mara: await token('mara'),
      anna: await token('anna'),
      ben: await token('ben'),
      cid: await token('cid'),
    },
  };
}

export async function startTestHttp(options: TestHttpOptions = {}): Promise<TestHttp> {
  const logged: string[] = [];
  const services = await startServices(options, recordingLog(logged));
  const { deps, db } = services;
  const server = createServer(createHttpApp({ ...deps, ...options.deps }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = askOf(url);
  const { clock, directory, messaging } = deps;
  return {
    ...(await givenDesk(deps, options.lockOn ?? 'open')),
    url,
    db,
    clock,
    directory,
    messaging,
    files: deps.files,
    filesFolder: services.folder,
    logged,
    ask,
    async signIn(email, password = PASSWORD) {
      const answer = await ask('POST', '/api/sign-in', { body: { email, password } });
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return { ...answer, cookie };
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await services.close();
    },
  };
}

function askOf(url: string): TestHttp['ask'] {
  return async (method, path, { token, body, raw, headers = {} } = {}) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') === true;
    const parsed = json ? (JSON.parse(text) as Record<string, unknown>) : {};
    const error = parsed['error'] as WireError | undefined;
    return { status: response.status, headers: response.headers, text, body: parsed, error };
  };
}

/** The code of a refusal, for tables of them. */
export const codeOf = (answer: Answer): string => answer.error?.code ?? `HTTP ${answer.status}`;

/** A refusal as two callers compare it: without its request id. */
export function withoutId({ status, error }: Answer): unknown {
  if (error === undefined) throw new LatchboxError('internal', { ref: 'no refusal' });
  const { requestId, ...rest } = error;
  return { status, ...rest, hasId: typeof requestId === 'string' };
}
