/** The seam between replay and live delivery, with chance deciding who does what when. */
import { describe, expect, it } from 'vitest';
import {
  createWorld,
  LOG_EPOCH,
  type MemoryConnection,
  soon,
  type TestServer,
  type World,
} from './testing/world.ts';

/** Seeds that once found something are kept. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const EVENTS = 1_000;

function chance(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) % below;
  };
}

/** A client that holds the server to it: what it gets next is what comes next. */
class Reader {
  cursor: number;
  readonly wrong: string[] = [];
  connection: MemoryConnection | undefined;
  readonly #world: World;
  readonly #server: TestServer;
  #read = 0;

  constructor(world: World, server: TestServer, cursor: number) {
    this.#world = world;
    this.#server = server;
    this.cursor = cursor;
  }

  async subscribe(): Promise<void> {
    if (this.connection === undefined || this.connection.closed) {
      this.connection = await this.#server.join('anna');
      this.#read = 0;
    }
    this.apply();
    await this.connection.do('stream.subscribe', {
      stream: this.#world.inbox,
      after: { logEpoch: LOG_EPOCH, seq: this.cursor },
    });
  }

  async unsubscribe(): Promise<void> {
    if (this.connection?.closed === true) return;
    await this.connection?.do('stream.unsubscribe', { stream: this.#world.inbox });
    this.apply();
  }

  /** Takes what arrived since the last time. */
  apply(): void {
    const { frames } = this.connection ?? { frames: [] };
    for (; this.#read < frames.length; this.#read += 1)
      for (const item of frames[this.#read]?.items ?? []) {
        if (item.t === 'head')
          for (const { seq } of item.heads)
            if (seq > this.cursor) this.wrong.push(`head ${seq} at ${this.cursor}`);
        if (item.t !== 'event') continue;
        if (item.event.seq !== this.cursor + 1) this.wrong.push(`${item.event.seq} after ${this.cursor}`);
        this.cursor = item.event.seq;
      }
  }
}

async function play(world: World, seed: number): Promise<Reader[]> {
  const next = chance(seed);
  const rates = { perSecond: 10_000, burst: 10_000 };
  const all = { hello: rates, read: rates, write: rates, lock: rates, subscribe: rates, signal: rates };
  const servers = [0, 1].map(() => world.server({ settings: { rates: all, headBeat: 200 } }));
  const readers = Array.from({ length: 6 }, (_, index) => new Reader(world, servers[index % 2]!, 0));
  for (const reader of readers) await reader.subscribe();
  let written = 0;
  while (written < EVENTS) {
    const count = Math.min(1 + next(40), EVENTS - written);
    written += count;
    world.hintsLost = next(10) === 0;
    const writing = world.append(count, world.inbox, next(20) === 0 ? 150 : 0);
    const reader = readers[next(readers.length)]!;
    const done = act(reader, next(6), next(2) === 0);
    await Promise.all([writing, done]);
    for (let pause = next(4); pause > 0; pause -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
    if (next(3) === 0) await world.clock.advance(next(120));
  }
  world.hintsLost = false;
  for (const reader of readers) {
    await reader.unsubscribe();
    await reader.subscribe();
  }
  await world.clock.advance(2_000);
  await soon('everybody has everything', () => {
    for (const reader of readers) reader.apply();
    return readers.every(({ cursor, wrong }) => cursor === EVENTS || wrong.length > 0);
  });
  return readers;
}

async function act(reader: Reader, what: number, twice: boolean): Promise<void> {
  const client = reader.connection?.pair.client;
  switch (what) {
    case 0:
      client?.cut();
      return reader.subscribe();
    case 1:
      await reader.unsubscribe();
      return reader.subscribe();
    case 2:
      // Stalled clients cannot be asked anything; they read again a little later.
      client?.stall();
      await Promise.resolve();
      client?.read();
      return;
    case 3:
      await reader.unsubscribe();
      if (twice) await Promise.all([reader.subscribe(), reader.subscribe()]);
      else await reader.subscribe();
      return;
    default:
  }
}

describe.each(['sqlite', 'pglite'] as const)('replay and live delivery on %s', (dialect) => {
  it.each(dialect === 'sqlite' ? SEEDS : SEEDS.slice(0, 3))(
    'are one sequence without a gap or a repetition, while others write (seed %i)',
    async (seed) => {
      const world = await createWorld(dialect);
      try {
        const readers = await play(world, seed);
        expect(readers.flatMap(({ wrong }) => wrong)).toEqual([]);
        expect(readers.map(({ cursor }) => cursor)).toEqual(Array(6).fill(EVENTS));
      } finally {
        await world.close();
      }
    },
    30_000,
  );
});
