import type { UpInput, UpName } from '@latchbox/shared';
import { addToTeam } from '@latchbox/shared/http/teams';
import {
  getConversation,
  listConversations,
  listEntries,
  setAssignee,
  setRead,
  setSnooze,
  setStatus,
} from '@latchbox/shared/http/conversations';
import { getInbox, listInboxes, listMembers, putMember } from '@latchbox/shared/http/inboxes';
import { acquireLock, lockHistory } from '@latchbox/shared/http/locks';
import { addNote, saveDraft, sendReply } from '@latchbox/shared/http/replies';
import { createAgent } from '@latchbox/shared/http/agents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, type People, people, shows } from './stage.ts';

let world: World;
let sdk: People;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        front: { lockOn: 'open', times: SHORT, conversations: 8 },
        other: { times: SHORT, conversations: 2 },
      },
      agents: {
        ana: {},
        ben: {},
        rita: { capability: 'read' },
        eve: { inboxes: ['other'] },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const frontId = () => world.seeded.inboxes['front']?.inboxId ?? '';

/** What a refusal says to whoever tries, without the number of the request. */
async function said(work: Promise<unknown>): Promise<unknown> {
  const { code, message, details } = await refusal('not_found', work);
  return { code, message, details };
}

/** Everything that can be asked about one conversation of one inbox. */
function commands(conversationId: string): { readonly [N in UpName]?: UpInput<N> } {
  const clientId = newClientId();
  return {
    'conversation.open': { conversationId, view: true, limit: 10 },
    'conversation.older': { conversationId, before: 5, limit: 10 },
    'conversation.history': { conversationId, before: null, limit: 10 },
    'conversation.assign': { conversationId, assigneeId: null },
    'conversation.status': { conversationId, status: 'archived' },
    'conversation.mark': { conversationId, read: 1 },
    'lock.acquire': { conversationId, requestId: clientId },
    'draft.save': { conversationId, kind: 'note', body: 'A note', revision: 0 },
    'reply.send': { conversationId, clientId, fence: 1, lastSeen: 1, body: 'A reply', then: 'stay' },
    'note.add': { conversationId, clientId, body: 'A note' },
  };
}

function calls(name: string, conversation: string): Promise<unknown>[] {
  const rest = world.rest(name);
  const params = { conversation };
  const clientId = newClientId();
  return [
    rest.call(getConversation, { params }),
    rest.call(listEntries, { params, query: { before: 5 } }),
    rest.call(lockHistory, { params }),
    rest.call(setStatus, { params, body: { status: 'archived' } }),
    rest.call(setAssignee, { params, body: { assigneeId: null } }),
    rest.call(setRead, { params, body: { read: 1 } }),
    rest.call(addNote, { params, body: { clientId, body: 'A note' } }),
    rest.call(saveDraft, { params: { conversation, kind: 'note' }, body: { body: 'A note', revision: 0 } }),
    rest.call(sendReply, { params, body: { clientId, body: 'A reply' } }),
    rest.call(acquireLock, { params, body: { requestId: clientId } }),
  ];
}

test('M5: who is no member sees nothing of an inbox: every command and call answers as if it were not there', async () => {
  const id = world.conversation('front', 0);
  await using eve = await world.connect('eve');
  expect(eve.wire.hello.inboxes.map(({ name }) => name)).toEqual(['other']);
  const call = (name: UpName, input: unknown): Promise<unknown> => eve.wire.call(name, input as never);
  for (const [name, input] of Object.entries(commands(id)))
    expect(await said(call(name as UpName, input)), name).toEqual(
      await said(call(name as UpName, { ...input, conversationId: 'cnv_not_there' })),
    );
  const here = await Promise.all(calls('eve', id).map(said));
  expect(here).toEqual(await Promise.all(calls('eve', 'cnv_not_there').map(said)));
  expect(await said(eve.wire.subscribe(world.stream('front')))).toEqual(
    await said(eve.wire.subscribe('inbox:ibx_not_there')),
  );
  const ofInbox = (inbox: string) => [
    world.rest('eve').call(getInbox, { params: { inbox } }),
    world.rest('eve').call(listMembers, { params: { inbox } }),
    world.rest('eve').call(listConversations, { query: { inbox } }),
  ];
  expect(await Promise.all(ofInbox(frontId()).map(said))).toEqual(
    await Promise.all(ofInbox('ibx_not_there').map(said)),
  );
  const { rows } = await world.rest('eve').call(listConversations);
  expect(rows.every(({ inboxId }) => inboxId !== frontId())).toBe(true);
  expect((await world.rest('eve').call(listInboxes)).inboxes.map(({ name }) => name)).toEqual(['other']);
  expect(world.rows('SELECT 1 FROM lock_epochs UNION SELECT 1 FROM replies')).toEqual([]);
});

test('M5: a member with "read" reads everything and notes; it neither replies, nor takes the lock, nor changes anything', async () => {
  const id = world.conversation('front', 1);
  await using rita = await world.connect('rita');
  expect(
    await rita.wire.call('conversation.open', { conversationId: id, view: true, limit: 10 }),
  ).toMatchObject({
    row: { id },
  });
  for (const name of ['lock.acquire', 'reply.send', 'conversation.assign', 'conversation.status'] as const)
    await refusal('forbidden', rita.wire.call(name, commands(id)[name] as never));
  await refusal(
    'forbidden',
    world
      .rest('rita')
      .call(sendReply, { params: { conversation: id }, body: { clientId: newClientId(), body: 'No' } }),
  );
  // Nor is anything given to her, which she could not answer.
  const body = { assigneeId: world.agent('rita').id };
  const given = world.rest('ana').call(setAssignee, { params: { conversation: id }, body });
  expect((await refusal('refused', given)).details.rule).toBe('assignee_only_reads');
  expect(await rita.note(id, 'I saw this')).toMatchObject({ entryId: expect.any(String) });
  expect(world.rows('SELECT 1 FROM replies')).toEqual([]);
});

test('M5: members come from the inbox’s team, and a capability that is raised or added counts at once', async () => {
  const admin = world.rest('mia');
  const nell = await admin.call(createAgent, {
    body: { name: 'nell', email: 'nell@shop.example', password: 'a long enough password' },
  });
  const params = { inbox: frontId(), agent: nell.id };
  await expect(admin.call(putMember, { params, body: { capability: 'reply' } })).rejects.toMatchObject({
    code: expect.stringMatching(/^(not_found|invalid|forbidden)$/),
  });
  const team = world.seeded.inboxes['front']?.teamId ?? '';
  await admin.call(addToTeam, { params: { team, agent: nell.id } });
  expect(await admin.call(putMember, { params, body: { capability: 'reply' } })).toMatchObject({
    capability: 'reply',
  });
  await refusal('forbidden', world.rest('ana').call(putMember, { params, body: { capability: 'manage' } }));

  const eve = await sdk.join('eve');
  await admin.call(putMember, {
    params: { inbox: frontId(), agent: world.agent('eve').id },
    body: { capability: 'reply' },
  });
  await shows('the inbox appears', eve.inboxes, (all) =>
    all.some(({ id, capability }) => id === frontId() && capability === 'reply'),
  );
  await lockIs(await opened(eve, world.conversation('front', 2)), 'mine');
});

test('M7: an inbox has Inbox and Archived; who sent each message stands in the history, and a colleague’s name is on its reply', async () => {
  const { conversationId: id } = await world.customer('front');
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const list = (status: 'open' | 'archived') => ben.list({ inboxIds: [frontId()], status });
  const has = (status: 'open' | 'archived', there: boolean) =>
    shows(
      `${status}: ${there}`,
      list(status),
      (shown) => shown.status === 'ready' && shown.rows.some((row) => row.id === id) === there,
    );
  await has('open', true);
  await has('archived', false);
  const hers = await opened(ana, id);
  await lockIs(hers, 'mine');
  await hers.reply({ body: 'From me' }).confirmed;
  await hers.note({ body: 'A note of mine' }).confirmed;
  const his = await opened(ben, id, 'none');
  const { entries } = await shows('the thread', his, (shown) => shown.entries.length === 3);
  expect(entries.map(({ kind, author }) => [kind, author?.name])).toEqual([
    ['message', 'Cleo'],
    ['reply', 'ana'],
    ['note', 'ana'],
  ]);
  await hers.setStatus('archived');
  await has('open', false);
  await has('archived', true);
  const archived = await shows('what was done', his, (shown) => shown.entries.length === 4);
  expect(archived.entries.at(-1)).toMatchObject({
    kind: 'activity',
    author: { name: 'ana' },
    what: { type: 'status', to: 'archived' },
  });
});

test('T1: open and closed; a customer’s new message reopens and is unread for each agent until that one has read it', async () => {
  const customer = await world.customer('front');
  const id = customer.conversationId;
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const unread = (client: typeof ana, expected: boolean) =>
    shows(
      `unread: ${expected}`,
      client.list({ inboxIds: [frontId()], status: 'open' }),
      ({ rows }) => rows.find((row) => row.id === id)?.unread === expected,
    );
  const [hers, his] = [await opened(ana, id), await opened(ben, id, 'none')];
  await unread(ana, true);
  await hers.markRead();
  await unread(ana, false);
  await unread(ben, true);
  await lockIs(hers, 'mine');
  await hers.reply({ body: 'Done', then: 'archive' }).confirmed;
  await shows('closed', his, ({ row }) => row?.status === 'archived');
  await hers.markRead();
  expect(await customer.sees()).toEqual(['Done']);
  await customer.writes('Once more');
  await shows('open again', his, ({ row }) => row?.status === 'open');
  await unread(ana, true);
  await hers.markRead();
  await unread(ana, false);
  await hers.markUnread();
  await unread(ana, true);
});

test('T1: snoozed until a time it is out of everybody’s way, comes back by itself or with its customer, and says so in the thread', async () => {
  const customer = await world.customer('front');
  const id = customer.conversationId;
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const [hers, his] = [await opened(ana, id, 'none'), await opened(ben, id, 'none')];
  const among = (status: 'open' | 'snoozed', expected: boolean) =>
    shows(
      `among the ${status} ones: ${expected}`,
      ben.list({ inboxIds: [frontId()], status }),
      (list) => list.status === 'ready' && list.rows.some((row) => row.id === id) === expected,
    );
  await among('open', true);
  // Enough for a busy machine to see it asleep.
  const until = ana.clock.now() + 3_000;
  await hers.snooze(until);
  await shows('snoozed', his, ({ row }) => row?.status === 'snoozed' && row.snoozedUntil === until);
  await among('open', false);
  await among('snoozed', true);
  const { entries } = await shows('awake', his, ({ row }) => row?.status === 'open');
  expect(ben.clock.now()).toBeGreaterThanOrEqual(until - SLACK);
  await among('open', true);
  expect(entries.at(-2)).toMatchObject({ author: { name: 'ana' }, what: { to: 'snoozed', until } });
  expect(entries.at(-1)).toMatchObject({ author: null, what: { type: 'status', to: 'open' } });

  const params = { conversation: id };
  const tomorrow = ana.clock.now() + 86_400_000;
  await refusal('forbidden', world.rest('rita').call(setSnooze, { params, body: { until: tomorrow } }));
  await refusal('invalid', world.rest('ana').call(setSnooze, { params, body: { until: until } }));
  await world.rest('ana').call(setSnooze, { params, body: { until: tomorrow } });
  await among('snoozed', true);
  await customer.writes('It is urgent after all');
  await shows('open with its customer', his, ({ row }) => row?.status === 'open');
  await among('open', true);
  expect(his.getSnapshot().row).not.toHaveProperty('snoozedUntil');
});

test('M10: the API code addresses an inbox in API calls', async () => {
  const { apiCode, inboxId } = world.seeded.inboxes['front'] ?? { apiCode: '', inboxId: '' };
  expect(await world.rest('ana').call(getInbox, { params: { inbox: apiCode } })).toMatchObject({
    id: inboxId,
    apiCode,
  });
  const { rows } = await world.rest('ana').call(listConversations, { query: { inbox: apiCode } });
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => row.inboxId === inboxId)).toBe(true);
  await refusal('not_found', world.rest('ana').call(getInbox, { params: { inbox: 'no-such-code' } }));
});
