/**
 * The world of the SDK's behaviours on the server's real core: the services of `services.ts` on a SQLite file, joined to real
 * clients in memory, in a time that passes only when it is told to.
 */
import { createLatchbox } from '@latchbox/client';
import { breakable } from '@latchbox/client/testing';
import type { ContractWorld, Participant } from '@latchbox/client/contract';
import type { LatchboxOptions } from '@latchbox/client';
import { createServices, type Services } from '@latchbox/server/src/services.ts';
import { createMemoryHints } from '@latchbox/server/src/cluster/hints-memory.ts';
import { createMemoryLeases } from '@latchbox/server/src/cluster/leases-memory.ts';
import { createMemoryRegistry } from '@latchbox/server/src/cluster/registry-memory.ts';
import { readConfig } from '@latchbox/server/src/config.ts';
import { deploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import { openTestDatabase, type TestDatabase } from '@latchbox/server/src/database/testing/open.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { ManualClock } from '@latchbox/server/src/lib/manual-clock.ts';
import { memoryPair } from '@latchbox/server/src/realtime/memory-peer.ts';

type Runtime = NonNullable<LatchboxOptions['runtime']>;
type Transport = NonNullable<LatchboxOptions['transport']>;

const TIMES = {
  lockTtl: 9_000,
  reconnectGrace: 6_000,
  idleAfter: 6_000,
  idleGrace: 3_000,
  askGrace: 4_000,
  offerTime: 3_000,
  handOverTime: 5_000,
};
const PASSWORD = 'a long enough phrase';
const CALLER = { ip: '127.0.0.1', userAgent: 'test' };

/** The server: it can go down and come back on the same database. */
class Core {
  readonly clock = new ManualClock();
  readonly db: TestDatabase;
  services: Services | undefined;
  #lives = 0;
  #stops: (() => Promise<void>) | undefined;

  private constructor(db: TestDatabase, clock: ManualClock) {
    this.db = db;
    this.clock = clock;
  }

  static async start(): Promise<Core> {
    const clock = new ManualClock();
    const core = new Core(await openTestDatabase('sqlite', { clock }), clock);
    await core.up();
    return core;
  }

  async up(): Promise<Services> {
    const { clock, db } = this;
    const cluster = {
      hints: createMemoryHints(silentLog),
      leases: createMemoryLeases(clock),
      registry: createMemoryRegistry(clock),
    };
    this.#lives += 1;
    const services = createServices({
      config: readConfig({ RATE_LIMIT_FACTOR: '100' }),
      db,
      identity: await deploymentIdentity(db),
      cluster,
      clock,
      log: silentLog,
      serverId: `srv_${this.#lives}`,
    });
    await services.heart.start(true);
    services.presence.start();
    services.typing.start();
    services.outbox.start();
    services.snoozes.start();
    this.services = services;
    this.#stops = async () => {
      await services.gateway.close();
      await services.outbox.stop();
      await services.snoozes.stop();
      await services.heart.close();
      await services.presence.close();
      await services.typing.close();
      await Promise.all([cluster.leases.close(), cluster.registry.close(), cluster.hints.close()]);
    };
    return services;
  }

  async down(): Promise<void> {
    this.services = undefined;
    await this.#stops?.();
  }

  /** Connections to whichever server is up. */
  readonly transport: Transport = {
    open: (_url, events) => {
      if (this.services === undefined) {
        queueMicrotask(() => events.closed('nobody listens'));
        return { request: () => undefined, signal: () => undefined, close: () => undefined };
      }
      const { peer, client } = memoryPair();
      client.onFrame((frame) => events.frame(frame));
      client.onClose(() => events.closed('transport close'));
      this.services.gateway.attach(peer);
      queueMicrotask(() => events.opened());
      return {
        request: (name, input, answer) => client.emit(name, input, answer),
        signal: (name, input) => client.emit(name, input),
        close: () => client.close(),
      };
    },
  };
}

/** A tab: what it stored outlives its page. */
function tabRuntime(clock: ManualClock, nth: number): Runtime & { unload(): void } {
  const stored = new Map<string, string>();
  const names = new Set<string>();
  const still = <T>(value: T) => ({ get: () => value, subscribe: () => () => undefined });
  let chance = nth / 97;
  return {
    now: () => clock.now(),
    setTimer: (ms, fire) => clock.setTimer(ms, fire),
    random: () => {
      chance = (chance + 0.381_966) % 1;
      return chance;
    },
    visible: still(true),
    online: still(true),
    device: 'a test',
    storage: {
      get: (key) => stored.get(key) ?? null,
      set: (key, value) => void (value === null ? stored.delete(key) : stored.set(key, value)),
    },
    locks: {
      hold: (name) => {
        if (names.has(name)) return Promise.resolve(null);
        names.add(name);
        return Promise.resolve(() => void names.delete(name));
      },
    },
    unload: () => names.clear(),
  };
}

interface Staff {
  readonly ana: string;
  readonly ben: string;
  readonly cleo: string;
  readonly admin: string;
  readonly emails: ReadonlyMap<string, string>;
  readonly inboxes: { readonly open: string; readonly compose: string };
}

async function hire({ directory }: Services): Promise<Staff> {
  const { adminId, teamId } = await directory.found({
    organisation: 'A shop',
    admin: { name: 'Ada Min', email: 'ada@shop.example', password: PASSWORD },
  });
  const admin = { agentId: adminId };
  const emails = new Map<string, string>();
  const agent = async (name: string) => {
    const email = `${name.toLowerCase()}@shop.example`;
    const made = await directory.createAgent(admin, {
      kind: 'person',
      name,
      email,
      password: PASSWORD,
      teamIds: [teamId],
    });
    emails.set(made.id, email);
    return made.id;
  };
  const [ana, ben, cleo] = [await agent('Ana'), await agent('Ben'), await agent('Cleo')];
  const inbox = async (name: string, lockOn: 'open' | 'compose') => {
    const { id } = await directory.createInbox(admin, { name, teamId, lockOn, times: TIMES });
    for (const id2 of [ana, ben, cleo]) await directory.putMember(admin, id, id2, { capability: 'reply' });
    return id;
  };
  const inboxes = { open: await inbox('Support', 'open'), compose: await inbox('Sales', 'compose') };
  return { ana, ben, cleo, admin: adminId, emails, inboxes };
}

/** Opens the world. `close` ends the clients, stops the server and says which timers are left. */
export async function realWorld(): Promise<ContractWorld & { close(): Promise<void> }> {
  const core = await Core.start();
  const up = (): Services => {
    if (core.services === undefined) throw new Error('the server is down');
    return core.services;
  };
  const staff = await hire(up());
  let letters = 0;
  const write = async (inboxId: string, conversationId: string | null, body: string): Promise<string> => {
    letters += 1;
    const from = {
      name: 'Otto',
      address: conversationId === null ? `otto${letters}@home.example` : 'otto@home.example',
    };
    const message = {
      channel: 'simulator' as const,
      providerId: `letter-${letters}`,
      subject: 'A question',
      conversationId,
      inboxId,
    };
    return (await up().messaging.receive({ ...message, from, body })).conversationId;
  };
  const conversations = {
    first: await write(staff.inboxes.open, null, 'Where is my order?'),
    second: await write(staff.inboxes.open, null, 'Which colours are there?'),
    composed: await write(staff.inboxes.compose, null, 'A price for fifty?'),
  };
  const inboxOf = (id: string) =>
    id === conversations.composed ? staff.inboxes.compose : staff.inboxes.open;
  const tabs = new Map<string, ReturnType<typeof tabRuntime>>();
  const tokens = new Map<string, string>();
  const joined: Participant[] = [];
  const pass = (ms: number) => core.clock.advance(ms);

  async function join(agentId: string, tab = 'tab'): Promise<Participant> {
    const key = `${agentId} ${tab}`;
    const runtime = tabs.get(key) ?? tabRuntime(core.clock, tabs.size + 1);
    runtime.unload();
    tabs.set(key, runtime);
    const line = breakable(core.transport);
    const email = staff.emails.get(agentId) ?? '';
    // Hashing a password takes real time, in which the world's stands still: one token serves all connections.
    const auth = async (why: 'first' | 'expired') => {
      const known = why === 'first' ? tokens.get(agentId) : undefined;
      const token = known ?? (await up().directory.signIn({ email, password: PASSWORD }, CALLER)).token;
      tokens.set(agentId, token);
      return token;
    };
    const client = createLatchbox({ url: 'memory:', auth, transport: line.transport, runtime });
    const participant = { agentId, client, cut: () => line.cut(), mend: () => line.mend() };
    joined.push(participant);
    await client.connect();
    await pass(0);
    return participant;
  }

  return {
    ana: staff.ana,
    ben: staff.ben,
    cleo: staff.cleo,
    openInbox: staff.inboxes.open,
    composeInbox: staff.inboxes.compose,
    ...conversations,
    times: TIMES,
    typingExpires: 6_000,
    join,
    async customerWrites(id, body) {
      await write(inboxOf(id), id, body);
      await pass(0);
    },
    async revoke(agentId, inboxId) {
      await up().directory.removeMember({ agentId: staff.admin }, inboxId, agentId);
      await pass(0);
    },
    async letMembersTakeOver() {
      for (const id of Object.values(staff.inboxes))
        await up().directory.changeInbox({ agentId: staff.admin }, id, { takeOverBy: 'members' });
      await pass(0);
    },
    async restart() {
      await core.down();
      await pass(500);
      await core.up();
    },
    pass,
    async close() {
      await Promise.all(joined.map(({ client }) => client.close()));
      await pass(1_000);
      await core.down();
      const left = core.clock.pending;
      await core.db.close();
      if (left > 0) throw new Error(`${left} timers are left`);
    },
  };
}
