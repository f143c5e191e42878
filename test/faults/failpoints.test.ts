/** kill -9 at every named point of an acquire, of a send and of the outbox: what was promised is there, once. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkOutboxDrained } from '../tools/checkers-replies.ts';
import { tell } from '../tools/checkers.ts';
import { eventually } from '../tools/eventually.ts';
import {
  ANSWERED_POINTS,
  FAILPOINTS,
  GRANT_POINTS,
  LOCK_POINTS,
  MOVE_POINTS,
  OUTBOX_POINTS,
  RELEASE_POINT,
  REPLY_POINTS,
} from '../tools/failpoints.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal, staysTrue, toldOf } from '../tools/scenario.ts';
import { copySources, type SourceCopy } from '../tools/source-copy.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

let sources: SourceCopy;
beforeAll(async () => {
  sources = await copySources(FAILPOINTS);
});
afterAll(() => sources[Symbol.asyncDispose]());

/** Two servers of the patched copy; the first one is the one that dies. */
const start = (): Promise<World> =>
  startWorld({
    servers: 2,
    sources: sources.top,
    env: { PING_INTERVAL_MS: '5000', PING_TIMEOUT_MS: '10000' },
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 4 } },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });

const died = { code: null, signal: 'SIGKILL' };

describe('a server that dies in an acquire', () => {
  test.each(GRANT_POINTS)('%s: it blocks nobody for long', async (point) => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ben.wire.subscribe(world.stream('orders'));
    await world.server(0).arm(point, 'kill');
    await refusal('offline', ann.acquire(id));
    expect(await world.server(0).exited).toEqual(died);
    const mine = await eventually(
      'the conversation is free',
      () => ben.acquire(id),
      SHORT.lockTtl + 2 * SLACK,
    );
    await ben.send(id, { fence: mine.fence, lastSeen: 1 });
    await world.check();
  });

  test.each(ANSWERED_POINTS)(
    '%s: whoever was answered sends, and nobody is blocked for long',
    async (point) => {
      await using world = await start();
      const id = world.conversation('orders');
      const ann = await world.connect('ann', { server: 0 });
      const ben = await world.connect('ben', { server: 1 });
      await world.server(0).arm(point, 'kill');
      const { fence } = await ann.acquire(id);
      expect(await world.server(0).exited).toEqual(died);
      expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
      const back = await world.connect('ann', { server: 1, resume: ann.wire.session });
      await back.send(id, { fence, lastSeen: 1 });
      back.wire.cut();
      const mine = await eventually(
        'the conversation is free',
        () => ben.acquire(id),
        SHORT.lockTtl + 2 * SLACK,
      );
      await ben.send(id, { fence: mine.fence, lastSeen: 2 });
      await world.check();
    },
  );

  test.each(LOCK_POINTS)(
    '%s: the same request on the other server gets one grant, and never blocks itself',
    async (point) => {
      await using world = await start();
      const id = world.conversation('orders');
      const ann = await world.connect('ann', { server: 0 });
      const requestId = newClientId();
      await world.server(0).arm(point, 'kill');
      // Answered, or cut off before.
      await ann.acquire(id, requestId).catch(() => undefined);
      expect(await world.server(0).exited).toEqual(died);
      const back = await world.connect('ann', { server: 1, resume: ann.wire.session });
      // Where nothing was written yet, the lease of the dead server stands in the way for its first short time.
      const grant = await eventually(
        'the grant',
        () => back.acquire(id, requestId),
        SHORT.lockTtl + 2 * SLACK,
      );
      expect(await back.acquire(id, requestId)).toMatchObject({ fence: grant.fence });
      expect(grant.fence).toBe(1);
      await staysTrue(
        'it is held',
        () => world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL').length === 1,
        SHORT.lockTtl + SLACK,
      );
      await back.send(id, { fence: grant.fence, lastSeen: 1 });
      await world.check();
    },
  );
});

describe('a server that dies while a lock moves to it', () => {
  test.each(MOVE_POINTS)('%s: one of the two tabs has it, and the same request finds it', async (point) => {
    await using world = await start();
    const id = world.conversation('orders');
    const tab = await world.connect('ann', { server: 1 });
    const other = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const { fence } = await tab.acquire(id);
    const requestId = newClientId();
    await world.server(0).arm(point, 'kill');
    await refusal('offline', other.move(id, requestId));
    expect(await world.server(0).exited).toEqual(died);
    const written = point !== 'before-move-commit';
    const open = world.rows<{ epoch: number }>('SELECT epoch FROM lock_epochs WHERE ended_at IS NULL');
    expect(open).toEqual([{ epoch: written ? fence + 1 : fence }]);
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    const back = await world.connect('ann', { server: 1, resume: other.wire.session });
    expect(await back.move(id, requestId)).toMatchObject({ fence: fence + 1 });
    expect((await refusal('lock_lost', tab.send(id, { fence, lastSeen: 1 }))).details.reason).toBe('moved');
    await staysTrue(
      'it is held',
      () => world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL').length === 1,
      SHORT.lockTtl + SLACK,
    );
    await back.send(id, { fence: fence + 1, lastSeen: 1 });
    await world.check();
  });
});

describe('a server that dies in a send', () => {
  test.each(REPLY_POINTS)(
    '%s: sent again on the other server it is stored once, told once and leaves once',
    async (point) => {
      await using world = await start();
      const customer = await world.customer('orders');
      const id = customer.conversationId;
      const ann = await world.connect('ann', { server: 0 });
      const ben = await world.connect('ben', { server: 1 });
      await ben.wire.subscribe(world.stream('orders'));
      const { fence } = await ann.acquire(id);
      const input = { fence, lastSeen: 1, body: `At ${point}`, clientId: newClientId() };
      await world.server(0).arm(point, 'kill');
      await refusal('offline', ann.send(id, input));
      expect(await world.server(0).exited).toEqual(died);
      const back = await world.connect('ann', { server: 1, resume: ann.wire.session });
      const stored = await back.send(id, input);
      expect(await back.send(id, input)).toEqual(stored);
      await toldOf(ben, 'entry.added', id, ({ entry }) => entry.kind === 'reply');
      await world.server(0).restart();
      await eventually('the customer has it', async () => (await customer.sees()).length > 0, 6_000);
      expect(await customer.sees()).toEqual([`At ${point}`]);
      await world.check();
    },
  );
});

describe('a server that dies while a message leaves', () => {
  test.each(OUTBOX_POINTS)(
    '%s: it leaves, under the same key, and the customer has it once',
    async (point) => {
      await using world = await start();
      const customer = await world.customer('orders');
      const id = customer.conversationId;
      const ann = await world.connect('ann', { server: 0 });
      const { fence } = await ann.acquire(id);
      await world.server(1).kill9();
      await world.server(0).arm(point, 'kill');
      await ann.send(id, { fence, lastSeen: 1, body: `At ${point}` }).catch(() => undefined);
      expect(await world.server(0).exited).toEqual(died);
      await world.server(1).restart();
      await world.server(0).restart();
      // The claim of the dead one runs out first.
      const isSent = () => world.rows<{ state: string }>('SELECT state FROM outbox')[0]?.state === 'sent';
      await eventually('it counts as sent', isSent, 10_000);
      expect(await customer.sees()).toEqual([`At ${point}`]);
      await world.check();
      expect(tell(checkOutboxDrained(world.run(), Date.now()))).toBe('');
    },
  );
});

describe('a server that dies between the end of a lock and that of its lease', () => {
  test('the next one gets the lock at once: the lease of an ended row is released by whoever finds it', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const { fence } = await ann.acquire(id);
    await world.server(0).arm(RELEASE_POINT, 'kill');
    await refusal('offline', ann.release(id, fence));
    expect(await world.server(0).exited).toEqual(died);
    expect(await ben.acquire(id)).toMatchObject({ fence: fence + 1 });
    await world.check();
  });
});

describe('a server that starts again, with leases that lived in its memory', () => {
  test('gives no lock away while it is still putting them back', async () => {
    const grace = 'if (await startGrace(deps, lock)) recovered.add(lockKey(lock));';
    const slowly = {
      name: 'slow recovery',
      file: 'server/src/collaboration/recover.ts',
      find: grace,
      replace: `{ await new Promise((done) => setTimeout(done, 700)); ${grace} }`,
    };
    await using slow = await copySources([slowly]);
    await using world = await startWorld({
      sources: slow.top,
      seed: {
        inboxes: { orders: { times: { ...SHORT, lockTtl: 6_000, reconnectGrace: 4_000 }, conversations: 1 } },
        agents: { ann: {}, ben: {} },
      },
    });
    const id = world.conversation('orders');
    const before = await world.connect('ann');
    const { fence } = await before.acquire(id);
    await world.server().kill9();
    const restarting = world.server().restart();
    const ben = await eventually('the port is open', () => world.connect('ben'), 60_000);
    const held = await refusal('lock_held', ben.acquire(id));
    expect(held.details.holder?.name).toBe('ann');
    await restarting;
    const after = await world.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks).toMatchObject([{ lock: { status: 'held', fence } }]);
    expect(await after.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });
});

describe('a server that stands still', () => {
  test('between lease and commit: others are told to come back, and then get it', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await world.server(0).arm('after-lease', 'stop');
    const late = ann.acquire(id).catch((error: unknown) => error);
    await world.server(0).stopped();
    const held = await refusal('lock_held', ben.acquire(id));
    expect(held.details).toMatchObject({ holder: null, retryAfterMs: expect.any(Number) });
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    world.server(0).sigcont();
    // Its lease was lost while it stood: what it writes now must not end the lock that was given in the meantime.
    const answer = await late;
    expect(answer).toMatchObject({ code: expect.stringMatching(/^(lock_held|coordination_unavailable)$/) });
    expect(await ben.stay(id, mine.fence)).toEqual({});
    await staysTrue(
      'the new holder holds it',
      () =>
        world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL AND epoch = ?', mine.fence).length === 1,
      SHORT.lockTtl + SLACK,
    );
    expect(await ben.send(id, { fence: mine.fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('between commit and extend: it does not answer with a lock that is no longer its own', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await world.server(0).arm('after-epoch-commit', 'stop');
    const late = refusal('coordination_unavailable', ann.acquire(id));
    await world.server(0).stopped();
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    world.server(0).sigcont();
    await late;
    expect(await ben.send(id, { fence: mine.fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('between answer and extend: it takes back nothing that somebody else was given meanwhile', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ann.wire.subscribe(world.stream('orders'));
    await world.server(0).arm('before-extend', 'stop');
    const { fence } = await ann.acquire(id);
    await world.server(0).stopped();
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    world.server(0).sigcont();
    expect((await toldOf(ann, 'lock.ended', id)).reason).toBe('expired');
    const lost = await refusal('lock_lost', ann.send(id, { fence, lastSeen: 1 }));
    expect(lost.details).toMatchObject({ reason: 'expired', holder: { name: 'ben' } });
    await staysTrue(
      'the new holder holds it',
      () =>
        world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL AND epoch = ?', mine.fence).length === 1,
      SHORT.lockTtl + SLACK,
    );
    expect(await ben.send(id, { fence: mine.fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('between the fence check and the commit of a send: the reply is before the next grant, or not at all', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const { fence } = await ann.acquire(id);
    await world.server(0).arm('before-reply-commit', 'stop');
    const sent = ann.send(id, { fence, lastSeen: 1 });
    await world.server(0).stopped();
    const began = performance.now();
    const taken = eventually('the lock is free', () => ben.acquire(id), 10_000);
    // Its transaction is open, so nobody else can write; its lease runs out meanwhile.
    await staysTrue('it stands', () => world.server(0).running, SHORT.lockTtl + SLACK);
    world.server(0).sigcont();
    expect(await sent).toMatchObject({ lateSend: false });
    const mine = await taken;
    expect(mine.fence).toBe(fence + 1);
    expect(performance.now() - began).toBeGreaterThan(SHORT.lockTtl);
    await refusal('thread_moved_on', ben.send(id, { fence: mine.fence, lastSeen: 1 }));
    // The end that comes with the reply is dated at the beginning of its transaction, seconds before anybody can see it.
    await world.check(['right holder']);
  });
});
