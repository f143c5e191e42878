import { EventData } from '@latchbox/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { givenAgent, givenConversation, givenInbox } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground, refusal } from './testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterEach(async () => {
    for (const event of await desk.events()) EventData.parse(event);
    const { told, stored } = await desk.rows();
    // Whoever folds the events has the rows that a snapshot has.
    expect(told).toEqual(stored);
  });
  afterAll(() => ground.db.close());
  const openAs = (who: 'anna' | 'ben' | 'rita', conversationId = desk.conversationId) =>
    desk.messaging.open(desk.by(who).agentId, { conversationId, limit: 50 });

  describe('a customer message', () => {
    test('makes a conversation with the next number, a contact and an event', async () => {
      const first = await desk.messaging.receive(desk.inbound({ body: 'Page 12\n\n came torn.' }));
      const second = await desk.messaging.receive(desk.inbound({ subject: 'Another' }));
      const opened = await openAs('anna', first.conversationId);
      expect(opened.row).toMatchObject({
        subject: 'A torn page',
        contact: { name: 'Cora Quist', address: 'cora@quist.example' },
        preview: { kind: 'message', author: 'Cora Quist', text: 'Page 12 came torn.' },
        status: 'open',
        assignee: null,
        newestPosition: 1,
        newestIncoming: 1,
        lock: { status: 'free', fence: 0 },
      });
      expect(opened.entries).toMatchObject([
        { kind: 'message', position: 1, body: 'Page 12\n\n came torn.' },
      ]);
      const other = await openAs('anna', second.conversationId);
      expect(other.row.number).toBe(opened.row.number + 1);
      expect(other.row.contact).toEqual(opened.row.contact);
      expect(await desk.events()).toMatchObject([
        { type: 'entry.added', entry: opened.entries[0], row: opened.row },
        { type: 'entry.added', row: other.row },
      ]);
      expect(desk.woken).toEqual([`inbox:${desk.inboxId}`, `inbox:${desk.inboxId}`]);
    });

    test('that is brought twice is stored once', async () => {
      const message = desk.inbound();
      const [first, ...twins] = await Promise.all(
        Array.from({ length: 5 }, () => desk.messaging.receive(message)),
      );
      expect(first).toMatchObject({ position: 1, duplicate: false });
      for (const twin of twins) expect(twin).toEqual({ ...first, duplicate: true });
      expect(await desk.events()).toHaveLength(1);
    });

    test('with the same provider id in another inbox is another message', async () => {
      const other = await givenInbox(desk.db, { teamId: desk.teamId, name: 'Hello' });
      const message = desk.inbound();
      const here = await desk.messaging.receive(message);
      const there = await desk.messaging.receive({ ...message, inboxId: other.inboxId });
      expect(there).toMatchObject({ duplicate: false });
      expect(there.conversationId).not.toBe(here.conversationId);
    });

    test('reopens an archived conversation', async () => {
      const { conversationId } = desk;
      await desk.messaging.setStatus(desk.by('anna'), { conversationId, status: 'archived' });
      await desk.messaging.receive(desk.inbound({ conversationId, body: 'One more thing' }));
      const { row } = await openAs('anna');
      expect(row).toMatchObject({
        status: 'open',
        newestPosition: 3,
        newestIncoming: 3,
        preview: { text: 'One more thing' },
      });
    });

    test('for a conversation of another inbox is refused and stores nothing', async () => {
      const other = await givenInbox(desk.db, { teamId: desk.teamId, name: 'Hello' });
      const { conversationId } = desk;
      expect(
        await codeOf(desk.messaging.receive(desk.inbound({ inboxId: other.inboxId, conversationId }))),
      ).toBe('not_found');
      expect((await openAs('anna')).entries).toHaveLength(1);
      expect(await desk.events()).toEqual([]);
    });

    test('moves the newest incoming and the last time on, a note only the newest position', async () => {
      const { conversationId } = desk;
      await desk.clock.advance(60_000);
      await desk.messaging.receive(desk.inbound({ conversationId }));
      const { row } = await openAs('anna');
      await desk.clock.advance(60_000);
      await desk.messaging.addNote(desk.by('rita'), {
        conversationId,
        clientId: 'note-0001',
        body: 'Known.',
      });
      const after = (await openAs('anna')).row;
      expect(after).toMatchObject({ newestPosition: 3, newestIncoming: 2, lastAt: row.lastAt });
      expect(after.preview).toEqual({ kind: 'note', author: 'Rita Sole', text: 'Known.' });
    });
  });

  describe('a note', () => {
    const note = (body = 'She called, too.', clientId = 'note-0001') => ({
      conversationId: desk.conversationId,
      clientId,
      body,
    });

    test('needs membership only, and is told with the row', async () => {
      const { entry, asOf } = await desk.messaging.addNote(desk.by('rita'), note());
      expect(entry).toMatchObject({
        kind: 'note',
        author: { name: 'Rita Sole' },
        position: 2,
        clientId: 'note-0001',
      });
      expect(asOf).toEqual({ stream: `inbox:${desk.inboxId}`, logEpoch: 'log_test', seq: 1 });
      expect(await desk.events()).toMatchObject([{ type: 'entry.added', entry }]);
    });

    test('with the same client id is stored once and answered alike', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => desk.messaging.addNote(desk.by('anna'), note())),
      );
      await desk.messaging.addNote(desk.by('ben'), note());
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect((await openAs('anna')).entries.map((entry) => entry.kind)).toEqual(['message', 'note', 'note']);
    });

    test('with a client id that was used for another text is refused', async () => {
      await desk.messaging.addNote(desk.by('anna'), note());
      expect(await codeOf(desk.messaging.addNote(desk.by('anna'), note('Other words')))).toBe(
        'idempotency_mismatch',
      );
      const other = await givenConversation(desk.db, desk.inboxId);
      const elsewhere = { ...note(), conversationId: other.conversationId };
      expect(await codeOf(desk.messaging.addNote(desk.by('anna'), elsewhere))).toBe('idempotency_mismatch');
    });

    test('by somebody who is no member is refused as if there were nothing, also by an admin', async () => {
      expect(await codeOf(desk.messaging.addNote(desk.by('admin'), note()))).toBe('not_found');
      const nowhere = { ...note(), conversationId: 'cnv_none' };
      expect(await codeOf(desk.messaging.addNote(desk.by('anna'), nowhere))).toBe('not_found');
    });

    test('takes its draft with it, and a late autosave cannot bring it back', async () => {
      const { conversationId } = desk;
      const draft = { conversationId, kind: 'note' as const };
      const saved = await desk.messaging.saveDraft(desk.by('rita'), {
        ...draft,
        body: 'She ca',
        revision: 0,
      });
      await desk.messaging.addNote(desk.by('rita'), note());
      const late = desk.messaging.saveDraft(desk.by('rita'), {
        ...draft,
        body: 'She called, t',
        revision: saved.revision,
      });
      expect((await refusal(late)).details).toEqual({ revision: 2, body: '' });
      expect((await openAs('rita')).row.drafts).toEqual([]);
    });
  });

  describe('a conversation', () => {
    const at = () => ({ conversationId: desk.conversationId });

    test('is assigned to a member, with a line in the thread and an event with the row', async () => {
      const ben = { id: desk.ben.id, name: desk.ben.name };
      await desk.messaging.assign(desk.by('anna'), { ...at(), assigneeId: ben.id });
      await desk.messaging.assign(desk.by('anna'), { ...at(), assigneeId: ben.id });
      const assigned = await openAs('anna');
      expect(assigned.row.assignee).toEqual(ben);
      expect(assigned.entries.slice(1)).toMatchObject([
        { kind: 'activity', author: { name: 'Anna Berg' }, what: { type: 'assigned', to: ben } },
      ]);
      await desk.messaging.assign(desk.by('ben'), { ...at(), assigneeId: null });
      expect((await openAs('anna')).row.assignee).toBeNull();
      expect((await desk.events()).map(({ type }) => type)).toEqual(['entry.added', 'entry.added']);
    });

    test('cannot be assigned to somebody outside the inbox, nor by a reader', async () => {
      const other = await givenInbox(desk.db, { teamId: desk.teamId });
      const outsider = await givenAgent(desk.db, 'Otto Fern', [other]);
      const gone = await givenAgent(desk.db, 'Gil Away', [{ inboxId: desk.inboxId, teamId: desk.teamId }], {
        state: 'deactivated',
      });
      for (const assigneeId of [outsider.id, gone.id, desk.admin.id, 'agt_none']) {
        expect(await codeOf(desk.messaging.assign(desk.by('anna'), { ...at(), assigneeId }))).toBe(
          'not_found',
        );
      }
      expect(
        await codeOf(desk.messaging.assign(desk.by('rita'), { ...at(), assigneeId: desk.rita.id })),
      ).toBe('forbidden');
      expect(await desk.events()).toEqual([]);
    });

    test('is archived and reopened with a line each, and setting what is set changes nothing', async () => {
      for (const status of ['open', 'archived', 'archived', 'open'] as const) {
        await desk.messaging.setStatus(desk.by('anna'), { ...at(), status });
      }
      const { entries, row } = await openAs('anna');
      expect(entries.slice(1)).toMatchObject([
        { what: { type: 'status', to: 'archived' } },
        { what: { type: 'status', to: 'open' } },
      ]);
      expect(row.preview.kind).toBe('message');
      expect(await codeOf(desk.messaging.setStatus(desk.by('rita'), { ...at(), status: 'archived' }))).toBe(
        'forbidden',
      );
    });

    test('is marked read and unread for the agent alone, told in the agent’s own stream', async () => {
      const stream = `agent:${desk.rita.id}` as const;
      await desk.messaging.mark(desk.by('rita'), { ...at(), read: 1 });
      await desk.messaging.mark(desk.by('rita'), { ...at(), read: 1 });
      expect((await openAs('rita')).read).toBe(1);
      expect((await openAs('anna')).read).toBe(0);
      await desk.messaging.mark(desk.by('rita'), { ...at(), read: 0 });
      expect((await openAs('rita')).read).toBe(0);
      const told = { type: 'read.marked', inboxId: desk.inboxId, conversationId: desk.conversationId };
      expect(await desk.events(stream)).toEqual([
        { ...told, read: 1 },
        { ...told, read: 0 },
      ]);
      expect(await desk.events()).toEqual([]);
    });

    test('cannot be marked beyond its newest entry', async () => {
      const error = await refusal(desk.messaging.mark(desk.by('rita'), { ...at(), read: 2 }));
      expect([error.code, error.details]).toEqual([
        'invalid',
        { issues: [{ path: 'read', message: 'is beyond the newest entry, 1' }] },
      ]);
    });
  });

  describe('what is read', () => {
    test('lists the agent’s inboxes with read marks and how new all of it is', async () => {
      const other = await givenInbox(desk.db, { teamId: desk.teamId, name: 'Hello' });
      await givenConversation(desk.db, other.inboxId);
      await desk.clock.advance(1_000);
      const { conversationId } = await desk.messaging.receive(desk.inbound());
      await desk.messaging.mark(desk.by('anna'), { conversationId, read: 1 });
      const page = await desk.messaging.list(desk.anna.id, { filter: {}, after: null, limit: 1 });
      expect(page.rows.map(({ id }) => id)).toEqual([conversationId]);
      expect(page).toMatchObject({ reads: { [conversationId]: 1 }, hasMore: true });
      expect(page.asOf).toEqual([
        { stream: `inbox:${desk.inboxId}`, logEpoch: 'log_test', seq: 1 },
        { stream: `agent:${desk.anna.id}`, logEpoch: 'log_test', seq: 1 },
      ]);
      const rest = await desk.messaging.list(desk.anna.id, { filter: {}, after: page.rows[0]!, limit: 5 });
      expect(rest.rows.map(({ id }) => id)).toEqual([desk.conversationId]);
      expect(rest.hasMore).toBe(false);
    });

    test('refuses a list of an inbox that is not the agent’s, and shows an admin nothing unasked', async () => {
      const other = await givenInbox(desk.db, { teamId: desk.teamId });
      const list = (agentId: string, inboxIds?: string[]) =>
        desk.messaging.list(agentId, {
          filter: inboxIds === undefined ? {} : { inboxIds },
          after: null,
          limit: 10,
        });
      expect(await codeOf(list(desk.anna.id, [desk.inboxId, other.inboxId]))).toBe('not_found');
      expect(await codeOf(list(desk.anna.id, ['ibx_none']))).toBe('not_found');
      expect((await list(desk.admin.id)).rows).toEqual([]);
      expect((await list(desk.anna.id, [desk.inboxId])).rows).toHaveLength(1);
    });

    test('opens the newest entries and pages back to the first', async () => {
      for (let at = 2; at <= 7; at += 1) {
        await desk.messaging.addNote(desk.by('anna'), {
          conversationId: desk.conversationId,
          clientId: `note-000${at}`,
          body: `note ${at}`,
        });
      }
      const opened = await desk.messaging.open(desk.ben.id, {
        conversationId: desk.conversationId,
        limit: 3,
      });
      expect(opened.entries.map(({ position }) => position)).toEqual([5, 6, 7]);
      expect(opened).toMatchObject({ hasMore: true, asOf: { seq: 6 } });
      const older = (before: number) =>
        desk.messaging.older(desk.ben.id, { conversationId: desk.conversationId, before, limit: 3 });
      expect((await older(5)).entries.map(({ position }) => position)).toEqual([2, 3, 4]);
      expect(await older(2)).toMatchObject({ entries: [{ position: 1 }], hasMore: false });
      expect(await older(1)).toEqual({ entries: [], hasMore: false });
    });

    test('is not there for somebody who is no member', async () => {
      const { conversationId } = desk;
      expect(await codeOf(desk.messaging.open(desk.admin.id, { conversationId, limit: 1 }))).toBe(
        'not_found',
      );
      expect(await codeOf(desk.messaging.older(desk.admin.id, { conversationId, before: 2, limit: 1 }))).toBe(
        'not_found',
      );
    });
  });
});
