import type { Entry } from '@latchbox/shared';
import { HOURS_PRESETS, NO_OUT_OF_OFFICE, type OutOfOfficeMode } from '@latchbox/shared/model/hours';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conversations, lockEpochs, outbox } from '../../database/schema/sqlite.ts';
import { newEpoch } from '../../database/testing/epochs.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { threadEntries } from '../../database/threads.ts';
import { createHours, type Hours } from '../../hours/hours.ts';
import type { InboundMessage } from '../api.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';
import { ONCE_IN } from './automation.ts';

const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};
const DAY = 86_400_000;

describe.each(TEST_DIALECTS)('out of office on %s', { timeout: 60_000 }, (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let hours: Hours;
  let nth = 0;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    hours = createHours({ db: desk.db, log: quiet as never });
    nth += 1;
  });
  afterAll(() => ground.db.close());

  const set = (
    when: OutOfOfficeMode,
    place: { inbox: string } | { agent: string } = { inbox: desk.inboxId },
  ) => hours.change({ agentId: desk.admin.id }, place, { outOfOffice: { ...NO_OUT_OF_OFFICE, when } });
  const on = { mode: 'on', from: null, until: null } as const;
  const writes = (message: Partial<InboundMessage> = {}) =>
    desk.messaging.receive(
      desk.inbound({ from: { name: 'Cora', address: `cora-${nth}@quist.example` }, ...message }),
    );
  const answers = async (conversationId: string): Promise<Entry[]> =>
    (await threadEntries(desk.db.read, conversationId, null, 100)).filter(({ kind }) => kind === 'reply');

  test('answers once in an absence, leaves the conversation as it was, and is in the outbox with it', async () => {
    await set(on);
    const { conversationId } = await writes();
    const [answer] = await answers(conversationId);
    expect(answer).toMatchObject({
      position: 2,
      author: { name: 'Automatic reply' },
      automatic: { reason: 'out_of_office' },
      body: expect.stringContaining('Nobody is here'),
    });
    const row = (await desk.rows()).told.find(({ id }) => id === conversationId);
    expect(row).toMatchObject({
      status: 'open',
      newestIncoming: 1,
      newestPosition: 2,
      preview: { kind: 'message' },
    });
    const { told, stored } = await desk.rows();
    expect(told).toEqual(stored);
    const queued = await desk.db.read.select().from(outbox).where(eq(outbox.conversationId, conversationId));
    expect(queued).toHaveLength(1);
    await ground.clock.advance(2 * DAY);
    await writes({ conversationId });
    expect(await answers(conversationId)).toHaveLength(1);
    // Another absence.
    await set({ mode: 'off' });
    await set(on);
    await writes({ conversationId });
    expect(await answers(conversationId)).toHaveLength(2);
    // And yet another, too soon: once a day at most (RFC 3834).
    await set({ mode: 'off' });
    await ground.clock.advance(ONCE_IN - 1_000);
    await set(on);
    await writes({ conversationId });
    expect(await answers(conversationId)).toHaveLength(2);
  });

  test('of messages that come in at once one is answered', async () => {
    await set(on);
    const received = await Promise.all(Array.from({ length: 4 }, () => writes()));
    const all = await Promise.all(received.map(({ conversationId }) => answers(conversationId)));
    expect(all.flat()).toHaveLength(1);
  });

  test('answers no machine, and nothing that asks for no answer', async () => {
    await set(on);
    const machine = await writes({ automatic: true });
    expect(await answers(machine.conversationId)).toEqual([]);
    const asked = await writes({
      find: () => Promise.resolve({ conversationId: null, extra: {}, unanswerable: true }),
    });
    expect(await answers(asked.conversationId)).toEqual([]);
    // And neither has used up the answer of the person behind it.
    expect(await answers((await writes()).conversationId)).toHaveLength(1);
  });

  test('is silent while a colleague holds the conversation, and answers the next message', async () => {
    const { conversationId } = await writes();
    await set(on);
    await desk.db.inTransaction(async (tx) => {
      await tx.db.update(conversations).set({ lockEpoch: 1 }).where(eq(conversations.id, conversationId));
      await newEpoch(tx, { conversationId, epoch: 1, agentId: desk.anna.id });
    });
    await writes({ conversationId });
    expect(await answers(conversationId)).toEqual([]);
    await desk.db.inTransaction((tx) =>
      tx.db
        .update(lockEpochs)
        .set({ endedAt: tx.now, endReason: 'left' })
        .where(eq(lockEpochs.conversationId, conversationId)),
    );
    await writes({ conversationId });
    expect(await answers(conversationId)).toHaveLength(1);
    const open = await desk.db.read
      .select()
      .from(lockEpochs)
      .where(eq(lockEpochs.conversationId, conversationId));
    expect(open.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  });

  test('of an agent answers where the conversation is assigned, before the inbox, and nowhere else', async () => {
    await set(on, { agent: desk.anna.id });
    const { conversationId } = await writes();
    expect(await answers(conversationId)).toEqual([]);
    await set(on);
    await desk.messaging.assign(desk.by('ben'), { conversationId, assigneeId: desk.anna.id });
    await writes({ conversationId });
    const [answer] = await answers(conversationId);
    expect(answer).toMatchObject({ automatic: { agent: { id: desk.anna.id, name: desk.anna.name } } });
  });

  test('by office hours answers outside of them, and says when somebody is back', async () => {
    const week = HOURS_PRESETS.always;
    const tomorrow = new Date(ground.clock.now() + DAY).toISOString().slice(0, 10);
    const closed = new Date(ground.clock.now()).toISOString().slice(0, 10);
    await hours.change(
      { agentId: desk.admin.id },
      { inbox: desk.inboxId },
      {
        hours: {
          timeZone: 'UTC',
          week,
          holidays: [{ date: closed, yearly: false, name: 'Today', spans: [] }],
        },
        outOfOffice: { ...NO_OUT_OF_OFFICE, when: { mode: 'auto' } },
      },
    );
    const { conversationId } = await writes();
    expect(await answers(conversationId)).toMatchObject([{ body: expect.stringContaining('00:00 UTC') }]);
    expect(await hours.isOpen(desk.inboxId, ground.clock.now())).toBe(false);
    expect(await hours.isOpen(desk.inboxId, Date.parse(`${tomorrow}T00:00:00Z`))).toBe(true);
    expect(await hours.isOpen('ibx_without', ground.clock.now())).toBe(true);
  });
});
