import type { RowFilter } from '@latchbox/shared/list-query';
import { createLatchbox } from '../create.ts';
import type { LatchboxClient } from '../client.ts';
import type { Lease } from '../conversation/types.ts';
import {
  type Breakable,
  breakable,
  createFakeServer,
  type FakeRuntime,
  type FakeServer,
  seededRandom,
} from '../testing/index.ts';

const CONVERSATIONS = ['c1', 'c2', 'd1'] as const;
const TIMES = {
  lockTtl: 9_000,
  reconnectGrace: 5_000,
  idleAfter: 15_000,
  idleGrace: 5_000,
  askGrace: 4_000,
  offerTime: 3_000,
  handOverTime: 6_000,
};

/** One client of the run, with what it asked for and is still waiting for. */
export interface Peer {
  readonly name: string;
  readonly client: LatchboxClient;
  readonly runtime: FakeRuntime;
  readonly line: Breakable;
  readonly leases: Map<string, Lease>;
  /** Sequence numbers by stream, as the `event` listener saw them. */
  readonly seen: Map<string, number>;
  waiting: number;
  /** What waits until it is given up. */
  readonly giveUp: Set<AbortController>;
  readonly faults: string[];
}

export interface Run {
  readonly server: FakeServer;
  readonly peers: readonly Peer[];
  readonly trace: string[];
}

/** A run of `steps` random acts by three clients on a wire that delays, cuts and loses, and then peace. */
export async function run(
  seed: number,
  steps: number,
  /** Told while lines are still long: everything has arrived, and what waits waits on. */
  onTheWay: (run: Run) => void = () => {},
): Promise<Run> {
  const server = createFakeServer({ seed, auto: false });
  const random = seededRandom(seed * 7919 + 1);
  for (const inbox of ['support', 'sales']) server.setTimes(inbox, TIMES);
  server.world.teams.set('tea_repairs', { name: 'Repairs', agentIds: ['ana', 'ben'] });
  server.newConversation({ id: 'c2', from: 'Otto', body: 'Which colours are there?' });
  const trace: string[] = [];
  const peers = ['ana', 'ben', 'ben.2'].map((name) => makePeer(server, name));
  for (const peer of peers) settle(peer, peer.client.connect());
  for (let step = 0; step < steps; step += 1) {
    const act = pick(random, ACTS);
    trace.push(act.name);
    act(server, pick(random, peers), random);
    for (let count = Math.floor(random() * 6); count > 0; count -= 1) await server.network.step(random());
    await server.advance(random() < 0.1 ? random() * 8_000 : random() * 300);
  }
  for (const { line, name } of peers) {
    line.mend();
    server.gateway.deaf.delete(name.split('.')[0] ?? '');
  }
  server.up();
  await peace(server, 10_000);
  onTheWay({ server, peers, trace });
  await peace(server, 20_000);
  for (const { giveUp } of peers) for (const abort of giveUp) abort.abort();
  await peace(server, 30_000);
  return { server, peers, trace };
}

/** Everything travels, and time passes. */
export async function peace(server: FakeServer, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await server.flush();
    await server.advance(250);
  }
  await server.flush();
}

function makePeer(server: FakeServer, name: string): Peer {
  const runtime = server.newRuntime();
  const line = breakable(server.transport);
  const faults: string[] = [];
  const client = createLatchbox({
    url: ['one:', 'two:'],
    auth: async () => name,
    transport: line.transport,
    runtime,
    log: ({ level, message, data }) => {
      if (level === 'error') faults.push(`${message} ${String(data)}`);
    },
  });
  const seen = new Map<string, number>();
  client.on('event', ({ stream, seq }) => {
    const before = seen.get(stream);
    if (before !== undefined && seq !== before + 1) faults.push(`${stream}: ${seq} after ${before}`);
    seen.set(stream, seq);
  });
  client.on('resync', () => seen.clear());
  return { name, client, runtime, line, leases: new Map(), seen, waiting: 0, giveUp: new Set(), faults };
}

/** Counts what must come to an end, one way or the other. */
function settle(peer: Peer, promise: Promise<unknown>): void {
  peer.waiting += 1;
  const over = (): void => {
    peer.waiting -= 1;
  };
  promise.then(over, over);
}

const pick = <T>(random: () => number, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

type Act = (server: FakeServer, peer: Peer, random: () => number) => void;

const conversationOf = (peer: Peer, random: () => number) =>
  peer.client.conversation(pick(random, CONVERSATIONS));

const open: Act = (_server, peer, random) => {
  const conversation = conversationOf(peer, random);
  if (peer.leases.has(conversation.id)) return;
  peer.leases.set(conversation.id, conversation.open({ lock: random() < 0.7 ? 'if-free' : 'none' }));
};
const leave: Act = (_server, peer, random) => {
  const { id } = conversationOf(peer, random);
  peer.leases.get(id)?.release();
  peer.leases.delete(id);
};
const acquire: Act = (_server, peer, random) => {
  const abort = new AbortController();
  settle(peer, conversationOf(peer, random).lock.acquire({ signal: abort.signal }));
  if (random() < 0.2) abort.abort();
};
const release: Act = (_server, peer, random) => settle(peer, conversationOf(peer, random).lock.release());
const stay: Act = (_server, peer, random) => conversationOf(peer, random).lock.stay();
const type: Act = (_server, peer, random) => {
  const conversation = conversationOf(peer, random);
  const kind = random() < 0.7 ? 'reply' : 'note';
  conversation.activity(kind);
  conversation.draft(kind).set(random() < 0.2 ? '' : `text ${Math.floor(random() * 1_000)}`);
};
const reply: Act = (_server, peer, random) => {
  const then = random() < 0.2 ? 'archive' : 'stay';
  settle(peer, conversationOf(peer, random).reply({ body: `reply ${random()}`, then }).confirmed);
};
const note: Act = (_server, peer, random) => {
  settle(peer, conversationOf(peer, random).note({ body: `note ${random()}` }).confirmed);
};
const insist: Act = (_server, peer, random) => {
  const conversation = conversationOf(peer, random);
  const failed = conversation.getSnapshot().outgoing.find(({ state }) => state === 'failed');
  if (failed === undefined) return;
  if (random() < 0.5) conversation.discard(failed.clientId);
  else settle(peer, conversation.sendAnyway(failed.clientId).confirmed);
};
const mark: Act = (_server, peer, random) => {
  const conversation = conversationOf(peer, random);
  settle(peer, random() < 0.7 ? conversation.markRead() : conversation.markUnread());
};
const assign: Act = (_server, peer, random) => {
  settle(
    peer,
    conversationOf(peer, random).assign(
      pick(random, ['ana', 'ben', null]),
      pick(random, ['tea_repairs', null, undefined]),
    ),
  );
};
const own: Act = (server, _peer, random) => {
  const id = pick(random, CONVERSATIONS);
  if (server.world.summary('ana', server.world.conversations.get(id)?.inboxId ?? '') !== undefined)
    server.colleague('ana').owns(id, pick(random, ['ana', 'ben', null]));
};
/** The lists that are kept, and must be what the server would answer. */
export const QUERIES: readonly RowFilter[] = [
  {},
  { status: 'open' },
  { assignee: 'me' },
  { inboxIds: ['support'] },
  { assignee: 'me', unread: true },
  { assignee: 'others', status: 'open' },
  { assignee: 'none', unread: false },
  { assignee: 'tea_repairs' },
];
const list: Act = (_server, peer, random) => {
  const query = pick(random, QUERIES);
  settle(
    peer,
    peer.client.list(query).until(({ status }) => status !== 'loading'),
  );
};
const customer: Act = (server, _peer, random) => {
  server.customerWrites(pick(random, CONVERSATIONS), `message ${random()}`);
};
const newConversation: Act = (server, _peer, random) => {
  if (server.world.conversations.size < 12)
    server.newConversation({ from: `Customer ${random()}`, body: 'Hello' });
};
const blink: Act = (_server, peer) => peer.line.blink();
const cut: Act = (_server, peer) => peer.line.cut();
const mend: Act = (_server, peer) => peer.line.mend();
const restart: Act = (server, _peer, random) => {
  if (random() < 0.5) server.down();
  server.up();
};
const loseFrames: Act = (server, peer, random) => {
  const { deaf } = server.gateway;
  const agentId = peer.name.split('.')[0] ?? '';
  if (random() < 0.6) deaf.delete(agentId);
  else deaf.add(agentId);
};
const goodbye: Act = (server, peer, random) => {
  if (random() < 0.5) server.goodbye(peer.name.split('.')[0] ?? '', 'internal', 500);
};
const restore: Act = (server, _peer, random) => {
  if (random() < 0.2) server.restore();
};
const access: Act = (server, _peer, random) => {
  // A change between a greeting and the first subscription is told to nobody: the greeting carries no cursor.
  if (server.network.waiting > 0) return;
  server.setCapability('ben', 'sales', pick(random, ['reply', 'read', null] as const));
};

/** Every wait of the run ends: some by their signal, the others at the end of it, when they are given up. */
const waits = (peer: Peer, random: () => number, wait: (signal: AbortSignal) => Promise<unknown>): void => {
  const abort = new AbortController();
  settle(peer, wait(abort.signal));
  if (random() < 0.3) abort.abort();
  else peer.giveUp.add(abort);
};
const queue: Act = (_server, peer, random) => {
  const { lock } = conversationOf(peer, random);
  waits(peer, random, (signal) => lock.acquire({ whenHeld: 'queue', signal }));
};
const join: Act = (_server, peer, random) => {
  const leave = conversationOf(peer, random).lock.join();
  if (random() < 0.3) leave();
};
const leaveLine: Act = (_server, peer, random) => settle(peer, conversationOf(peer, random).lock.leaveLine());
const ask: Act = (_server, peer, random) => {
  const { lock } = conversationOf(peer, random);
  waits(peer, random, (signal) => lock.ask('please', { signal }));
};
const answer: Act = (_server, peer, random) => {
  for (const id of CONVERSATIONS) {
    const { lock } = peer.client.conversation(id);
    const state = lock.getSnapshot();
    const [asked] = state.status === 'mine' ? state.asks : [];
    if (asked) settle(peer, lock.answer(asked.id, random() < 0.6 ? 'pass' : 'keep'));
  }
};
const handOver: Act = (_server, peer, random) => {
  const state = conversationOf(peer, random).lock.getSnapshot();
  if (state.status === 'mine') settle(peer, state.lock.handOver(pick(random, ['ana', 'ben', null])));
};
const accept: Act = (_server, peer, random) => settle(peer, conversationOf(peer, random).lock.acceptOffer());
const takeOver: Act = (_server, peer, random) => {
  const { lock } = conversationOf(peer, random);
  settle(peer, random() < 0.5 ? lock.takeOver('mine') : lock.acquire({ whenHeld: 'steal' }));
};

const ACTS = [
  [open, open, leave, acquire, acquire, release, stay, type, type, type, reply, reply, note, insist],
  [queue, queue, join, leaveLine, ask, ask, answer, answer, handOver, handOver, accept, accept, takeOver],
  [mark, assign, own, list, list, customer, customer, newConversation],
  [blink, cut, mend, mend, restart, loseFrames, goodbye, restore, access],
].flat();
