import { type ErrorCode, type ErrorTable, LatchboxError } from '@latchbox/shared/errors';
import type { Capability, Role } from '@latchbox/shared/model/agent';
import type { Account } from '@latchbox/shared/model/account';
import type { Delivery } from '@latchbox/shared/model/entry';
import type { Notification } from '@latchbox/shared/model/notification';
import type { InboxTimes, TakeOverBy } from '@latchbox/shared/model/inbox';
import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { ServerTime } from '../connection/clock.ts';
import * as engine from '../engine.ts';
import { engineCode } from '../engine-code.ts';
import type { Transport } from '../transport.ts';
import { Colleague } from './fake/colleague.ts';
import { FakeFiles, type FakeMail } from './fake/files.ts';
import { Gateway } from './fake/gateway.ts';
import { FakeNotifications } from './fake/notifications.ts';
import { FakeRest } from './fake/rest.ts';
import type { GatewaySettings } from './fake/settings.ts';
import { FakeLocks } from './fake/locks.ts';
import { FakeMessages } from './fake/messages.ts';
import { type FakeConversation, type FakeInbox, World } from './fake/world.ts';
import { memoryTransport, type MemoryNetwork } from './memory-transport.ts';
import { type FakeRuntime, fakeRuntime } from './fake-runtime.ts';
import { seededRandom } from './random.ts';
import { microtasks, VirtualClock } from './virtual-clock.ts';

export interface FakeServerOptions {
  /** The server's time at the start. */
  readonly now?: ServerTime;
  /** Whatever is left to chance follows from it. */
  readonly seed?: number;
  /** False: nothing travels before `flush()` or `network.step()`. */
  readonly auto?: boolean;
}

/**
 * A whole Latchbox in memory, for tests: two inboxes (`support`, whose locks are taken on opening, and `sales`, at the first
 * keystroke), agents `ana` (an admin), `ben` and `cleo`, one conversation `c1` in support and one `d1` in sales. A token is
 * an agent's id. Time passes by `advance` alone.
 */
export interface FakeServer {
  /** For `createLatchbox({ transport })`: any number of clients may share it. */
  readonly transport: Transport;
  /** The surroundings of one tab. For another tab or device ask `newRuntime()`. */
  readonly runtime: FakeRuntime;
  /** Another tab. With `copyOf` a duplicated one: it begins with a copy of that tab's storage. */
  newRuntime(options?: { readonly copyOf?: FakeRuntime; readonly device?: string }): FakeRuntime;
  now(): ServerTime;
  /** Lets time pass for the server and all clients: timers fire in order, messages travel. */
  advance(ms: number): Promise<void>;
  /** Lets everything travel that waits, without time passing. */
  flush(): Promise<void>;
  readonly network: MemoryNetwork;
  readonly settings: GatewaySettings;
  /** A colleague who acts at the server, without a client of their own. */
  colleague(agentId: string): Colleague;
  /** The customer of a conversation writes; with `html` it is a mail that has this form too. */
  customerWrites(conversationId: string, body: string, html?: FakeMail): void;
  /** An agent is told something besides what is in their inboxes. */
  notify(agentId: string, notification: Notification): void;
  /** Where the delivery of a reply stands from now on. */
  setDelivery(conversationId: string, position: number, delivery: Delivery): void;
  /** A customer begins a conversation; answers its id. */
  newConversation(options: {
    inboxId?: string;
    from: string;
    subject?: string;
    body: string;
    id?: string;
  }): string;
  addAgent(id: string, name: string, options?: { role?: Role; inboxes?: Record<string, Capability> }): void;
  addInbox(id: string, name: string, lockOn: 'open' | 'compose'): void;
  /** Something that may be sent from, besides the one of simulated customers that each inbox has. */
  addAccount(inboxId: string, account: Pick<Account, 'channel' | 'address' | 'label'>): void;
  setCapability(agentId: string, inboxId: string, capability: Capability | null): void;
  setTimes(inboxId: string, times: Partial<InboxTimes>): void;
  /** Who may take a lock away from its holder. `ana` is an admin, whom every inbox lets. */
  setTakeOverBy(inboxId: string, takeOverBy: TakeOverBy): void;
  /** Ends whatever lock there is. */
  endLock(conversationId: string, reason: LockEndReason): void;
  /** Cuts connections without a word: of one agent, or of all. */
  drop(agentId?: string): void;
  /** The server goes away and answers nobody, until `up()`. */
  down(): void;
  up(): void;
  /** Says goodbye to an agent's connections, and closes them. */
  goodbye(agentId: string, code: ErrorCode, retryAfterMs?: number): void;
  /** The next command of that name is refused; also a call over REST, as in `POST /api/attachments`. */
  refuse<C extends ErrorCode>(command: string, code: C, details: ErrorTable[C]): void;
  /** This token is no good any more. */
  expire(token: string): void;
  /** As after a restore from a backup: another log, and fences that leave out a million. */
  restore(): void;
  /** The commands that arrived, in order. */
  readonly commands: Gateway['seen'];
  /** Timers that wait, of the server and of all clients. */
  readonly pendingTimers: number;
  /** What is stored, for assertions. */
  readonly world: World;
  readonly gateway: Gateway;
}

export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  engineCode.loaded = engine;
  const clock = new VirtualClock(options.now ?? 1_750_000_000_000);
  const random = seededRandom(options.seed ?? 1);
  let gateway: Gateway | undefined;
  const power = { isOn: true };
  const world = new World(clock, (stream) => gateway?.wake(stream));
  const locks = new FakeLocks(world);
  const files = new FakeFiles(world);
  const messages = new FakeMessages(world, locks, files);
  const door = (gateway = new Gateway(world, locks, messages, random));
  const network = memoryTransport((connection) => (power.isOn ? door.accept(connection) : null), {
    auto: options.auto ?? true,
  });
  clock.afterTimer = () => door.flush();
  const flush = async (): Promise<void> => {
    door.flush();
    await microtasks();
    while (network.waiting > 0) {
      await network.flush();
      await microtasks();
    }
  };
  const settle = options.auto === false ? microtasks : flush;
  const base = { clock, random, names: new Set<string>() };
  const notifications = new FakeNotifications(world);
  const rest = new FakeRest(world, files, door, notifications);
  const server: FakeServer = {
    transport: {
      ...network.transport,
      async request(url, request) {
        if (!power.isOn) throw new TypeError('The server is down.');
        return await rest.request(url, request);
      },
    },
    network,
    world,
    gateway: door,
    runtime: fakeRuntime(base),
    newRuntime: (o = {}) => fakeRuntime({ ...base, ...o }),
    settings: door.settings,
    commands: door.seen,
    now: clock.now,
    advance: (ms) => clock.advance(ms, settle),
    flush,
    get pendingTimers() {
      return clock.pending;
    },
    ...people(world, door),
    ...scripts(world, door, locks, messages),
    ...outages(power, network, door, locks),
    notify(agentId, notification) {
      notifications.tell(agentId, notification);
      door.flush();
    },
  };
  seedWorld(server);
  return server;
}

type Outages = Pick<FakeServer, 'drop' | 'down' | 'up'>;

function outages(power: { isOn: boolean }, network: MemoryNetwork, door: Gateway, locks: FakeLocks): Outages {
  return {
    drop(agentId) {
      const mine = agentId === undefined ? undefined : door.of(agentId).map(({ connection }) => connection);
      network.drop((connection) => mine?.includes(connection) ?? true);
      door.flush();
    },
    down() {
      power.isOn = false;
      network.drop();
    },
    up() {
      power.isOn = true;
      locks.restarted();
    },
  };
}

type Scripts = Pick<
  FakeServer,
  | 'colleague'
  | 'customerWrites'
  | 'setDelivery'
  | 'newConversation'
  | 'endLock'
  | 'goodbye'
  | 'refuse'
  | 'expire'
  | 'restore'
>;

function scripts(world: World, door: Gateway, locks: FakeLocks, messages: FakeMessages): Scripts {
  const find = (id: string): FakeConversation => {
    const conversation = world.conversations.get(id);
    if (conversation === undefined) throw new Error(`The fake server has no conversation ${id}.`);
    return conversation;
  };
  return {
    colleague(agentId) {
      door.colleagues.add(agentId);
      return new Colleague(agentId, { world, locks, messages, door });
    },
    customerWrites(id, body, html) {
      messages.customerWrites(find(id), body, html);
      door.flush();
    },
    setDelivery(id, position, delivery) {
      messages.deliver(find(id), position, delivery);
      door.flush();
    },
    newConversation({ inboxId = 'support', from, subject = 'A question', body, id = world.newId('cnv') }) {
      messages.customerWrites(world.addConversation(id, inboxId, from, subject), body);
      door.flush();
      return id;
    },
    endLock(id, reason) {
      locks.end(find(id), reason);
      door.flush();
    },
    goodbye(agentId, code, retryAfterMs) {
      for (const client of door.of(agentId)) door.goodbye(client, code, retryAfterMs ?? null);
    },
    refuse(command, code, details) {
      const refusals = door.refusals.get(command) ?? [];
      door.refusals.set(command, [...refusals, new LatchboxError(code, details)]);
    },
    expire: (token) => void door.badTokens.add(token),
    restore() {
      world.restore();
      for (const client of Array.from(door.clients)) client.connection.close();
    },
  };
}

type People = Pick<
  FakeServer,
  'addAgent' | 'addInbox' | 'addAccount' | 'setCapability' | 'setTimes' | 'setTakeOverBy'
>;

function people(world: World, door: Gateway): People {
  const change = (inboxId: string, how: (inbox: FakeInbox) => FakeInbox): void => {
    const inbox = world.inboxes.get(inboxId);
    if (inbox === undefined) throw new Error(`The fake server has no inbox ${inboxId}.`);
    const changed = how(inbox);
    world.inboxes.set(inboxId, changed);
    world.append(`inbox:${inboxId}`, { type: 'inbox.changed', inbox: changed });
    door.flush();
  };
  return {
    addAgent(id, name, { role = 'agent', inboxes = {} } = {}) {
      const agent = world.addAgent(id, name, role);
      for (const [inboxId, capability] of Object.entries(inboxes)) agent.inboxes.set(inboxId, capability);
    },
    addInbox: (id, name, lockOn) => void world.addInbox(id, name, lockOn),
    addAccount: (inboxId, account) => world.addAccount(inboxId, account),
    setCapability(agentId, inboxId, capability) {
      door.setCapability(agentId, inboxId, capability);
      door.flush();
    },
    setTimes: (inboxId, times) =>
      change(inboxId, (inbox) => ({ ...inbox, times: { ...inbox.times, ...times } })),
    setTakeOverBy: (inboxId, takeOverBy) => change(inboxId, (inbox) => ({ ...inbox, takeOverBy })),
  };
}

function seedWorld(server: FakeServer): void {
  server.addInbox('support', 'Support', 'open');
  server.addInbox('sales', 'Sales', 'compose');
  const inboxes = { support: 'reply', sales: 'reply' } as const;
  server.addAgent('ana', 'Ana', { role: 'admin', inboxes: { support: 'manage', sales: 'manage' } });
  server.addAgent('ben', 'Ben', { inboxes });
  server.addAgent('cleo', 'Cleo', { inboxes });
  server.newConversation({
    id: 'c1',
    from: 'Mia',
    subject: 'Where is my parcel?',
    body: 'It should be here by now.',
  });
  server.newConversation({
    id: 'd1',
    inboxId: 'sales',
    from: 'Noor',
    subject: 'A quote',
    body: 'For forty chairs.',
  });
}
