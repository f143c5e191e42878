import { EventData } from '@latchbox/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../database/database.ts';
import { endSnooze } from '../../database/snoozes.ts';
import { givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import type { Loop } from '../../lib/loop.ts';
import { silentLog } from '../../lib/log.ts';
import { createSnoozeWaker } from './snooze-waker.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground, refusal } from '../testing/desk.ts';

const MINUTE = 60_000;
const YEAR = 365 * 86_400_000;

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  const wakers: Loop[] = [];
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterEach(async () => {
    for (const waker of wakers.splice(0)) await waker.stop();
    expect(ground.clock.pending).toBe(0);
    for (const event of await desk.events()) EventData.parse(event);
    const { told, stored } = await desk.rows();
    // Whoever folds the events has the rows that a snapshot has.
    expect(told).toEqual(stored);
  });
  afterAll(() => ground.db.close());

  function waker(db: Database = desk.db): Loop {
    const made = createSnoozeWaker({
      db,
      wake: () => undefined,
      clock: desk.clock,
      log: silentLog,
      every: 500,
    });
    wakers.push(made);
    return made;
  }
  const snooze = (ms = MINUTE, conversationId = desk.conversationId) =>
    desk.messaging.snooze(desk.by('anna'), { conversationId, until: desk.clock.now() + ms });
  const open = async (conversationId = desk.conversationId) =>
    await desk.messaging.open(desk.by('ben').agentId, { conversationId, limit: 50 });
  const lines = async () =>
    (await open()).entries.flatMap((entry) =>
      entry.kind === 'activity' && entry.what.type === 'status'
        ? [
            [entry.author?.name ?? 'nobody', entry.what.to, entry.what.until].filter(
              (part) => part !== undefined,
            ),
          ]
        : [],
    );
  const shown = async () => {
    const { status, snoozedUntil } = (await open()).row;
    return snoozedUntil === undefined ? status : [status, snoozedUntil];
  };

  describe('a snooze', () => {
    test('puts a conversation away until a time, with a line in the thread', async () => {
      const until = desk.clock.now() + MINUTE;
      await snooze();
      expect(await shown()).toEqual(['snoozed', until]);
      expect(await lines()).toEqual([['Anna Berg', 'snoozed', until]]);
      const list = (status: 'open' | 'snoozed') =>
        desk.messaging.list(desk.by('ben').agentId, { filter: { status }, after: null, limit: 10 });
      expect((await list('open')).rows).toEqual([]);
      expect((await list('snoozed')).rows).toEqual([(await open()).row]);
    });

    test('again until the same time changes nothing, until another one moves it', async () => {
      await snooze();
      await snooze();
      expect(await desk.events()).toHaveLength(1);
      await snooze(2 * MINUTE);
      expect(await shown()).toEqual(['snoozed', desk.clock.now() + 2 * MINUTE]);
      expect(await lines()).toHaveLength(2);
    });

    test.each([
      ['in the past', -1],
      ['in less than a second', 999],
      ['in more than two years', 2 * YEAR + 3 * 86_400_000],
    ])('%s is refused', async (_when, ms) => {
      const error = await refusal(snooze(ms));
      expect(error).toMatchObject({ code: 'invalid', details: { issues: [{ path: 'until' }] } });
      expect(await desk.events()).toEqual([]);
    });

    test('in a second, and in two years, is none', async () => {
      await snooze(1_000);
      await snooze(2 * YEAR);
      expect(await lines()).toHaveLength(2);
    });

    test('needs the right to reply', async () => {
      const { conversationId } = desk;
      const until = desk.clock.now() + MINUTE;
      expect(await codeOf(desk.messaging.snooze(desk.by('rita'), { conversationId, until }))).toBe(
        'forbidden',
      );
      expect(await codeOf(desk.messaging.snooze(desk.by('admin'), { conversationId, until }))).toBe(
        'not_found',
      );
    });

    test('of an archived conversation brings it back then', async () => {
      const { conversationId } = desk;
      await desk.messaging.setStatus(desk.by('anna'), { conversationId, status: 'archived' });
      await snooze();
      await desk.clock.advance(MINUTE);
      await waker().look();
      expect(await shown()).toBe('open');
    });
  });

  describe('ends before its time', () => {
    test('when the customer writes', async () => {
      await snooze();
      await desk.messaging.receive(desk.inbound({ conversationId: desk.conversationId }));
      expect(await shown()).toBe('open');
      await desk.clock.advance(MINUTE);
      await waker().look();
      expect(await lines()).toHaveLength(1);
    });

    test.each(['open', 'archived'] as const)('when an agent sets it to %s', async (status) => {
      await snooze();
      const { conversationId } = desk;
      await desk.messaging.setStatus(desk.by('ben'), { conversationId, status });
      expect(await shown()).toBe(status);
      await desk.clock.advance(MINUTE);
      await waker().look();
      expect(await shown()).toBe(status);
    });

    test('with a reply that archives, and not with any other', async () => {
      await snooze();
      const until = desk.clock.now() + MINUTE;
      await desk.answer('We look into it.');
      expect(await shown()).toEqual(['snoozed', until]);
      const { conversationId } = desk;
      await desk.door.sendOnce(desk.by('ben'), {
        conversationId,
        clientId: 'the-last-word',
        body: 'Done.',
        lastSeen: undefined,
        then: 'archive',
      });
      expect(await shown()).toBe('archived');
    });
  });

  describe('when its time has come', () => {
    test('it is open again by itself, within half a second', async () => {
      await snooze();
      const running = waker();
      running.start();
      await desk.clock.advance(MINUTE - 1);
      expect(Array.isArray(await shown())).toBe(true);
      await desk.clock.advance(501);
      await desk.clock.advance(0);
      await running.look();
      expect(await shown()).toBe('open');
      expect((await lines()).at(-1)).toEqual(['nobody', 'open']);
    });

    test('several servers open it once, and one that was killed keeps nothing asleep', async () => {
      await snooze();
      await desk.clock.advance(MINUTE);
      // The first one dies in its transaction.
      const dying: Database = {
        ...desk.db,
        inTransaction: (work) =>
          desk.db.inTransaction(async (tx) => {
            await work(tx);
            throw new Error('killed');
          }),
      };
      await waker(dying).look();
      expect(Array.isArray(await shown())).toBe(true);
      await Promise.all([waker().look(), waker().look(), waker().look()]);
      expect(await lines()).toHaveLength(2);
      expect(await shown()).toBe('open');
    });

    test('one that cannot be opened keeps no other asleep, and is tried again', async () => {
      await snooze(MINUTE);
      const { conversationId } = await givenConversation(desk.db, desk.inboxId, {
        snoozedUntil: desk.clock.now() + 2 * MINUTE,
      });
      await desk.clock.advance(2 * MINUTE);
      let failing = true;
      const stuck: Database = {
        ...desk.db,
        inTransaction: (work) => {
          if (failing) {
            failing = false;
            return Promise.reject(new Error('its row is locked by a process that stands still'));
          }
          return desk.db.inTransaction(work);
        },
      };
      const running = waker(stuck);
      await running.look();
      expect((await open(conversationId)).row.status).toBe('open');
      expect(Array.isArray(await shown())).toBe(true);
      await running.look();
      expect(await shown()).toBe('open');
    });

    test('a Monday morning: all of them, in one look', async () => {
      const due = desk.clock.now() + MINUTE;
      const ids: string[] = [];
      for (let at = 0; at < 105; at += 1) {
        ids.push((await givenConversation(desk.db, desk.inboxId, { snoozedUntil: due })).conversationId);
      }
      await desk.clock.advance(MINUTE);
      await waker().look();
      const statuses = new Set<string>();
      for (const id of ids) statuses.add((await open(id)).row.status);
      expect(statuses).toEqual(new Set(['open']));
    });

    test('a later time that was set just before is kept', async () => {
      await snooze();
      await desk.clock.advance(MINUTE);
      // The waker has found it; an agent is first.
      await snooze(MINUTE);
      expect(await desk.db.inTransaction((tx) => endSnooze(tx, desk.conversationId))).toBe(false);
      expect(Array.isArray(await shown())).toBe(true);
    });
  });
});
