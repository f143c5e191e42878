/** LD4: many inboxes with a hundred sockets each, and 500 events a second. */
import { startChild } from '../../bench/parts/child.ts';
import { pause } from '../../tools/eventually.ts';
import { Latencies } from '../meter.ts';
import type { Racer } from '../parts/racers.ts';
import type { Received, Receiver } from '../parts/receivers.ts';
import { startDeployment } from '../deployment.ts';
import { BARE, startBare } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { startField } from './racing.ts';

const SERVERS = 3;
const EVENTS = 500;
const INBOXES = 20;
/** Writers of each inbox, one on each server. */
const WRITERS = SERVERS;

interface Extent {
  readonly sockets: number;
  readonly seconds: number;
}
const EXTENTS: Readonly<Record<Size, Extent>> = {
  full: { sockets: 100, seconds: 40 },
  small: { sockets: 5, seconds: 3 },
};

/** What a side needs to be measured. Its people stand in the inboxes in turns, the writers first. */
interface Side {
  readonly servers: readonly { ask<R>(name: string, input?: unknown): Promise<R> }[];
  readonly receivers: readonly Receiver[];
  readonly writers: readonly Racer[];
  write(writer: number): { name: string; input: object };
}

interface Measured {
  /** From when an event was due until it came. */
  readonly latencies: Latencies;
  /** From when a write was due until it was acknowledged: the part of the above that is no delivery. */
  readonly writes: Latencies;
  readonly refused: number;
  readonly delivered: number;
  readonly lost: number;
  /** Of events that nobody was told are stored, or twice the same. */
  readonly tooMany: number;
  readonly broken: number;
  /** Events that did not follow on the one before. */
  readonly gaps: number;
  /** From when the first event was due until the last one came, s. */
  readonly seconds: number;
  /** µs of the servers for each delivery. */
  readonly perDelivery: number;
  /** The same, of the processes that receive. */
  readonly perReceipt: number;
}

/** How long stragglers are waited for, ms. */
const STRAGGLERS = 5_000;

async function measure(side: Side, { seconds }: Extent): Promise<Measured> {
  // As many processes as there are cores: a process takes some thousand connections with ease.
  const crews = Array.from({ length: 2 }, () =>
    startChild(new URL('../parts/receivers.ts', import.meta.url).href),
  );
  await using stack = new AsyncDisposableStack();
  for (const crew of crews) stack.use(crew);
  const shares = crews.map((_, at) =>
    side.receivers.filter((_receiver, place) => place % crews.length === at),
  );
  await Promise.all(crews.map((crew, at) => crew.ask('connect', { receivers: shares[at], atOnce: 25 })));
  const field = stack.use(await startField(side.writers, 1));
  const writes = side.writers.map((_, who) => ({ who, ...side.write(who) }));
  // The first seconds warm up.
  await field.pace({ rate: EVENTS, seconds: Math.min(3, seconds), writes });
  await pause(1_000);
  await Promise.all(crews.map((crew) => crew.ask('begin')));
  const used = async (of: readonly { ask<R>(name: string): Promise<R> }[]) => {
    const each = await Promise.all(of.map((one) => one.ask<number>('processor')));
    return sum(each);
  };
  const before = { servers: await used(side.servers), crews: await used(crews) };
  const [paced] = await field.pace({ rate: EVENTS, seconds, writes });
  if (paced === undefined) throw new Error('nobody wrote');
  const expected = expectedBy(side.receivers, paced.stored);
  const all = sum(expected);
  const deadline = performance.now() + STRAGGLERS;
  let received = await Promise.all(crews.map((crew) => crew.ask<Received>('received')));
  const total = (): number => sum(received.flatMap(({ counts }) => counts));
  while (total() < all && performance.now() < deadline) {
    await pause(100);
    received = await Promise.all(crews.map((crew) => crew.ask<Received>('received')));
  }
  const after = { servers: await used(side.servers), crews: await used(crews) };
  const latencies = new Latencies();
  for (const { spread } of received) latencies.merge(spread);
  const acknowledged = new Latencies();
  acknowledged.merge(paced.spread);
  // As they were shared out.
  const counts = side.receivers.map(
    (_, at) => received[at % crews.length]?.counts[Math.floor(at / crews.length)] ?? 0,
  );
  const lost = sum(counts.map((count, at) => Math.max(0, (expected[at] ?? 0) - count)));
  return {
    latencies,
    writes: acknowledged,
    refused: paced.refused.length,
    delivered: all - lost,
    lost,
    tooMany: sum(counts.map((count, at) => Math.max(0, count - (expected[at] ?? 0)))),
    broken: sum(received.map(({ broken }) => broken)),
    gaps: sum(received.map(({ gaps }) => gaps)),
    seconds: (Math.max(...received.map(({ last }) => last)) - paced.began) / 1_000_000,
    perDelivery: (after.servers - before.servers) / all,
    perReceipt: (after.crews - before.crews) / all,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** What each receiver must get: everything that was stored in its inbox, whichever writer did it. */
function expectedBy(receivers: readonly Receiver[], stored: readonly number[]): number[] {
  const each = Array.from({ length: INBOXES }, (_, inbox) =>
    sum(stored.filter((_count, writer) => writer % INBOXES === inbox)),
  );
  return receivers.map((_, at) => each[at % INBOXES] ?? 0);
}

async function measureOurs(extent: Extent): Promise<Measured> {
  const agents = INBOXES * (extent.sockets + WRITERS);
  const seed = { agents, inboxes: INBOXES, each: 1, conversations: 5, lockOn: 'compose' as const };
  await using deployment = await startDeployment(seed, SERVERS);
  const { inboxes, agents: people } = deployment.seeded;
  const all = people.map(({ token }, at) => ({
    token,
    url: deployment.urls[Math.floor(at / INBOXES) % SERVERS] ?? '',
    room: inboxes[at % INBOXES]?.id ?? '',
  }));
  const writers = INBOXES * WRITERS;
  return await measure(
    {
      servers: deployment.servers,
      writers: all.slice(0, writers).map(({ url, token }) => ({ url, token })),
      receivers: all.slice(writers),
      write: (writer) => {
        const { conversations = [] } = inboxes[writer % INBOXES] ?? {};
        return { name: 'note.add', input: { conversationId: conversations[Math.floor(writer / INBOXES)] } };
      },
    },
    extent,
  );
}

async function measureBare(extent: Extent): Promise<Measured> {
  await using bare = await startBare(SERVERS);
  const all = Array.from({ length: INBOXES * (extent.sockets + WRITERS) }, (_, at) => ({
    url: bare.urls[Math.floor(at / INBOXES) % SERVERS] ?? '',
    room: `room-${at % INBOXES}`,
  }));
  const writers = INBOXES * WRITERS;
  return await measure(
    {
      servers: bare.servers,
      writers: all.slice(0, writers).map(({ url }) => ({ url })),
      receivers: all.slice(writers),
      write: (writer) => ({ name: 'write', input: { room: `room-${writer % INBOXES}` } }),
    },
    extent,
  );
}

async function run(size: Size): Promise<LoadFigure[]> {
  const extent = EXTENTS[size];
  const bare = await measureBare(extent);
  const ours = await measureOurs(extent);
  const figure = (
    name: string,
    unit: string,
    of: (one: Measured) => number,
    target: LoadFigure['target'],
  ): LoadFigure => ({
    name,
    unit,
    ours: of(ours),
    bare: of(bare),
    target,
    baseline: `${BARE}; its events are a third as long and are stored in one row, and servers tell theirs in no common order. The sockets of both sides read frames as bytes and parse nothing`,
  });
  return [
    figure('deliveries a second', 'a second', ({ delivered, seconds }) => delivered / seconds, {
      atLeast: EVENTS * extent.sockets * 0.99,
    }),
    figure('deliveries lost', 'deliveries', ({ lost }) => lost, { atMost: 0 }),
    figure('deliveries too many', 'deliveries', ({ tooMany }) => tooMany, { atMost: 0 }),
    figure('deliveries out of the order of their numbers', 'deliveries', ({ gaps }) => gaps, { atMost: 0 }),
    figure('writes refused', 'writes', ({ refused }) => refused, { atMost: 0 }),
    figure('connections that broke', 'connections', ({ broken }) => broken, { atMost: 0 }),
    figure(
      'from when a write is due until it is acknowledged, p99',
      'ms',
      ({ writes }) => writes.percentile(0.99),
      null,
    ),
    figure(
      'from when a write is due until each has it, p50',
      'ms',
      ({ latencies }) => latencies.percentile(0.5),
      null,
    ),
    figure(
      'from when a write is due until each has it, p99',
      'ms',
      ({ latencies }) => latencies.percentile(0.99),
      {
        atMost: 250,
      },
    ),
    figure(
      'processor of the servers for a delivery, with its part of the write',
      'µs',
      (one) => one.perDelivery,
      null,
    ),
    figure('processor of the receiving processes for a delivery', 'µs', (one) => one.perReceipt, null),
  ];
}

export const fanOut: LoadCase = {
  id: 'LD4',
  what: `${EVENTS} events a second over ${INBOXES} inboxes of 100 sockets each, ${SERVERS} servers`,
  run,
};
