import fc from 'fast-check';
import {
  compareRows,
  type ConversationRow,
  rowMatches,
  type RowFilter,
  type RowPlace,
  type SeenRow,
} from '@latchbox/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listConversations } from './lists.ts';
import { conversationRow, conversationRows } from './rows.ts';
import { drafts, lockEpochs, readMarks } from './schema/sqlite.ts';
import { newEpoch } from './testing/epochs.ts';
import { type GivenAgent, givenAgent, givenConversation, givenInbox, givenSession } from './testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from './testing/open.ts';

const START_LIMIT = 60_000;
const RUNS = { sqlite: 60, pglite: 15, postgres: 15 };

describe.each(TEST_DIALECTS)('lists on %s', { timeout: START_LIMIT }, (dialect) => {
  let db: TestDatabase;
  let people: GivenAgent[];
  beforeAll(async () => {
    db = await openTestDatabase(dialect);
    people = [await givenAgent(db, 'Anna'), await givenAgent(db, 'Ben')];
  }, START_LIMIT);
  afterAll(() => db.close());

  const mark = (agentId: string, conversationId: string) =>
    db.inTransaction(async (tx) => {
      await tx.db.insert(readMarks).values({ agentId, conversationId, position: 1 });
    });

  const conversation = fc.record({
    inbox: fc.nat(2),
    // Few different times, so that many rows stand at the same one.
    lastAt: fc.integer({ min: 1, max: 6 }),
    status: fc.constantFrom('open' as const, 'snoozed' as const, 'archived' as const),
    assignee: fc.constantFrom(null, 0, 1),
    team: fc.boolean(),
    read: fc.boolean(),
  });
  const query = fc.record({
    inboxes: fc.option(fc.subarray([0, 1, 2]), { nil: undefined }),
    visible: fc.subarray([0, 1, 2], { minLength: 1 }),
    status: fc.constantFrom(undefined, 'open' as const, 'snoozed' as const, 'archived' as const),
    assignee: fc.constantFrom(undefined, 'me', 'none', 'others', 'ben', 'team'),
    unread: fc.constantFrom(undefined, true, false),
    limit: fc.integer({ min: 1, max: 12 }),
  });

  it('give exactly the rows that the filter of shared lets through, in its order, whatever the pages', async () => {
    const property = fc.asyncProperty(
      fc.array(conversation, { maxLength: 40 }),
      query,
      async (given, asked) => {
        const me = people[0]?.id ?? '';
        const inboxIds: string[] = [];
        const { teamId } = await givenInbox(db);
        for (let index = 0; index < 3; index += 1) inboxIds.push((await givenInbox(db)).inboxId);
        const all: SeenRow[] = [];
        for (const { inbox, assignee, status, lastAt, team, read } of given) {
          const assigneeId = assignee === null ? null : (people[assignee]?.id ?? null);
          const { conversationId } = await givenConversation(db, inboxIds[inbox] ?? '', {
            lastAt,
            ...(status === 'snoozed' ? { snoozedUntil: 9_000 } : { status }),
            assigneeId,
            teamId: team ? teamId : null,
          });
          if (read) await mark(me, conversationId);
          all.push({ ...(await conversationRow(db.read, conversationId)), unread: !read });
        }
        const idsOf = (places: readonly number[]): string[] => places.map((place) => inboxIds[place] ?? '');
        const visible = idsOf(asked.visible);
        const filter: RowFilter = {
          inboxIds: asked.inboxes === undefined ? undefined : idsOf(asked.inboxes),
          status: asked.status,
          assignee:
            asked.assignee === 'ben' ? people[1]?.id : asked.assignee === 'team' ? teamId : asked.assignee,
          unread: asked.unread,
        };
        const expected = all
          .filter((row) => visible.includes(row.inboxId) && rowMatches(filter, row, me))
          .toSorted(compareRows)
          .map(({ unread: _unread, ...row }) => row);
        expect(await readAll(db, me, visible, filter, asked.limit)).toEqual(expected);
      },
    );
    await fc.assert(property, { numRuns: RUNS[dialect] });
  }, 120_000);

  it('neither skip nor repeat a row that stays while others move to the top', async () => {
    const { inboxId } = await givenInbox(db);
    const me = people[0]?.id ?? '';
    for (let at = 1; at <= 20; at += 1) await givenConversation(db, inboxId, { lastAt: at });
    const first = await listConversations(db.read, me, [inboxId], {}, null, 10);
    await givenConversation(db, inboxId, { lastAt: 99 });
    const second = await listConversations(db.read, me, [inboxId], {}, first.rows.at(-1) ?? null, 10);
    expect([...first.rows, ...second.rows].map((row) => row.lastAt)).toEqual(
      Array.from({ length: 20 }, (_, index) => 20 - index),
    );
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
  });

  it('read on until there are enough that an agent has not read, however many it has', async () => {
    const { inboxId } = await givenInbox(db);
    const me = people[0]?.id ?? '';
    for (let at = 1; at <= 70; at += 1) {
      const { conversationId } = await givenConversation(db, inboxId, { lastAt: at });
      if (at % 20 !== 0) await mark(me, conversationId);
    }
    const first = await listConversations(db.read, me, [inboxId], { unread: true }, null, 2);
    const place = first.rows.at(-1) ?? null;
    const second = await listConversations(db.read, me, [inboxId], { unread: true }, place, 2);
    expect([...first.rows, ...second.rows].map((row) => row.lastAt)).toEqual([60, 40, 20]);
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
  });

  it('merge many inboxes of which one has all the newest rows', async () => {
    const me = people[0]?.id ?? '';
    const inboxIds: string[] = [];
    for (let index = 0; index < 12; index += 1) inboxIds.push((await givenInbox(db)).inboxId);
    for (let at = 1; at <= 30; at += 1) {
      await givenConversation(db, inboxIds[at <= 6 ? at : 0] ?? '', {
        lastAt: at,
        status: at % 2 ? 'open' : 'archived',
      });
    }
    const page = await listConversations(db.read, me, inboxIds, {}, null, 28);
    expect(page.rows.map((row) => row.lastAt)).toEqual(Array.from({ length: 28 }, (_, index) => 30 - index));
    expect(page.hasMore).toBe(true);
  });

  it('tell the read marks of the asking agent, and nobody else', async () => {
    const { inboxId } = await givenInbox(db);
    const [anna, ben] = people.map((person) => person.id);
    const { conversationId } = await givenConversation(db, inboxId, { lastAt: 2 });
    await givenConversation(db, inboxId, { lastAt: 1 });
    await mark(anna ?? '', conversationId);
    expect((await listConversations(db.read, anna ?? '', [inboxId], {}, null, 10)).reads).toEqual({
      [conversationId]: 1,
    });
    expect((await listConversations(db.read, ben ?? '', [inboxId], {}, null, 10)).reads).toEqual({});
  });

  it('carry the same row that conversationRow reads, with lock and drafts', async () => {
    const { inboxId } = await givenInbox(db);
    const [anna, ben] = people.map((person) => person.id);
    const { conversationId } = await givenConversation(db, inboxId, { lastAt: 2, assigneeId: ben ?? null });
    const sessionId = await givenSession(db, anna ?? '', 'Firefox on macOS');
    await givenConversation(db, inboxId, { lastAt: 1 });
    await db.inTransaction(async (tx) => {
      await newEpoch(tx, { conversationId, epoch: 1, agentId: ben ?? '', endedAt: 5, endReason: 'idle' });
      await newEpoch(tx, {
        conversationId,
        epoch: 2,
        agentId: anna ?? '',
        sessionId,
        idleDeadline: 77,
        goneDeadline: 88,
      });
      const draft = { conversationId, revision: 3, savedAt: 1 };
      await tx.db.insert(drafts).values([
        { ...draft, agentId: ben ?? '', kind: 'reply', body: 'half' },
        { ...draft, agentId: ben ?? '', kind: 'note', body: 'note' },
        { ...draft, agentId: anna ?? '', kind: 'reply', body: '' },
      ]);
    });
    const page = await listConversations(db.read, anna ?? '', [inboxId], {}, null, 10);
    const row = await conversationRow(db.read, conversationId);
    expect(page.rows[0]).toEqual(row);
    expect(row).toMatchObject({
      assignee: { id: ben, name: 'Ben' },
      lock: {
        status: 'held',
        fence: 2,
        holder: { id: anna, name: 'Anna' },
        sessionId,
        device: 'Firefox on macOS',
        idle: { phase: 'asked', deadline: 77 },
        goneDeadline: 88,
      },
      drafts: [
        { person: { id: ben, name: 'Ben' }, kind: 'note' },
        { person: { id: ben, name: 'Ben' }, kind: 'reply' },
      ],
    });
    expect(page.rows[1]?.lock).toEqual({ status: 'free', fence: 0 });
    expect(await db.read.select().from(lockEpochs)).not.toHaveLength(0);
  });

  it('answer rows in the order they were asked for, and leave out what is not there', async () => {
    const { inboxId } = await givenInbox(db);
    const ids: string[] = [];
    for (let index = 0; index < 107; index += 1)
      ids.push((await givenConversation(db, inboxId)).conversationId);
    const asked = [...ids.toReversed(), 'cnv_none', ids[3] ?? ''];
    const rows = await conversationRows(db.read, asked);
    expect(rows.map((row) => row.id)).toEqual([...ids.toReversed(), ids[3]]);
    expect(await conversationRows(db.read, [])).toEqual([]);
    await expect(conversationRow(db.read, 'cnv_none')).rejects.toMatchObject({ code: 'not_found' });
  });
});

/** All rows of a list, page by page. */
async function readAll(
  db: TestDatabase,
  me: string,
  inboxIds: readonly string[],
  filter: RowFilter,
  limit: number,
): Promise<ConversationRow[]> {
  const rows: ConversationRow[] = [];
  for (let after: RowPlace | null = null; ; ) {
    const page = await listConversations(db.read, me, inboxIds, filter, after, limit);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return rows;
    after = { lastAt: last.lastAt, id: last.id };
  }
}
