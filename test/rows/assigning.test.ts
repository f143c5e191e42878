/** Filters of lists, assigning to people and teams, round robin, and views: on two started servers, over REST, sockets and the SDK. */
import type { LatchboxClient } from '@latchbox/client';
import { adminOf } from '@latchbox/client/admin';
import { changeAssignment, getAssignment, listAssignees } from '@latchbox/shared/http/assignment';
import { listAudit } from '@latchbox/shared/http/audit';
import {
  getConversation,
  listConversations,
  setAssignee,
  setRead,
  setStatus,
} from '@latchbox/shared/http/conversations';
import { listMails } from '@latchbox/shared/http/mails';
import { sendReply } from '@latchbox/shared/http/replies';
import { listNotifications } from '@latchbox/shared/http/notifications';
import { listScheduled, scheduleReply } from '@latchbox/shared/http/scheduled';
import { addToTeam, createTeam } from '@latchbox/shared/http/teams';
import { changeView, createView, listViews, removeView } from '@latchbox/shared/http/views';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { type People, people, shows } from './stage.ts';

const MANY = 220;
const inbox = (conversations: number) => ({ lockOn: 'compose' as const, times: SHORT, conversations });
const many = Array.from({ length: MANY }, (_, number) => `m${number}`);

let world: World;
let sdk: People;
beforeAll(async () => {
  world = await startWorld({
    servers: 2,
    seed: {
      inboxes: {
        front: inbox(8),
        other: inbox(2),
        turns: inbox(0),
        ...Object.fromEntries(many.map((name) => [name, inbox(1)])),
      },
      agents: {
        ana: { inboxes: ['front', 'other', 'turns'] },
        ben: { inboxes: ['front', 'turns'] },
        rita: { inboxes: ['front', 'turns'], capability: 'read' },
        max: { inboxes: ['front', 'turns'], capability: 'manage' },
        eve: { inboxes: ['other'] },
        mia: { role: 'admin', inboxes: [] },
        otto: {},
      },
    },
  });
  sdk = people(world);
}, 60_000);
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const as = (name: string) => world.rest(name);
const idOf = (name: string) => world.agent(name).id;
const inboxId = (name = 'front') => world.seeded.inboxes[name]?.inboxId ?? '';
const assign = (
  who: string,
  conversation: string,
  body: { assigneeId: string | null; teamId?: string | null },
) => as(who).call(setAssignee, { params: { conversation }, body });
const told = async (who: string) =>
  (await as(who).call(listNotifications)).notifications.map(({ notification }) => notification);
const listed = async (who: string, query: Record<string, string>) => {
  const { rows } = await as(who).call(listConversations, {
    query: { inbox: inboxId(), limit: 100, ...query },
  });
  return rows.map(({ id }) => id).sort();
};
const front = (...places: number[]) => places.map((place) => world.conversation('front', place)).sort();

test('M8: a list shows what is assigned to me, read or unread, or to a colleague, in Inbox and in Archived: by REST, by socket and live', async () => {
  const [one, two, three, four, five] = Array.from({ length: 5 }, (_, place) =>
    world.conversation('front', place),
  );
  for (const id of [one, two, three]) await assign('ana', id ?? '', { assigneeId: idOf('ana') });
  for (const id of [four, five]) await assign('ana', id ?? '', { assigneeId: idOf('ben') });
  await as('ana').call(setRead, { params: { conversation: two ?? '' }, body: { read: 1 } });
  for (const id of [three, five])
    await as('ana').call(setStatus, { params: { conversation: id ?? '' }, body: { status: 'archived' } });
  const must: readonly (readonly [Record<string, string>, string[]])[] = [
    [{ assignee: 'me', status: 'open' }, front(0, 1)],
    [{ assignee: 'me', status: 'open', unread: 'true' }, front(0)],
    [{ assignee: 'me', status: 'open', unread: 'false' }, front(1)],
    [{ assignee: 'me', status: 'archived' }, front(2)],
    [{ assignee: 'others', status: 'open' }, front(3)],
    [{ assignee: 'others', status: 'archived' }, front(4)],
    [{ assignee: idOf('ben') }, front(3, 4)],
    [{ assignee: 'none', status: 'open' }, front(5, 6, 7)],
    [{ status: 'open' }, front(0, 1, 3, 5, 6, 7)],
  ];
  await using ana = await world.connect('ana', { server: 1 });
  const client = await sdk.join('ana');
  for (const [query, ids] of must) {
    expect(await listed('ana', query), JSON.stringify(query)).toEqual(ids);
    const { unread, ...rest } = query;
    const filter = {
      ...rest,
      inboxIds: [inboxId()],
      ...(unread !== undefined && { unread: unread === 'true' }),
    };
    const page = await ana.wire.call('conversation.list', {
      filter: filter as never,
      after: null,
      limit: 100,
    });
    expect(page.rows.map(({ id }) => id).sort(), 'by socket').toEqual(ids);
    const live = client.list(filter as never);
    await shows(
      'the live list',
      live,
      ({ rows, status }) =>
        status === 'ready' &&
        rows
          .map(({ id }) => id)
          .sort()
          .join() === ids.join(),
    );
  }
  // Each colleague sees it from their own side.
  expect(await listed('ben', { assignee: 'me', status: 'open' })).toEqual(front(3));
  expect(await listed('ben', { assignee: 'others', status: 'open' })).toEqual(front(0, 1));
  for (const wrong of [{ unread: 'yes' }, { assignee: 'no one' }, { status: 'gone' }])
    await refusal('invalid', as('ana').call(listConversations, { query: wrong }));
  await refusal(
    'not_found',
    as('eve').call(listConversations, { query: { inbox: inboxId(), assignee: 'me' } }),
  );
});

test('M8: rows move in and out of filtered lists as the server’s query would, whoever does it', async () => {
  const client = await sdk.join('ana');
  const id = world.conversation('front', 5);
  const query = { inboxIds: [inboxId()], status: 'open' as const };
  const lists = {
    mine: client.list({ ...query, assignee: 'me' }),
    unread: client.list({ ...query, assignee: 'me', unread: true }),
    read: client.list({ ...query, assignee: 'me', unread: false }),
    others: client.list({ ...query, assignee: 'others' }),
    none: client.list({ ...query, assignee: 'none' }),
  };
  const where = async (...names: string[]) => {
    for (const [name, list] of Object.entries(lists))
      await shows(
        `${names.join(' and ')}, looking at ${name}`,
        list,
        ({ rows, status }) =>
          status === 'ready' && rows.some((row) => row.id === id) === names.includes(name),
      );
  };
  await where('none');
  await assign('ben', id, { assigneeId: idOf('ana') });
  await where('mine', 'unread');
  await as('ana').call(setRead, { params: { conversation: id }, body: { read: 1 } });
  await where('mine', 'read');
  await assign('ben', id, { assigneeId: idOf('ben') });
  await where('others');
  await as('ben').call(setStatus, { params: { conversation: id }, body: { status: 'archived' } });
  await where();
  await as('ben').call(setStatus, { params: { conversation: id }, body: { status: 'open' } });
  await where('others');
  await assign('ben', id, { assigneeId: null });
  await where('none');
});

test('T2: a conversation is assigned to a team of which somebody may reply there; to others, and by who may not, it is refused', async () => {
  const team = await as('mia').call(createTeam, { body: { name: 'Repairs' } });
  const elsewhere = await as('mia').call(createTeam, { body: { name: 'Elsewhere' } });
  const into = (teamId: string, agent: string) =>
    as('mia').call(addToTeam, { params: { team: teamId, agent } });
  await into(team.id, idOf('ben'));
  for (const name of ['eve', 'rita']) await into(elsewhere.id, idOf(name));
  const teams = async (who: string) =>
    (await as(who).call(listAssignees, { query: { inbox: inboxId() } })).teams.map(({ name }) => name);
  expect(await teams('rita')).toContain('Repairs');
  expect(await teams('rita')).not.toContain('Elsewhere');
  await refusal('not_found', teams('eve'));
  const people = async (who: string) =>
    (await as(who).call(listAssignees, { query: {} })).people.map(({ name }) => name);
  expect(await people('ben')).toEqual(['ana', 'ben', 'max', 'otto']);
  expect(await people('eve')).toEqual(['ana', 'eve', 'otto']);
  expect(await people('mia')).toEqual([]);

  const id = world.conversation('front', 6);
  await assign('ana', id, { assigneeId: null, teamId: team.id });
  const row = async () => (await as('ana').call(getConversation, { params: { conversation: id } })).row;
  expect(await row()).toMatchObject({ assignee: null, team: { id: team.id, name: 'Repairs' } });
  expect(await listed('ana', { assignee: team.id })).toEqual(front(6));
  // Whoever takes it on does so for the team.
  await assign('ben', id, { assigneeId: idOf('ben') });
  expect(await row()).toMatchObject({ assignee: { name: 'ben' }, team: { name: 'Repairs' } });
  expect(await listed('ana', { assignee: team.id })).toEqual(front(6));
  const { entries } = await as('ana').call(getConversation, { params: { conversation: id } });
  expect(entries.flatMap((entry) => (entry.kind === 'activity' ? [entry.what] : []))).toMatchObject([
    { type: 'assigned', to: null, team: { name: 'Repairs' } },
    { type: 'assigned', to: { name: 'ben' } },
  ]);
  for (const teamId of [elsewhere.id, 'tea_nothere'])
    await refusal('not_found', assign('ana', id, { assigneeId: null, teamId }));
  for (const nobody of [idOf('eve'), 'agt_nothere'])
    await refusal('not_found', assign('ana', id, { assigneeId: nobody }));
  await refusal('forbidden', assign('rita', id, { assigneeId: null }));
  await refusal('not_found', assign('eve', id, { assigneeId: null }));
  await assign('ana', id, { assigneeId: null });
  expect((await row()).team).toBeUndefined();
});

test('T2: what an inbox does by itself is set by who manages it, with what it was in the audit', async () => {
  const params = { inbox: inboxId('turns') };
  expect(await as('ana').call(getAssignment, { params })).toEqual({
    roundRobin: false,
    cap: 20,
    onReply: false,
  });
  expect(await as('max').call(changeAssignment, { params, body: { cap: 3 } })).toMatchObject({ cap: 3 });
  await refusal('forbidden', as('ana').call(changeAssignment, { params, body: { cap: 4 } }));
  await refusal('not_found', as('eve').call(changeAssignment, { params, body: { cap: 4 } }));
  for (const cap of [0, 1_001, 1.5])
    await refusal('invalid', as('max').call(changeAssignment, { params, body: { cap } }));
  const { entries } = await as('mia').call(listAudit, {
    query: { action: 'inbox.assignment_changed' } as never,
  });
  expect(entries).toMatchObject([
    { actor: { name: 'max' }, details: { before: { cap: 20 }, after: { cap: 3 } } },
  ]);
});

test('T2: whoever gets a conversation from a colleague is told, and nobody tells themselves', async () => {
  const id = world.conversation('front', 5);
  const { subject } = (await as('ana').call(getConversation, { params: { conversation: id } })).row;
  const before = { ana: await told('ana'), ben: await told('ben') };
  await assign('ben', id, { assigneeId: idOf('ben') });
  expect(await told('ben')).toEqual(before.ben);
  await assign('ben', id, { assigneeId: idOf('ana') });
  const news = { kind: 'assigned', conversationId: id, subject, by: { id: idOf('ben'), name: 'ben' } };
  // She has it then: what changes next is the team.
  const { teams } = await as('ana').call(listAssignees, { query: { inbox: inboxId() } });
  await assign('ben', id, { assigneeId: idOf('ana'), teamId: teams[0]?.id ?? '' });
  expect(await told('ana')).toEqual([news, ...before.ana]);
  await assign('ben', id, { assigneeId: null });
});

test('T2: round robin deals to who is there on any server, up to the cap; what is left waits for room and for who comes', async () => {
  const params = { inbox: inboxId('turns') };
  const client = await sdk.join('ana');
  await using _ben = await world.connect('ben', { server: 1 });
  await using _rita = await world.connect('rita', { server: 1 });
  await as('max').call(changeAssignment, { params, body: { roundRobin: true, cap: 2 } });
  const ids: string[] = [];
  for (let number = 0; number < 5; number += 1) ids.push((await world.customer('turns')).conversationId);
  const rows = async () =>
    (await as('max').call(listConversations, { query: { inbox: params.inbox, limit: 100 } })).rows;
  const dealt = (what: string, ...counts: number[]) =>
    eventually(
      what,
      async () => {
        const names = (await rows())
          .filter(({ status }) => status === 'open')
          .map(({ assignee }) => assignee?.name);
        const of = ['ana', 'ben', 'max', undefined].map((name) => names.filter((one) => one === name).length);
        return of.join() === counts.join() ? true : undefined;
      },
      10_000,
    );
  await dealt('two each, and one waits', 2, 2, 0, 1);
  const mine = client.list({ inboxIds: [params.inbox], assignee: 'me', status: 'open' });
  const { rows: shown } = await shows('hers, live', mine, ({ rows: all }) => all.length === 2);
  const { entries } = await as('ana').call(getConversation, { params: { conversation: shown[0]?.id ?? '' } });
  expect(entries.at(-1)).toMatchObject({
    kind: 'activity',
    author: null,
    what: { type: 'assigned', to: { name: 'ana' }, reason: 'dealt' },
  });
  await as('ana').call(setStatus, {
    params: { conversation: shown[0]?.id ?? '' },
    body: { status: 'archived' },
  });
  await dealt('she has room again', 2, 2, 0, 0);
  await world.customer('turns');
  await using _max = await world.connect('max', { server: 0 });
  await dealt('and who comes gets the next one', 2, 2, 1, 0);
  expect((await told('max'))[0]).toMatchObject({ kind: 'assigned', by: null });
  // Two servers looked all the time: nothing was given twice.
  const given = world.rows<{ count: number }>(
    `SELECT count(*) AS count FROM entries WHERE activity LIKE '%"reason":"dealt"%' GROUP BY conversation_id`,
  );
  expect(given.map(({ count }) => count)).toEqual(Array.from({ length: 6 }, () => 1));
  await as('max').call(changeAssignment, { params, body: { roundRobin: false } });
});

test('T2: whoever answers first what nobody has gets it, in the same breath, where the inbox is set so', async () => {
  const params = { inbox: inboxId('turns') };
  await as('max').call(changeAssignment, { params, body: { onReply: true } });
  const { conversationId } = await world.customer('turns');
  const reply = (who: string) =>
    as(who).call(sendReply, {
      params: { conversation: conversationId },
      body: { clientId: newClientId(), body: 'Hello' },
    });
  await reply('ben');
  await reply('ana');
  const { row, entries } = await as('ana').call(getConversation, {
    params: { conversation: conversationId },
  });
  expect(row.assignee).toMatchObject({ name: 'ben' });
  expect(entries.map((entry) => (entry.kind === 'activity' ? entry.what : entry.kind))).toMatchObject([
    'message',
    'reply',
    { type: 'assigned', to: { name: 'ben' }, reason: 'replied' },
    'reply',
  ]);
});

test('T2: a list is kept under a name, for oneself or for everybody; it shows each only what is theirs to see', async () => {
  const filter = { inboxIds: [inboxId(), inboxId('other')], assignee: 'me', unread: true } as const;
  const api = adminOf(await sdk.join('ana')).views;
  const own = await api.create({ name: 'My unread', filter });
  const shared = await api.create({
    name: 'Nobody’s',
    shared: true,
    filter: { ...filter, assignee: 'none' },
  });
  expect(own).toMatchObject({ mine: true, shared: false, owner: { name: 'ana' } });
  const views = async (who: string) => (await as(who).call(listViews)).views;
  expect((await views('ana')).map(({ name }) => name)).toEqual(['My unread', 'Nobody’s']);
  expect(await views('ben')).toMatchObject([
    { id: shared.id, mine: false, filter: { inboxIds: [inboxId()], assignee: 'none' } },
  ]);
  expect((await views('mia')).map(({ name }) => name)).toEqual([]);
  const change = (who: string, view: string, body: object) =>
    as(who).call(changeView, { params: { view }, body });
  await refusal('not_found', change('ben', own.id, { name: 'His' }));
  await refusal('forbidden', change('ben', shared.id, { name: 'His' }));
  await refusal('forbidden', as('ben').call(removeView, { params: { view: shared.id } }));
  await refusal(
    'not_found',
    as('ben').call(createView, { body: { name: 'x', filter: { inboxIds: [inboxId('other')] } } }),
  );
  await refusal('invalid', as('ben').call(createView, { body: { name: ' ', filter: {} } }));
  await change('mia', shared.id, { name: 'Unassigned' });
  await change('ana', own.id, { filter: { unread: true } });
  expect((await views('ana')).map(({ name, filter: { unread } }) => [name, unread])).toEqual([
    ['My unread', true],
    ['Unassigned', true],
  ]);
  await api.remove(own.id);
  await as('mia').call(removeView, { params: { view: shared.id } });
  expect(await views('ana')).toEqual([]);
  await refusal('not_found', as('mia').call(removeView, { params: { view: shared.id } }));
  const { entries } = await as('mia').call(listAudit, { query: {} });
  const told = entries.filter(({ object }) => object.type === 'view').map(({ action }) => action);
  expect(told).toEqual([
    'view.removed',
    'view.changed',
    'view.removed.refused',
    'view.changed.refused',
    'view.shared',
  ]);
});

test('W4: memberships have no limit, and every list is narrowed to inboxes in the same way', async () => {
  await using otto = await world.connect('otto', { server: 1 });
  expect(otto.wire.hello.inboxes).toHaveLength(MANY + 3);
  const all = many.map(inboxId);
  const page = (filter: object) => otto.wire.call('conversation.list', { filter, after: null, limit: 100 });
  const first = await page({});
  expect([first.rows.length, first.hasMore]).toEqual([100, true]);
  const { lastAt = 0, id = '' } =
    (await page({ inboxIds: all, assignee: 'none', unread: true })).rows.at(-1) ?? {};
  const rest = await otto.wire.call('conversation.list', {
    filter: { inboxIds: all },
    after: { lastAt, id },
    limit: 100,
  });
  expect(rest.rows).toHaveLength(100);
  expect((await otto.wire.call('inbox.counts', {})).inboxes).toHaveLength(MANY + 3);
  const live: LatchboxClient = await sdk.join('otto');
  const two = live.list({ inboxIds: [inboxId('m3'), inboxId('m7')] });
  await shows('two inboxes', two, ({ rows }) => rows.length === 2);

  const conversation = world.conversation('m3');
  const body = { clientId: newClientId(), lastSeen: 1, body: 'Later', sendAt: Date.now() + 3_600_000 };
  await as('otto').call(scheduleReply, { params: { conversation }, body });
  const scheduled = async (inboxes: string) =>
    (await as('otto').call(listScheduled, { query: { inbox: inboxes } })).scheduled.map(
      ({ inboxId: of }) => of,
    );
  expect(await scheduled(`${inboxId('m3')},${inboxId('m7')}`)).toEqual([inboxId('m3')]);
  expect(await scheduled(inboxId('m7'))).toEqual([]);
  expect((await otto.wire.call('reply.scheduled', { inboxIds: [inboxId('m7')] })).scheduled).toEqual([]);
  for (const of of [listScheduled, listMails, listConversations])
    await refusal('not_found', as('eve').call(of, { query: { inbox: inboxId('m3') } }));
  expect((await as('otto').call(listMails, { query: { inbox: inboxId('m3') } })).mails).toEqual([]);
});
