import { createLatchbox, type LatchboxClient } from '@latchbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startProxy } from '../tools/proxy.ts';
import { places, refusal, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, type People, people, shows } from './stage.ts';

/** Long enough for a client to find the other server on a busy machine. */
const TIMES = { ...SHORT, lockTtl: 6_000, reconnectGrace: 4_000 };

let world: World;
let sdk: People;
const front = places();

beforeAll(async () => {
  world = await startWorld({
    servers: 2,
    seed: {
      inboxes: { front: { lockOn: 'open', times: TIMES, conversations: 12 } },
      agents: { ana: {}, ben: {}, cleo: {}, rita: { capability: 'read' } },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const urls = () => [world.server(0).url, world.server(1).url];
const isConnected = ({ name }: { readonly name: string }) => name === 'connected';
/** Sequence numbers of the inbox's events, as a client applies them. */
function numbers(client: LatchboxClient): number[] {
  const seen: number[] = [];
  client.on('event', ({ stream, seq }) => {
    if (stream === world.stream('front')) seen.push(seq);
  });
  return seen;
}
const dense = (seen: readonly number[]) =>
  seen.every((seq, at) => at === 0 || seq === (seen[at - 1] ?? 0) + 1);

test('L16: with its cursor a client gets exactly the events it missed, in order; too far behind or of another log: resync', async () => {
  const id = world.conversation('front', front());
  await using ana = await world.connect('ana');
  const ben = await world.connect('ben');
  const { logEpoch, head } = await ben.wire.subscribe(world.stream('front'));
  ben.wire.cut();
  const { fence } = await ana.acquire(id);
  await ana.note(id, 'One');
  await ana.release(id, fence);
  const written = world.rows<{ seq: number }>(
    'SELECT seq FROM events WHERE stream = ? AND seq > ? ORDER BY seq',
    world.stream('front'),
    head,
  );
  expect(written.length).toBeGreaterThanOrEqual(3);
  await using again = await world.connect('ben', { server: 1, resume: ben.wire.session });
  await again.wire.subscribe(world.stream('front'), { logEpoch, seq: head });
  const replayed = () => again.wire.deliveries[0]?.events.map(({ event }) => event.seq) ?? [];
  await eventually('the replay is there', () => replayed().length >= written.length);
  expect(replayed()).toEqual(written.map(({ seq }) => seq));
  await using other = await world.connect('cleo');
  await refusal('resync', other.wire.subscribe(world.stream('front'), { logEpoch: 'another', seq: head }));
  await refusal('resync', other.wire.subscribe(world.stream('front'), { logEpoch, seq: head + 10_000 }));
});

test('L16, S4: a client that was away resumes its lock under the same fence, and a queued send leaves only when the thread is current, with what its author had seen', async () => {
  const customer = await world.customer('front');
  const id = customer.conversationId;
  await using proxy = await startProxy(world.server().port);
  const ana = await sdk.join('ana', { url: proxy.url });
  const hers = await opened(ana, id);
  const { lock } = await lockIs(hers, 'mine');
  const seen = numbers(ana);
  await proxy.close();
  proxy.reset();
  await shows('offline', ana.connection, (state) => !isConnected(state));
  expect(hers.lock.getSnapshot()).toMatchObject({ status: 'mine', stale: true });
  await customer.writes('One more thing');
  const sent = hers.reply({ body: 'Written before I saw it' });
  await proxy.open();
  await shows('back', ana.connection, (state) => state.name === 'connected' && state.resumed);
  // It left only with the new message on the screen, and with what was seen when it was pressed: so it is stopped.
  const stopped = await refusal('thread_moved_on', sent.confirmed);
  expect(stopped.details.entries).toMatchObject([{ body: 'One more thing' }]);
  expect(hers.getSnapshot().entries.at(-1)).toMatchObject({ body: 'One more thing' });
  expect((await lockIs(hers, 'mine')).lock.fence).toBe(lock.fence);
  expect(lock.signal.aborted).toBe(false);
  expect(await hers.sendAnyway(sent.clientId).confirmed).toMatchObject({ fence: lock.fence });
  await shows('its event is applied', hers, ({ entries }) => entries.at(-1)?.kind === 'reply');
  expect(dense(seen)).toBe(true);
});

test('S4: a send queued while offline is stored exactly once, though its answer was lost and it was sent again', async () => {
  const id = world.conversation('front', front());
  await using proxy = await startProxy(world.server().port);
  const ana = await sdk.join('ana', { url: proxy.url });
  const hers = await opened(ana, id);
  await lockIs(hers, 'mine');
  // The server gets it; the answer and everything else is swallowed on the way back.
  proxy.spoil({ blackHole: 'down' });
  const { confirmed } = hers.reply({ body: 'Once' });
  const stored = () => world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', id).length;
  await eventually('it is stored', () => stored() === 1);
  proxy.spoil({});
  proxy.reset();
  expect(await confirmed).toMatchObject({ body: 'Once' });
  await shows('nothing is on its way', ana.sync, ({ unsent, failed }) => unsent === 0 && failed === 0);
  expect(stored()).toBe(1);
});

test('L17, S4: a server that dies is left for the next address: lock, fence and text stay, nothing is missed, and sends go on', async () => {
  const [id, orphan] = [world.conversation('front', front()), world.conversation('front', front())];
  const { token } = world.agent('ana');
  await using ana = createLatchbox({ url: urls(), auth: () => Promise.resolve(token) });
  await ana.connect();
  const rita = await world.connect('rita', { server: 1 });
  await rita.wire.subscribe(world.stream('front'));
  const ben = await sdk.join('ben', { url: world.server(1).url });
  const hers = await opened(ana, id);
  const { lock } = await lockIs(hers, 'mine');
  const his = await opened(ben, id);
  await lockIs(his, 'theirs');
  const gone = await world.connect('cleo', { server: 0 });
  const left = await gone.acquire(orphan);
  hers.draft('reply').set('Half a sent');
  const seen = numbers(ana);

  await world.server(0).kill9();
  await shows(
    'on the other server',
    ana.connection,
    (state) => state.name === 'connected' && state.resumed,
    6_000,
  );
  expect((await lockIs(hers, 'mine')).lock.fence).toBe(lock.fence);
  expect(hers.draft('reply').getSnapshot().body).toBe('Half a sent');
  expect(his.lock.getSnapshot()).toMatchObject({ status: 'theirs', holder: { name: 'ana' } });
  // Nobody comes back for this one: it expires, and everybody is told. While Redis is new, for one renew interval (10 s), it
  // could as well be one that was emptied, and decides nothing.
  const end = await toldEnd(rita, orphan, left.fence, 10_000 + TIMES.lockTtl + 2 * SLACK);
  expect(['expired', 'disconnected']).toContain(end.reason);
  expect(await hers.reply({ body: 'Half a sentence no more' }).confirmed).toMatchObject({
    fence: lock.fence,
  });
  await his.note({ body: 'Well done' }).confirmed;
  await shows(
    'and events go on',
    hers,
    ({ entries }) => entries.at(-1)?.kind === 'note' && entries.length === 3,
  );
  expect(dense(seen)).toBe(true);
});
