import { acquireLock, releaseLock } from '@latchbox/shared/http/locks';
import { addNote, sendReply } from '@latchbox/shared/http/replies';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import { startProxy } from '../tools/proxy.ts';
import { places, refusal, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, type People, people, shows } from './stage.ts';

let world: World;
let sdk: People;
let rita: HistoryClient;
const orders = places();
const front = places();

beforeAll(async () => {
  world = await startWorld({
    redis: true,
    seed: {
      inboxes: {
        orders: { times: SHORT, conversations: 20 },
        front: { lockOn: 'open', times: SHORT, conversations: 6 },
      },
      agents: { ana: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
  sdk = people(world);
  rita = await world.connect('rita');
  await rita.wire.subscribe(world.stream('orders'));
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const replies = (id: string) =>
  world
    .rows<{ body: string }>(
      `SELECT body FROM entries WHERE conversation_id = ? AND kind = 'reply' ORDER BY position`,
      id,
    )
    .map(({ body }) => body);
const overRest = (name: string, conversation: string, body: object) =>
  world.rest(name).call(sendReply, {
    params: { conversation },
    body: { clientId: newClientId(), body: 'Over REST', ...body },
  });

test('L5: fences only grow, also after Redis lost everything, and only the newest can store a reply', async () => {
  const id = world.conversation('orders', orders());
  await using ana = await world.connect('ana');
  await using ben = await world.connect('ben');
  const first = await ana.acquire(id);
  await world.redis?.flushall();
  await ana.release(id, first.fence);
  const second = await ben.acquire(id);
  expect(second.fence).toBeGreaterThan(first.fence);
  const lost = await refusal('lock_lost', ana.send(id, { fence: first.fence, lastSeen: 1, body: 'Stale' }));
  expect(lost.details.holder?.name).toBe('ben');
  await refusal('lock_lost', ana.send(id, { fence: second.fence, lastSeen: 1, body: 'Stolen' }));
  await refusal('lock_lost', ben.send(id, { fence: second.fence + 7, lastSeen: 1, body: 'Forged' }));
  expect(replies(id)).toEqual([]);
  await ben.send(id, { fence: second.fence, lastSeen: 1, body: 'Mine' });
  expect(replies(id)).toEqual(['Mine']);
});

test('L5: overtaken while offline: lock_lost with the present holder, and the text stays in the composer', async () => {
  const id = world.conversation('front', front());
  await using proxy = await startProxy(world.server().port);
  const ana = await sdk.join('ana', { url: proxy.url });
  const ben = await sdk.join('ben');
  const hers = await opened(ana, id);
  await lockIs(hers, 'mine');
  await proxy.close();
  proxy.reset();
  await shows('ana is offline', ana.connection, ({ name }) => name === 'reconnecting');
  hers.draft('reply').set('Too late');
  const { confirmed } = hers.reply({ body: 'Too late' });
  const his = await opened(ben, id);
  await lockIs(his, 'free', SHORT.reconnectGrace + 4 * SLACK);
  await his.lock.acquire();
  await his.reply({ body: 'In time' }).confirmed;
  await proxy.open();
  const lost = await refusal('lock_lost', confirmed);
  expect(lost.details.holder?.name).toBe('ben');
  expect(lost.details.entries).toMatchObject([{ body: 'In time' }]);
  expect(hers.draft('reply').getSnapshot().body).toBe('Too late');
  expect(replies(id)).toEqual(['In time']);
});

test('L5: expired, overtaken by nobody and nothing new: the send goes through, and says so', async () => {
  const id = world.conversation('orders', orders());
  await using before = await world.connect('ana');
  const { fence } = await before.acquire(id);
  before.wire.cut();
  await toldEnd(rita, id, fence, SHORT.reconnectGrace + 4 * SLACK);
  await using ana = await world.connect('ana', { resume: before.wire.session });
  expect(await ana.send(id, { fence, lastSeen: 1, body: 'Late, but here' })).toMatchObject({
    lateSend: true,
  });
  expect(replies(id)).toEqual(['Late, but here']);
});

test('L6: the same client id twice stores one message and answers the same; equal texts under two ids are two', async () => {
  const id = world.conversation('front', front());
  const ana = await sdk.join('ana');
  const conversation = await opened(ana, id);
  await lockIs(conversation, 'mine');
  const one = conversation.reply({ body: 'Yes.' });
  const first = await one.confirmed;
  const again = await conversation.reply({ body: 'Yes.', clientId: one.clientId }).confirmed;
  expect([again.id, again.position]).toEqual([first.id, first.position]);
  const two = await conversation.reply({ body: 'Yes.' }).confirmed;
  expect(two.id).not.toBe(first.id);
  expect(replies(id)).toEqual(['Yes.', 'Yes.']);
  await refusal(
    'idempotency_mismatch',
    conversation.reply({ body: 'No.', clientId: one.clientId }).confirmed,
  );
});

test('L7: a send whose author had not seen the newest is stopped with what is new; it is sent anyway, edited, or dropped', async () => {
  for (const then of ['anyway', 'edited', 'dropped'] as const) {
    const customer = await world.customer('front');
    const id = customer.conversationId;
    await using proxy = await startProxy(world.server().port);
    const ana = await sdk.join('ana', { url: proxy.url });
    const conversation = await opened(ana, id);
    await lockIs(conversation, 'mine');
    // What the customer writes is on its way to her while she presses Send: her line is slow downwards.
    proxy.spoil({ blackHole: 'down' });
    await customer.writes('Never mind, cancel it');
    const sent = conversation.reply({ body: 'It leaves on Monday' });
    proxy.spoil({});
    proxy.reset();
    const stopped = await refusal('thread_moved_on', sent.confirmed);
    expect(stopped.details.entries).toMatchObject([{ kind: 'message', body: 'Never mind, cancel it' }]);
    expect(replies(id)).toEqual([]);
    expect(conversation.draft('reply').getSnapshot().body).toBe('It leaves on Monday');
    if (then === 'anyway') await conversation.sendAnyway(sent.clientId).confirmed;
    else conversation.discard(sent.clientId);
    if (then === 'edited') await conversation.reply({ body: 'It is cancelled' }).confirmed;
    const kept = { anyway: ['It leaves on Monday'], edited: ['It is cancelled'], dropped: [] };
    expect(replies(id)).toEqual(kept[then]);
    expect(conversation.getSnapshot().outgoing.filter(({ state }) => state === 'failed')).toEqual([]);
    await ana.close();
  }
});

test('L8: held by somebody else, REST refuses a reply with lock_held, with and without a forged fence; notes pass', async () => {
  const id = world.conversation('orders', orders());
  await using ana = await world.connect('ana');
  const { fence } = await ana.acquire(id);
  const held = await refusal('lock_held', overRest('ben', id, {}));
  expect(held.details.holder?.name).toBe('ana');
  await refusal(
    'lock_held',
    world.rest('ben').call(acquireLock, { params: { conversation: id }, body: { requestId: newClientId() } }),
  );
  const { id: sessionId, key } = ana.wire.session;
  const stolen = { fence, session: { id: sessionId, key }, lastSeen: 1 };
  await refusal('lock_required', overRest('ben', id, stolen));
  await world
    .rest('ben')
    .call(addNote, { params: { conversation: id }, body: { clientId: newClientId(), body: 'A note' } });
  expect(replies(id)).toEqual([]);
  await ana.release(id, fence);
  await overRest('ben', id, {});
  expect(replies(id)).toEqual(['Over REST']);
  await refusal('lock_lost', ana.send(id, { fence, lastSeen: 1 }));
});

test('L8: a lock held over REST closes the socket’s door, too, until it is given back', async () => {
  const id = world.conversation('front', front());
  const { fence, session } = await world.rest('ana').call(acquireLock, {
    params: { conversation: id },
    body: { requestId: newClientId(), device: 'a script' },
  });
  const ben = await sdk.join('ben');
  const his = await opened(ben, id);
  expect(await lockIs(his, 'theirs')).toMatchObject({ holder: { name: 'ana' } });
  await refusal('lock_held', his.reply({ body: 'Not mine to answer' }).confirmed);
  await overRest('ana', id, { fence, session, lastSeen: 1 });
  await world.rest('ana').call(releaseLock, { params: { conversation: id }, body: { fence, session } });
  await lockIs(his, 'free');
  expect(replies(id)).toEqual(['Over REST']);
});
