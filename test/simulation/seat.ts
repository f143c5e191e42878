/** One of the six clients: an agent at a browser tab, with the SDK as it is shipped. */
import {
  createLatchbox,
  type Entry,
  type Pending,
  type LatchboxClient,
  type Lease,
  type Link,
  type Runtime,
  type Transport,
} from '@latchbox/client';
import { LatchboxError } from '@latchbox/shared';
import type { Random } from './chance.ts';
import { CONVERSATIONS, type AgentName, type ConversationName, type Office } from './office.ts';
import type { Node, SimTime } from './time.ts';

/** A reply or note, and what became of it. */
export interface Sent {
  readonly seat: string;
  readonly agentId: string;
  readonly clientId: string;
  readonly kind: 'reply' | 'note';
  readonly conversationId: string;
  readonly body: string;
  /** `pending`: nothing was said yet. `unknown`: its page is gone. Else `ok`, or the code it was refused with. */
  outcome: string;
  /** Position of the newest entry that was shown when it was pressed, the last time. */
  lastSeen: number;
  /** Position and fence of the stored entry, as it was acknowledged. */
  stored: string | undefined;
}

/** An event as it came. */
export interface Received {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
}

export interface SeatDeps {
  readonly name: string;
  readonly agent: AgentName;
  readonly office: Office;
  readonly time: SimTime;
  readonly random: Random;
  readonly servers: readonly string[];
  /** Opens a connection from this seat's present page. */
  readonly open: (seat: Seat, url: string, events: Parameters<Transport['open']>[1]) => Link;
  readonly violated: (invariant: string, story: string) => void;
  readonly tell: (line: string) => void;
  /** The content of an event as its first receiver got it. */
  readonly contents: Map<string, string>;
}

interface Page {
  readonly node: Node;
  readonly client: LatchboxClient;
  readonly leases: Map<ConversationName, Lease>;
  /** What was asked for and has no end yet. */
  readonly waiting: Set<string>;
  readonly sent: Sent[];
  readonly last: Map<string, number>;
}

export class Seat {
  readonly name: string;
  readonly agent: AgentName;
  readonly agentId: string;
  readonly #deps: SeatDeps;
  readonly #stored = new Map<string, string>();
  readonly received: Received[] = [];
  readonly allSent: Sent[] = [];
  #page: Page;
  #pages = 0;

  constructor(deps: SeatDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.agent = deps.agent;
    this.agentId = deps.office.agents[deps.agent].id;
    this.#page = this.#load();
  }

  get client(): LatchboxClient {
    return this.#page.client;
  }

  get node(): Node {
    return this.#page.node;
  }

  get waiting(): ReadonlySet<string> {
    return this.#page.waiting;
  }

  get opened(): ReadonlySet<ConversationName> {
    return new Set(this.#page.leases.keys());
  }

  conversation(name: ConversationName) {
    return this.client.conversation(this.#deps.office.conversations[name].id);
  }

  open(name: ConversationName, lock: 'if-free' | 'none'): void {
    if (!this.#page.leases.has(name)) this.#page.leases.set(name, this.conversation(name).open({ lock }));
  }

  leave(name: ConversationName): void {
    this.#page.leases.get(name)?.release();
    this.#page.leases.delete(name);
  }

  /** Asks for something that must come to an end, one way or the other. */
  ask(what: string, promise: Promise<unknown>): void {
    const { waiting } = this.#page;
    const named = `${what} at ${this.#deps.time.now.toFixed(0)} ms`;
    waiting.add(named);
    promise.then(
      () => waiting.delete(named),
      () => waiting.delete(named),
    );
  }

  send(kind: 'reply' | 'note', name: ConversationName, body: string, pending: Pending<Entry>): void {
    const sent: Sent = {
      seat: this.name,
      agentId: this.agentId,
      clientId: pending.clientId,
      kind,
      conversationId: this.#deps.office.conversations[name].id,
      body,
      outcome: 'pending',
      lastSeen: 0,
      stored: undefined,
    };
    this.#page.sent.push(sent);
    this.allSent.push(sent);
    this.follow(sent, pending);
  }

  /** What becomes of a send, or of one that is pressed again. */
  follow(sent: Sent, { confirmed, optimistic }: Pending<Entry>): void {
    sent.outcome = 'pending';
    sent.lastSeen = optimistic.lastSeen;
    this.ask(
      `${sent.kind} "${sent.body}"`,
      confirmed.then(
        (entry) => {
          sent.outcome = 'ok';
          sent.stored = `${entry.position} ${'fence' in entry ? String(entry.fence) : ''}`;
          this.#deps.tell(
            `    ${this.name}'s ${sent.kind} "${sent.body}" is stored as entry ${entry.position}`,
          );
        },
        (error: unknown) => {
          sent.outcome = LatchboxError.is(error) ? error.code : String(error);
          this.#deps.tell(`    ${this.name}'s ${sent.kind} "${sent.body}" is refused: ${sent.outcome}`);
        },
      ),
    );
  }

  sentAs(clientId: string): Sent | undefined {
    return this.#page.sent.find((sent) => sent.clientId === clientId);
  }

  /** The page is gone without a word; the next one finds the tab's storage, and shows what this one showed. */
  reload(): void {
    const shown = [...this.#page.leases.keys()];
    this.#page.node.dead = true;
    for (const sent of this.#page.sent) if (sent.outcome === 'pending') sent.outcome = 'unknown';
    this.#page = this.#load();
    for (const name of shown) this.open(name, 'if-free');
  }

  /** Ends the client in order. */
  async close(): Promise<void> {
    await this.client.close();
  }

  #load(): Page {
    const { time, office, servers, open, name, agent, tell, violated } = this.#deps;
    this.#pages += 1;
    const node = time.node(`${name} page ${this.#pages}`);
    const client = createLatchbox({
      url: servers,
      auth: async () => office.agents[agent].token,
      transport: { open: (url, events) => open(this, url, events) },
      runtime: this.#runtime(node),
      log: ({ level, message, data }) => {
        if (level === 'error') violated('client error', `${name}: ${message} ${describe(data)}`);
      },
    });
    const page: Page = { node, client, leases: new Map(), waiting: new Set(), sent: [], last: new Map() };
    client.on('event', (event) => this.#take(page, event));
    client.on('resync', () => page.last.clear());
    client.on('lock.lost', ({ conversationId, reason }) => {
      const lost = CONVERSATIONS.find((one) => office.conversations[one].id === conversationId);
      tell(`    ${name} is told that the lock of ${lost ?? conversationId} is lost: ${reason}`);
    });
    this.#page = page;
    this.ask('connecting', client.connect());
    return page;
  }

  #take(page: Page, { stream, seq, data }: { stream: string; seq: number; data: unknown }): void {
    const { contents, violated, time } = this.#deps;
    const before = page.last.get(stream);
    if (before !== undefined && seq !== before + 1)
      violated('I21 order', `${this.name} got ${stream} ${seq} after ${before}`);
    page.last.set(stream, seq);
    this.received.push({ stream, seq, at: time.now });
    const key = `${stream} ${seq}`;
    const text = JSON.stringify(data);
    const known = contents.get(key);
    if (known === undefined) contents.set(key, text);
    else if (known !== text) violated('I23 agreement', `${this.name} got another ${key} than somebody else`);
  }

  #runtime(node: Node): Partial<Runtime> {
    const stored = this.#stored;
    const still = <T>(value: T) => ({ get: () => value, subscribe: () => () => undefined });
    const names = new Set<string>();
    return {
      now: () => node.now(),
      setTimer: node.setTimer,
      random: this.#deps.random,
      visible: still(true),
      online: still(true),
      device: this.name,
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
    };
  }
}

function describe(data: unknown): string {
  return data instanceof Error
    ? (data.stack ?? data.message).split('\n').slice(0, 3).join(' | ')
    : String(data);
}
