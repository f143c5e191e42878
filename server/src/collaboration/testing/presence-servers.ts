/** Servers' presence, joined by one store of hints and one registry, on a clock that stands still. For tests. */
import { type DownItem, Frame } from '@latchbox/shared';
import type { Hints } from '../../cluster/hints.ts';
import { createMemoryHints } from '../../cluster/hints-memory.ts';
import type { PresenceRegistry } from '../../cluster/registry.ts';
import { createMemoryRegistry } from '../../cluster/registry-memory.ts';
import type { Clock } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { createPresence, type Presence, type PresenceSession } from '../presence.ts';

export const BEAT = 10_000;
/** Longer than changes are gathered for the other servers. */
export const SOON = 50;

export interface PresenceServer {
  readonly presence: Presence;
  readonly told: { readonly inboxId: string; readonly item: DownItem }[];
  /** What was told since the last look, short. */
  readonly news: () => string[];
}

export interface PresenceWiring {
  readonly hints?: Hints;
  readonly registry?: PresenceRegistry;
  readonly clock?: Clock;
}

export interface PresenceServers {
  readonly clock: ManualClock;
  readonly hints: Hints;
  readonly registry: PresenceRegistry;
  readonly server: (id: string, wiring?: PresenceWiring) => PresenceServer;
  /** Stops everything, and throws when a timer is left or something was told that the contract does not know. */
  readonly close: () => Promise<void>;
}

function short(item: DownItem): string {
  if (item.t === 'viewers') {
    const people = item.viewers.map((one) => `${one.person.name}×${one.sessions} ${one.availability}`);
    return `${item.conversationId}: ${people.join(', ') || 'nobody'}`;
  }
  if (item.t !== 'presence') return item.t;
  const changes = item.changes.map((one) => `${one.person.name} ${one.availability}`);
  return `${item.inboxId}: ${[...changes, `${item.total} there`].join(', ')}`;
}

export function createPresenceServers(): PresenceServers {
  const clock = new ManualClock();
  const hints = createMemoryHints();
  const registry = createMemoryRegistry(clock);
  const all: PresenceServer[] = [];

  function server(serverId: string, wiring: PresenceWiring = {}): PresenceServer {
    const told: { inboxId: string; item: DownItem }[] = [];
    const emit = (inboxId: string, item: DownItem): void => void told.push({ inboxId, item });
    const deps = { clock, hints, registry, log: silentLog, serverId, emit, beat: BEAT };
    const presence = createPresence({ ...deps, ...wiring });
    presence.start();
    let seen = 0;
    const news = (): string[] => {
      const items = told.slice(seen).map(({ item }) => short(item));
      seen = told.length;
      return items;
    };
    const made = { presence, told, news };
    all.push(made);
    return made;
  }

  return {
    clock,
    hints,
    registry,
    server,
    async close() {
      for (const { presence, told } of all) {
        await presence.close();
        for (const { item } of told) Frame.parse({ items: [item] });
      }
      if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
      await Promise.all([hints.close(), registry.close()]);
    },
  };
}

export function session(name: string, tab = 1, more: Partial<PresenceSession> = {}): PresenceSession {
  return {
    sessionId: `ses_${name}_${tab}`,
    connectionNo: 1,
    agentId: `agt_${name}`,
    agentName: name,
    inboxIds: ['ibx'],
    ...more,
  };
}

export async function people(presence: Presence, inboxId = 'ibx'): Promise<string[]> {
  const snapshot = await presence.snapshot(inboxId);
  return snapshot.people.map((one) => `${one.person.name} ${one.availability}`);
}

/** A process that can be stopped in its tracks: its timers and what it hears wait until it goes on, the timers first. */
export function createSleeper(clock: Clock, hints: Hints) {
  let asleep = false;
  const timers: (() => void)[] = [];
  const heard: (() => void)[] = [];
  const sleepy: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimer: (ms, fire) => clock.setTimer(ms, () => (asleep ? timers.push(fire) : fire())),
  };
  const deaf: Hints = {
    ...hints,
    subscribe: (channel, receive) =>
      hints.subscribe(channel, (message) => (asleep ? heard.push(() => receive(message)) : receive(message))),
  };
  return {
    clock: sleepy,
    hints: deaf,
    stop: () => {
      asleep = true;
    },
    goOn: () => {
      asleep = false;
      for (const run of [...timers.splice(0), ...heard.splice(0)]) run();
    },
  };
}
