import type { PresenceRegistry } from '../cluster/registry.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BEAT,
  createPresenceServers,
  people,
  type PresenceServers,
  session,
  SOON,
} from './testing/presence-servers.ts';

let servers: PresenceServers;
beforeEach(() => {
  servers = createPresenceServers();
});
afterEach(() => servers.close());

test('who comes, turns away and goes is told to the inbox on every server, once a person', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana'));
  expect(one.news()).toEqual(['ibx: Ana online, 1 there']);
  await clock.advance(SOON);
  expect(two.news()).toEqual(['ibx: Ana online, 1 there']);
  two.presence.connected(session('Ben'));
  await clock.advance(SOON);
  expect([one.news(), two.news()]).toEqual([['ibx: Ben online, 2 there'], ['ibx: Ben online, 2 there']]);
  one.presence.setState('ses_Ana_1', 'hidden');
  one.presence.setState('ses_Ana_1', 'hidden');
  await clock.advance(SOON);
  expect(two.news()).toEqual(['ibx: Ana away, 2 there']);
  one.presence.disconnected('ses_Ana_1', 1);
  await clock.advance(SOON);
  expect(two.news()).toEqual(['ibx: Ana offline, 1 there']);
  expect(one.news()).toEqual(['ibx: Ana away, 2 there', 'ibx: Ana offline, 1 there']);
  expect(await people(one.presence)).toEqual(['Ben online']);
});

test('a person in several tabs, also on several servers, is one: online while one tab is looked at', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana', 1));
  two.presence.connected(session('Ana', 2));
  await clock.advance(SOON);
  expect(one.news()).toEqual(['ibx: Ana online, 1 there']);
  one.presence.setState('ses_Ana_1', 'hidden');
  await clock.advance(SOON);
  expect([one.news(), two.news().slice(1)]).toEqual([[], []]);
  two.presence.setState('ses_Ana_2', 'hidden');
  await clock.advance(SOON);
  expect(one.news()).toEqual(['ibx: Ana away, 1 there']);
  one.presence.setState('ses_Ana_1', 'active');
  two.presence.disconnected('ses_Ana_2', 1);
  await clock.advance(SOON);
  expect(one.news()).toEqual(['ibx: Ana online, 1 there']);
  expect(await people(two.presence)).toEqual(['Ana online']);
});

test('who has a conversation open is told as a whole list, per person with the number of tabs', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana', 1));
  one.presence.connected(session('Ana', 2));
  two.presence.connected(session('Ben'));
  await clock.advance(SOON);
  one.news();
  two.news();
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  one.presence.view('ses_Ana_2', 'ibx', 'cnv_1');
  two.presence.view('ses_Ben_1', 'ibx', 'cnv_1');
  await clock.advance(SOON);
  expect(one.news()).toEqual([
    'cnv_1: Ana×1 online',
    'cnv_1: Ana×2 online',
    'cnv_1: Ana×2 online, Ben×1 online',
  ]);
  expect(two.presence.viewersOf('cnv_1')).toHaveLength(2);
  const { conversations } = await one.presence.snapshot('ibx');
  expect(conversations).toEqual([
    { conversationId: 'cnv_1', viewers: one.presence.viewersOf('cnv_1'), typists: [] },
  ]);

  two.news();
  two.presence.setState('ses_Ben_1', 'hidden');
  await clock.advance(SOON);
  expect(one.news()).toEqual(['ibx: Ben away, 2 there', 'cnv_1: Ana×2 online, Ben×1 away']);
  one.presence.leave('ses_Ana_1', 'cnv_1');
  one.presence.leave('ses_Ana_1', 'cnv_1');
  one.presence.disconnected('ses_Ana_2', 1);
  two.presence.leave('ses_Ben_1', 'cnv_1');
  await clock.advance(SOON);
  expect(one.news()).toEqual(['cnv_1: Ana×1 online, Ben×1 away', 'cnv_1: Ben×1 away', 'cnv_1: nobody']);
  expect((await two.presence.snapshot('ibx')).conversations).toEqual([]);
});

test('without activity for five minutes somebody is away, until something is done', async () => {
  const { clock, server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  one.news();
  await clock.advance(290_000);
  one.presence.active('ses_Ana_1');
  await clock.advance(290_000);
  expect(one.news()).toEqual([]);
  await clock.advance(20_000);
  expect(one.news()).toEqual(['ibx: Ana away, 1 there']);
  one.presence.active('ses_Ana_1');
  one.presence.active('ses_Ana_1');
  expect(one.news()).toEqual(['ibx: Ana online, 1 there']);
});

test('a tab that calls itself idle makes nobody away before the five minutes are over', async () => {
  const { clock, server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  await clock.advance(200_000);
  one.presence.setState('ses_Ana_1', 'idle');
  expect(await people(one.presence)).toEqual(['Ana online']);
  await clock.advance(110_000);
  expect(await people(one.presence)).toEqual(['Ana away']);
  one.presence.setState('ses_Ana_1', 'active');
  expect(await people(one.presence)).toEqual(['Ana online']);
});

test('a resume on the same server is not ended by the old connection', async () => {
  const { server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  one.presence.connected(session('Ana', 1, { connectionNo: 2 }));
  one.presence.disconnected('ses_Ana_1', 1);
  expect(await people(one.presence)).toEqual(['Ana online']);
  one.presence.disconnected('ses_Ana_1', 2);
  expect(await people(one.presence)).toEqual([]);
  expect(one.news()).toEqual(['ibx: Ana online, 1 there', 'ibx: Ana offline, 0 there']);
});

test('resuming is no activity: who was away stays it', async () => {
  const { clock, server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  await clock.advance(310_000);
  one.news();
  one.presence.connected(session('Ana', 1, { connectionNo: 2 }));
  expect(one.news()).toEqual([]);
  expect(await people(one.presence)).toEqual(['Ana away']);
});

test('who may no longer see an inbox is gone from it and from its conversations at once', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana', 1, { inboxIds: ['ibx', 'other'] }));
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  one.presence.view('ses_Ana_1', 'other', 'cnv_2');
  await clock.advance(SOON);
  two.news();
  one.presence.inboxesChanged('ses_Ana_1', ['other', 'new']);
  await clock.advance(SOON);
  expect(two.news()).toEqual(['ibx: Ana offline, 0 there', 'new: Ana online, 1 there', 'cnv_1: nobody']);
  expect(await two.presence.snapshot('ibx')).toEqual({ people: [], total: 0, conversations: [] });
  expect(two.presence.viewersOf('cnv_2')).toHaveLength(1);
});

test('what is told goes to the rooms of the inboxes concerned and to no other', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana', 1, { inboxIds: ['a', 'b'] }));
  one.presence.view('ses_Ana_1', 'a', 'cnv_1');
  two.presence.connected(session('Ben', 1, { inboxIds: ['c'] }));
  await clock.advance(SOON);
  for (const { inboxId, item } of [...one.told, ...two.told]) expect(item).toMatchObject({ inboxId });
  expect(one.told.filter(({ inboxId }) => inboxId === 'c')).toHaveLength(1);
  expect(one.told.filter(({ item }) => item.t === 'viewers').map(({ inboxId }) => inboxId)).toEqual(['a']);
});

test('in an inbox with more than a hundred people only their number is told, every few seconds', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  for (let at = 0; at < 100; at += 1) one.presence.connected(session(`p${at}`));
  await clock.advance(SOON);
  expect(one.news()).toHaveLength(100);
  two.news();
  for (let at = 100; at < 300; at += 1) one.presence.connected(session(`p${at}`));
  await clock.advance(4_000);
  expect([one.news(), two.news()]).toEqual([[], []]);
  await clock.advance(2_000);
  expect([one.news(), two.news()]).toEqual([['ibx: 300 there'], ['ibx: 300 there']]);
  const snapshot = await two.presence.snapshot('ibx');
  expect([snapshot.people.length, snapshot.total]).toEqual([12, 300]);
  one.presence.setState('ses_p7_1', 'hidden');
  await clock.advance(10_000);
  expect(one.news()).toEqual([]);
});

test('when a crowd becomes small again everybody is told by name, and who went meanwhile is offline', async () => {
  const { clock, server } = servers;
  const one = server('srv_1');
  const go = (from: number, to: number): void => {
    for (let at = from; at <= to; at += 1) one.presence.disconnected(`ses_p${at}_1`, 1);
  };
  for (let at = 0; at < 220; at += 1) one.presence.connected(session(`p${at}`));
  await clock.advance(10_000);
  // Shown in this snapshot, and nowhere before, because the first hundred have gone by then.
  go(0, 99);
  const shown = await people(one.presence);
  expect([shown.length, shown.at(-1)]).toEqual([12, 'p111 online']);
  one.news();
  go(100, 102);
  go(113, 129);
  const [line = '', ...rest] = one.news();
  expect(rest).toEqual([]);
  // p113 was shown to nobody, and p103 and p112 are there.
  for (const at of [0, 1, 99, 100, 102, 129]) expect(line).toContain(`p${at} offline`);
  for (const at of [103, 112, 130, 219]) expect(line).toContain(`p${at} online`);
  expect(line).not.toContain('p113 ');
  expect(line).toContain('100 there');
});

test('at most fifty viewers of a conversation are told, and nothing when the others change', async () => {
  const { server } = servers;
  const one = server('srv_1');
  for (let at = 0; at < 60; at += 1) {
    one.presence.connected(session(`p${at}`));
    one.presence.view(`ses_p${at}_1`, 'ibx', 'cnv_1');
  }
  expect(one.presence.viewersOf('cnv_1')).toHaveLength(50);
  expect(one.told.filter(({ item }) => item.t === 'viewers')).toHaveLength(50);
  one.news();
  one.presence.leave('ses_p55_1', 'cnv_1');
  expect(one.news()).toEqual([]);
  one.presence.leave('ses_p5_1', 'cnv_1');
  expect(one.news()[0]).toContain('p50×1 online');
});

test('a session views at most fifty conversations: the oldest is closed for the next', () => {
  const { server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  for (let at = 0; at < 51; at += 1) one.presence.view('ses_Ana_1', 'ibx', `cnv_${at}`);
  expect(one.presence.viewersOf('cnv_0')).toEqual([]);
  expect(one.presence.viewersOf('cnv_1')).toHaveLength(1);
});

test('a call about an unknown session is nothing', () => {
  const { server } = servers;
  const one = server('srv_1');
  one.presence.setState('ses_x', 'hidden');
  one.presence.active('ses_x');
  one.presence.view('ses_x', 'ibx', 'cnv_1');
  one.presence.leave('ses_x', 'cnv_1');
  one.presence.inboxesChanged('ses_x', ['ibx']);
  one.presence.disconnected('ses_x', 1);
  expect(one.news()).toEqual([]);
});

test('five thousand sessions of one inbox cost one timer, one beat and no telling of names', async () => {
  const { clock, registry, server } = servers;
  let puts = 0;
  const counted: PresenceRegistry = {
    ...registry,
    put: (entries, ttl) => {
      puts += 1;
      return registry.put(entries, ttl);
    },
  };
  const one = server('srv_1', { registry: counted });
  for (let at = 0; at < 5_000; at += 1) one.presence.connected(session(`p${at}`));
  // The look, the flush to the other servers, and the totals of the crowd.
  expect(clock.pending).toBe(3);
  expect(one.told.length).toBe(100);
  await clock.advance(SOON);
  expect(puts).toBe(10);
  await clock.advance(BEAT);
  expect(puts).toBe(11);
  expect(await registry.inInbox('ibx')).toHaveLength(5_000);
});

test('a snapshot names at most two hundred conversations, those that were opened last', async () => {
  const one = servers.server('srv_1');
  for (let at = 0; at < 210; at += 1) {
    one.presence.connected(session(`p${at}`));
    one.presence.view(`ses_p${at}_1`, 'ibx', `cnv_${at}`);
  }
  const { conversations } = await one.presence.snapshot('ibx');
  expect(conversations).toHaveLength(200);
  expect(conversations[0]?.conversationId).toBe('cnv_10');
});

test('whoever went a moment before the server stops is in no registry either', async () => {
  const { clock, registry, server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  await clock.advance(SOON);
  one.presence.disconnected('ses_Ana_1', 1);
  await one.presence.close();
  expect(await registry.inInbox('ibx')).toEqual([]);
});
