/** An agent at work: an SDK client that reads, takes conversations, types, answers, loses its network and reloads, at random. */

import {
  type AcquireOptions,
  createLatchbox,
  type Conversation,
  LatchboxError,
  type LatchboxClient,
} from '@latchbox/client';
import { monotonic } from '../../tools/history.ts';
import { pause } from '../../tools/eventually.ts';
import type { Random } from '../random.ts';
import type { Shown } from './messages.ts';
import { recordedTransport, type RecordedTransport } from './recorded-transport.ts';
import type { Recorder } from './recorder.ts';

export interface AgentOptions {
  /** Name in messages, such as `ann/2`. */
  readonly name: string;
  readonly agentId: string;
  readonly urls: readonly string[];
  readonly recorder: Recorder;
  readonly random: Random;
  readonly conversations: readonly string[];
  /** Ids of the other agents. */
  readonly colleagues: readonly string[];
  /** Ms between two acts, on average. */
  readonly pace: number;
  /** The agent's newest token. */
  token(): string;
}

export interface Agent {
  /** Stops acting, finishes what is under way, gives the lock back and stays connected. */
  settle(): Promise<void>;
  show(): Promise<Shown>;
  close(): Promise<void>;
}

const ACTS = {
  answer: 10,
  type: 3,
  note: 2,
  read: 3,
  watch: 2,
  assign: 1,
  status: 0.7,
  moveHere: 0.7,
  queue: 1.5,
  ask: 1.5,
  steal: 1,
  handOver: 1.5,
  offline: 0.6,
  reload: 0.5,
  restart: 0.2,
};
/** The longest that one step may take before the player does something else, ms. */
const PATIENCE = 15_000;
/** How often a client is asked whom it shows, ms. */
const LOOK = 700;
/** Refusals that say that the rig, or the SDK, asked for nonsense. */
const WRONG = new Set(['invalid', 'unknown_event', 'idempotency_mismatch']);

/** `work`, but no longer than `ms`; undefined when it takes longer or is refused. */
async function patient<T>(work: Promise<T>, ms: number = PATIENCE): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(done, ms, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A tab: its storage survives a reload, its client does not. */
class Tab {
  readonly #options: AgentOptions;
  readonly #stored = new Map<string, string>();
  transport!: RecordedTransport;
  client!: LatchboxClient;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.open();
  }

  open(): void {
    const { name, agentId, urls, recorder, random } = this.#options;
    const nodeOf = (url: string): string => String(urls.indexOf(url));
    this.transport = recordedTransport(recorder, { client: name, agentId, nodeOf });
    // Each begins at another server.
    const first = random.below(urls.length);
    const stored = this.#stored;
    this.client = createLatchbox({
      url: [...urls.slice(first), ...urls.slice(0, first)],
      auth: () => Promise.resolve(this.#options.token()),
      transport: this.transport,
      runtime: {
        device: name,
        random: () => random.next(),
        storage: {
          get: (key) => stored.get(key) ?? null,
          set: (key, value) => void (value === null ? stored.delete(key) : stored.set(key, value)),
        },
      },
    });
    const { client } = this;
    watchOrder(client, name, recorder);
    // A list loads when somebody looks at it.
    client.list().subscribe(() => undefined);
    answerOthers(client, random);
    void this.client.connect().catch(() => undefined);
  }

  /** As a browser does it: the page is gone in the middle of everything, and a new one finds what was stored. */
  reload(): void {
    this.transport.cut(Infinity);
    void this.client.close().catch(() => undefined);
    this.open();
  }
}

/** What comes from others: questions, offers, and locks that are passed on to here. */
function answerOthers(client: LatchboxClient, random: Random): void {
  const chance = (part: number): boolean => random.next() < part;
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);
  client.on('idle.asked', ({ conversationId }) => {
    if (chance(0.7)) client.conversation(conversationId).lock.stay();
  });
  client.on('lock.asked', ({ conversationId, ask }) => {
    const { lock } = client.conversation(conversationId);
    if (chance(0.7)) quietly(lock.answer(ask.id, chance(0.6) ? 'pass' : 'keep'));
  });
  client.on('lock.offered', ({ conversationId }) => {
    const { lock } = client.conversation(conversationId);
    if (chance(0.7)) quietly(lock.acceptOffer());
    else if (chance(0.5)) quietly(lock.leaveLine());
  });
  client.on('lock.received', ({ conversationId }) => {
    // Somebody thought that they would answer; they look, and give it back.
    const { lock } = client.conversation(conversationId);
    client.clock.later(500 + random.below(2_500), () => quietly(lock.release()));
  });
}

/** I21 as whoever uses the SDK sees it: one after the other, and forwards only where the SDK says that it read afresh. */
function watchOrder(client: LatchboxClient, name: string, recorder: Recorder): void {
  const last = new Map<string, number>();
  const mayJump = new Set<string>();
  client.on('resync', () => {
    for (const stream of last.keys()) mayJump.add(stream);
  });
  client.on('inbox.hidden', ({ inboxId }) => void mayJump.add(`inbox:${inboxId}`));
  client.on('inbox.visible', ({ inboxId }) => void mayJump.add(`inbox:${inboxId}`));
  client.on('event', ({ stream, seq }) => {
    const before = last.get(stream);
    const jumps = mayJump.delete(stream);
    const right = before === undefined || seq === before + 1 || (jumps && seq > before);
    if (!right) recorder.wrong('I21', `${name}: the SDK told of ${stream}@${seq} after ${before}`);
    last.set(stream, seq);
  });
}

/** Starts a player. */
export function startAgent(options: AgentOptions): Agent {
  const { name, recorder, random, pace } = options;
  const tab = new Tab(options);
  let stopped = false;
  const stillOpen = new Map<{ release(): void }, Conversation>();

  const somewhere = (): Conversation => {
    const listed = tab.client.list().getSnapshot().rows.slice(0, 8);
    const ids = [...options.conversations, ...listed.map(({ id }) => id)];
    return tab.client.conversation(ids[random.below(ids.length)] ?? '');
  };

  /** Runs one act; refusals are part of the game, nonsense is not. */
  async function act(what: keyof typeof ACTS): Promise<void> {
    try {
      await ACTIONS[what]();
    } catch (error) {
      const code = LatchboxError.is(error) ? error.code : undefined;
      if (code === undefined) recorder.wrong('SDK', `${name}: ${what} threw ${String(error)}`);
      else if (WRONG.has(code)) recorder.wrong('SDK', `${name}: ${what} was refused with ${code}`);
    }
  }

  /** Opens a conversation for as long as `work` takes. */
  async function inside(
    lock: 'if-free' | 'none',
    work: (conversation: Conversation) => Promise<void>,
  ): Promise<void> {
    const conversation = somewhere();
    const view = conversation.open({ lock });
    stillOpen.set(view, conversation);
    try {
      const ready = conversation.ready.then(() => true);
      if ((await patient(ready)) === true) await work(conversation);
    } finally {
      view.release();
      stillOpen.delete(view);
    }
  }

  async function typeIn(conversation: Conversation, words: number): Promise<string> {
    let body = `${name}:`;
    for (let word = 0; word < words && !stopped; word += 1) {
      body += ` ${random.below(100_000).toString(36)}`;
      conversation.draft('reply').set(body);
      conversation.activity('reply');
      await pause(40 + random.below(120));
    }
    return `${body} ${random.below(1e9).toString(36)}`;
  }

  async function answer(conversation: Conversation, how: AcquireOptions = {}): Promise<void> {
    await conversation.lock.acquire({ signal: AbortSignal.timeout(PATIENCE), ...how });
    await write(conversation);
  }

  /** The lock is there: types, and mostly sends. */
  async function write(conversation: Conversation): Promise<void> {
    const body = await typeIn(conversation, 1 + random.below(4));
    // Some think for longer than a lease lives.
    if (random.next() < 0.1) await pause(random.below(3_000));
    if (random.next() < 0.15) return await conversation.lock.release();
    const sent = conversation.reply({ body, then: random.next() < 0.1 ? 'archive' : 'stay' });
    if ((await patient(sent.confirmed.then(() => true))) === true) return;
    const failed = (): boolean =>
      conversation
        .getSnapshot()
        .outgoing.some(({ clientId, state }) => clientId === sent.clientId && state === 'failed');
    if (failed() && random.next() < 0.5) await patient(conversation.sendAnyway(sent.clientId).confirmed);
    if (failed()) conversation.discard(sent.clientId);
  }

  const ACTIONS: Record<keyof typeof ACTS, () => Promise<void>> = {
    answer: () => inside('if-free', (conversation) => answer(conversation)),
    queue: () =>
      inside('none', (conversation) =>
        answer(conversation, { whenHeld: 'queue', signal: AbortSignal.timeout(4_000) }),
      ),
    steal: () => inside('none', (conversation) => answer(conversation, { whenHeld: 'steal' })),
    ask: () =>
      inside('none', async (conversation) => {
        await conversation.lock.ask('May I?', { signal: AbortSignal.timeout(4_000) });
        await write(conversation);
      }),
    handOver: () =>
      inside('none', async (conversation) => {
        const lock = await conversation.lock.acquire({ signal: AbortSignal.timeout(PATIENCE) });
        await typeIn(conversation, 2);
        const to = options.colleagues[random.below(options.colleagues.length)] ?? null;
        const { state } = await lock.handOver(to, 'Please');
        if (state === 'offered' && random.next() < 0.5) await lock.handOver(null);
      }),
    type: () =>
      inside('if-free', async (conversation) => {
        await typeIn(conversation, 1 + random.below(6));
        conversation.draft('reply').set('');
      }),
    note: () =>
      inside('none', async (conversation) => {
        await patient(conversation.note({ body: `A note of ${name}, ${random.below(1e9)}` }).confirmed);
      }),
    read: () => inside('none', (conversation) => conversation.markRead()),
    watch: () =>
      inside('if-free', async (conversation) => {
        conversation.activity('reading');
        await pause(random.below(2_500));
      }),
    assign: () =>
      inside('none', (conversation) => conversation.assign(random.next() < 0.7 ? options.agentId : null)),
    status: () =>
      inside('none', (conversation) => conversation.setStatus(random.next() < 0.3 ? 'archived' : 'open')),
    moveHere: () => inside('none', async (conversation) => void (await conversation.lock.moveHere())),
    async offline() {
      tab.transport.cut(200 + random.below(4_000));
      await pause(200);
    },
    async reload() {
      tab.reload();
      await patient(tab.client.connect());
    },
    async restart() {
      await patient(tab.client.close());
      tab.open();
      await patient(tab.client.connect());
    },
  };

  /** Whoever is asked for a new sign-in signs in again. */
  async function connected(): Promise<void> {
    const { name: state } = tab.client.connection.getSnapshot();
    if (state === 'connected') return;
    if (state === 'needs-auth') {
      await pause(100 + random.below(200));
      await patient(tab.client.connect(), 3_000);
    } else await pause(50);
  }

  async function play(): Promise<void> {
    while (!stopped) {
      await connected();
      await act(random.weighted(ACTS));
      await pause(random.below(2 * pace));
    }
  }

  const playing = play();
  const looking = setInterval(() => {
    // Whoever knows of being cut off shows it, and what was true before.
    if (tab.client.connection.getSnapshot().name !== 'connected') return;
    for (const { id, viewers } of new Set(stillOpen.values())) {
      const shown = viewers.getSnapshot().map(({ person }) => person.id);
      if (shown.length > 0) recorder.shows(name, id, shown);
    }
  }, LOOK);

  return {
    async settle() {
      stopped = true;
      await playing;
      for (const view of stillOpen.keys()) view.release();
      const end = monotonic() + 30_000;
      const waits = (): boolean =>
        tab.client.connection.getSnapshot().name !== 'connected' || tab.client.sync.getSnapshot().unsent > 0;
      while (waits() && monotonic() < end) {
        await connected();
        await pause(50);
      }
      if (waits()) {
        const { name: state } = tab.client.connection.getSnapshot();
        const { unsent } = tab.client.sync.getSnapshot();
        recorder.wrong('SDK', `${name} is ${state} with ${unsent} unsent 30 s after the faults ended`);
      }
    },
    show: () => show(tab.client, name, options),
    async close() {
      clearInterval(looking);
      await patient(tab.client.close(), 5_000);
    },
  };
}

/** What the client shows of the threads, read to their beginning. */
async function show(client: LatchboxClient, name: string, options: AgentOptions): Promise<Shown> {
  const threads: Shown['threads'][number][] = [];
  for (const id of options.conversations) {
    const conversation = client.conversation(id);
    const view = conversation.open({ lock: 'none' });
    // What was read once may be read afresh now.
    const isReady = (): boolean => conversation.getSnapshot().status === 'ready';
    const end = performance.now() + 20_000;
    while (!isReady() && performance.now() < end) await pause(20);
    for (let page = 0; isReady() && page < 20 && conversation.getSnapshot().hasMore; page += 1)
      await patient(conversation.older(), 5_000);
    const { status, row, entries, hasMore } = conversation.getSnapshot();
    if (status === 'ready' && row !== null)
      threads.push({
        client: name,
        rows: [row],
        threads: hasMore ? [] : [{ conversationId: id, entries }],
        complete: false,
      });
    else {
      const { name: state } = client.connection.getSnapshot();
      const told = `${name} shows ${id} as ${status} while all is quiet and it is ${state}`;
      options.recorder.wrong('SDK', `${told}, for 20 s`);
    }
    view.release();
  }
  const { unsent, failed } = client.sync.getSnapshot();
  return { client: name, connection: client.connection.getSnapshot().name, unsent, failed, threads };
}
