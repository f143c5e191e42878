import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Entry } from '@latchbox/shared';
import { lockPeriods } from './lock-history.ts';
import { ownDrafts, readMark, readMarksOf } from './own.ts';
import { drafts, entries, lockEpochs, notes, readMarks, replies } from './schema/sqlite.ts';
import { newEpoch, newReply } from './testing/epochs.ts';
import { type GivenOrganisation, givenConversation, givenOrganisation } from './testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from './testing/open.ts';
import { entriesAfter, entryAt, threadEntries } from './threads.ts';
import { and, eq } from 'drizzle-orm';

const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('threads on %s', { timeout: START_LIMIT }, (dialect) => {
  let db: TestDatabase;
  let given: GivenOrganisation;
  beforeAll(async () => {
    db = await openTestDatabase(dialect);
    given = await givenOrganisation(db);
    await fillThread(db, given);
  }, START_LIMIT);
  afterAll(() => db.close());

  it('tell every kind of entry with its author, as the contract has it', async () => {
    const { conversationId, contactId, anna, ben } = given;
    const thread = await threadEntries(db.read, conversationId, null, 100);
    for (const entry of thread) expect(Entry.parse(entry)).toEqual(entry);
    expect(thread).toMatchObject([
      {
        position: 1,
        kind: 'message',
        author: { id: contactId, name: 'Mara Lind' },
        body: 'Where is my order?',
      },
      { position: 2, kind: 'reply', author: { id: anna.id, name: 'Anna Berg' }, fence: 1, lateSend: false },
      {
        position: 3,
        kind: 'note',
        author: { id: ben.id },
        clientId: 'client-note-1',
        body: 'She called, too.',
      },
      { position: 4, kind: 'activity', author: { id: ben.id }, what: { type: 'status', to: 'archived' } },
      { position: 5, kind: 'activity', author: null, what: { type: 'assigned', to: null } },
    ]);
  });

  it('tell where a reply is on its way out', async () => {
    const { conversationId } = given;
    const states = {
      queued: { state: 'queued' },
      held: { state: 'held' },
      sent: { state: 'sent', at: 9 },
      delivered: { state: 'delivered', at: 9 },
      failed: { state: 'failed', at: 9, reason: 'nobody there' },
    } as const;
    for (const [delivery, told] of Object.entries(states)) {
      await db.inTransaction((tx) =>
        tx.db
          .update(replies)
          .set({ delivery: delivery as keyof typeof states, deliveryAt: 9, deliveryReason: 'nobody there' })
          .where(and(eq(replies.conversationId, conversationId), eq(replies.position, 2))),
      );
      expect(await entryAt(db.read, conversationId, 2)).toMatchObject({ kind: 'reply', delivery: told });
    }
  });

  it('give pages oldest first, before and after a position', async () => {
    const { conversationId } = given;
    const at = (list: readonly { position: number }[]) => list.map((entry) => entry.position);
    expect(at(await threadEntries(db.read, conversationId, null, 2))).toEqual([4, 5]);
    expect(at(await threadEntries(db.read, conversationId, 4, 2))).toEqual([2, 3]);
    expect(at(await threadEntries(db.read, conversationId, 2, 2))).toEqual([1]);
    expect(at(await threadEntries(db.read, conversationId, 1, 2))).toEqual([]);
    expect(at(await entriesAfter(db.read, conversationId, 3))).toEqual([4, 5]);
    expect(at(await entriesAfter(db.read, conversationId, 0, 2))).toEqual([1, 2]);
    expect(await entryAt(db.read, conversationId, 6)).toBeUndefined();
    expect(await threadEntries(db.read, 'cnv_none', null, 10)).toEqual([]);
  });

  it('tell the lock history with who ended it, newest first, in pages', async () => {
    const { anna, ben, admin, inboxId } = given;
    const { conversationId } = await givenConversation(db, inboxId);
    await db.inTransaction(async (tx) => {
      await newEpoch(tx, {
        conversationId,
        epoch: 1,
        agentId: anna.id,
        endedAt: 20,
        endReason: 'taken_over',
      });
      await tx.db
        .update(lockEpochs)
        .set({ endedBy: admin.id, lastAskedAt: 15, grantedAt: 10 })
        .where(eq(lockEpochs.conversationId, conversationId));
      await newEpoch(tx, { conversationId, epoch: 2, agentId: ben.id });
    });
    const all = await lockPeriods(db.read, conversationId, null, 10);
    expect(all).toMatchObject([
      {
        fence: 2,
        holder: { id: ben.id, name: 'Ben Okafor' },
        to: null,
        askedAt: null,
        endReason: null,
        endedBy: null,
      },
      {
        fence: 1,
        holder: { id: anna.id },
        from: 10,
        to: 20,
        askedAt: 15,
        endReason: 'taken_over',
        endedBy: { id: admin.id, name: 'Ada Min' },
      },
    ]);
    expect(await lockPeriods(db.read, conversationId, 2, 10)).toEqual(all.slice(1));
    expect(await lockPeriods(db.read, conversationId, null, 1)).toEqual(all.slice(0, 1));
  });

  it("tell an agent's own drafts and read marks and nobody else's", async () => {
    const { conversationId, anna, ben } = given;
    await db.inTransaction(async (tx) => {
      const draft = { conversationId, savedAt: 5 };
      await tx.db.insert(drafts).values([
        { ...draft, agentId: anna.id, kind: 'reply', body: 'Dear Mara', revision: 3 },
        { ...draft, agentId: anna.id, kind: 'note', body: '', revision: 7 },
        { ...draft, agentId: ben.id, kind: 'reply', body: 'Hello', revision: 1 },
      ]);
      await tx.db.insert(readMarks).values({ agentId: anna.id, conversationId, position: 4 });
    });
    expect(await ownDrafts(db.read, conversationId, anna.id)).toEqual([
      { kind: 'note', body: '', revision: 7, savedAt: 5 },
      { kind: 'reply', body: 'Dear Mara', revision: 3, savedAt: 5 },
    ]);
    expect(await readMark(db.read, conversationId, anna.id)).toBe(4);
    expect(await readMark(db.read, conversationId, ben.id)).toBe(0);
    expect(await readMarksOf(db.read, anna.id, [conversationId, 'cnv_none'])).toEqual({
      [conversationId]: 4,
    });
  });
});

/** Positions 2 to 5: a reply, a note, and two lines of activity. */
async function fillThread(db: TestDatabase, { conversationId, anna, ben }: GivenOrganisation): Promise<void> {
  await db.inTransaction(async (tx) => {
    await newEpoch(tx, { conversationId, epoch: 1, agentId: anna.id });
    await newReply(tx, { conversationId, epoch: 1, agentId: anna.id, position: 2 });
    const line = { conversationId, at: 3, body: '' };
    await tx.db.insert(entries).values([
      { ...line, position: 3, id: 'ent_note', kind: 'note', agentId: ben.id, body: 'She called, too.' },
      {
        ...line,
        position: 4,
        id: 'ent_status',
        kind: 'activity',
        agentId: ben.id,
        activity: '{"type":"status","to":"archived"}',
      },
      {
        ...line,
        position: 5,
        id: 'ent_assigned',
        kind: 'activity',
        activity: '{"type":"assigned","to":null}',
      },
    ]);
    await tx.db.insert(notes).values({
      conversationId,
      position: 3,
      agentId: ben.id,
      clientMessageId: 'client-note-1',
      requestHash: 'hash',
      eventSeq: 1,
    });
  });
}
