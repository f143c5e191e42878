/** Passing on where it is tight (ARCHITECTURE's "Passing on", "Waiting line", "Ask"): each test is named after its race. */

import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { LatchboxError } from '@latchbox/shared';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import { places, refusal, staysTrue, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World, type WorldOptions } from '../tools/world.ts';

const OFFER = 700;
const ASK = 700;
const seed: WorldOptions['seed'] = {
  inboxes: {
    orders: { lockOn: 'compose', times: SHORT, conversations: 40 },
    quick: { lockOn: 'compose', times: { ...SHORT, offerTime: OFFER, askGrace: ASK }, conversations: 40 },
  },
  agents: {
    ann: {},
    ben: {},
    cle: {},
    mia: { role: 'admin', capability: 'manage' },
    max: { role: 'admin' },
  },
};

/** The lock of a conversation as the database has it: fence and name of who holds it, and to whom it is offered. */
function stateOf(world: World, id: string): { holder: string | null; fence: number; offered: string | null } {
  const name = 'SELECT name FROM agents WHERE agents.id =';
  const [row] = world.rows<{ holder: string | null; fence: number; offered: string | null }>(
    `SELECT c.lock_epoch AS fence,
      (${name} (SELECT agent_id FROM lock_epochs e WHERE e.conversation_id = c.id AND ended_at IS NULL)) AS holder,
      (${name} (SELECT agent_id FROM lock_offers o WHERE o.conversation_id = c.id)) AS offered
      FROM conversations c WHERE c.id = ?`,
    id,
  );
  if (row === undefined) throw new Error(`no conversation ${id}`);
  return row;
}

const join = (who: HistoryClient, conversationId: string) => who.wire.call('lock.join', { conversationId });
const accept = (who: HistoryClient, conversationId: string) =>
  who.wire.call('lock.acceptOffer', { conversationId, requestId: newClientId() });
const takeOver = (who: HistoryClient, conversationId: string) =>
  who.wire.call('lock.takeOver', { conversationId, requestId: newClientId(), note: '' });
const askFor = (who: HistoryClient, conversationId: string) =>
  who.wire.call('lock.ask', { conversationId, note: '' });
const handOver = (who: HistoryClient, conversationId: string, fence: number, to: string) =>
  who.wire.call('lock.handOver', { conversationId, fence, to, note: '' });

/** The code of a refusal, or what was answered. */
async function outcome<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (LatchboxError.is(error)) return (error as LatchboxError).code;
    throw error;
  }
}

/** Waits until every server knows that they are there: presence tells the servers of each other's sessions. */
async function known(all: readonly HistoryClient[], conversationId: string): Promise<void> {
  const open = (who: HistoryClient, view: boolean) =>
    who.wire.call('conversation.open', { conversationId, view, limit: 1 });
  for (const who of all) await open(who, true);
  for (const who of all)
    await eventually('they see each other', async () => {
      const { viewers } = await open(who, false);
      return new Set(viewers.map((viewer) => viewer.person.id)).size === all.length;
    });
}

describe('on two servers with Redis', () => {
  let world: World;
  const orders = places();
  const quick = places();
  const tabs: HistoryClient[] = [];
  const on = async (server: number, name: string): Promise<HistoryClient> => {
    const client = await world.connect(name, { server });
    tabs.push(client);
    return client;
  };

  beforeAll(async () => {
    world = await startWorld({ servers: 2, redis: true, seed });
  });
  afterEach(async () => {
    for (const client of tabs.splice(0)) await client.close().catch(() => null);
  });
  afterAll(async () => {
    await world.check();
    await world[Symbol.asyncDispose]();
  });

  test('two joins of a free lock at once: one is offered it, the other waits', async () => {
    const [ben, cle] = [await on(0, 'ben'), await on(1, 'cle')];
    const id = world.conversation('orders', orders());
    await known([ben, cle], id);
    const states = await Promise.all([join(ben, id), join(cle, id)]);
    expect(states.map((one) => one.state).sort((a, b) => a.localeCompare(b))).toEqual(['offered', 'waiting']);
    expect(stateOf(world, id)).toMatchObject({
      holder: null,
      offered: states[0]?.state === 'offered' ? 'ben' : 'cle',
    });
  });

  test('two offers at once: a due offer goes to the next once, whichever server sweeps', async () => {
    const [ann, ben, cle] = [await on(0, 'ann'), await on(0, 'ben'), await on(1, 'cle')];
    const id = world.conversation('quick', quick());
    await known([ann, ben, cle], id);
    const { fence } = await ann.acquire(id);
    await join(ben, id);
    await join(cle, id);
    await ann.release(id, fence);
    expect(stateOf(world, id).offered).toBe('ben');
    await eventually('it is the turn of the next', () => stateOf(world, id).offered === 'cle');
    await eventually('nobody takes it', () => stateOf(world, id).offered === null);
    const steps = world
      .rows<{ data: string }>('SELECT data FROM events WHERE stream = ? ORDER BY seq', world.stream('quick'))
      .map(({ data }) => JSON.parse(data) as { type: string; step?: string; row?: { id: string } })
      .filter((event) => event.type === 'lock.changed' && event.row?.id === id)
      .map((event) => event.step);
    expect(steps).toEqual(['waiting', 'waiting', 'offered', 'offered', 'offer_over']);
    expect((await ann.acquire(id)).fence).toBe(fence + 1);
  });

  test('an offer accepted at its deadline: it is taken, or over, and never both', async () => {
    const [ann, ben] = [await on(0, 'ann'), await on(1, 'ben')];
    const id = world.conversation('quick', quick());
    await known([ann, ben], id);
    for (let delay = -60; delay <= 180; delay += 60) {
      const { fence } = await ann.acquire(id);
      await join(ben, id);
      await ann.release(id, fence);
      const start = performance.now();
      await eventually('the deadline is near', () => performance.now() - start >= OFFER + delay);
      const taken = await outcome(accept(ben, id));
      const state = stateOf(world, id);
      if (typeof taken === 'string') {
        expect(taken).toBe('lock_required');
        expect(state).toEqual({ holder: null, fence, offered: null });
      } else {
        expect(state).toEqual({ holder: 'ben', fence: fence + 1, offered: null });
        await ben.release(id, taken.fence);
      }
    }
  });

  test('the holder sends while a take-over runs: the answer is stored before it, or refused', async () => {
    const [ann, mia] = [await on(0, 'ann'), await on(1, 'mia')];
    for (let round = 0; round < 8; round += 1) {
      const id = world.conversation('orders', orders());
      const { fence } = await ann.acquire(id);
      const [sent, taken] = await Promise.all([
        outcome(ann.send(id, { fence, lastSeen: 1 })),
        outcome(takeOver(mia, id)),
      ]);
      if (typeof sent === 'string') expect([sent, typeof taken]).toEqual(['lock_lost', 'object']);
      // Compose mode: the lock ended with the answer.
      else expect([sent.lateSend, taken]).toEqual([false, 'lock_required']);
      const replies = world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', id).length;
      expect(replies).toBe(typeof sent === 'string' ? 0 : 1);
    }
  });

  test('two take-overs at once: one after the other, each under its own fence, and the last one has it', async () => {
    const [ann, mia, max] = [await on(0, 'ann'), await on(0, 'mia'), await on(1, 'max')];
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const taken = await Promise.all([takeOver(mia, id), takeOver(max, id)]);
    expect(taken.map((one) => one.fence).sort((a, b) => a - b)).toEqual([fence + 1, fence + 2]);
    expect(stateOf(world, id)).toMatchObject({
      fence: fence + 2,
      holder: taken[0].fence > taken[1].fence ? 'mia' : 'max',
    });
  });

  test('a keystroke at the deadline of a question: it is kept or passed, and everybody is told the same', async () => {
    const [ann, ben] = [await on(0, 'ann'), await on(1, 'ben')];
    await ben.wire.subscribe(world.stream('quick'));
    for (let delay = -80; delay <= 80; delay += 40) {
      const id = world.conversation('quick', quick());
      await known([ann, ben], id);
      const { fence } = await ann.acquire(id);
      const { askId } = await askFor(ben, id);
      const start = performance.now();
      await eventually('the deadline is near', () => performance.now() - start >= ASK + delay);
      ann.wire.signal('activity', { conversationId: id, kind: 'reply' });
      const ended = await eventually('the question is over', () => {
        const [row] = world.rows<{ outcome: string | null }>(
          'SELECT outcome FROM lock_asks WHERE id = ?',
          askId,
        );
        return row?.outcome;
      });
      expect(['kept', 'passed']).toContain(ended);
      const kept = ended === 'kept';
      expect(stateOf(world, id)).toMatchObject(
        kept ? { holder: 'ann', fence } : { holder: 'ben', fence: fence + 1 },
      );
      if (kept) await toldOf(ben, 'lock.changed', id, (data) => data.step === 'ask_over');
      else await toldOf(ben, 'lock.granted', id, (data) => data.row.lock.fence === fence + 1);
    }
  });

  test('a hand-over to a session of another server is kept there for longer than any lease that was left', async () => {
    const [ann, ben] = [await on(0, 'ann'), await on(1, 'ben')];
    const id = world.conversation('orders', orders());
    await known([ann, ben], id);
    const { fence } = await ann.acquire(id);
    expect(await handOver(ann, id, fence, world.agent('ben').id)).toEqual({ state: 'passed' });
    await ann.close();
    await staysTrue('Ben has it', () => stateOf(world, id).holder === 'ben', SHORT.lockTtl + SLACK);
    await ben.send(id, { fence: fence + 1, lastSeen: 1 });
  });

  test('hand-over to a member who is removed in the same instant: refused, or passed and ended; never left with one who is gone', async () => {
    const [ann, ben] = [await on(0, 'ann'), await on(1, 'ben')];
    const [to, inbox] = [world.agent('ben').id, world.stream('orders').slice('inbox:'.length)];
    const params = { inbox, agent: to };
    for (let round = 0; round < 4; round += 1) {
      const id = world.conversation('orders', orders());
      await known([ann, ben], id);
      const { fence } = await ann.acquire(id);
      const [passed] = await Promise.all([
        outcome(handOver(ann, id, fence, to)),
        world.rest('mia', round % 2).call(removeMember, { params }),
      ]);
      const state = stateOf(world, id);
      if (passed === 'not_found') expect(state).toEqual({ holder: 'ann', fence, offered: null });
      else
        expect([passed, state]).toEqual([
          { state: 'passed' },
          { holder: null, fence: fence + 1, offered: null },
        ]);
      await world.rest('mia').call(putMember, { params, body: { capability: 'reply' } });
    }
  });

  test('Redis emptied during an offer: it stands in the database, nobody else gets the lock, and it can be taken', async () => {
    const [ann, ben] = [await on(0, 'ann'), await on(1, 'ben')];
    const id = world.conversation('orders', orders());
    await known([ann, ben], id);
    const { fence } = await ann.acquire(id);
    await join(ben, id);
    await ann.release(id, fence);
    await world.redis?.flushall();
    const refused = await refusal('lock_held', ann.acquire(id));
    expect(refused.details).toMatchObject({ holder: null, offeredTo: { name: 'ben' } });
    expect((await accept(ben, id)).fence).toBe(fence + 1);
    await staysTrue('Ben has it', () => stateOf(world, id).holder === 'ben', SHORT.lockTtl + SLACK);
    await ben.send(id, { fence: fence + 1, lastSeen: 1 });
  });
});

test('a killed server with an open offer: the other one passes the turn on, and the lock is not lost', async () => {
  await using world = await startWorld({ servers: 2, redis: true, seed });
  const id = world.conversation('quick');
  const [ann, ben, cle] = [
    await world.connect('ann', { server: 0 }),
    await world.connect('ben', { server: 0 }),
    await world.connect('cle', { server: 1 }),
  ];
  await known([ann, ben, cle], id);
  const { fence } = await ann.acquire(id);
  await join(ben, id);
  await join(cle, id);
  await ann.release(id, fence);
  expect(stateOf(world, id).offered).toBe('ben');
  await world.server(0).kill9();
  await eventually('the next in line is offered it', () => stateOf(world, id).offered === 'cle');
  expect((await accept(cle, id)).fence).toBe(fence + 1);
  await cle.send(id, { fence: fence + 1, lastSeen: 1 });
  await world.check();
});

test('a restart in default mode: an offer and a question begin their time anew, and nobody slips in', async () => {
  await using world = await startWorld({ seed });
  const [offered, asked] = [world.conversation('quick', 0), world.conversation('quick', 1)];
  const [ann, ben] = [await world.connect('ann'), await world.connect('ben')];
  const { fence } = await ann.acquire(offered);
  await ann.acquire(asked);
  await join(ben, offered);
  await askFor(ben, asked);
  await ann.release(offered, fence);
  const untilOf = () =>
    world.rows<{ until: number }>('SELECT until FROM lock_offers WHERE conversation_id = ?', offered)[0]
      ?.until ?? 0;
  const before = untilOf();
  await world.server().restart();
  const [back, other] = [
    await world.connect('ben', { resume: ben.wire.session }),
    await world.connect('cle'),
  ];
  await world.connect('ann', { resume: ann.wire.session });
  expect(await outcome(other.acquire(offered))).toBe('lock_held');
  expect(untilOf()).toBeGreaterThan(before);
  expect((await accept(back, offered)).fence).toBe(fence + 1);
  await eventually('nobody answered: it is his', () => stateOf(world, asked).holder === 'ben');
  await world.check();
});
