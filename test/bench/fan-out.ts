/** Events to rooms of clients, beside the same JSON sent by bare Socket.IO, one event a frame. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCase, type Measured, median } from './case.ts';
import { type Child, startChild } from './parts/child.ts';
import type { Arrivals } from './parts/crew.ts';
import type { Emission } from './parts/emission.ts';
import { seedAgents } from './parts/seed-agents.ts';

/** A server, its clients, and how it is made to emit. */
interface Side {
  readonly crew: Child;
  emit(emission: Emission): Promise<number>;
  /** One event; answers when it was committed, or emitted. */
  one(): Promise<number>;
}

interface Rooms {
  readonly ours: Side;
  readonly bare: Side;
}

const ROUNDS = 7;

async function inRooms<R>(size: number, work: (rooms: Rooms) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
  try {
    const file = join(folder, 'rooms.sqlite');
    const { tokens, inboxId, conversationId } = await seedAgents(file, size);
    const target = { inboxId, conversationId };
    await using ours = startChild('./room-server.ts', { env: { BENCH_DATABASE: file } });
    await using bare = startChild('./bare-server.ts');
    await using ourCrew = startChild('./crew.ts');
    await using bareCrew = startChild('./crew.ts');
    const arrivals = { count: size, atOnce: 10 };
    const members = { tokens, inboxId };
    await ourCrew.ask('connect', { ...arrivals, url: await ours.ask('url'), members } satisfies Arrivals);
    await bareCrew.ask('connect', { ...arrivals, url: await bare.ask('url'), join: true } satisfies Arrivals);
    const json = await ours.ask<string>('json', target);
    return await work({
      ours: {
        crew: ourCrew,
        emit: (emission) => ours.ask('emit', { ...emission, ...target }),
        one: () => ours.ask('one', target),
      },
      bare: {
        crew: bareCrew,
        emit: (emission) => bare.ask('emit', { ...emission, json }),
        one: () => bare.ask('emit', { events: 1, group: 1, json }),
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** µs from the first event to the moment at which every client has all of them. */
async function time(side: Side, deliveries: number, emit: () => Promise<number>): Promise<number> {
  await side.crew.ask('expect', deliveries);
  const received = side.crew.ask<number>('received');
  const began = await emit();
  return (await received) - began;
}

async function rates(size: number): Promise<Measured> {
  return await inRooms(size, async ({ ours, bare }) => {
    const emission = { events: Math.round(40_000 / size), group: 20 };
    const rate = (took: number) => (size * emission.events) / (took / 1_000_000);
    const measured = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const run = (side: Side) => time(side, size * emission.events, () => side.emit(emission));
      const one = { ours: rate(await run(ours)), bare: rate(await run(bare)) };
      // The first round warms up.
      if (round === 0) continue;
      measured.ours.push(one.ours);
      measured.bare.push(one.bare);
    }
    return { ours: median(measured.ours), bare: median(measured.bare), unit: 'events/s' };
  });
}

const SINGLE_ROOM = 50;
/** Ms of quiet before each single event: more than the window in which ours would let it wait for others. */
const QUIET = 25;

/** One event after the other into a quiet room, each in a frame of its own; the clock starts where it is in the log, or is emitted. */
async function singly(): Promise<Measured> {
  return await inRooms(SINGLE_ROOM, async ({ ours, bare }) => {
    const took = { ours: [] as number[], bare: [] as number[] };
    const run = async (side: Side) => {
      await new Promise((resolve) => setTimeout(resolve, QUIET));
      return await time(side, SINGLE_ROOM, () => side.one());
    };
    for (let round = 0; round < 300; round += 1) {
      const times = { ours: await run(ours), bare: await run(bare) };
      if (round < 100) continue;
      took.ours.push(times.ours);
      took.bare.push(times.bare);
    }
    const rate = (times: readonly number[]) => SINGLE_ROOM / (median(times) / 1_000_000);
    return { ours: rate(took.ours), bare: rate(took.bare), unit: 'events/s' };
  });
}

const underLoad = (size: number): BenchCase => ({
  name: `events to a room of ${size} under load`,
  baseline:
    'bare Socket.IO, the same JSON, one event a frame, emitted twenty a turn; ours: twenty a transaction, through the log on disk',
  target: { atLeast: 2 },
  measure: () => rates(size),
});

export const fanOut: readonly BenchCase[] = [
  underLoad(50),
  underLoad(200),
  {
    name: `a single event to a room of ${SINGLE_ROOM}`,
    baseline:
      'bare Socket.IO; deliveries a second of one event at a time into a quiet room, from when it is committed (bare: emitted) until the last of the room has it',
    target: { atLeast: 0.95 },
    measure: singly,
  },
];
