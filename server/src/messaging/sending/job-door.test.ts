/** L8 for jobs: what runs in the process without a session stores a reply by `sendOnce`, under the checks that everybody passes. */
import { eq } from 'drizzle-orm';
import { LatchboxError } from '@latchbox/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agents, conversations, lockEpochs, replies } from '../../database/schema/sqlite.ts';
import { newEpoch } from '../../database/testing/epochs.ts';
import { givenAgent, type GivenAgent } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import type { SendDoor } from '../api.ts';
import { createDesk, createGround, type Desk, type Ground, refusal } from '../testing/desk.ts';
import { createSendDoor } from './send.ts';

describe.each(TEST_DIALECTS)('a job on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let robot: GivenAgent;
  let jobs = 0;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    robot = await givenAgent(desk.db, 'Robot', [desk], { kind: 'system' });
    jobs += 1;
  });
  afterAll(() => ground.db.close());

  /** The door as a process has it that was just started: nothing is kept between two of them but the database. */
  const startedDoor = (): SendDoor =>
    createSendDoor({
      db: desk.db,
      logEpoch: 'log_test',
      wake: () => undefined,
      poke: () => undefined,
      endLock: () => Promise.resolve(false),
      activity: () => undefined,
    });
  const run = (door: SendDoor = startedDoor(), more: { body?: string; lastSeen?: number } = {}) =>
    door.sendOnce(
      { agentId: robot.id, agentName: robot.name },
      {
        conversationId: desk.conversationId,
        clientId: `job-of-robot-${jobs}`,
        body: 'We are open again on Monday.',
        lastSeen: undefined,
        then: 'stay',
        ...more,
      },
    );
  const stored = () => desk.db.read.select().from(replies).where(eq(replies.agentId, robot.id));
  const epochs = () =>
    desk.db.read.select().from(lockEpochs).where(eq(lockEpochs.conversationId, desk.conversationId));

  /** An agent holds the conversation; answers the fence. */
  async function held(agentId: string): Promise<number> {
    const fence = 1;
    await desk.db.inTransaction(async (tx) => {
      await tx.db
        .update(conversations)
        .set({ lockEpoch: fence })
        .where(eq(conversations.id, desk.conversationId));
      await newEpoch(tx, { conversationId: desk.conversationId, epoch: fence, agentId });
    });
    return fence;
  }

  test('is refused while somebody else holds the conversation, is told who, and leaves nothing; later it goes through', async () => {
    const fence = await held(desk.anna.id);
    const { code, details } = await refusal(run());
    expect({ code, details }).toMatchObject({
      code: 'lock_held',
      details: { holder: { id: desk.anna.id, name: desk.anna.name } },
    });
    expect(await stored()).toEqual([]);
    expect((await epochs()).map(({ epoch }) => epoch)).toEqual([fence]);

    await desk.db.inTransaction((tx) =>
      tx.db
        .update(lockEpochs)
        .set({ endedAt: tx.now, endReason: 'left' })
        .where(eq(lockEpochs.conversationId, desk.conversationId)),
    );
    // The same job again, under its own id: what was refused has not used it up.
    expect((await run()).entry).toMatchObject({ fence: fence + 1, author: { id: robot.id } });
  });

  test('has an epoch of its own that never stands open, so that a former holder is fenced', async () => {
    const { entry } = await run();
    expect(await epochs()).toMatchObject([
      { epoch: entry.fence, agentId: robot.id, sessionId: null, endReason: 'one_shot' },
    ]);
    expect((await epochs())[0]?.endedAt).not.toBeNull();
    const [row] = await desk.db.read
      .select()
      .from(conversations)
      .where(eq(conversations.id, desk.conversationId));
    expect(row?.lockEpoch).toBe(entry.fence);
  });

  test('uses the epoch that its own agent holds', async () => {
    const fence = await held(robot.id);
    expect((await run()).entry.fence).toBe(fence);
    expect(await epochs()).toHaveLength(1);
  });

  test('that saw the thread is stopped by what came since; one that never saw it is not', async () => {
    const { position } = await desk.messaging.receive(
      desk.inbound({ conversationId: desk.conversationId, body: 'It is solved.' }),
    );
    const { code, details } = await refusal(run(undefined, { lastSeen: position - 1 }));
    expect({ code, details }).toMatchObject({ code: 'thread_moved_on', details: { newest: position } });
    expect(await stored()).toEqual([]);
    expect(await epochs()).toEqual([]);
    expect((await run(undefined, { lastSeen: position })).entry.position).toBe(position + 1);
  });

  test('that is run again after a restart stores nothing twice, and gets the same answer', async () => {
    const first = await run();
    // Somebody has taken the conversation since: what is stored is stored.
    await desk.db.inTransaction((tx) =>
      newEpoch(tx, { conversationId: desk.conversationId, epoch: 2, agentId: desk.anna.id }),
    );
    expect(await run()).toEqual(first);
    expect(await stored()).toHaveLength(1);
    expect((await refusal(run(undefined, { body: 'Another text' }))).code).toBe('idempotency_mismatch');
  });

  test('that two workers run at once stores one reply, and both get it', async () => {
    const [one, two] = await Promise.all([run(), run()]);
    expect(two).toEqual(one);
    expect(await stored()).toHaveLength(1);
  });

  test('of an agent who may not answer here, or no longer, is refused', async () => {
    const reader = await givenAgent(desk.db, 'Reader', [desk], { kind: 'system', capability: 'read' });
    const robotMayReply = robot;
    robot = reader;
    expect((await refusal(run())).code).toBe('forbidden');
    robot = await givenAgent(desk.db, 'Stranger', [], { kind: 'system' });
    expect((await refusal(run())).code).toBe('not_found');
    robot = robotMayReply;
    await desk.db.inTransaction((tx) =>
      tx.db.update(agents).set({ state: 'deactivated' }).where(eq(agents.id, robot.id)),
    );
    const refused = await run().catch((error: unknown) => error);
    expect(LatchboxError.is(refused) && refused.code).toBe('not_found');
    expect(await stored()).toEqual([]);
  });
});
