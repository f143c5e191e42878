/** "Send" of ARCHITECTURE's "Lock, fence, send": the one door, over the socket, on one server. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import { places, refusal, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

let world: World;
let ann: HistoryClient;
let ben: HistoryClient;
const orders = places();
const front = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { lockOn: 'compose', times: SHORT, conversations: 30 },
        front: { lockOn: 'open', times: SHORT, conversations: 8 },
        quick: { times: { ...SHORT, idleAfter: 500, idleGrace: 500 }, conversations: 2 },
      },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
  ann = await world.connect('ann');
  ben = await world.connect('ben');
  for (const inbox of ['orders', 'front', 'quick']) await ben.wire.subscribe(world.stream(inbox));
});
afterAll(async () => {
  await world.snapshot(ben, 'orders');
  await world.check();
  await world[Symbol.asyncDispose]();
});

const replies = (id: string) =>
  world.rows<{ position: number }>('SELECT position FROM replies WHERE conversation_id = ?', id);

describe('the same client id', () => {
  test('is stored once and answered the same, twenty times at once and later', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const input = { fence, lastSeen: 1, body: 'Yes, tomorrow.', clientId: newClientId() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => ann.send(id, input)));
    answers.push(await ann.send(id, input));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(replies(id)).toHaveLength(1);
  });

  test('with another text is an idempotency_mismatch, and nothing is stored', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const clientId = newClientId();
    await ann.send(id, { fence, lastSeen: 1, body: 'One', clientId });
    await refusal('idempotency_mismatch', ann.send(id, { fence, lastSeen: 1, body: 'Two', clientId }));
    expect(replies(id)).toHaveLength(1);
  });

  test('is the same send under another fence and another last-seen', async () => {
    const id = world.conversation('orders', orders());
    const first = await ann.acquire(id);
    const clientId = newClientId();
    const stored = await ann.send(id, { fence: first.fence, lastSeen: 1, body: 'Once', clientId });
    const second = await ann.acquire(id);
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(await ann.send(id, { fence: second.fence, lastSeen: 2, body: 'Once', clientId })).toEqual(stored);
    expect(replies(id)).toHaveLength(1);
    await ann.release(id, second.fence);
  });

  test('equal texts under two ids are two messages', async () => {
    const id = world.conversation('front', front());
    const { fence } = await ann.acquire(id);
    await ann.send(id, { fence, lastSeen: 1, body: 'Thanks' });
    await ann.send(id, { fence, lastSeen: 2, body: 'Thanks' });
    expect(replies(id)).toHaveLength(2);
    await ann.release(id, fence);
  });
});

describe('the fence', () => {
  test('overtaken: lock_lost with the present holder and what is new, and nothing is stored', async () => {
    const id = world.conversation('orders', orders());
    const old = await ann.acquire(id);
    await ann.leave(id);
    const now = await ben.acquire(id);
    const lost = await refusal('lock_lost', ann.send(id, { fence: old.fence, lastSeen: 1 }));
    expect(lost.details).toMatchObject({ reason: 'left', holder: { name: 'ben' }, entries: [] });
    await ben.send(id, { fence: now.fence, lastSeen: 1, body: 'Done already' });
    const again = await refusal('lock_lost', ann.send(id, { fence: old.fence, lastSeen: 1 }));
    expect(again.details.entries).toMatchObject([
      { kind: 'reply', body: 'Done already', author: { name: 'ben' } },
    ]);
    expect(again.details.holder).toBeUndefined();
    expect(replies(id)).toHaveLength(1);
  });

  test('of somebody else, of another session of mine, never given or long past: refused', async () => {
    const id = world.conversation('orders', orders());
    await using other = await world.connect('ann');
    const past = await ann.acquire(id);
    await ann.release(id, past.fence);
    const { fence } = await ann.acquire(id);
    for (const [client, forged] of [
      [ben, fence],
      [ben, past.fence],
      [other, fence],
      [ann, past.fence],
      [ann, fence + 1],
      [ben, 9_007_199_254_740_991],
    ] as const) {
      await refusal('lock_lost', client.send(id, { fence: forged, lastSeen: 1 }));
    }
    for (const forged of [0, -1, 1.5, 2 ** 53]) {
      await refusal('invalid', ann.send(id, { fence: forged, lastSeen: 1 }));
    }
    expect(replies(id)).toEqual([]);
    await ann.send(id, { fence, lastSeen: 1 });
  });

  test('who may only read cannot send, whatever the fence', async () => {
    const id = world.conversation('orders', orders());
    await using rita = await world.connect('rita');
    await refusal('forbidden', rita.send(id, { fence: 1, lastSeen: 1 }));
    expect(replies(id)).toEqual([]);
  });
});

describe('a lock that ended and was not overtaken', () => {
  test('left: the send still goes through, as a late send', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ann.leave(id);
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
  });

  test('switched: late send', async () => {
    const [first, second] = [world.conversation('front', front()), world.conversation('front', front())];
    const { fence } = await ann.acquire(first);
    const next = await ann.acquire(second);
    expect(await ann.send(first, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
    await ann.release(second, next.fence);
  });

  test('disconnected: late send', async () => {
    const id = world.conversation('orders', orders());
    await using tab = await world.connect('ann');
    const { fence } = await tab.acquire(id);
    tab.wire.cut();
    await toldEnd(ben, id, fence);
    await using back = await world.connect('ann', { resume: tab.wire.session });
    expect(await back.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
  });

  test('idle: late send', async () => {
    const id = world.conversation('quick', 0);
    const { fence } = await ann.acquire(id);
    expect((await toldEnd(ben, id, fence, 1_000 + 3 * SLACK)).reason).toBe('idle');
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
  });

  test('a late send is stopped like any other when something new came in', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ann.leave(id);
    await ben.note(id, 'Wait, I am on the phone with her');
    await refusal('thread_moved_on', ann.send(id, { fence, lastSeen: 1 }));
    expect(replies(id)).toEqual([]);
  });

  test('released or declined: lock_required', async () => {
    for (const reason of ['released', 'declined'] as const) {
      const id = world.conversation('orders', orders());
      const { fence } = await ann.acquire(id);
      await ann.release(id, fence, reason);
      await refusal('lock_required', ann.send(id, { fence, lastSeen: 1 }));
      expect(replies(id)).toEqual([]);
    }
  });

  test('sent, in compose mode: lock_required', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ann.send(id, { fence, lastSeen: 1 });
    expect((await toldEnd(ben, id, fence)).reason).toBe('sent');
    await refusal('lock_required', ann.send(id, { fence, lastSeen: 2 }));
    expect(replies(id)).toHaveLength(1);
  });
});

describe('sending and the lock', () => {
  test('open mode: staying keeps it, archiving ends it', async () => {
    const id = world.conversation('front', front());
    const { fence } = await ann.acquire(id);
    await ann.send(id, { fence, lastSeen: 1 });
    expect(await ann.stay(id, fence)).toEqual({});
    await ann.send(id, { fence, lastSeen: 2, next: 'archive' });
    const end = await toldEnd(ben, id, fence);
    expect(end.reason).toBe('sent');
    const open = await ben.wire.call('conversation.open', { conversationId: id, view: false, limit: 1 });
    expect(open.row.status).toBe('archived');
  });

  test('a leave never overtakes the send before it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = world.conversation('front', 3);
      const { fence } = await ann.acquire(id);
      const lastSeen = 1 + replies(id).length;
      const [sent] = await Promise.all([ann.send(id, { fence, lastSeen }), ann.leave(id)]);
      expect(sent.lateSend).toBe(false);
    }
  });

  test('is counted at /metrics when it has left', async () => {
    const sent = async (): Promise<number> => {
      const text = await (await fetch(`${world.server().url}/metrics`)).text();
      return Number(/^latchbox_outbox_attempts_total\{result="sent"\} (\d+)$/m.exec(text)?.[1]);
    };
    const customer = await world.customer('orders');
    const before = await sent();
    const { fence } = await ann.acquire(customer.conversationId);
    await ann.send(customer.conversationId, { fence, lastSeen: 1 });
    await eventually('one more was sent', async () => (await sent()) > before);
  });

  test('the reply reaches the customer, and the conversation’s answer comes back into it', async () => {
    const customer = await world.customer('orders');
    const { fence } = await ann.acquire(customer.conversationId);
    await ann.send(customer.conversationId, { fence, lastSeen: 1, body: 'We are open until six.' });
    await eventually('the customer sees the reply', async () =>
      (await customer.sees()).includes('We are open until six.'),
    );
    await customer.writes('Thank you');
    const open = await ben.wire.call('conversation.open', {
      conversationId: customer.conversationId,
      view: false,
      limit: 50,
    });
    expect(open.entries.map(({ kind }) => kind)).toEqual(['message', 'reply', 'message']);
  });
});

describe('last-seen', () => {
  test('a customer’s message, a colleague’s note and a colleague’s reply move a thread on', async () => {
    const customer = await world.customer('orders');
    const id = customer.conversationId;
    const { fence } = await ann.acquire(id);
    await customer.writes('One more thing');
    const first = await refusal('thread_moved_on', ann.send(id, { fence, lastSeen: 1 }));
    expect(first.details).toMatchObject({
      newest: 2,
      entries: [{ kind: 'message', body: 'One more thing' }],
    });
    await ben.note(id, 'Careful with this one');
    const second = await refusal('thread_moved_on', ann.send(id, { fence, lastSeen: 2 }));
    expect(second.details).toMatchObject({ newest: 3, entries: [{ kind: 'note' }] });
    expect(replies(id)).toEqual([]);
    await ann.send(id, { fence, lastSeen: 3 });
  });

  test('status, assignment and one’s own notes do not', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ben.wire.call('conversation.assign', { conversationId: id, assigneeId: world.agent('ben').id });
    await ben.wire.call('conversation.status', { conversationId: id, status: 'archived' });
    await ann.note(id, 'Mine');
    await ann.send(id, { fence, lastSeen: 1 });
    expect(replies(id)).toHaveLength(1);
  });

  test('beyond the newest entry is invalid', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await refusal('invalid', ann.send(id, { fence, lastSeen: 99 }));
    await ann.release(id, fence);
  });

  test('"send anyway" is the same client id with last-seen moved to what the warning showed', async () => {
    const customer = await world.customer('orders');
    const id = customer.conversationId;
    const { fence } = await ann.acquire(id);
    await customer.writes('Hello?');
    const input = { fence, lastSeen: 1, body: 'On its way', clientId: newClientId() };
    const warned = await refusal('thread_moved_on', ann.send(id, input));
    await customer.writes('Are you there?');
    // What came after the warning was not seen either.
    const again = await refusal(
      'thread_moved_on',
      ann.send(id, { ...input, lastSeen: warned.details.newest }),
    );
    await ann.send(id, { ...input, lastSeen: again.details.newest });
    expect(replies(id)).toHaveLength(1);
  });

  test('after a colleague’s answer, "send anyway" needs a new lock first', async () => {
    const id = world.conversation('orders', orders());
    const old = await ann.acquire(id);
    await ann.leave(id);
    const bens = await ben.acquire(id);
    await ben.send(id, { fence: bens.fence, lastSeen: 1 });
    const input = { lastSeen: 1, body: 'And this too', clientId: newClientId() };
    await refusal('lock_lost', ann.send(id, { ...input, fence: old.fence }));
    const fresh = await ann.acquire(id);
    const warned = await refusal('thread_moved_on', ann.send(id, { ...input, fence: fresh.fence }));
    await ann.send(id, { ...input, fence: fresh.fence, lastSeen: warned.details.newest });
    expect(replies(id)).toHaveLength(2);
  });
});

describe('only replies need the lock', () => {
  test('notes, status, assignment and drafts work while somebody else holds it', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ben.note(id, 'A note');
    await ben.wire.call('conversation.assign', { conversationId: id, assigneeId: null });
    await ben.wire.call('conversation.status', { conversationId: id, status: 'archived' });
    await ben.wire.call('draft.save', {
      conversationId: id,
      kind: 'reply',
      body: 'Mine, for later',
      revision: 0,
    });
    expect(await ann.stay(id, fence)).toEqual({});
    await ann.release(id, fence);
  });
});
