/** Replies at a time (T6): each leaves once, through the door, whatever comes in between. */
import { LatchboxError, type ScheduledReply } from '@latchbox/shared';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scheduledReplies } from '../../database/schema/sqlite.ts';
import { givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import type { Loop } from '../../lib/loop.ts';
import { silentLog } from '../../lib/log.ts';
import type { SendDoor } from '../api.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';
import { createScheduleRunner } from './schedule-runner.ts';

const HOUR = 3_600_000;

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let runner: Loop;
  /** What the runner meets instead of the door, where a test says so. */
  let instead: SendDoor['sendOnce'] | undefined;
  let count = 0;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    instead = undefined;
    runner = hire();
  });
  afterEach(() => runner.stop());
  afterAll(() => ground.db.close());

  const hire = (): Loop =>
    createScheduleRunner({
      db: desk.db,
      wake: () => undefined,
      clock: desk.clock,
      log: silentLog,
      every: 500,
      sendDoor: {
        sendOnce: (...sent) => (instead === undefined ? desk.door.sendOnce(...sent) : instead(...sent)),
      },
    });

  async function scheduled(body: string, conversationId = desk.conversationId): Promise<ScheduledReply> {
    const sendAt = desk.clock.now() + HOUR;
    const clientId = `scheduled-${++count}`;
    const input = { conversationId, clientId, body, lastSeen: 1, sendAt };
    return (await desk.messaging.schedule(desk.by('anna'), input)).scheduled;
  }
  const now = async ({ id }: ScheduledReply) =>
    (await desk.messaging.scheduled(desk.by('anna'), {})).scheduled.find((one) => one.id === id);
  const stored = async ({ id }: ScheduledReply) =>
    (await desk.db.read.select().from(scheduledReplies).where(eq(scheduledReplies.id, id)))[0];
  const replies = async (conversationId = desk.conversationId) => {
    const { entries } = await desk.messaging.open(desk.anna.id, { conversationId, limit: 100 });
    return entries.flatMap((entry) => (entry.kind === 'reply' ? [entry.body] : []));
  };
  async function inAnHour(): Promise<void> {
    await desk.clock.advance(HOUR);
    await runner.look();
  }

  test('leaves at its time and not before, once, however many look', async () => {
    const one = await scheduled('At eight.');
    await desk.clock.advance(HOUR - 1);
    await runner.look();
    expect(await replies()).toEqual([]);
    await desk.clock.advance(1);
    await Promise.all([runner.look(), hire().look(), hire().look()]);
    await runner.look();
    expect(await replies()).toEqual(['At eight.']);
    expect(await stored(one)).toMatchObject({ state: 'sent', position: 2 });
    const told = (await desk.events(`agent:${desk.anna.id}`)).filter(
      ({ type }) => type === 'scheduled.changed',
    );
    expect(told.at(-1)).toMatchObject({ scheduled: { id: one.id, state: 'sent', position: 2 } });
  });

  test('looks by itself, every half second, until it is stopped', async () => {
    await scheduled('By itself.');
    // An hour of looks would be 7,200 questions to the database.
    await desk.clock.advance(HOUR - 1_000);
    runner.start();
    await desk.clock.advance(1_500);
    await expect.poll(() => replies()).toEqual(['By itself.']);
    await runner.stop();
    const late = await scheduled(
      'Too late.',
      (await givenConversation(desk.db, desk.inboxId)).conversationId,
    );
    await desk.clock.advance(2 * HOUR);
    expect(await now(late)).toMatchObject({ state: 'waiting' });
  });

  test('what its author cancels between the look and the door is not sent', async () => {
    const one = await scheduled('Never mind.');
    instead = async (author, input) => {
      await desk.messaging.unschedule(desk.by('anna'), { id: one.id });
      return await desk.door.sendOnce(author, input);
    };
    await inAnHour();
    expect(await replies()).toEqual([]);
    expect(await stored(one)).toMatchObject({ state: 'canceled', position: null });
  });

  test('what its author changes between the look and the door leaves as it is then, and only so', async () => {
    const one = await scheduled('The old words.');
    instead = async (author, input) => {
      instead = undefined;
      await desk.messaging.reschedule(desk.by('anna'), { id: one.id, body: 'The new words.' });
      return await desk.door.sendOnce(author, input);
    };
    await inAnHour();
    expect(await replies()).toEqual([]);
    await runner.look();
    expect(await replies()).toEqual(['The new words.']);
  });

  test('waits while somebody else holds the conversation, and says so', async () => {
    const one = await scheduled('After you.');
    instead = () =>
      Promise.reject(new LatchboxError('lock_held', { holder: { id: desk.ben.id, name: 'Ben' }, since: 1 }));
    await inAnHour();
    expect(await now(one)).toMatchObject({ state: 'waiting', reason: 'lock_held', sendAt: one.sendAt });
    instead = undefined;
    await desk.clock.advance(1_999);
    await runner.look();
    expect(await replies()).toEqual([]);
    await desk.clock.advance(1);
    await runner.look();
    expect(await replies()).toEqual(['After you.']);
  });

  test('is stopped by what its author had not seen, told why, and leaves once it was looked at', async () => {
    const one = await scheduled('It left today.');
    const inbound = desk.inbound({ body: 'It came!', conversationId: desk.conversationId });
    await desk.messaging.receive(inbound);
    await inAnHour();
    expect(await now(one)).toMatchObject({ state: 'stopped', reason: 'thread_moved_on' });
    const told = await desk.events(`agent:${desk.anna.id}`);
    expect(told.slice(-2)).toMatchObject([
      { scheduled: { state: 'stopped', reason: 'thread_moved_on' } },
      { record: { notification: { kind: 'reply_stopped', scheduledId: one.id, reason: 'thread_moved_on' } } },
    ]);
    await desk.clock.advance(HOUR);
    await runner.look();
    expect(await replies()).toEqual([]);
    await desk.messaging.reschedule(desk.by('anna'), { id: one.id, sendAt: 0, lastSeen: 2 });
    await runner.look();
    expect(await replies()).toEqual(['It left today.']);
  });

  test('is tried again half a minute after a trouble of the server’s own', async () => {
    const one = await scheduled('In spite of all.');
    instead = () => Promise.reject(new Error('the disk is full'));
    await inAnHour();
    expect(await now(one)).toMatchObject({ state: 'waiting', reason: null });
    instead = undefined;
    await desk.clock.advance(29_999);
    await runner.look();
    expect(await replies()).toEqual([]);
    await desk.clock.advance(1);
    await runner.look();
    expect(await replies()).toEqual(['In spite of all.']);
  });

  test('more than one look takes all leave in one, and one that is refused holds up none', async () => {
    const many: string[] = [];
    for (let number = 0; number < 60; number += 1) {
      const { conversationId } = await givenConversation(desk.db, desk.inboxId);
      many.push(conversationId);
      await scheduled(`Number ${number}`, conversationId);
    }
    const [refused] = many;
    instead = (author, input) =>
      input.conversationId === refused
        ? Promise.reject(new LatchboxError('forbidden', {}))
        : desk.door.sendOnce(author, input);
    await inAnHour();
    const sent = await Promise.all(many.map((conversationId) => replies(conversationId)));
    expect(sent.filter((bodies) => bodies.length === 1)).toHaveLength(59);
  });
});
