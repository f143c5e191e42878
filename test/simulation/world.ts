/** Three servers, six clients and what is between them, in one time and from one seed. */
import { createHash } from 'node:crypto';
import { type Link, type TransportEvents } from '@latchbox/client';
import { seededRandom } from '@latchbox/client/testing';
import { Cable } from './cable.ts';
import { between, governChance, type Random } from './chance.ts';
import { Coordination } from './coordination.ts';
import type { AgentName, Office } from './office.ts';
import { Seat } from './seat.ts';
import { SimServer } from './server.ts';
import { type Node, SimTime, START } from './time.ts';

/** What must never be, and was. */
export interface Violation {
  readonly invariant: string;
  readonly story: string;
}

export const SERVERS = ['one', 'two', 'three'] as const;
export const SEATS: readonly { readonly name: string; readonly agent: AgentName }[] = [
  { name: 'Ana', agent: 'Ana' },
  { name: 'Ben', agent: 'Ben' },
  { name: 'Cleo', agent: 'Cleo' },
  { name: 'Dora', agent: 'Dora' },
  { name: "Ana's phone", agent: 'Ana' },
  { name: "Ben's phone", agent: 'Ben' },
];

/** How bad everything between the machines is. */
export interface Weather {
  /** Most ms that something takes from a client to a server, from a server to the others, and to the database. */
  readonly network: number;
  readonly inside: number;
  readonly store: number;
  /** Hints that get lost, from 0 to 1. */
  readonly hintLoss: number;
}

interface Blocked {
  readonly up: boolean;
  readonly down: boolean;
}

export class World {
  readonly time = new SimTime();
  /** The moment at which it begins, as the database's clock says it. */
  readonly started = START;
  readonly office: Office;
  readonly coordination: Coordination;
  readonly servers: readonly SimServer[];
  readonly seats: readonly Seat[];
  readonly violations: Violation[] = [];
  readonly lines: string[] = [];
  readonly #hash = createHash('sha256');
  readonly #weather: Weather;
  readonly #random: Random;
  readonly #cables = new Map<
    Cable,
    { readonly seat: Seat; readonly node: Node; readonly server: SimServer }
  >();
  readonly #blocked = new Map<string, Blocked>();
  /** Ends of faults that are still to come. */
  #ends: (() => void)[] = [];
  readonly #giveChanceBack: () => void;
  #connections = 0;
  #letters = 0;

  constructor(office: Office, seed: number, weather: Weather) {
    this.office = office;
    this.#weather = weather;
    this.#random = seededRandom(seed * 2_654_435_761 + 1);
    this.#giveChanceBack = governChance(seededRandom(seed * 40_503 + 7));
    office.store.reset();
    office.store.setTime(this.time.node('database'));
    this.coordination = new Coordination({
      time: this.time,
      random: this.#random,
      delay: () => this.#most(weather.inside),
    });
    this.servers = SERVERS.map((name) => this.#makeServer(name));
    for (const server of this.servers) server.start();
    for (const { seat } of this.servers) if (seat !== undefined) seat.hintLoss = weather.hintLoss;
    const contents = new Map<string, string>();
    this.seats = SEATS.map((who, at) => this.#makeSeat(who, at, contents));
  }

  violated(invariant: string, story: string): void {
    this.violations.push({ invariant, story });
    this.tell(`!!! ${invariant}: ${story}`);
  }

  /** A line of the story. */
  tell(line: string): void {
    this.lines.push(`${(this.time.now / 1_000).toFixed(3).padStart(8)} s  ${line}`);
  }

  /** What everything that was said over any connection, and when, comes to. */
  get trace(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  server(at: number): SimServer {
    return this.servers[at % this.servers.length]!;
  }

  seat(at: number): Seat {
    return this.seats[at % this.seats.length]!;
  }

  /** A server that is there for whoever acts from outside: an administrator, a customer's mail. */
  anyServer(at: number): SimServer | undefined {
    const up = this.servers.filter((server) => server.isUp && server.node?.isFrozen === false);
    return up.length === 0 ? undefined : up[at % up.length];
  }

  nextLetter(): string {
    this.#letters += 1;
    return `letter ${this.#letters}`;
  }

  start(server: SimServer): void {
    // One that was started since by `heal` has everything in order.
    if (server.isUp) return;
    server.start();
    if (server.seat !== undefined) server.seat.hintLoss = this.#weather.hintLoss;
  }

  crash(server: SimServer, silent: boolean): void {
    const { node } = server;
    server.crash();
    for (const [cable, ends] of this.#cables) if (ends.node === node) cable.serverDied(silent);
    for (const [cable, ends] of this.#cables) if (ends.node === node) this.#cables.delete(cable);
  }

  reload(seat: Seat, silent: boolean): void {
    for (const cable of this.#cablesOf(seat)) cable.clientDied(silent);
    seat.reload();
  }

  cut(seat: Seat): void {
    for (const cable of this.#cablesOf(seat)) cable.cut();
  }

  /** Nothing arrives between the two, in one direction or both, until `unblock`. */
  block(seat: Seat, server: SimServer, blocked: Blocked): void {
    this.#blocked.set(`${seat.name} ${server.name}`, blocked);
    for (const [cable, ends] of this.#cables)
      if (ends.seat === seat && ends.server === server) cable.stall(blocked.up, blocked.down);
  }

  unblock(seat: Seat, server: SimServer): void {
    this.#blocked.delete(`${seat.name} ${server.name}`);
    for (const [cable, ends] of this.#cables)
      if (ends.seat === seat && ends.server === server) cable.resume();
  }

  /** A fault is over after `ms`, counted on no machine's clock, or when everything is healed. */
  later(ms: number, over: () => void): void {
    this.#ends.push(this.coordination.node.setTimer(ms, over));
  }

  /** Everything works again, and what was to end faults later does nothing any more: no server comes back to an empty office. */
  heal(): void {
    for (const cancel of this.#ends) cancel();
    this.#ends = [];
    for (const seat of this.seats) for (const server of this.servers) this.unblock(seat, server);
    for (const server of this.servers) {
      server.node?.thaw();
      this.start(server);
      server.seat?.mend();
      if (server.seat !== undefined) server.seat.hintLoss = 0;
    }
  }

  /** Gives back what of the process was taken. */
  end(): void {
    this.#giveChanceBack();
  }

  #cablesOf(seat: Seat): Cable[] {
    return [...this.#cables].flatMap(([cable, ends]) => (ends.seat === seat ? [cable] : []));
  }

  /** A delay up to `most` ms; mostly much shorter. */
  #most(most: number): number {
    const one = this.#random();
    return most * one * one * one;
  }

  #makeServer(name: string): SimServer {
    return new SimServer({
      name,
      time: this.time,
      store: this.office.store,
      identity: this.office.identity,
      coordination: this.coordination,
      storeDelay: () => this.#most(this.#weather.store),
      complain: (message) => this.violated('server error', message),
    });
  }

  #makeSeat(who: (typeof SEATS)[number], at: number, contents: Map<string, string>): Seat {
    return new Seat({
      ...who,
      office: this.office,
      time: this.time,
      random: seededRandom(at * 7_919 + between(this.#random, 0, 1_000_000)),
      servers: [0, 1, 2].map((more) => `${SERVERS[(at + more) % 3] ?? ''}:`),
      open: (seat, url, events) => this.#open(seat, url, events),
      violated: (invariant, story) => this.violated(invariant, story),
      tell: (line) => this.tell(line),
      contents,
    });
  }

  #open(seat: Seat, url: string, events: TransportEvents): Link {
    const server = this.servers.find(({ name }) => `${name}:` === url);
    const node = server?.node;
    this.#connections += 1;
    const id = `connection ${this.#connections}`;
    if (server === undefined || node === undefined) {
      const cancel = seat.node.reach(this.#most(this.#weather.network), () =>
        events.closed('nobody listens'),
      );
      return { request: () => undefined, signal: () => undefined, close: cancel };
    }
    const cable: Cable = new Cable({
      id,
      client: seat.node,
      server: node,
      delay: () => this.#most(this.#weather.network),
      events,
      attach: (peer) => server.attach(node, peer),
      told: (from, text) => this.#hash.update(`${this.time.now} ${id} ${from} ${text}\n`),
      over: (over) => this.#cables.delete(over),
    });
    this.#cables.set(cable, { seat, node, server });
    const blocked = this.#blocked.get(`${seat.name} ${server.name}`);
    if (blocked !== undefined) cable.stall(blocked.up, blocked.down);
    return {
      request: (name, input, answer) => cable.request(name, input, answer),
      signal: (name, input) => cable.request(name, input, undefined),
      close: () => cable.close(),
    };
  }
}
