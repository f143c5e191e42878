/** One server's services on the simulation's database, in a time that passes when it is told to: what the models are held against. */
import type { Holder } from '@latchbox/server/src/collaboration/holder.ts';
import type { Leases } from '@latchbox/server/src/cluster/leases.ts';
import { createMemoryHints } from '@latchbox/server/src/cluster/hints-memory.ts';
import { createMemoryLeases } from '@latchbox/server/src/cluster/leases-memory.ts';
import { createMemoryRegistry } from '@latchbox/server/src/cluster/registry-memory.ts';
import type { Appended } from '@latchbox/server/src/database/event-log.ts';
import type { StreamId } from '@latchbox/shared';
import type { Log } from '@latchbox/server/src/lib/log.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { createServices, type Services } from '@latchbox/server/src/services.ts';
import type { AgentName, Office } from '../simulation/office.ts';
import { CONFIG } from '../simulation/server.ts';
import { type Node, SimTime } from '../simulation/time.ts';

export interface Desk extends AsyncDisposable {
  readonly time: SimTime;
  readonly office: Office;
  readonly services: Services;
  readonly leases: Leases;
  /** What was logged as an error. */
  readonly complaints: string[];
  /** Another server beside it. */
  another(): Services;
  /** While true, hints are lost. */
  hintsLost: boolean;
  /** Tells all servers that a stream grew, as the server with this number does. */
  wake(server: number, stream: StreamId, appended: Appended | undefined): void;
  join(agent: AgentName): Promise<{ readonly holder: Holder; readonly key: string }>;
  resume(agent: AgentName, id: string, key: string): Promise<Holder | undefined>;
}

/** `pause`: called before and after each transaction, and before each call of the leases. */
export function openDesk(office: Office, pause?: (what: string) => Promise<void>): Desk {
  const time = new SimTime();
  const node = time.node('desk');
  office.store.reset();
  office.store.setTime(node);
  const complaints: string[] = [];
  const bare = createMemoryLeases(node);
  const leases = pause === undefined ? bare : pausing(bare, pause);
  const hints = createMemoryHints();
  const registry = createMemoryRegistry(node);
  const log: Log = {
    ...silentLog,
    error: (message, fields) => complaints.push(`${message} ${JSON.stringify(fields)}`),
  };
  const servers: Services[] = [];
  const desk = { hintsLost: false };
  const another = (): Services => {
    const db = pause === undefined ? office.store.db : office.store.view(() => pause('transaction'));
    const services = createServices({
      config: CONFIG,
      db,
      identity: office.identity,
      cluster: {
        leases,
        registry,
        hints: {
          ...hints,
          publish: (channel, message, here) => {
            if (!desk.hintsLost) hints.publish(channel, message, here);
          },
        },
      },
      clock: node,
      log,
      serverId: `srv_${servers.length + 1}`,
    });
    servers.push(services);
    return services;
  };
  const services = another();
  const started = (agent: AgentName) =>
    ({
      agentId: office.agents[agent].id,
      agentName: agent,
      signInId: null,
      device: 'a test',
      kind: 'socket',
    }) as const;
  return Object.assign(desk, {
    time,
    office,
    services,
    leases: bare,
    complaints,
    another,
    // A hint that comes back from another server carries nothing with it.
    wake: (server: number, stream: StreamId, appended: Appended | undefined) =>
      hints.publish('wake', stream, server === 0 ? stream : (appended ?? stream)),
    join: (agent: AgentName) => services.heart.sessions.start(started(agent)),
    resume: async (agent: AgentName, id: string, key: string) =>
      (await services.heart.sessions.resume({ ...started(agent), id, key }))?.holder,
    [Symbol.asyncDispose]: () => closeAll(servers, node),
  });
}

async function closeAll(servers: readonly Services[], node: Node): Promise<void> {
  for (const { gateway, heart } of servers) {
    await gateway.close();
    await heart.close();
  }
  node.dead = true;
}

function pausing(leases: Leases, pause: (what: string) => Promise<void>): Leases {
  return {
    ...leases,
    acquire: async (...args) => {
      await pause('lease');
      return await leases.acquire(...args);
    },
    extend: async (...args) => {
      await pause('extend');
      return await leases.extend(...args);
    },
    release: async (...args) => {
      await pause('release');
      return await leases.release(...args);
    },
  };
}

/** Runs by default, and how many with `LATCHBOX_MODEL_RUNS=300`: what a pull request is held to. */
export function runs(byDefault: number): { readonly numRuns: number; readonly seed?: number } {
  const { LATCHBOX_MODEL_RUNS: many, LATCHBOX_SEED: seed } = process.env;
  return {
    numRuns: many === undefined ? byDefault : Number(many),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}
