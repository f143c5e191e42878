import { LatchboxError, refuse } from '@latchbox/shared/errors';
import { TakeOverBy, mayTakeOver as contract } from '@latchbox/shared/model/inbox';
import { expect, test } from 'vitest';
import { createFakeServer, type FakeServer } from '../testing/index.ts';
import { clientOf, join, rejection, said } from '../test-clients.ts';
import { mayTakeOver } from './derive.ts';

/** Ben holds c1, and is a colleague without a client; Ana looks at it. */
async function watching(server: FakeServer = createFakeServer()) {
  const ben = server.colleague('ben');
  ben.takes('c1');
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  const lease = conversation.open({ lock: 'none' });
  await conversation.ready;
  await server.flush();
  return { server, ben, ...joined, conversation, lock: conversation.lock, lease };
}

/** Ana holds c1. */
async function holding(server: FakeServer = createFakeServer()) {
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  const lease = conversation.open();
  await conversation.ready;
  await server.flush();
  const state = conversation.lock.getSnapshot();
  if (state.status !== 'mine') throw new Error('not mine');
  return { server, ...joined, conversation, lock: conversation.lock, held: state.lock, lease };
}

test('who may take over is what the contract says, for every role, capability and setting', () => {
  for (const by of TakeOverBy.options)
    for (const role of ['agent', 'admin'] as const)
      for (const capability of ['read', 'reply', 'manage'] as const)
        expect(mayTakeOver(by, role, capability), `${by} ${role} ${capability}`).toBe(
          contract(by, role, capability),
        );
  // A server of an older protocol says nothing of it.
  expect(mayTakeOver(undefined, 'agent', 'manage')).toBe(false);
});

test('a server that does not know a command is too old for it, and says so by its code', async () => {
  const { server, lock } = await watching();
  const unknown = () => server.gateway.refusals.set('lock.ask', [refuse('unknown_event')]);
  unknown();
  const { protocol } = server.settings;
  expect(await rejection(lock.ask())).toMatchObject({ code: 'server_too_old', details: { protocol } });
  server.gateway.refusals.set('lock.takeOver', [refuse('unknown_event')]);
  expect(await rejection(lock.takeOver())).toMatchObject({ code: 'server_too_old' });
});

test('joining that is refused is told as an error event, and leaves no place to give up', async () => {
  const { server, client, lock } = await watching();
  const errors: string[] = [];
  client.on('error', ({ during, error }) => errors.push(`${during}: ${error.code}`));
  server.refuse('lock.join', 'limit', { max: 200 });
  const leave = lock.join();
  await server.flush();
  expect(errors).toEqual(['lock.join: limit']);
  leave();
  await server.flush();
  expect(said(server)).not.toContain('lock.leaveLine');
});

test('several who wait here have one place, which goes with the last of them', async () => {
  const { server, lock } = await watching();
  const [one, two] = [lock.join(), lock.join()];
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ place: 1, queue: [{ id: 'ana' }] });
  one();
  await server.flush();
  expect(lock.getSnapshot().place).toBe(1);
  two();
  await server.flush();
  expect(lock.getSnapshot().place).toBeNull();
  const line = said(server).filter((name) => name === 'lock.join' || name === 'lock.leaveLine');
  expect(line).toEqual(['lock.join', 'lock.leaveLine']);
});

test('joining before there is a connection waits for it, and can be taken back before', async () => {
  const server = createFakeServer();
  server.colleague('ben').takes('c1');
  const { client } = clientOf(server);
  client.conversation('c1').lock.join();
  client.conversation('d1').lock.join()();
  await client.connect();
  await server.flush();
  expect(said(server)).toEqual(['lock.join']);
  expect(server.world.conversations.get('c1')?.waiting).toEqual(['ana']);
});

test('a place that went with its session is taken again by the next one', async () => {
  const { server, line, lock, ben } = await watching();
  const waiting = lock.acquire({ whenHeld: 'queue' });
  await server.flush();
  line.cut();
  for (const session of server.gateway.sessions()) session.ended = true;
  // Longer than somebody in line may be away.
  await server.advance(31_000);
  ben.types('c1');
  expect(server.world.conversations.get('c1')?.waiting).toEqual([]);
  line.mend();
  await server.advance(9_000);
  expect(server.world.conversations.get('c1')?.waiting).toEqual(['ana']);
  ben.releases('c1');
  await server.flush();
  expect((await waiting).signal.aborted).toBe(false);
});

test('staying is the answer to who asks, before its row tells so', async () => {
  const { server, lock } = await holding();
  server.colleague('ben').asks('c1');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'mine', asks: [{ from: { id: 'ben' } }] });
  server.gateway.deaf.add('ana');
  lock.stay();
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'mine', asks: [] });
});

test('a lock that is granted after it was given up goes back at once', async () => {
  const server = createFakeServer({ auto: false });
  const { client } = clientOf(server);
  const connected = client.connect();
  await server.flush();
  await connected;
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await server.flush();
  const abort = new AbortController();
  const asking = rejection(conversation.lock.acquire({ signal: abort.signal }));
  // On its way, and not there yet.
  expect(server.network.waiting).toBe(1);
  abort.abort();
  expect(await asking).toMatchObject({ code: 'aborted' });
  await server.flush();
  expect(said(server).filter((name) => name.startsWith('lock.'))).toEqual(['lock.acquire', 'lock.release']);
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
  expect(conversation.lock.getSnapshot().status).toBe('free');
});

test('what was asked of the one before, and offered by them, is over with their lock, before its row tells so', async () => {
  const server = createFakeServer();
  server.newConversation({ id: 'c2', from: 'Otto', body: 'Hello' });
  const { client, lock, ben } = await watching(server);
  // Who holds another conversation would lose it by this one: so it is an offer.
  await client.conversation('c2').lock.acquire();
  server.colleague('cleo').asks('c1');
  ben.handsOver('c1', 'ana', 'yours');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'offered', from: { id: 'ben' } });
  server.gateway.deaf.add('ana');
  await lock.acceptOffer();
  expect(lock.getSnapshot()).toMatchObject({ status: 'mine', asks: [], handOver: null });
});

test('what comes free while it is asked for is taken', async () => {
  const { server, lock, ben } = await watching();
  const asking = lock.ask();
  await server.flush();
  ben.releases('c1');
  await server.flush();
  expect((await asking).signal.aborted).toBe(false);
  expect(lock.getSnapshot().status).toBe('mine');
});

test('a hand-over whose answer was lost with the connection is done, not lost', async () => {
  const { server, line, held } = await holding();
  server.colleague('ben');
  server.gateway.mute.add('lock.handOver');
  const handing = held.handOver('ben');
  await server.flush();
  expect(server.world.conversations.get('c1')?.lock?.agentId).toBe('ben');
  server.gateway.mute.clear();
  line.blink();
  await server.advance(5_000);
  expect(await handing).toEqual({ state: 'passed' });
});

test('the same for an answer to who asks', async () => {
  const { server, line, lock } = await holding();
  const { askId } = server.colleague('ben').asks('c1');
  await server.flush();
  server.gateway.mute.add('lock.answer');
  const answering = lock.answer(askId, 'pass');
  await server.flush();
  server.gateway.mute.clear();
  line.blink();
  await server.advance(5_000);
  await answering;
  expect(lock.getSnapshot()).toMatchObject({ status: 'theirs', holder: { id: 'ben' } });
});

test('the first keystroke answers who asks by an acknowledged "stay", once', async () => {
  const { server, client, conversation, lock } = await holding();
  const told: string[] = [];
  client.on('lock.asked', ({ ask }) => told.push(ask.from.id));
  server.colleague('ben').asks('c1');
  server.colleague('cleo').asks('c1');
  await server.flush();
  expect(told).toEqual(['ben', 'cleo']);
  const before = server.commands.length;
  conversation.activity('reply');
  conversation.activity('reply');
  await server.flush();
  conversation.activity('reply');
  await server.flush();
  expect(server.commands.slice(before).map(({ name }) => name)).toEqual(['lock.stay', 'activity']);
  expect(lock.getSnapshot()).toMatchObject({ status: 'mine', asks: [] });
});

test('a lock that came to a conversation which is not open here is asked about when it idles, and goes then', async () => {
  const server = createFakeServer();
  const ben = server.colleague('ben');
  ben.takes('c1');
  const { client } = await join(server);
  const told: string[] = [];
  client.on('lock.received', ({ from }) => told.push(`received from ${from?.name}`));
  client.on('idle.asked', () => told.push('asked'));
  client.on('lock.lost', ({ reason }) => told.push(`lost: ${reason}`));
  ben.handsOver('c1', 'ana', 'yours');
  await server.advance(240_100);
  expect(told).toEqual(['received from Ben', 'asked', 'lost: idle']);
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
});

test('a lock that came while this client was away is told of when it is back', async () => {
  const server = createFakeServer();
  const ben = server.colleague('ben');
  ben.takes('c1');
  const { client, line } = await join(server);
  const told: unknown[] = [];
  client.on('lock.received', (event) => told.push(event));
  // Frames are lost, the connection stands: for the server she is there.
  server.gateway.deaf.add('ana');
  ben.handsOver('c1', 'ana', 'yours');
  await server.flush();
  server.gateway.deaf.clear();
  line.blink();
  await server.advance(5_000);
  const from = { id: 'ben', name: 'Ben' };
  expect(told).toEqual([{ conversationId: 'c1', from, note: 'yours', how: 'handed_over' }]);
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('mine');
  await client.conversation('c1').lock.release();
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
});

test('coming back within the moment in which a conversation lingers takes its lock again, and loses nothing', async () => {
  const { server, client, conversation, lock, lease } = await holding();
  server.newConversation({ id: 'c2', from: 'Otto', body: 'Hello' });
  const lost: unknown[] = [];
  client.on('lock.lost', (event) => lost.push(event));
  lease.release();
  const elsewhere = client.conversation('c2').open();
  await client.conversation('c2').ready;
  await server.flush();
  expect(client.conversation('c2').lock.getSnapshot().status).toBe('mine');
  expect(lock.getSnapshot().status).toBe('free');
  elsewhere.release();
  conversation.open();
  await server.flush();
  expect(lock.getSnapshot().status).toBe('mine');
  await server.advance(1_000);
  expect(lock.getSnapshot().status).toBe('mine');
  expect(client.conversation('c2').lock.getSnapshot()).toMatchObject({ status: 'free' });
  expect(lost).toEqual([]);
});

test('the same when the other lock is granted only after coming back', async () => {
  const { server, client, conversation, lock, lease } = await holding();
  server.newConversation({ id: 'c2', from: 'Otto', body: 'Hello' });
  await client.list().until(({ status }) => status === 'ready');
  const lost: unknown[] = [];
  client.on('lock.lost', (event) => lost.push(event));
  lease.release();
  const elsewhere = client.conversation('c2').open();
  elsewhere.release();
  conversation.open();
  expect(lock.getSnapshot().status).toBe('mine');
  await server.advance(1_000);
  expect(lock.getSnapshot().status).toBe('mine');
  expect(lost).toEqual([]);
});

test('a page that is put together anew does not wipe away how a lock was lost', async () => {
  const { server, conversation, lock, lease } = await holding();
  server.colleague('cleo');
  server.endLock('c1', 'idle');
  await server.flush();
  lease.release();
  conversation.open();
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'lost', reason: 'idle' });
});

test('who lost it while somebody waited sees to whom it is offered', async () => {
  const { server, lock } = await holding();
  server.colleague('ben').joins('c1');
  server.endLock('c1', 'idle');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'lost', now: 'free', offeredTo: { id: 'ben' } });
  server.colleague('ben').accepts('c1');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ now: { holder: { id: 'ben' } }, offeredTo: null });
});

test('joining ends what was lost', async () => {
  const { server, lock } = await holding();
  const ben = server.colleague('ben');
  server.setTakeOverBy('support', 'members');
  ben.takesOver('c1', 'urgent');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'lost', by: { id: 'ben' }, note: 'urgent' });
  lock.join();
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'theirs', place: 1 });
  ben.releases('c1');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'offered', from: null });
});

test('a lock that is kept for the next in line can be taken over by who may', async () => {
  const { server, lock, ben } = await watching();
  server.colleague('cleo').joins('c1');
  ben.releases('c1');
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'reserved', for: { id: 'cleo' }, mayTakeOver: true });
  const error = await rejection(lock.acquire());
  expect(LatchboxError.is(error, 'lock_held') && error.details.offeredTo?.id).toBe('cleo');
  await lock.acquire({ whenHeld: 'steal' });
  expect(lock.getSnapshot().status).toBe('mine');
});
