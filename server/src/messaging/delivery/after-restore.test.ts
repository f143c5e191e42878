/** What a restored database says to those who work on it (ARCHITECTURE, "Restore"). */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { afterRestore, FENCES_SKIPPED, serversOn } from '../../database/after-restore.ts';
import { createInstances } from '../../database/instances.ts';
import { getMeta, setMeta } from '../../database/meta.ts';
import { outboxBacklog } from '../../database/outbox.ts';
import { conversationRow } from '../../database/rows.ts';
import {
  audit,
  conversations,
  lockEpochs,
  lockLine,
  outbox,
  outboxAttempts,
} from '../../database/schema/sqlite.ts';
import { newEpoch } from '../../database/testing/epochs.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted } from './channel.ts';
import { createOutboxWorker } from './outbox-worker.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let reached: string[];
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    await ground.db.inTransaction(async (tx) => {
      await tx.db.delete(outboxAttempts);
      await tx.db.delete(outbox);
      await setMeta(tx, 'log_epoch', 'log_before');
    });
    desk = await createDesk(ground);
    reached = [];
  });
  afterAll(() => ground.db.close());

  async function deliver(): Promise<void> {
    const deliverOne = ({ messageKey }: { messageKey: string }) => {
      reached.push(messageKey);
      return Promise.resolve(accepted);
    };
    const worker = createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      channels: [{ name: 'simulator', deliver: deliverOne }],
      random: () => 0.5,
    });
    await worker.drain();
    await worker.stop();
  }
  const conversation = async () =>
    (await desk.db.read.select().from(conversations).where(eq(conversations.id, desk.conversationId)))[0];

  test('what was on its way is held and told so; nothing leaves by itself, and by hand under the id it had', async () => {
    const { entry } = await desk.answer('It is on its way.');
    expect(await afterRestore(desk.db)).toEqual({ locksEnded: 0, messagesHeld: 1 });
    await deliver();
    expect(reached).toEqual([]);
    expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 0, sending: 0, held: 1 });
    const told = (await desk.events()).filter(({ type }) => type === 'reply.delivery');
    expect(told).toMatchObject([{ position: entry.position, delivery: { state: 'held' } }]);
    const opened = await desk.messaging.open(desk.anna.id, {
      conversationId: desk.conversationId,
      limit: 50,
    });
    expect(opened.entries.at(-1)).toMatchObject({ kind: 'reply', delivery: { state: 'held' } });

    const at = { conversationId: desk.conversationId, position: entry.position };
    await desk.messaging.retry(desk.by('anna'), at);
    await deliver();
    expect(reached).toEqual([entry.id]);
  });

  test('it can be decided that it is not sent: told and written down with who did, once; and still be sent', async () => {
    const { entry } = await desk.answer('It is on its way.');
    const at = { conversationId: desk.conversationId, position: entry.position };
    const drop = (by: 'anna' | 'rita' | 'admin', position = at.position) =>
      codeOf(desk.messaging.drop(desk.by(by), { ...at, position }));
    expect(await drop('anna')).toBe('conflict');
    await afterRestore(desk.db);
    expect(await drop('rita')).toBe('forbidden');
    expect(await drop('admin')).toBe('not_found');
    expect(await drop('anna', 1)).toBe('not_found');
    await desk.messaging.drop(desk.by('anna'), at);
    expect(await drop('anna')).toBe('conflict');

    await deliver();
    expect(reached).toEqual([]);
    expect(await outboxBacklog(desk.db.read)).toMatchObject({ queued: 0, held: 0 });
    const failed = { state: 'failed', reason: `Not sent: ${desk.anna.name} decided so` };
    const told = (await desk.events()).filter(({ type }) => type === 'reply.delivery');
    expect(told).toMatchObject([{ delivery: { state: 'held' } }, { delivery: failed }]);
    const opened = await desk.messaging.open(desk.anna.id, { ...at, limit: 50 });
    expect(opened.entries.at(-1)).toMatchObject({ kind: 'reply', delivery: failed });
    const lines = await desk.db.read.select().from(audit).where(eq(audit.objectId, desk.conversationId));
    expect(lines).toMatchObject([
      { action: 'reply.dropped', actorId: desk.anna.id, details: JSON.stringify({ position: at.position }) },
    ]);

    await desk.messaging.retry(desk.by('anna'), at);
    await deliver();
    expect(reached).toEqual([entry.id]);
  });

  test('a reply that had left stays sent', async () => {
    await desk.answer('It is on its way.');
    await deliver();
    expect(await afterRestore(desk.db)).toMatchObject({ messagesHeld: 0 });
    await deliver();
    expect(reached).toHaveLength(1);
  });

  test('the open lock ends and its line with it, every fence is beyond all that were given, and the log epoch is new', async () => {
    const before = (await conversation())?.lockEpoch ?? 0;
    const at = { conversationId: desk.conversationId, epoch: before + 1, agentId: desk.anna.id };
    await desk.db.inTransaction(async (tx) => {
      await tx.db
        .update(conversations)
        .set({ lockEpoch: before + 1 })
        .where(eq(conversations.id, desk.conversationId));
      await newEpoch(tx, at);
      await tx.db.insert(lockLine).values({
        conversationId: desk.conversationId,
        agentId: desk.by('rita').agentId,
        place: 1,
        since: tx.now,
      });
    });
    expect(await afterRestore(desk.db)).toMatchObject({ locksEnded: 1 });
    const [epoch] = await desk.db.read
      .select()
      .from(lockEpochs)
      .where(eq(lockEpochs.conversationId, desk.conversationId));
    expect(epoch).toMatchObject({ endReason: 'restarted', endedBy: null });
    expect((await conversation())?.lockEpoch).toBe(before + 1 + FENCES_SKIPPED);
    const row = await conversationRow(desk.db.read, desk.conversationId);
    expect(row).toMatchObject({ lock: { status: 'free', fence: before + 1 + FENCES_SKIPPED } });
    expect((await desk.events()).at(-1)).toEqual({
      type: 'lock.ended',
      fence: before + 1,
      holder: { id: desk.anna.id, name: desk.anna.name },
      reason: 'restarted',
      by: null,
      row,
    });
    expect(await getMeta(desk.db.read, 'log_epoch')).toMatch(/^log_(?!before)/);
    expect((await desk.db.read.select().from(audit)).map(({ action }) => action)).toContain(
      'deployment.restored',
    );
  });

  test('a server that runs is found, and the place of one that was copied along is forgotten', async () => {
    const self = { id: 'srv_1', host: 'here', pid: 1, mode: 'cluster' } as const;
    await createInstances({ db: desk.db, self }).register();
    expect(await serversOn(desk.db)).toEqual(['process 1 on here']);
    await afterRestore(desk.db);
    expect(await serversOn(desk.db)).toEqual([]);
  });
});
