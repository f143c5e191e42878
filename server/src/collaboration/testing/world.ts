/** One or two servers' hearts on one database, one store of leases and one clock that stands still. For tests. */
import type { EventData, InboxTimes, LockOn } from '@latchbox/shared';
import { createMemoryHints } from '../../cluster/hints-memory.ts';
import type { Leases } from '../../cluster/leases.ts';
import { createMemoryLeases } from '../../cluster/leases-memory.ts';
import { eventsAfter } from '../../database/event-log.ts';
import { type GivenAgent, type GivenOrganisation, givenOrganisation } from '../../database/testing/given.ts';
import { openTestDatabase, type TestDatabase, type TestDialect } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { createSendDoor } from '../../messaging/sending/send.ts';
import type { SendDoor } from '../../messaging/api.ts';
import { createHeart, type Heart, type HeartDeps } from '../heart.ts';
import type { Holder } from '../holder.ts';
import type { WhoIsThere } from '../there.ts';

export interface TestServer extends Heart {
  readonly id: string;
  readonly door: SendDoor;
  /** What its sockets were told outside the event log. */
  readonly told: string[];
}

export interface World extends GivenOrganisation {
  readonly db: TestDatabase;
  readonly clock: ManualClock;
  readonly leases: Leases;
  server(id: string): TestServer;
  /** A new session of an agent on a server. */
  join(
    server: TestServer,
    agent: 'anna' | 'ben' | 'rita' | GivenAgent,
    device?: string,
  ): Promise<Holder & { readonly key: string }>;
  /** Everything the inbox's stream tells, in order. */
  events(): Promise<EventData[]>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly dialect?: TestDialect;
  readonly lockOn?: LockOn;
  readonly times?: Partial<InboxTimes>;
  /** Puts something between the servers and the leases. */
  readonly wrapLeases?: (leases: Leases) => Leases;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = new ManualClock();
  const db = await openTestDatabase(options.dialect ?? 'sqlite', { clock });
  const given = await givenOrganisation(db, {
    lockOn: options.lockOn ?? 'compose',
    times: options.times ?? {},
  });
  const bare = createMemoryLeases(clock);
  const leases = options.wrapLeases?.(bare) ?? bare;
  const hints = createMemoryHints();
  const servers: TestServer[] = [];

  function server(id: string): TestServer {
    // Presence tells every server of the sessions of all; here it does so at once.
    const there: WhoIsThere = (agentId) => servers.flatMap((one) => one.connected(agentId));
    const made = serverOn({ db, leases, hints, clock, there }, id);
    servers.push(made);
    return made;
  }

  return {
    ...given,
    db,
    clock,
    leases,
    server,
    async join(at, who, device = 'Chrome on Linux') {
      const agent = typeof who === 'string' ? given[who] : who;
      const started = await at.sessions.start({
        agentId: agent.id,
        agentName: agent.name,
        signInId: null,
        device,
        kind: 'socket',
      });
      return { ...started.holder, key: started.key };
    },
    async events() {
      const stored = await eventsAfter(db.read, `inbox:${given.inboxId}`, 0, 10_000);
      return stored.map((event) => JSON.parse(event.data) as EventData);
    },
    async close() {
      for (const one of servers) await one.close();
      if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
      await bare.close();
      await hints.close();
      await db.close();
    },
  };
}

function serverOn(
  shared: Pick<HeartDeps, 'db' | 'leases' | 'hints' | 'clock' | 'there'>,
  id: string,
): TestServer {
  const told: string[] = [];
  const wake = () => undefined;
  const heart = createHeart({
    ...shared,
    log: silentLog,
    wake,
    signals: {
      uncertain: (sessionId, _conversationId, fence, uncertain) =>
        told.push(`${sessionId} ${fence} ${uncertain ? 'uncertain' : 'certain'}`),
      dropOlder: (sessionId, connectionNo) => told.push(`${sessionId} drop below ${connectionNo}`),
    },
    serverId: id,
    maxLocks: 3,
    sweepEvery: 500,
  });
  const door = createSendDoor({
    db: shared.db,
    wake,
    poke: () => undefined,
    logEpoch: 'log_test',
    endLock: heart.endLock,
    afterReply: heart.afterReply,
    activity: (holder, conversationId) => heart.locks.activity(holder, conversationId, 'reply'),
  });
  return { ...heart, id, door, told };
}
