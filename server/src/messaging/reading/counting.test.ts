import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { type ConversationRow, type InboxCounts, rowMatches } from '@latchbox/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { streamHead } from '../../database/event-log.ts';
import { listConversations } from '../../database/lists.ts';
import { conversationRow } from '../../database/rows.ts';
import { inboxMembers } from '../../database/schema/sqlite.ts';
import { givenConversation, givenInbox } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { type Counting, createCounting, type CountingSettings } from './counting.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('counts on %s', { timeout: START_LIMIT }, (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let counting: Counting;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, START_LIMIT);
  beforeEach(async () => {
    desk = await createDesk(ground);
    counting = count();
  });
  afterAll(() => ground.db.close());

  const count = (settings: Partial<CountingSettings> = {}): Counting =>
    createCounting({ db: desk.db, wake: () => undefined, logEpoch: 'log_test' }, settings);
  const ofInbox = async (by: 'anna' | 'ben' = 'anna', with_ = counting) =>
    (await with_.counts(desk.by(by).agentId)).inboxes.find(({ inboxId }) => inboxId === desk.inboxId);
  const join = (inboxId: string, agentId = desk.anna.id) =>
    desk.db.inTransaction((tx) =>
      tx.db.insert(inboxMembers).values({ inboxId, agentId, capability: 'reply', since: tx.now }),
    );

  /** By looking at every row. */
  async function looked(agentId: string): Promise<InboxCounts> {
    const { rows, reads } = await listConversations(desk.db.read, agentId, [desk.inboxId], {}, null, 1_000);
    const isUnread = (row: ConversationRow) => row.newestIncoming > (reads[row.id] ?? 0);
    const of = (assignee?: string) =>
      rows.filter((row) =>
        rowMatches({ status: 'open', assignee }, { ...row, unread: isUnread(row) }, agentId),
      );
    return {
      inboxId: desk.inboxId,
      open: of().length,
      unread: of().filter(isUnread).length,
      mine: of('me').length,
      mineUnread: of('me').filter(isUnread).length,
      unassigned: of('none').length,
      snoozed: rows.filter(({ status }) => status === 'snoozed').length,
    };
  }

  test('whatever happens, they are what a look at every conversation says', async () => {
    const step = fc.record({
      what: fc.constantFrom('write', 'begin', 'read', 'unread', 'assign', 'archive', 'open', 'snooze', 'ask'),
      who: fc.constantFrom('anna' as const, 'ben' as const),
      which: fc.nat(5),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      desk = await createDesk(ground);
      // Small enough for everything to be loaded afresh now and then.
      const kept = [count(), count({ mostBehind: 6, mostAgents: 1 })];
      const ids = [desk.conversationId];
      for (const { what, who, which } of steps) {
        const by = desk.by(who);
        const conversationId = ids[which % ids.length] ?? '';
        const at = { conversationId };
        if (what === 'write') await desk.messaging.receive(desk.inbound(at));
        if (what === 'begin') ids.push((await desk.messaging.receive(desk.inbound())).conversationId);
        if (what === 'read') {
          const { newestPosition } = await conversationRow(desk.db.read, conversationId);
          await desk.messaging.mark(by, { ...at, read: newestPosition });
        }
        if (what === 'unread') await desk.messaging.mark(by, { ...at, read: 0 });
        if (what === 'assign')
          await desk.messaging.assign(by, { ...at, assigneeId: which % 2 === 0 ? by.agentId : null });
        if (what === 'archive' || what === 'open')
          await desk.messaging.setStatus(by, { ...at, status: what === 'open' ? 'open' : 'archived' });
        if (what === 'snooze')
          await desk.messaging.snooze(by, { ...at, until: desk.clock.now() + 60_000 + which });
        if (what !== 'ask') continue;
        for (const some of kept) expect(await ofInbox(who, some)).toEqual(await looked(by.agentId));
      }
      for (const who of ['anna', 'ben'] as const) {
        for (const some of kept) expect(await ofInbox(who, some)).toEqual(await looked(desk.by(who).agentId));
      }
    });
    await fc.assert(property, { numRuns: dialect === 'sqlite' ? 40 : 6 });
  });

  test('belong to the moment that their cursors name', async () => {
    const before = await counting.counts(desk.anna.id);
    await desk.messaging.receive(desk.inbound());
    await desk.messaging.mark(desk.by('anna'), { conversationId: desk.conversationId, read: 1 });
    const { inboxes, asOf } = await counting.counts(desk.anna.id);
    expect(asOf).toEqual([
      {
        stream: `inbox:${desk.inboxId}`,
        logEpoch: 'log_test',
        seq: await streamHead(desk.db.read, `inbox:${desk.inboxId}`),
      },
      { stream: `agent:${desk.anna.id}`, logEpoch: 'log_test', seq: 1 },
    ]);
    expect([before.inboxes[0], inboxes[0]]).toMatchObject([
      { open: 1, unread: 1 },
      { open: 2, unread: 1 },
    ]);
  });

  test('are those of the inboxes the agent may see, and follow the marks also where it came back', async () => {
    const other = await givenInbox(desk.db, { teamId: desk.teamId, name: 'Hello' });
    const { conversationId } = await givenConversation(desk.db, other.inboxId);
    const seen = async () => (await counting.counts(desk.anna.id)).inboxes.map(({ inboxId }) => inboxId);
    expect(await seen()).toEqual([desk.inboxId]);
    await join(other.inboxId);
    expect((await seen()).sort()).toEqual([desk.inboxId, other.inboxId].sort());
    await desk.messaging.mark(desk.by('anna'), { conversationId, read: 1 });
    await desk.db.inTransaction((tx) =>
      tx.db.delete(inboxMembers).where(eq(inboxMembers.inboxId, other.inboxId)),
    );
    expect(await seen()).toEqual([desk.inboxId]);
    await join(other.inboxId);
    const { inboxes } = await counting.counts(desk.anna.id);
    expect(inboxes.find(({ inboxId }) => inboxId === other.inboxId)).toMatchObject({ open: 1, unread: 0 });
    expect((await counting.counts(desk.admin.id)).inboxes).toEqual([]);
  });

  test('of a conversation that moves go with it', async () => {
    const other = await givenInbox(desk.db, { teamId: desk.teamId, name: 'Hello' });
    await join(other.inboxId);
    const seen = async () =>
      (await counting.counts(desk.anna.id)).inboxes
        .toSorted((a) => (a.inboxId === desk.inboxId ? -1 : 1))
        .map(({ open, unread }) => [open, unread]);
    expect(await seen()).toEqual([
      [1, 1],
      [0, 0],
    ]);
    const { conversationId } = desk;
    const find = () =>
      Promise.resolve({ conversationId, inboxId: desk.inboxId, moveTo: other.inboxId, extra: {} });
    await desk.messaging.receive({ ...desk.inbound(), inboxId: other.inboxId, find });
    expect(await seen()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect((await conversationRow(desk.db.read, conversationId)).inboxId).toBe(other.inboxId);
  });

  test('of an inbox that is too large are those of its newest part, and exact again when it has shrunk', async () => {
    const small = count({ mostRows: 10 });
    const ids: string[] = [];
    for (let at = 1; at <= 14; at += 1) {
      ids.push((await desk.messaging.receive(desk.inbound({ subject: `${at}` }))).conversationId);
    }
    expect(await ofInbox('anna', small)).toMatchObject({ open: 10, unread: 10 });
    for (const conversationId of ids.slice(0, 9)) {
      await desk.messaging.setStatus(desk.by('anna'), { conversationId, status: 'archived' });
      await ofInbox('anna', small);
    }
    expect(await ofInbox('anna', small)).toEqual(await looked(desk.anna.id));
    expect(await ofInbox('anna', small)).toMatchObject({ open: 6 });
  });

  test('asked for by many at once, and by an agent of more inboxes than are kept, all are answered', async () => {
    const tight = count({ mostInboxes: 2, mostAgents: 1 });
    for (let at = 0; at < 5; at += 1) {
      const { inboxId } = await givenInbox(desk.db, { teamId: desk.teamId, name: `Inbox ${at}` });
      await givenConversation(desk.db, inboxId);
      await join(inboxId);
    }
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => tight.counts(at % 2 === 0 ? desk.anna.id : desk.ben.id)),
    );
    expect(answers.map(({ inboxes }) => inboxes.length)).toEqual(
      Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? 6 : 1)),
    );
  });
});
