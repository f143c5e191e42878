/** What three servers share besides the database, as one Redis would keep it, behind a network that may fail. */
import { createLocalHints } from '@latchbox/server/src/cluster/hints-local.ts';
import type { Hints } from '@latchbox/server/src/cluster/hints.ts';
import { createMemoryLeases } from '@latchbox/server/src/cluster/leases-memory.ts';
import type { Leases } from '@latchbox/server/src/cluster/leases.ts';
import { createMemoryRegistry } from '@latchbox/server/src/cluster/registry-memory.ts';
import type { PresenceRegistry } from '@latchbox/server/src/cluster/registry.ts';
import type { Log } from '@latchbox/server/src/lib/log.ts';
import { refuse } from '@latchbox/shared';
import type { Random } from './chance.ts';
import type { Node, SimTime } from './time.ts';
import { Wire } from './wire.ts';

/** Ms until an answer that does not come counts as none. */
const TIMEOUT = 300;
/** Ms in which every holder has put its lease back after the store was emptied. */
const RENEWED = 10_000;

export interface CoordinationDeps {
  readonly time: SimTime;
  readonly random: Random;
  readonly delay: () => number;
}

/** One server's way to it. */
export interface Seat {
  readonly hints: Hints;
  readonly leases: Leases;
  readonly registry: PresenceRegistry;
  /** Nothing arrives there, or nothing comes back. */
  cut(direction: 'there' | 'back'): void;
  mend(): void;
  /** Hints from and to this server that get lost, from 0 to 1. */
  hintLoss: number;
}

interface Taken extends Seat {
  readonly node: Node;
  readonly deliver: (channel: string, text: string) => void;
}

export class Coordination {
  readonly #deps: CoordinationDeps;
  readonly node: Node;
  #leases: Leases;
  #registry: PresenceRegistry;
  #freshUntil = 0;
  readonly #seats = new Set<Taken>();

  constructor(deps: CoordinationDeps) {
    this.#deps = deps;
    this.node = deps.time.node('coordination');
    this.#leases = createMemoryLeases(this.node);
    this.#registry = createMemoryRegistry(this.node);
  }

  /** It loses everything, as a Redis does that restarts without a disk. */
  empty(): void {
    this.#leases = createMemoryLeases(this.node);
    this.#registry = createMemoryRegistry(this.node);
    this.#freshUntil = this.node.monotonic() + RENEWED;
  }

  /** Whether any of these keys is leased. */
  async held(keys: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const key of keys) {
      const answer = await this.#leases.acquire(key, 1);
      if (answer.status === 'held') found.push(key);
      else await this.#leases.release(key, answer.token);
    }
    return found;
  }

  seat(node: Node, log: Log): Seat {
    const line = new Line(this.#deps, node, this.node);
    const local = createLocalHints(log);
    const seat: Taken = {
      node,
      hintLoss: 0,
      deliver: (channel, text) => local.deliver(channel, JSON.parse(text)),
      hints: {
        publish: (channel, message, here = message) => {
          this.#spread(seat, line, channel, JSON.stringify(message));
          local.deliver(channel, here);
        },
        subscribe: (channel, receive) => local.add(channel, receive),
        close: async () => {
          local.clear();
          this.#seats.delete(seat);
        },
      },
      leases: this.#leasesBy(line),
      registry: this.#registryBy(line, createMemoryRegistry(node)),
      cut: (direction) => line.cut(direction),
      mend: () => line.mend(),
    };
    this.#seats.add(seat);
    return seat;
  }

  #spread(from: Taken, line: Line, channel: string, text: string): void {
    const { random, delay } = this.#deps;
    line.tell(() => {
      for (const seat of this.#seats) {
        if (seat === from || random() < seat.hintLoss || random() < from.hintLoss) continue;
        // Every subscriber has a connection of its own: hints of different servers overtake each other.
        seat.node.reach(delay(), () => seat.deliver(channel, text));
      }
    });
  }

  #leasesBy(line: Line): Leases {
    return {
      // An acquire whose answer was lost is followed by its release, as far as that arrives.
      acquire: (key, ttl) =>
        line.ask(
          () => this.#leases.acquire(key, ttl),
          (late) => late.status === 'granted' && void this.#leases.release(key, late.token),
        ),
      restore: (key, token, ttl) => line.ask(() => this.#leases.restore(key, token, ttl)),
      extend: (key, token, ttl) => line.ask(() => this.#leases.extend(key, token, ttl)),
      release: (key, token) => line.ask(() => this.#leases.release(key, token)),
      check: (leases) =>
        line.ask(async () => {
          const answers = await this.#leases.check(leases);
          const isFresh = this.node.monotonic() < this.#freshUntil;
          return answers.map((answer) => (answer === 'gone' && isFresh ? 'unknown' : answer));
        }),
      close: () => Promise.resolve(),
    };
  }

  /** As the Redis form: what a server put itself it knows also without an answer; nothing throws. */
  #registryBy(line: Line, own: PresenceRegistry): PresenceRegistry {
    const shared = (): PresenceRegistry => this.#registry;
    const quietly = (work: () => Promise<void>): Promise<void> => line.ask(work).catch(() => undefined);
    const either = <T>(there: () => Promise<T>, mine: () => Promise<T>): Promise<T> =>
      line.ask(there).catch(mine);
    return {
      async put(entries, ttl) {
        await own.put(entries, ttl);
        await quietly(() => shared().put(entries, ttl));
      },
      async remove(serverId, ids) {
        await own.remove(serverId, ids);
        await quietly(() => shared().remove(serverId, ids));
      },
      inInbox: (id) =>
        either(
          () => shared().inInbox(id),
          () => own.inInbox(id),
        ),
      inConversation: (id) =>
        either(
          () => shared().inConversation(id),
          () => own.inConversation(id),
        ),
      ofAgent: (id) =>
        either(
          () => shared().ofAgent(id),
          () => own.ofAgent(id),
        ),
      onServer: (id) =>
        either(
          () => shared().onServer(id),
          () => Promise.resolve(null),
        ),
      async putTyping(typing, ttl) {
        await own.putTyping(typing, ttl);
        await quietly(() => shared().putTyping(typing, ttl));
      },
      async removeTyping(typing) {
        await own.removeTyping(typing);
        await quietly(() => shared().removeTyping(typing));
      },
      typingIn: (id) =>
        either(
          () => shared().typingIn(id),
          () => own.typingIn(id),
        ),
      typingInInbox: (id) =>
        either(
          () => shared().typingInInbox(id),
          () => own.typingInInbox(id),
        ),
      close: () => own.close(),
    };
  }
}

/** One server's connection: commands in their order, an answer or a timeout. */
class Line {
  readonly #node: Node;
  readonly #there: Wire;
  readonly #back: Wire;
  #cut: 'there' | 'back' | undefined;

  constructor({ delay }: CoordinationDeps, node: Node, coordination: Node) {
    this.#node = node;
    this.#there = new Wire(coordination, delay);
    this.#back = new Wire(node, delay);
  }

  cut(direction: 'there' | 'back'): void {
    this.#cut = direction;
  }

  mend(): void {
    this.#cut = undefined;
  }

  tell(work: () => void): void {
    if (this.#cut !== 'there') this.#there.put(0, work);
  }

  ask<T>(work: () => Promise<T>, tooLate?: (result: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let given = false;
      const stop = this.#node.setTimer(TIMEOUT, () => {
        given = true;
        reject(refuse('coordination_unavailable'));
      });
      this.tell(() => {
        void work().then((result) => {
          if (given) tooLate?.(result);
          if (this.#cut === 'back') return;
          this.#back.put(0, () => {
            if (given) return;
            stop();
            resolve(result);
          });
        });
      });
    });
  }
}
