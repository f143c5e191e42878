/** Taking a reply back (T6): until a worker has it, by its author alone, and then nothing sends it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outbox, outboxAttempts } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted, type DeliveryAnswer } from '../delivery/channel.ts';
import { createOutboxWorker, type OutboxWorker } from '../delivery/outbox-worker.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let worker: OutboxWorker;
  let sent: string[];
  let answer: () => Promise<DeliveryAnswer>;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    sent = [];
    answer = () => Promise.resolve(accepted);
    worker = createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      random: () => 0,
      channels: [
        {
          name: 'simulator',
          deliver({ body }) {
            sent.push(body);
            return answer();
          },
        },
      ],
    });
  });
  afterEach(async () => {
    await worker.stop();
    await ground.db.inTransaction(async (tx) => {
      await tx.db.delete(outboxAttempts);
      await tx.db.delete(outbox);
    });
  });
  afterAll(() => ground.db.close());

  const undo = (position: number, who: 'anna' | 'ben' | 'rita' = 'anna') =>
    desk.messaging.undo(desk.by(who), { conversationId: desk.conversationId, position });
  const open = (who: 'anna' | 'ben' = 'anna') =>
    desk.messaging.open(desk[who].id, { conversationId: desk.conversationId, limit: 100 });
  const positionOf = async (body: string) => (await desk.answer(body)).entry.position;

  test('its text is the draft again, it stands in the thread as taken back, and nothing sends it', async () => {
    const position = await positionOf('Too fast.');
    const { draft, attachments } = await undo(position);
    expect(draft).toMatchObject({ body: 'Too fast.', savedAt: desk.clock.now() });
    expect(attachments).toEqual([]);
    await worker.drain();
    expect(sent).toEqual([]);
    const { entries, drafts } = await open();
    const withdrawn = { state: 'withdrawn', at: desk.clock.now() };
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', body: 'Too fast.', delivery: withdrawn });
    expect(drafts).toMatchObject([{ kind: 'reply', body: 'Too fast.', revision: draft.revision }]);
    const told = (await desk.events()).filter(({ type }) => type === 'reply.delivery');
    expect(told.at(-1)).toMatchObject({ position, delivery: withdrawn });
  });

  test('twice is once: the second is refused, and the draft is as it was left', async () => {
    const position = await positionOf('Only once.');
    const [first, second] = await Promise.allSettled([undo(position), undo(position)]);
    const states = [first.status, second.status].toSorted();
    expect(states).toEqual(['fulfilled', 'rejected']);
    expect((await open()).drafts).toMatchObject([{ body: 'Only once.' }]);
  });

  test('what a worker has is not taken back, and what has left neither', async () => {
    const position = await positionOf('On its way.');
    const { promise, resolve } = Promise.withResolvers<DeliveryAnswer>();
    answer = () => promise;
    worker.poke();
    await expect.poll(() => sent).toEqual(['On its way.']);
    expect(await codeOf(undo(position))).toBe('conflict');
    resolve(accepted);
    await worker.drain();
    expect(await codeOf(undo(position))).toBe('conflict');
    expect((await open()).drafts.map(({ body }) => body)).toEqual(['']);
    expect((await open()).entries.at(-1)).toMatchObject({ delivery: { state: 'sent' } });
  });

  test('only its author takes it back, and only what is a reply', async () => {
    const position = await positionOf('Mine.');
    expect(await codeOf(undo(position, 'ben'))).toBe('forbidden');
    expect(await codeOf(undo(position, 'rita'))).toBe('forbidden');
    expect(await codeOf(undo(1))).toBe('not_found');
    expect(await codeOf(undo(99))).toBe('not_found');
    await worker.drain();
    expect(sent).toEqual(['Mine.']);
  });

  test('what was written meanwhile stays, below what came back', async () => {
    const position = await positionOf('The first thought.');
    const { conversationId } = desk;
    const input = { conversationId, kind: 'reply' as const, body: 'The second.', revision: 0 };
    const stored = (await open()).drafts.find(({ kind }) => kind === 'reply');
    await desk.messaging.saveDraft(desk.by('anna'), { ...input, revision: stored?.revision ?? 0 });
    expect((await undo(position)).draft.body).toBe('The first thought.\n\nThe second.');
  });

  test('both together too long for a draft: the text that came back stands alone', async () => {
    const long = 'x'.repeat(60_000);
    const position = await positionOf(long);
    const { conversationId } = desk;
    const revision = (await open()).drafts.find(({ kind }) => kind === 'reply')?.revision ?? 0;
    const other = { conversationId, kind: 'reply' as const, body: 'y'.repeat(60_000), revision };
    await desk.messaging.saveDraft(desk.by('anna'), other);
    expect((await undo(position)).draft.body).toBe(long);
  });

  test('a conversation that was archived with it is open again', async () => {
    const { conversationId } = desk;
    const { entry } = await desk.door.sendOnce(desk.by('anna'), {
      conversationId,
      clientId: 'archived-with-it',
      body: 'Done.',
      lastSeen: undefined,
      then: 'archive',
    });
    expect((await open()).row.status).toBe('archived');
    await undo(entry.position);
    expect((await open('ben')).row.status).toBe('open');
  });
});
