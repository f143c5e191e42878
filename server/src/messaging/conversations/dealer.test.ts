import { EventData } from '@latchbox/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { holdAssignment, NO_ASSIGNMENT, writeAssignment } from '../../database/dealing.ts';
import { conversationRow } from '../../database/rows.ts';
import { teamMembers, teams } from '../../database/schema/sqlite.ts';
import { givenAgent, givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import type { Loop } from '../../lib/loop.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';
import { createDealer } from './dealer.ts';

describe.each(TEST_DIALECTS)('round robin on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let present: Set<string>;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    present = new Set([desk.anna.id, desk.ben.id, desk.rita.id, desk.admin.id]);
    await desk.messaging.setStatus(desk.by('anna'), { ...desk, status: 'archived' });
  });
  afterEach(async () => {
    expect(ground.clock.pending).toBe(0);
    for (const event of await desk.events()) EventData.parse(event);
    const { told, stored } = await desk.rows();
    expect(told).toEqual(stored);
  });
  afterAll(() => ground.db.close());

  const dealer = (): Loop =>
    createDealer({
      db: desk.db,
      wake: () => undefined,
      clock: desk.clock,
      log: silentLog,
      every: 500,
      present: () => Promise.resolve(present),
    });
  const set = (change: Partial<typeof NO_ASSIGNMENT> = {}) =>
    desk.db.inTransaction(async (tx) => {
      await holdAssignment(tx, desk.inboxId);
      await writeAssignment(tx, desk.inboxId, { ...NO_ASSIGNMENT, roundRobin: true, ...change });
    });
  let at = 0;
  const waiting = async (options: { teamId?: string } = {}): Promise<string> =>
    (await givenConversation(desk.db, desk.inboxId, { lastAt: ++at, ...options })).conversationId;
  const whose = async (ids: readonly string[]) => {
    const names: (string | undefined)[] = [];
    for (const id of ids) names.push((await conversationRow(desk.db.read, id)).assignee?.name.slice(0, 4));
    return names.map((name) => name?.trim());
  };
  const dealt = async () =>
    (await desk.events()).flatMap((event) =>
      event.type === 'entry.added' && event.entry.kind === 'activity' && event.entry.what.type === 'assigned'
        ? [event.entry]
        : [],
    );
  const some = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let number = 0; number < count; number += 1) ids.push(await waiting());
    return ids;
  };
  /** In the order of the turns of people who never had one. */
  const inTurn = () =>
    [desk.anna, desk.ben]
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ name }) => name.slice(0, 4).trim());

  test('gives what waits longest to those who may reply and are there, one after the other', async () => {
    await set();
    const ids = await some(5);
    await dealer().look();
    const [first, second] = inTurn();
    expect(await whose(ids)).toEqual([first, second, first, second, first]);
    const told = await dealt();
    expect(told).toHaveLength(5);
    for (const { author, what } of told)
      expect({ author, what }).toMatchObject({ author: null, what: { type: 'assigned', reason: 'dealt' } });
    // The turn goes on where it was.
    const more = await some(2);
    await dealer().look();
    expect(await whose(more)).toEqual([second, first]);
  });

  test('is off until it is set, and leaves alone what somebody has, is put off, or archived', async () => {
    const id = await waiting();
    await dealer().look();
    expect(await whose([id])).toEqual([undefined]);
    await set();
    await desk.messaging.assign(desk.by('anna'), { conversationId: id, assigneeId: desk.anna.id });
    const until = desk.clock.now() + 60_000;
    const asleep = await waiting();
    await desk.messaging.snooze(desk.by('anna'), { conversationId: asleep, until });
    await dealer().look();
    expect(await whose([id, asleep])).toEqual(['Anna', undefined]);
    expect(await whose([desk.conversationId])).toEqual([undefined]);
  });

  test('stops at the cap, and goes on when somebody has room again or comes', async () => {
    await set({ cap: 2 });
    present = new Set([desk.anna.id]);
    const ids = await some(4);
    await dealer().look();
    expect(await whose(ids)).toEqual(['Anna', 'Anna', undefined, undefined]);
    await desk.messaging.setStatus(desk.by('anna'), { conversationId: ids[0] ?? '', status: 'archived' });
    await dealer().look();
    expect(await whose(ids.slice(2))).toEqual(['Anna', undefined]);
    present.add(desk.ben.id);
    await dealer().look();
    expect(await whose(ids.slice(2))).toEqual(['Anna', 'Ben']);
  });

  test('waits while nobody is there, and takes up a look of its own in the loop', async () => {
    await set();
    present = new Set();
    const [id = ''] = await some(1);
    const loop = dealer();
    loop.start();
    await desk.clock.advance(500);
    expect(await whose([id])).toEqual([undefined]);
    await loop.stop();
    present = new Set([desk.ben.id]);
    await dealer().look();
    expect(await whose([id])).toEqual(['Ben']);
  });

  test('gives what a team has to that team, and what others wait for is not held up by it', async () => {
    await set();
    const teamId = `tea_${desk.inboxId}`;
    await desk.db.inTransaction(async (tx) => {
      await tx.db.insert(teams).values({ id: teamId, name: 'Repairs', createdAt: tx.now });
      await tx.db.insert(teamMembers).values({ teamId, agentId: desk.ben.id });
    });
    present = new Set([desk.anna.id]);
    const [ofTeam, other] = [await waiting({ teamId }), await waiting()];
    await dealer().look();
    expect(await whose([ofTeam, other])).toEqual([undefined, 'Anna']);
    present.add(desk.ben.id);
    await dealer().look();
    expect(await whose([ofTeam])).toEqual(['Ben']);
    expect((await conversationRow(desk.db.read, ofTeam)).team).toEqual({ id: teamId, name: 'Repairs' });
  });

  test('two servers that deal at once give nothing twice, and keep the turns', async () => {
    await set();
    const cora = await givenAgent(desk.db, 'Cora Dale', [desk]);
    present.add(cora.id);
    const ids = await some(21);
    await Promise.all([dealer().look(), dealer().look(), dealer().look()]);
    await dealer().look();
    expect(await dealt()).toHaveLength(21);
    const counts = Map.groupBy(await whose(ids), (name) => name);
    expect([...counts.values()].map((all) => all.length)).toEqual([7, 7, 7]);
  });

  test('whoever answers what nobody has gets it, where it is set so, and only then', async () => {
    const [first = '', second = '', third = ''] = await some(3);
    await desk.answer('Not set yet', { conversationId: first });
    expect(await whose([first])).toEqual([undefined]);
    await set({ roundRobin: false, onReply: true });
    await desk.answer('Mine now', { conversationId: second });
    await desk.messaging.assign(desk.by('anna'), { conversationId: third, assigneeId: desk.ben.id });
    await desk.answer('Still his', { conversationId: third });
    expect(await whose([first, second, third])).toEqual([undefined, 'Anna', 'Ben']);
    const told = (await dealt()).filter(({ conversationId }) => conversationId === second);
    expect(told).toMatchObject([{ author: { id: desk.anna.id }, what: { reason: 'replied' } }]);
    await desk.answer('Again', { conversationId: second });
    expect((await dealt()).filter(({ conversationId }) => conversationId === second)).toHaveLength(1);
  });
});
