/** T14, M5, M8: who may reply no more, in one inbox or anywhere, has nothing any more that colleagues wait for. Over REST. */
import { changeAgent } from '@latchbox/shared/http/agents';
import { changeAssignment } from '@latchbox/shared/http/assignment';
import { listAudit } from '@latchbox/shared/http/audit';
import { changeContact, getContact } from '@latchbox/shared/http/contacts';
import {
  getConversation,
  listConversations,
  setAssignee,
  setSnooze,
  setStatus,
} from '@latchbox/shared/http/conversations';
import { getMemberHoldings, putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { listNotifications } from '@latchbox/shared/http/notifications';
import { changeScheduled, listScheduled, scheduleReply } from '@latchbox/shared/http/scheduled';
import { addToTeam, removeFromTeam } from '@latchbox/shared/http/teams';
import { reactivateUser } from '@latchbox/shared/http/users';
import type { DownItem } from '@latchbox/shared';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        front: { lockOn: 'compose', times: SHORT, conversations: 8 },
        back: { lockOn: 'compose', times: SHORT, conversations: 1 },
      },
      agents: {
        ana: {},
        ben: {},
        cem: { inboxes: ['front'] },
        rita: { inboxes: ['front'], capability: 'read' },
        max: { inboxes: ['front'], capability: 'manage' },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const id = (name: string) => world.agent(name).id;
const inboxId = (name: string) => world.seeded.inboxes[name]?.inboxId ?? '';
const member = (name: string, inbox = 'front') => ({ inbox: inboxId(inbox), agent: id(name) });
const mia = () => world.rest('mia');
const [open, snoozed, archived, other] = [0, 1, 2, 3];
const at = (place: number) => world.conversation('front', place);
const backs = () => world.conversation('back', 0);

const assign = (conversation: string, name: string | null) =>
  mia().call(setAssignee, {
    params: { conversation },
    body: { assigneeId: name === null ? null : id(name) },
  });
const assignee = async (conversation: string) =>
  (await mia().call(getConversation, { params: { conversation } })).row.assignee?.name ?? null;
const ofBen = async () => {
  const query = { assignee: id('ben'), inbox: inboxId('front') };
  return (await world.rest('ana').call(listConversations, { query })).rows.map((row) => row.id);
};
const scheduled = async (conversation: string, name = 'ben') => {
  const sendAt = Date.now() + 3_600_000;
  const body = { clientId: newClientId(), lastSeen: 1, body: 'As promised.', sendAt };
  return (await world.rest(name).call(scheduleReply, { params: { conversation }, body })).scheduled;
};
const scheduleOf = async (scheduledId: string) =>
  world.rows<{ state: string; reason: string | null }>(
    'SELECT state, reason FROM scheduled_replies WHERE id = ?',
    scheduledId,
  )[0];
const handedOn = (what: string) =>
  eventually(what, () => world.rows('SELECT 1 FROM hand_ons WHERE due_at IS NOT NULL').length === 0, 10_000);
const newestAct = async (action: string) =>
  (await mia().call(listAudit, { query: { action, limit: 1 } })).entries[0];
/** What the last line of the thread says of its assignee. */
const lastLine = (conversation: string) =>
  world.rows<{ activity: string; author: string | null }>(
    'SELECT activity, agent_id AS author FROM entries WHERE conversation_id = ? AND activity IS NOT NULL ORDER BY position DESC LIMIT 1',
    conversation,
  )[0];

/** Ben replies in both inboxes again, and has one open, one snoozed and one archived conversation here, and one elsewhere. */
beforeEach(async () => {
  for (const inbox of ['front', 'back'])
    await mia().call(putMember, { params: member('ben', inbox), body: { capability: 'reply' } });
  for (const place of [open, snoozed, archived]) {
    await mia().call(setStatus, { params: { conversation: at(place) }, body: { status: 'open' } });
    await assign(at(place), 'ben');
  }
  await assign(backs(), 'ben');
  await assign(at(other), 'ana');
  await mia().call(setSnooze, {
    params: { conversation: at(snoozed) },
    body: { until: Date.now() + 3_600_000 },
  });
  await mia().call(setStatus, { params: { conversation: at(archived) }, body: { status: 'archived' } });
});

test('M5, M8: who is taken out of an inbox has no conversation there any more: nobody has them, elsewhere all stays', async () => {
  const [here, there] = [await scheduled(at(open)), await scheduled(backs())];
  expect(await mia().call(getMemberHoldings, { params: member('ben') })).toEqual({
    assigned: { open: 1, snoozed: 1 },
    scheduled: 1,
  });
  const ben = await world.connect('ben');
  await ben.wire.subscribe(`agent:${id('ben')}`);
  await mia().call(removeMember, { params: member('ben') });
  await handedOn('what Ben left is nobody’s');
  expect([await assignee(at(open)), await assignee(at(snoozed))]).toEqual([null, null]);
  expect([await assignee(at(archived)), await assignee(backs()), await assignee(at(other))]).toEqual([
    'ben',
    'ben',
    'ana',
  ]);
  expect(await ofBen()).toEqual([at(archived)]);
  expect(lastLine(at(open))).toEqual({
    activity: JSON.stringify({ type: 'assigned', to: null }),
    author: id('mia'),
  });
  // What he scheduled there is stopped at once, and he is told; its text is his.
  type Told = Extract<DownItem, { t: 'event' }>;
  const told = await ben.wire.told(
    'the scheduled reply was stopped',
    (item): item is Told =>
      item.t === 'event' &&
      item.event.data.type === 'scheduled.changed' &&
      item.event.data.scheduled.id === here.id,
  );
  expect(told.event.data).toMatchObject({ scheduled: { state: 'stopped', reason: 'access_lost' } });
  expect((await world.rest('ben').call(listScheduled)).scheduled).toMatchObject([
    { id: here.id, state: 'stopped', body: 'As promised.' },
    { id: there.id, state: 'waiting' },
  ]);
  const [news] = (await world.rest('ben').call(listNotifications)).notifications;
  expect(news?.notification).toMatchObject({
    kind: 'reply_stopped',
    scheduledId: here.id,
    reason: 'access_lost',
  });
  expect((await newestAct('inbox.member_removed'))?.details).toEqual({
    agentId: id('ben'),
    before: { capability: 'reply' },
    after: { capability: null },
    left: { assigned: { open: 1, snoozed: 1 }, scheduled: 1, assignmentsTo: null },
  });
  await refusal('not_found', mia().call(getMemberHoldings, { params: member('ben') }));
  // Let in again he is dealt and assigned as before, and lets it go when he has looked at it.
  await mia().call(putMember, { params: member('ben'), body: { capability: 'reply' } });
  await assign(at(open), 'ben');
  const again = await world
    .rest('ben')
    .call(changeScheduled, { params: { scheduled: here.id }, body: { sendAt: Date.now() + 3_600_000 } });
  expect(again.scheduled).toMatchObject({ state: 'waiting', reason: null });
  expect(await assignee(at(open))).toBe('ben');
});

test('M5, M8: a colleague who is named gets them, and is told once of all', async () => {
  const remove = (assignmentsTo: string, by = 'max') =>
    world.rest(by).call(removeMember, { params: member('ben'), query: { assignmentsTo } });
  for (const nobody of [id('ben'), id('rita'), 'agt_nobody']) {
    const { details } = await refusal('invalid', remove(nobody));
    expect(details.issues).toEqual([
      { path: 'assignmentsTo', message: 'is no colleague who may reply in this inbox' },
    ]);
  }
  expect(await ofBen()).toContain(at(open));
  await refusal('forbidden', remove(id('cem'), 'ana'));
  await refusal('forbidden', world.rest('ana').call(getMemberHoldings, { params: member('ben') }));
  await remove(id('cem'));
  await handedOn('what Ben left is Cem’s');
  expect([await assignee(at(open)), await assignee(at(snoozed)), await assignee(at(archived))]).toEqual([
    'cem',
    'cem',
    'ben',
  ]);
  expect(await assignee(backs())).toBe('ben');
  const [news, ...more] = (await world.rest('cem').call(listNotifications)).notifications;
  const from = { id: id('ben'), name: 'ben' };
  expect(news?.notification).toEqual({ kind: 'handed_on', conversations: 2, from });
  expect(more.filter(({ notification: { kind } }) => kind === 'handed_on')).toEqual([]);
  expect((await newestAct('inbox.member_removed'))?.details).toMatchObject({
    left: { assigned: { open: 1, snoozed: 1 }, assignmentsTo: id('cem') },
  });
});

test('M5, M8: the same for who may only read from now on, and for who leaves the team; who may still reply keeps all', async () => {
  const lower = (capability: 'read' | 'reply' | 'manage', assignmentsTo?: string) =>
    mia().call(putMember, { params: member('ben'), body: { capability, assignmentsTo } });
  await lower('manage');
  await lower('reply', id('cem'));
  expect(await assignee(at(open))).toBe('ben');
  const one = await scheduled(at(open));
  await refusal('invalid', lower('read', id('rita')));
  await lower('read', id('ana'));
  await handedOn('what Ben may only read is Ana’s');
  expect([await assignee(at(open)), await assignee(at(snoozed))]).toEqual(['ana', 'ana']);
  expect(await scheduleOf(one.id)).toEqual({ state: 'stopped', reason: 'access_lost' });
  expect((await newestAct('inbox.member_put'))?.details).toMatchObject({
    before: { capability: 'reply' },
    after: { capability: 'read' },
    left: { assigned: { open: 1, snoozed: 1 }, scheduled: 1, assignmentsTo: id('ana') },
  });

  await lower('reply');
  await assign(at(open), 'ben');
  const [{ teamId } = { teamId: '' }] = world.rows<{ teamId: string }>(
    'SELECT team_id AS teamId FROM inboxes WHERE id = ?',
    inboxId('front'),
  );
  const [back] = world.rows<{ teamId: string }>(
    'SELECT team_id AS teamId FROM inboxes WHERE id = ?',
    inboxId('back'),
  );
  const leave = (assignmentsTo: string) =>
    mia().call(removeFromTeam, { params: { team: teamId, agent: id('ben') }, query: { assignmentsTo } });
  await refusal('invalid', leave('agt_nobody'));
  await leave(id('cem'));
  await handedOn('what Ben left with the team is handed on');
  expect(await assignee(at(open))).toBe('cem');
  // Cem does not reply in the other inbox, which is of the same team or of another.
  expect(await assignee(backs())).toBe(back?.teamId === teamId ? null : 'ben');
  await mia().call(addToTeam, { params: { team: teamId, agent: id('ben') } });
});

test('T2: what somebody left is dealt again, in turn, to who is there', async () => {
  const params = { inbox: inboxId('front') };
  for (const place of [4, 5, 6, 7]) await assign(at(place), 'max');
  const ana = await world.connect('ana');
  await ana.wire.subscribe(world.stream('front'));
  await mia().call(changeAssignment, { params, body: { roundRobin: true, cap: 5 } });
  await mia().call(removeMember, { params: member('ben') });
  await eventually('Ana is dealt what is open', async () => (await assignee(at(open))) === 'ana', 10_000);
  expect(await assignee(at(snoozed))).toBeNull();
  await mia().call(changeAssignment, { params, body: { roundRobin: false } });
});

test('T14: who is deactivated by the call for agents leaves nothing behind either', async () => {
  const { row } = await mia().call(getConversation, { params: { conversation: at(other) } });
  const contact = { params: { contact: row.contact.id } };
  const { version } = await mia().call(getContact, contact);
  await mia().call(changeContact, { ...contact, body: { version, ownerId: id('ben') } });
  const one = await scheduled(at(open));
  const params = { agent: id('ben') };
  // A locked seat keeps what it has.
  await mia().call(changeAgent, { params, body: { state: 'locked' } });
  expect(world.rows('SELECT 1 FROM hand_ons WHERE due_at IS NOT NULL')).toEqual([]);
  expect(await assignee(at(open))).toBe('ben');
  await mia().call(changeAgent, { params, body: { state: 'deactivated' } });
  await handedOn('what Ben left is nobody’s');
  expect([await assignee(at(open)), await assignee(at(snoozed)), await assignee(backs())]).toEqual([
    null,
    null,
    null,
  ]);
  expect((await mia().call(getContact, contact)).owner).toBeNull();
  expect(await scheduleOf(one.id)).toEqual({ state: 'stopped', reason: 'forbidden' });
  await mia().call(reactivateUser, { params: { user: id('ben') } });
});
