/** One agent of the generator: a client of the SDK that works as people do, quicker or slower. */
import {
  type Conversation,
  type ConversationList,
  createLatchbox,
  type HeldLock,
  type LatchboxClient,
  LatchboxError,
  type ListRow,
} from '@latchbox/client';
import { machineTime } from '../bench/parts/emission.ts';
import { pause } from '../tools/eventually.ts';
import { cuttableTransport } from './cuttable.ts';
import type { Meter } from './meter.ts';

export interface AgentOptions {
  readonly urls: readonly string[];
  readonly token: string;
  readonly meter: Meter;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** How many times as quick as people. */
  readonly pace: number;
}

/** Says in a text when it was sent, so that whoever reads it knows how long it took. */
export const stamped = (text: string): string => `${text} ⟨${machineTime()}⟩`;
const STAMP = /⟨(\d+)⟩/;

/** How long people wait in line, ms. */
const PATIENCE = 20_000;

const WORDS =
  'Thank you for waiting. Your parcel left our bench this morning and is with the courier now; it will be with you tomorrow before noon. ';

/** An agent, connected or not. */
export class LoadAgent {
  readonly #options: AgentOptions;
  readonly #transport = cuttableTransport();
  #client: LatchboxClient;
  #list: ConversationList;
  #working = false;
  #over = new AbortController();
  /** When the connection was lost, by the monotonic clock. */
  #lostAt: number | undefined;
  /** Its connection was broken, and there is no other one yet. */
  #cut = false;
  #coming = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#client = this.#newClient();
    this.#list = this.#client.list({ status: 'open' });
  }

  /** Connected, with everything applied that happened before. */
  get current(): boolean {
    return !this.#cut && this.#client.connection.getSnapshot().name === 'connected';
  }

  async connect(): Promise<void> {
    const began = performance.now();
    await this.#client.connect();
    this.#options.meter.took('connect', performance.now() - began);
    const off = this.#list.subscribe(() => undefined);
    this.#over.signal.addEventListener('abort', off, { once: true });
  }

  /** Works until `stop`. */
  start(): void {
    if (this.#working) return;
    this.#working = true;
    void this.#work(this.#over.signal);
  }

  cut(): void {
    // The client finds out a moment later, and would count as current until then.
    this.#cut = this.current;
    this.#transport.cut();
  }

  /** Goes, and comes back as a new client, as somebody does who closes the page and opens it again. */
  async comeAgain(): Promise<void> {
    if (this.#coming) return;
    this.#coming = true;
    try {
      await this.#again();
    } finally {
      this.#coming = false;
    }
  }

  async #again(): Promise<void> {
    const worked = this.#working;
    await this.stop();
    this.#lostAt = undefined;
    this.#cut = false;
    this.#client = this.#newClient();
    this.#list = this.#client.list({ status: 'open' });
    await this.connect();
    if (worked) this.start();
  }

  async stop(): Promise<void> {
    this.#working = false;
    this.#over.abort();
    this.#over = new AbortController();
    await this.#client.close();
  }

  #newClient(): LatchboxClient {
    const { urls, token, meter } = this.#options;
    const client = createLatchbox({ url: urls, auth: async () => token, transport: this.#transport });
    client.on('event', () => meter.count('events received'));
    client.on('entry.added', ({ entry }) => {
      const sent = 'body' in entry ? STAMP.exec(entry.body)?.[1] : undefined;
      if (sent !== undefined) meter.took('seen by a colleague', (machineTime() - Number(sent)) / 1_000);
    });
    client.on('resync', () => meter.count('resyncs'));
    client.on('error', ({ error }) => meter.count(`error ${error.code}`));
    client.connection.subscribe(() => this.#connectionChanged(client));
    return client;
  }

  #connectionChanged(client: LatchboxClient): void {
    const { name } = client.connection.getSnapshot();
    if (name === 'reconnecting') this.#lostAt ??= performance.now();
    if (name !== 'connected' || this.#lostAt === undefined) return;
    this.#options.meter.took('reconnect', performance.now() - this.#lostAt);
    this.#lostAt = undefined;
    this.#cut = false;
  }

  async #work(over: AbortSignal): Promise<void> {
    // Nobody begins at the same moment as everybody else.
    await this.#think(0, 8_000);
    while (!over.aborted) {
      const dice = this.#options.random();
      if (dice < 0.7) await this.#take(over);
      else if (dice < 0.9) await this.#watch();
      else await this.#think(5_000, 15_000);
      await this.#think(500, 3_000);
    }
  }

  /** Looks at the list and at who is there. */
  async #watch(): Promise<void> {
    this.#options.meter.count('watched the list');
    await this.#think(2_000, 6_000);
  }

  /** Opens a conversation, and mostly does something in it. */
  async #take(over: AbortSignal): Promise<void> {
    const row = this.#pick();
    if (row === undefined) return;
    const conversation = this.#client.conversation(row.id);
    const view = conversation.open({ lock: 'none' });
    try {
      await this.#timed('open', () => conversation.ready);
      conversation.activity('reading');
      await this.#think(500, 3_000);
      const dice = this.#options.random();
      if (over.aborted) return;
      if (dice < 0.55) await this.#reply(conversation);
      else if (dice < 0.8) await this.#note(conversation);
      else await conversation.markRead();
    } catch (error) {
      if (!over.aborted) this.#failed(error);
    } finally {
      view.release();
    }
  }

  #pick(): ListRow | undefined {
    const { rows } = this.#list.getSnapshot();
    return rows[Math.floor(this.#options.random() * rows.length)];
  }

  async #reply(conversation: Conversation): Promise<void> {
    const { meter } = this.#options;
    const lock = await this.#lock(conversation);
    try {
      await this.#type(conversation, 'reply');
      const reply = conversation.reply({ body: stamped(this.#text()) });
      try {
        await this.#timed('reply', () => reply.confirmed);
      } catch (error) {
        if (!LatchboxError.is(error, 'thread_moved_on')) throw error;
        meter.count('stopped: the thread moved on');
        await this.#think(300, 1_500);
        await conversation.sendAnyway(reply.clientId).confirmed;
      }
    } finally {
      await lock.release();
    }
  }

  /** Takes it; where a colleague has it, every other time waits in line for a while. */
  async #lock(conversation: Conversation): Promise<HeldLock> {
    const { meter, random, pace } = this.#options;
    try {
      return await this.#timed('acquire', () => conversation.lock.acquire());
    } catch (error) {
      if (!LatchboxError.is(error, 'lock_held') || random() < 0.5) throw error;
    }
    meter.count('waited in line');
    const signal = AbortSignal.timeout(Math.ceil(PATIENCE / pace));
    return await this.#timed('turn in line', () => conversation.lock.acquire({ whenHeld: 'queue', signal }));
  }

  async #note(conversation: Conversation): Promise<void> {
    await this.#type(conversation, 'note');
    await this.#timed('note', () => conversation.note({ body: stamped(this.#text()) }).confirmed);
  }

  /** Keystrokes, and a draft that is saved on the way. */
  async #type(conversation: Conversation, kind: 'reply' | 'note'): Promise<void> {
    const text = this.#text();
    for (let part = 1; part <= 4; part += 1) {
      conversation.activity(kind);
      conversation.draft(kind).set(text.slice(0, (text.length * part) / 4));
      await this.#think(300, 1_500);
    }
  }

  #text(): string {
    return WORDS.repeat(1 + Math.floor(this.#options.random() * 3));
  }

  async #timed<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#options.meter.took(kind, performance.now() - began);
    return result;
  }

  /** Refusals that a team brings about by itself are no errors. */
  #failed(error: unknown): void {
    const { meter } = this.#options;
    if (LatchboxError.is(error, 'lock_held', 'lock_elsewhere')) meter.count('refused: a colleague has it');
    else if (LatchboxError.is(error, 'aborted')) meter.count('left the line');
    else if (LatchboxError.is(error, 'lock_lost')) meter.count('stopped: the lock was lost');
    else if (LatchboxError.is(error)) meter.count(`error ${error.code}`);
    else meter.count(`error ${String(error)}`);
  }

  #think(least: number, most: number): Promise<void> {
    const { pace, random } = this.#options;
    return pause((least + random() * (most - least)) / pace);
  }
}
