/** Cursor, resume, resync and the pump against a model: a subscriber has exactly what was appended after its cursor. */
import { appendEvent, type Wake } from '@latchbox/server/src/database/event-log.ts';
import { type MemoryPair, memoryPair } from '@latchbox/server/src/realtime/memory-peer.ts';
import { TestClient } from '@latchbox/server/src/realtime/testing/client.ts';
import type { Services } from '@latchbox/server/src/services.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENTS, type Office, openOffice } from '../simulation/office.ts';
import { type Desk, openDesk, runs } from './desk.ts';

const CLIENTS = 3;

/** Where a client is with the stream, as the model has it. */
interface Reader {
  connected: boolean;
  /** Undefined: not subscribed. */
  from: number | undefined;
  /** The newest that it must have by now. */
  seen: number;
  reading: boolean;
}

interface Model {
  head: number;
  readonly readers: Reader[];
}

interface Line {
  readonly pair: MemoryPair;
  readonly client: TestClient;
  /** Events that came before the newest subscription. */
  before: number;
}

interface Real {
  readonly desk: Desk;
  /** The one that writes, and the one that the clients are connected to: now the same, now another. */
  readonly servers: readonly [Services, Services];
  readonly stream: `inbox:${string}`;
  readonly lines: (Line | undefined)[];
}

type Command = fc.AsyncCommand<Model, Real>;

/** Everything that is due is done: hints are on their way, or the safety net has looked. */
async function settle({ desk, servers }: Real): Promise<void> {
  await desk.time.advance(servers.length * 1_100);
}

/** Every reader has exactly what the model says, in order, once. */
function agree({ readers, head }: Model, { lines, stream }: Real): void {
  for (const [at, reader] of readers.entries()) {
    const line = lines[at];
    if (line === undefined || reader.from === undefined || !reader.reading) continue;
    const got = line.client.seqs(stream).slice(line.before);
    const must = Array.from({ length: head - reader.from }, (_, index) => (reader.from ?? 0) + index + 1);
    expect(got, `what client ${at} has`).toEqual(must);
    reader.seen = head;
  }
}

/** `at once`: the next command comes before anybody has looked. */
function command(
  text: string,
  check: (model: Readonly<Model>) => boolean,
  act: (model: Model, real: Real) => Promise<void>,
  next: 'at once' | 'later' = 'later',
): Command {
  return {
    check,
    toString: () => (next === 'later' ? text : `${text}, and at once`),
    async run(model, real) {
      await act(model, real);
      if (next === 'at once') return;
      await settle(real);
      agree(model, real);
    },
  };
}

const append = (count: number, server: 0 | 1, next: 'at once' | 'later') =>
  command(
    `${count} events are written by server ${server + 1}`,
    () => true,
    async (model, { desk, stream }) => {
      const { store, agents } = desk.office;
      // The same as in `services.ts`: the other server hears of it by a hint, or by looking.
      const wake: Wake = (woken, appended) => {
        if (!desk.hintsLost) desk.wake(server, woken, appended);
      };
      await store.db.inTransaction(async (tx) => {
        const person = { id: agents.Ana.id, name: 'Ana' };
        for (let each = 0; each < count; each += 1)
          await appendEvent(tx, stream, { type: 'member.changed', person, capability: 'reply' }, wake);
      });
      model.head += count;
      // A moment, in which whoever was told begins to look.
      await desk.time.advance(2);
    },
    next,
  );

const loseHints = (lost: boolean) =>
  command(
    lost ? 'hints are lost from now on' : 'hints arrive again',
    () => true,
    async (_model, { desk }) => {
      desk.hintsLost = lost;
    },
    'at once',
  );

const connect = (who: number) =>
  command(
    `client ${who} connects`,
    ({ readers }) => readers[who]?.connected === false,
    async (model, real) => {
      const pair = memoryPair();
      real.servers[1].gateway.attach(pair.peer);
      const client = new TestClient(pair.client);
      real.lines[who] = { pair, client, before: 0 };
      await during(real, client.hello(real.desk.office.agents[AGENTS[who % 3] ?? 'Ana'].token));
      Object.assign(model.readers[who]!, { connected: true, from: undefined, reading: true });
    },
  );

const cut = (who: number) =>
  command(
    `the connection of client ${who} breaks`,
    ({ readers }) => readers[who]?.connected === true,
    async (model, real) => {
      real.lines[who]?.pair.client.cut();
      real.lines[who] = undefined;
      Object.assign(model.readers[who]!, { connected: false, from: undefined });
    },
  );

/** `place`: from now on, where it was, as if everything were still to come, or somewhere that cannot be. */
const subscribe = (who: number, place: 'now' | 'last' | 'one behind' | 'begin' | 'ahead' | 'another log') =>
  command(
    `client ${who} subscribes (${place})`,
    ({ readers }) => readers[who]?.connected === true && readers[who].reading,
    async (model, real) => {
      const { client } = real.lines[who]!;
      const reader = model.readers[who]!;
      const seq = {
        now: 0,
        last: Math.min(reader.seen, model.head),
        'one behind': Math.max(0, model.head - 1),
        begin: 0,
        ahead: model.head + 3,
        'another log': 0,
      }[place];
      const logEpoch = place === 'another log' ? 'log_of_before' : real.desk.office.identity.logEpoch;
      const after = place === 'now' ? null : { logEpoch, seq };
      // Up to its answer the subscription that stood goes on, also with what the new one makes the server read.
      let before = 0;
      const ask = client.ask('stream.subscribe', { stream: real.stream, after }).then((answered) => {
        before = client.seqs(real.stream).length;
        return answered;
      });
      const answer = await during(real, ask);
      if (place === 'ahead' || place === 'another log') {
        expect(answer).toMatchObject({ ok: false, error: { code: 'resync' } });
        return;
      }
      expect(answer).toMatchObject({ ok: true });
      const { from, head } = (answer as { result: { from: number; head: number } }).result;
      // What was written a moment ago, or while hints are lost, the server may not have read yet: it is delivered after the answer.
      expect(head).toBeLessThanOrEqual(model.head);
      expect(head).toBeGreaterThanOrEqual(from);
      expect(from).toBe(place === 'now' ? head : seq);
      // Who asks for exactly what stands keeps it, and is told nothing twice; else it is told again from there.
      real.lines[who]!.before = before;
      reader.from = from;
    },
  );

const unsubscribe = (who: number) =>
  command(
    `client ${who} unsubscribes`,
    ({ readers }) => readers[who]?.from !== undefined && readers[who].reading,
    async (model, real) => {
      const { client } = real.lines[who]!;
      await during(real, client.ask('stream.unsubscribe', { stream: real.stream }));
      model.readers[who]!.from = undefined;
    },
  );

const read = (who: number, reading: boolean) =>
  command(
    `client ${who} ${reading ? 'reads again' : 'does not read'}`,
    ({ readers }) => readers[who]?.connected === true && readers[who].reading !== reading,
    async (model, real) => {
      const { client } = real.lines[who]!.pair;
      if (reading) client.read();
      else client.stall();
      model.readers[who]!.reading = reading;
    },
  );

/** Lets time pass until something is answered. */
async function during<T>({ desk }: Real, work: Promise<T>): Promise<T> {
  let done = false;
  void work.finally(() => {
    done = true;
  });
  for (let waited = 0; !done; waited += 1) {
    if (waited > 1_000) throw new Error('no answer comes');
    await desk.time.advance(10);
  }
  return await work;
}

const who = fc.nat({ max: CLIENTS - 1 });
const COMMANDS: fc.Arbitrary<Command>[] = [
  fc
    .tuple(
      fc.constantFrom(1, 1, 2, 7, 230),
      fc.constantFrom<0 | 1>(0, 1),
      fc.constantFrom('at once', 'later'),
    )
    .map((write) => append(...write)),
  fc.boolean().map(loseHints),
  who.map(connect),
  who.map(connect),
  who.map(cut),
  fc
    .tuple(
      who,
      fc.constantFrom(
        'now' as const,
        'last' as const,
        'one behind' as const,
        'begin' as const,
        'ahead' as const,
        'another log' as const,
      ),
    )
    .map((asked) => subscribe(...asked)),
  who.map(unsubscribe),
  fc.tuple(who, fc.boolean()).map((change) => read(...change)),
];

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

test('a subscriber has what came after its cursor, once and in order, or is told to load afresh', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(
    fc.commands(COMMANDS, { maxCommands: 60, size: 'max' }),
    async (commands) => {
      await using desk = openDesk(office);
      const stream = `inbox:${office.inboxes.Support}` as const;
      const head = office.store.raw
        .prepare<[string], { head: number }>('SELECT last_seq AS head FROM streams WHERE id = ?')
        .get(stream);
      const readers = Array.from(
        { length: CLIENTS },
        (): Reader => ({ connected: false, from: undefined, seen: 0, reading: true }),
      );
      const real: Real = { desk, servers: [desk.services, desk.another()], stream, lines: [] };
      await fc.asyncModelRun(() => ({ model: { head: head?.head ?? 0, readers }, real }), commands);
      expect(desk.complaints).toEqual([]);
    },
  );
  await fc.assert(property, runs(15));
});
