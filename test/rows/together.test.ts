import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy } from '../tools/proxy.ts';
import { places, refusal, staysTrue } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { leave, lockIs, opened, type People, people, shows } from './stage.ts';

const A_SECOND = 1_000 + SLACK;
const TYPING_EVERY = 300;
const TYPING_EXPIRES = 2_000;
const PRESENCE_BEAT = 500;

let world: World;
let sdk: People;
const front = places();

beforeAll(async () => {
  world = await startWorld({
    servers: 2,
    env: {
      TYPING_EVERY_MS: String(TYPING_EVERY),
      TYPING_EXPIRES_MS: String(TYPING_EXPIRES),
      PRESENCE_BEAT_MS: String(PRESENCE_BEAT),
    },
    seed: {
      inboxes: {
        front: { lockOn: 'open', times: SHORT, conversations: 20 },
        orders: { times: SHORT, conversations: 2 },
      },
      agents: { ana: {}, ben: {}, cleo: {}, dora: {}, eva: {} },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const onSecond = () => ({ url: world.server(1).url });
const inboxId = () => world.seeded.inboxes['front']?.inboxId ?? '';

test('L9: who types a reply or a note is seen at once, in the thread and over the inbox, by late openers too, each person apart', async () => {
  const id = world.conversation('front', front());
  const [ana, ben, cleo] = [await sdk.join('ana'), await sdk.join('ben', onSecond()), await sdk.join('cleo')];
  const [hers, his] = [await opened(ana, id), await opened(ben, id, 'none')];
  // Whoever has only the list open is told as well.
  const list = await world.connect('dora', { server: 1 });
  await list.wire.subscribe(world.stream('front'));
  const began = performance.now();
  hers.activity('reply');
  await shows(
    'ben sees ana',
    his.typists,
    (all) => all[0]?.person.name === 'ana' && all[0].kind === 'reply',
    A_SECOND,
  );
  const told = await list.wire.told(
    'ana types',
    (item): item is Extract<typeof item, { t: 'typing' }> => item.t === 'typing',
    A_SECOND,
  );
  expect(told).toMatchObject({ conversationId: id, person: { name: 'ana' }, kind: 'reply' });
  expect(performance.now() - began).toBeLessThan(A_SECOND);
  his.activity('note');
  const both = ['ana reply', 'ben note'];
  const words = (all: readonly { person: { name: string }; kind: string }[]) =>
    all.map(({ person, kind }) => `${person.name} ${kind}`).sort();
  const late = await opened(cleo, id, 'none');
  const keys = setInterval(() => (hers.activity('reply'), his.activity('note')), 100);
  try {
    await shows('cleo, who came late', late.typists, (all) => words(all).join() === both.join(), A_SECOND);
    await shows(
      'ana sees ben, and not herself',
      hers.typists,
      (all) => words(all).join() === 'ben note',
      A_SECOND,
    );
  } finally {
    clearInterval(keys);
  }
});

test('L9: the first keystroke is seen, though it takes the lock in the same breath, and so is one in two conversations at once', async () => {
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben', onSecond())];
  const places = world.seeded.inboxes['orders']?.conversations ?? [];
  const hers = await Promise.all(places.map((id) => opened(ana, id)));
  const his = await Promise.all(places.map((id) => opened(ben, id, 'none')));
  for (const conversation of hers) conversation.activity('reply');
  for (const { typists } of his) await shows('ben sees it', typists, (all) => all.length === 1, A_SECOND);
});

test('L9: typing is throttled at the client and forgotten by itself, also when the typist is never heard of again', async () => {
  const id = world.conversation('front', front());
  await using proxy = await startProxy(world.server().port);
  const [ana, ben] = [await sdk.join('ana', { url: proxy.url }), await sdk.join('ben', onSecond())];
  const [hers, his] = [await opened(ana, id), await opened(ben, id, 'none')];
  const watcher = await world.connect('dora');
  await watcher.wire.subscribe(world.stream('front'));
  const seen = () =>
    watcher.wire.items.filter((item) => item.t === 'typing' && item.conversationId === id).length;
  const strokes = performance.now();
  await staysTrue('she types', () => (hers.activity('reply'), true), 4 * TYPING_EVERY);
  expect(seen()).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - strokes) / TYPING_EVERY));
  await shows('ben sees it', his.typists, (all) => all.length === 1);
  proxy.spoil({ blackHole: 'both' });
  await shows('forgotten', his.typists, (all) => all.length === 0, TYPING_EXPIRES + A_SECOND);
});

test('L10: who views is shown one a person over tabs and servers, who replies by the lock, and nobody stays after leaving', async () => {
  const id = world.conversation('front', front());
  const [tab, other, ben] = [
    await sdk.join('ana'),
    await sdk.join('ana', onSecond()),
    await sdk.join('ben', onSecond()),
  ];
  const first = await opened(tab, id);
  const second = await opened(other, id);
  const his = await opened(ben, id, 'none');
  const sessionsOf = (all: readonly { person: { name: string }; sessions: number }[]) =>
    all
      .map(({ person, sessions }) => `${person.name} ${sessions}`)
      .sort()
      .join();
  await shows('two people, one of them twice', his.viewers, (all) => sessionsOf(all) === 'ana 2,ben 1');
  expect(await lockIs(his, 'theirs')).toMatchObject({ holder: { name: 'ana' } });
  leave(second);
  await shows('one tab left', his.viewers, (all) => sessionsOf(all) === 'ana 1,ben 1');
  leave(first);
  await shows('gone', his.viewers, (all) => sessionsOf(all) === 'ben 1');
});

test('L10: online, away and gone are shown in the inbox, across servers', async () => {
  const ben = await sdk.join('ben', onSecond());
  const { presence } = ben.inbox(inboxId());
  let seen = true;
  const watchers = new Set<() => void>();
  const visible = {
    get: () => seen,
    subscribe(onChange: () => void) {
      watchers.add(onChange);
      return () => void watchers.delete(onChange);
    },
  };
  const eva = await sdk.join('eva', { runtime: { visible } });
  const hers = () =>
    presence.getSnapshot().people.find(({ person }) => person.name === 'eva')?.availability ?? 'offline';
  await shows('online', presence, () => hers() === 'online');
  seen = false;
  for (const tell of watchers) tell();
  await shows('away', presence, () => hers() === 'away');
  await eva.close();
  await shows('gone', presence, () => hers() === 'offline');
});

test('L14: one agent in two tabs has one lock: the other tab says so, cannot write twice, and gets it when it is free', async () => {
  const id = world.conversation('front', front());
  const [tab, other] = [
    await sdk.join('ana', { runtime: { device: 'Chrome on Linux' } }),
    await sdk.join('ana', onSecond()),
  ];
  const first = await opened(tab, id);
  const mine = await lockIs(first, 'mine');
  const second = await opened(other, id);
  expect(await lockIs(second, 'mine-elsewhere')).toMatchObject({
    device: 'Chrome on Linux',
    since: mine.since,
  });
  const elsewhere = await refusal('lock_elsewhere', second.lock.acquire());
  expect(elsewhere.details).toMatchObject({ device: 'Chrome on Linux' });
  await first.lock.release();
  await lockIs(second, 'free');
  const again = await second.lock.acquire();
  expect(again.fence).toBeGreaterThan(mine.lock.fence);
  expect(
    world.rows('SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND ended_at IS NULL', id),
  ).toHaveLength(1);
});

test('L14: the other tab moves the lock over: one active composer, its draft comes along, and no colleague gets in between', async () => {
  const id = world.conversation('front', front());
  const quick = { timings: { draftDelay: 50 } };
  const [tab, other, ben] = [
    await sdk.join('ana', quick),
    await sdk.join('ana', { ...onSecond(), ...quick }),
    await sdk.join('ben', onSecond()),
  ];
  const first = await opened(tab, id);
  const mine = await lockIs(first, 'mine');
  const second = await opened(other, id);
  await lockIs(second, 'mine-elsewhere');
  const his = await opened(ben, id, 'none');
  await lockIs(his, 'theirs');
  const seen: string[] = [];
  his.lock.subscribe(() => seen.push(his.lock.getSnapshot().status));
  first.draft('reply').set('Half a sentence');
  await shows('saved', first.draft('reply'), ({ status }) => status === 'saved');
  const moved = await second.lock.moveHere();
  expect(moved.fence).toBeGreaterThan(mine.lock.fence);
  await lockIs(first, 'mine-elsewhere');
  expect(mine.lock.signal.aborted).toBe(true);
  await lockIs(second, 'mine');
  await refusal('lock_elsewhere', first.lock.acquire());
  const draft = await shows('the draft', second.draft('reply'), ({ body }) => body !== '', A_SECOND);
  expect(draft.body).toBe('Half a sentence');
  await second.reply({ body: 'Half a sentence, and the rest', then: 'stay' }).confirmed;
  expect(seen.filter((status) => status !== 'theirs')).toEqual([]);
  // And back again, with what the first tab's own handle says of it.
  await first.lock.moveHere();
  await lockIs(first, 'mine');
  await lockIs(second, 'mine-elsewhere');
  expect(moved.signal.aborted).toBe(true);
  expect(
    world.rows('SELECT epoch FROM lock_epochs WHERE conversation_id = ? AND ended_at IS NULL', id),
  ).toEqual([{ epoch: moved.fence + 1 }]);
});

test('L15: drafts are saved while typing, reply and note apart, and colleagues see whose there are, not what they say', async () => {
  const id = world.conversation('front', front());
  const [ana, ben] = [
    await sdk.join('ana', { timings: { draftDelay: 100 } }),
    await sdk.join('ben', onSecond()),
  ];
  const [hers, his] = [await opened(ana, id), await opened(ben, id, 'none')];
  hers.draft('reply').set('Dear Odile');
  hers.draft('note').set('She called twice');
  const { row } = await shows('ben sees them', his, (shown) => shown.row?.drafts.length === 2);
  expect(row?.drafts.map(({ person, kind }) => `${person.name} ${kind}`).sort()).toEqual([
    'ana note',
    'ana reply',
  ]);
  expect(JSON.stringify(row)).not.toContain('Odile');
  expect(his.draft('reply').getSnapshot().body).toBe('');
  await hers.lock.release();
  const elsewhere = await opened(await sdk.join('ana', onSecond()), id, 'none');
  const bodies = () => [
    elsewhere.draft('reply').getSnapshot().body,
    elsewhere.draft('note').getSnapshot().body,
  ];
  expect(bodies()).toEqual(['Dear Odile', 'She called twice']);
});

// The last one, because it takes a server away.
test('L10: a server that is killed leaves no ghosts; L15: a draft survives it', async () => {
  const id = world.conversation('front', front());
  const [ana, ben] = [
    await sdk.join('ana', { timings: { draftDelay: 50 } }),
    await sdk.join('ben', onSecond()),
  ];
  const [hers, his] = [await opened(ana, id), await opened(ben, id, 'none')];
  hers.draft('reply').set('Before the crash');
  await shows('it is saved', hers.draft('reply'), ({ status }) => status === 'saved');
  await shows('ana is there', his.viewers, (all) => all.length === 2);
  await world.server(0).kill9();
  await shows(
    'no ghost',
    his.viewers,
    (all) => all.every(({ person }) => person.name !== 'ana'),
    2 * PRESENCE_BEAT + A_SECOND,
  );
  const after = await opened(await sdk.join('ana', onSecond()), id, 'none');
  expect(after.draft('reply').getSnapshot().body).toBe('Before the crash');
});
