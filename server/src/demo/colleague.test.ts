import { type ConversationRow, createLatchbox, type LatchboxClient } from '@latchbox/client';
import { createFakeServer, type FakeServer } from '@latchbox/client/testing';
import { refuse } from '@latchbox/shared';
import { expect, test } from 'vitest';
import type { Clock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { createChance } from './chance.ts';
import { work } from './colleague.ts';
import { createCustomers } from './customers.ts';
import { createPace } from './pace.ts';
import { colleagueReplies, customerFollowUps } from './shop/index.ts';

const MINUTE = 60_000;

function clockOf(server: FakeServer): Clock {
  return {
    now: () => server.now(),
    monotonic: () => server.now(),
    setTimer: (ms, fire) => server.runtime.setTimer(ms, fire),
  };
}

interface Office {
  readonly server: FakeServer;
  readonly answered: ConversationRow[];
  readonly written: { body: string; threadToken: string }[];
  close(): Promise<void>;
}

/** Ana and Ben at work in a fake server, and customers who write again. */
async function openOffice(seed: number): Promise<Office> {
  const server = createFakeServer({ seed });
  for (let at = 0; at < 12; at += 1)
    server.newConversation({ from: `Customer ${at}`, body: `Question ${at}?` });
  const clock = clockOf(server);
  const over = new AbortController();
  const answered: ConversationRow[] = [];
  const written: { body: string; threadToken: string }[] = [];
  const crowd = createChance(seed);
  const customers = createCustomers({
    chance: crowd,
    pace: createPace(clock, crowd, 1, over.signal),
    log: silentLog,
    mailAgain: () => Promise.reject(refuse('not_found')),
    door: {
      tokenOf: (id) => id,
      write: ({ body, threadToken }) => {
        written.push({ body, threadToken });
        server.customerWrites(threadToken, body);
        return Promise.resolve();
      },
    },
  });
  const clients: LatchboxClient[] = [];
  const done: Promise<void>[] = [];
  for (const [nth, agent] of ['ana', 'ben'].entries()) {
    const client = createLatchbox({
      url: 'x:',
      auth: () => Promise.resolve(agent),
      transport: server.transport,
      runtime: server.newRuntime({ device: `desk ${nth}` }),
    });
    await client.connect();
    const chance = createChance(seed * 100 + nth);
    clients.push(client);
    done.push(
      work({
        client,
        chance,
        pace: createPace(clock, chance, 1, over.signal),
        log: silentLog,
        answered: (row) => {
          answered.push(row);
          customers.answered(row, 'support');
        },
      }),
    );
  }
  return {
    server,
    answered,
    written,
    async close() {
      over.abort(refuse('closed'));
      const closed = Promise.all(clients.map((client) => client.close()));
      await server.flush();
      await server.advance(MINUTE);
      await closed;
      await Promise.all(done);
    },
  };
}

/** In small steps: what a colleague does after an answer may take more turns than the fake server waits for at once. */
async function pass(server: FakeServer, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) await server.advance(500);
}

test('colleagues open, type, answer, fall idle and leave, and customers write again', async () => {
  const office = await openOffice(7);
  const { server, answered, written } = office;
  await pass(server, 40 * MINUTE);
  expect(answered.length).toBeGreaterThan(15);
  const did = new Set(server.commands.map(({ name }) => name));
  for (const name of [
    'conversation.open',
    'lock.acquire',
    'activity',
    'draft.save',
    'reply.send',
    'conversation.leave',
  ]) {
    expect(did).toContain(name);
  }
  expect(written.length).toBeGreaterThan(3);
  expect(customerFollowUps.map(({ body }) => body)).toContain(written[0]!.body);
  const events = server.world.log('inbox:support').map(({ data }) => data);
  const endings = new Set(events.flatMap((event) => (event.type === 'lock.ended' ? [event.reason] : [])));
  // Who sat there and never answered the question lost the lock; the others left.
  expect(endings).toContain('idle');
  expect(endings).toContain('left');
  const said = events.flatMap((event) =>
    event.type === 'entry.added' && event.entry.kind === 'reply' ? [event.entry] : [],
  );
  const texts = colleagueReplies.map(({ body }) => body);
  for (const { body } of said) expect(texts).toContain(body);
  expect(
    said.some(({ author }) => author.id === 'ana') && said.some(({ author }) => author.id === 'ben'),
  ).toBe(true);
  await office.close();
});

test('when it is over everybody is gone at once and nothing is left behind', async () => {
  const office = await openOffice(3);
  const { server } = office;
  await pass(server, 3 * MINUTE);
  await office.close();
  expect(server.pendingTimers).toBe(0);
});

test('a colleague who may only read answers nobody', async () => {
  const server = createFakeServer({ seed: 5 });
  server.addAgent('luis', 'Luis', { inboxes: { support: 'read' } });
  const clock = clockOf(server);
  const over = new AbortController();
  const client = createLatchbox({
    url: 'x:',
    auth: () => Promise.resolve('luis'),
    transport: server.transport,
    runtime: server.newRuntime(),
  });
  await client.connect();
  const chance = createChance(5);
  const pace = createPace(clock, chance, 1, over.signal);
  const done = work({ client, chance, pace, log: silentLog, answered: () => expect.unreachable() });
  await pass(server, 5 * MINUTE);
  expect(server.commands.map(({ name }) => name)).not.toContain('lock.acquire');
  over.abort(refuse('closed'));
  await done;
  const closed = client.close();
  await server.flush();
  await closed;
});

test('the same seed gives the same chances', () => {
  const one = createChance(11);
  const two = createChance(11);
  const drawn = Array.from({ length: 1_000 }, () => one.between(0, 10));
  expect(Array.from({ length: 1_000 }, () => two.between(0, 10))).toEqual(drawn);
  expect(Math.min(...drawn)).toBeLessThan(0.1);
  expect(Math.max(...drawn)).toBeGreaterThan(9.9);
  expect(createChance(12).between(0, 10)).not.toBe(drawn[0]);
  expect(one.oneOf([])).toBeUndefined();
});
