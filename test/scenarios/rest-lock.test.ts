/** "Without a held lock" and REST's own lock, of ARCHITECTURE's "Lock, fence, send": no side door answers what somebody holds. */

import { acquireLock, releaseLock, renewLock } from '@latchbox/shared/http/locks';
import { sendReply } from '@latchbox/shared/http/replies';
import { changeInbox } from '@latchbox/shared/http/inboxes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonical } from '../tools/checkers-events.ts';
import { eventually } from '../tools/eventually.ts';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import { places, refusal, staysTrue, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

let world: World;
let ann: HistoryClient;
let ben: HistoryClient;
const orders = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 20 } },
      agents: { ann: {}, ben: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });
  ann = await world.connect('ann');
  ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('orders'));
});
afterAll(async () => {
  // REST calls are not in the history, so what they stored looks as if nobody had sent it.
  await world.check(['I12', 'I7']);
  await world[Symbol.asyncDispose]();
});

const reply = (name: string, conversation: string, body: string, clientId = newClientId()) =>
  world.rest(name).call(sendReply, { params: { conversation }, body: { clientId, body } });
const epochs = (id: string) =>
  world.rows<{ epoch: number; reason: string | null }>(
    'SELECT epoch, end_reason AS reason FROM lock_epochs WHERE conversation_id = ? ORDER BY epoch',
    id,
  );

describe('a reply without a lock', () => {
  test('held by somebody else: lock_held with the holder, nothing stored', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const held = await refusal('lock_held', reply('ben', id, 'From a script'));
    expect(held.details.holder?.name).toBe('ann');
    expect(epochs(id)).toHaveLength(1);
    await ann.release(id, fence);
  });

  test('free: an epoch is minted and ended in the same transaction, and a former holder is fenced', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ann.leave(id);
    const { entry } = await reply('ben', id, 'From a script');
    expect(epochs(id)).toEqual([
      { epoch: fence, reason: 'left' },
      { epoch: fence + 1, reason: 'one_shot' },
    ]);
    expect(entry).toMatchObject({ kind: 'reply', fence: fence + 1, author: { name: 'ben' } });
    const lost = await refusal('lock_lost', ann.send(id, { fence, lastSeen: 1 }));
    expect(lost.details.entries).toMatchObject([{ body: 'From a script' }]);
  });

  test('held by the same agent: that epoch is used', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const { entry } = await reply('ann', id, 'From my own script');
    expect(entry).toMatchObject({ fence });
    expect((await toldEnd(ben, id, fence)).reason).toBe('sent');
  });

  test('the same client id twenty times at once: one reply, twenty identical answers', async () => {
    const id = world.conversation('orders', orders());
    const clientId = newClientId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => reply('ben', id, 'Once', clientId)));
    expect([...new Set(answers.map(canonical))]).toHaveLength(1);
    expect(epochs(id)).toHaveLength(1);
    await refusal('idempotency_mismatch', reply('ben', id, 'Twice', clientId));
  });
});

describe('a lock held over REST', () => {
  const take = (name: string, conversation: string, requestId = newClientId()) =>
    world.rest(name).call(acquireLock, { params: { conversation }, body: { requestId, device: 'a script' } });

  test('is renewed by calls, beyond its TTL, and keeps everybody else out', async () => {
    const id = world.conversation('orders', orders());
    const { fence, session } = await take('ann', id);
    const end = performance.now() + SHORT.lockTtl + SLACK;
    while (performance.now() < end) {
      await world.rest('ann').call(renewLock, { params: { conversation: id }, body: { fence, session } });
      await staysTrue('it is held', () => epochs(id)[0]?.reason === null, SHORT.lockTtl / 4);
    }
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    const sent = await world.rest('ann').call(sendReply, {
      params: { conversation: id },
      body: { clientId: newClientId(), body: 'Under a lock', fence, session, lastSeen: 1 },
    });
    expect(sent.entry).toMatchObject({ fence, lateSend: false });
  });

  test('ends a TTL after its last renewal, and a renewal after that is lock_lost', async () => {
    const id = world.conversation('orders', orders());
    const { fence, session } = await take('ann', id);
    expect((await toldEnd(ben, id, fence, SHORT.lockTtl + 2 * SLACK)).reason).toBe('expired');
    const renewed = world
      .rest('ann')
      .call(renewLock, { params: { conversation: id }, body: { fence, session } });
    expect((await refusal('lock_lost', renewed)).details.reason).toBe('expired');
    const mine = await eventually('the lock is free', () => ben.acquire(id), SLACK);
    await ben.release(id, mine.fence);
  });

  test('the same request answers the same fence and session; a release gives it back', async () => {
    const id = world.conversation('orders', orders());
    const requestId = newClientId();
    const first = await take('ann', id, requestId);
    const again = await take('ann', id, requestId);
    expect([again.fence, again.session.id]).toEqual([first.fence, first.session.id]);
    const { fence, session } = again;
    const give = () =>
      world.rest('ann').call(releaseLock, { params: { conversation: id }, body: { fence, session } });
    expect(await give()).toEqual({ held: true });
    expect(await give()).toEqual({ held: false });
  });

  test('with another agent’s session or a wrong key: refused like one that is not there', async () => {
    const id = world.conversation('orders', orders());
    const { fence, session } = await take('ann', id);
    const forged = { ...session, key: 'x'.repeat(43) };
    for (const [name, proof] of [
      ['ben', session],
      ['ann', forged],
    ] as const) {
      const call = world
        .rest(name)
        .call(renewLock, { params: { conversation: id }, body: { fence, session: proof } });
      await expect(call).rejects.toMatchObject({
        code: expect.stringMatching(/^(lock_required|not_found)$/),
      });
    }
    await world.rest('ann').call(releaseLock, { params: { conversation: id }, body: { fence, session } });
  });
});

describe('the times of an inbox', () => {
  test('a reconnect grace above two thirds of the TTL is refused', async () => {
    const call = world.rest('mia').call(changeInbox, {
      params: { inbox: world.seeded.inboxes.orders!.inboxId },
      body: { times: { lockTtl: 3_000, reconnectGrace: 2_001 } },
    });
    await refusal('invalid', call);
  });
});
