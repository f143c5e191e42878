/** Inboxes as admins set them up: step by step, with a number, with the registration of the team, with members, and with who is told. */
import { getCampaign, putCampaign, submitCampaign } from '@latchbox/shared/http/campaigns';
import { carrierVerdict, getCarrier } from '@latchbox/shared/http/carrier';
import { getConversation } from '@latchbox/shared/http/conversations';
import {
  beginInboxDraft,
  changeInboxDraft,
  confirmInboxDraft,
  getInboxDraft,
  type InboxDraft,
  listInboxDrafts,
  listInboxOverviews,
  removeInboxDraft,
} from '@latchbox/shared/http/inbox-drafts';
import {
  createInbox,
  getInbox,
  listCandidates,
  listInboxes,
  listMembers,
  putMember,
  removeMember,
} from '@latchbox/shared/http/inboxes';
import { listNotifications, readNotifications } from '@latchbox/shared/http/notifications';
import { listNumbers, searchNumbers } from '@latchbox/shared/http/numbers';
import { listAudit } from '@latchbox/shared/http/audit';
import { addToTeam, createTeam } from '@latchbox/shared/http/teams';
import { listAccounts } from '@latchbox/shared/http/accounts';
import { watchNotifications } from '@latchbox/client/admin';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { type People, people, shows } from './stage.ts';
import { FIELDS } from './texting-stage.ts';

let world: World;
let sink: SmtpSink;
let clients: People;
beforeAll(async () => {
  sink = await startSmtpSink();
  const inbox = { times: SHORT, conversations: 1 };
  world = await startWorld({
    seed: {
      inboxes: { orders: inbox },
      agents: {
        ana: {},
        mia: { role: 'admin' },
        max: { role: 'admin', inboxes: [] },
        rita: { capability: 'read' },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: '0', PUBLIC_URL: 'https://desk.fernhill.example' },
  });
  clients = people(world);
}, 60_000);
afterAll(async () => {
  await clients[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const as = (name: string) => world.rest(name);
const id = (name: string) => world.agent(name).id;
const refused = (code: string) => ({ code });
const rule = (name: string) => ({ code: 'refused', details: { rule: name } });
const invalidAt = (path: string) => ({
  code: 'invalid',
  details: { issues: expect.arrayContaining([expect.objectContaining({ path })]) },
});

const begin = (body: object = {}, who = 'mia') => as(who).call(beginInboxDraft, { body });
const change = ({ id: draft, revision }: InboxDraft, body: object, who = 'mia') =>
  as(who).call(changeInboxDraft, { params: { draft }, body: { revision, ...body } });
const confirm = ({ id: draft }: InboxDraft, who = 'mia') =>
  as(who).call(confirmInboxDraft, { params: { draft } });
const found = async (areaCode: string) =>
  (await as('mia').call(searchNumbers, { query: { areaCode } })).numbers.map(({ e164 }) => e164);
/** Numbers that need no registration, each of them once. */
let british = 0;
const free = () => `+4477009005${String((british += 1)).padStart(2, '0')}`;

test('M1: an inbox is set up in steps, each checked at once; whoever comes back goes on, also somebody else; nobody but admins', async () => {
  const draft = await begin();
  expect(draft).toMatchObject({
    state: 'open',
    name: '',
    apiCode: null,
    teamId: world.seeded.inboxes['orders']?.teamId,
  });
  expect(draft.issues.map(({ step, path }) => `${step}.${path}`)).toEqual(['inbox.name', 'number.number']);
  for (const wrong of [
    { name: ' ' },
    { apiCode: 'Not a code' },
    { colour: 'red' },
    { number: 'call me' },
    { voiceForward: '12' },
  ])
    await expect(change(draft, wrong)).rejects.toMatchObject(invalidAt(Object.keys(wrong)[0] ?? ''));
  const taken = world.seeded.inboxes['orders']?.apiCode;
  await expect(change(draft, { apiCode: taken })).rejects.toMatchObject(invalidAt('apiCode'));
  await expect(change(draft, { teamId: 'tea_none' })).rejects.toMatchObject(invalidAt('teamId'));
  const stranger = [{ agentId: 'agt_none', capability: 'reply' }];
  await expect(change(draft, { members: stranger })).rejects.toMatchObject(invalidAt('members.0'));

  const named = await change(draft, { name: 'Glaze desk', colour: '#b8860b' });
  expect(named).toMatchObject({ freeApiCode: 'glaze-desk', revision: draft.revision + 1 });
  await expect(change(draft, { name: 'Late' })).rejects.toMatchObject(refused('conflict'));
  // Another admin goes on where this one left.
  const { drafts } = await as('max').call(listInboxDrafts);
  expect(drafts).toEqual([
    expect.objectContaining({ id: draft.id, name: 'Glaze desk', startedBy: { id: id('mia'), name: 'mia' } }),
  ]);
  const number = free();
  const chosen = await change(named, { number, voiceForward: '+44 7700 900999' }, 'max');
  expect(chosen).toMatchObject({ number: { e164: number }, voiceForward: '+447700900999', waits: false });
  await expect(confirm({ ...chosen, id: 'idr_none' })).rejects.toMatchObject(refused('not_found'));
  const ready = await change(chosen, {
    members: [
      { agentId: id('ana'), capability: 'reply' },
      { agentId: id('mia'), capability: 'manage' },
    ],
  });
  expect(ready.issues).toEqual([]);

  for (const act of [
    () => begin({}, 'ana'),
    () => change(ready, { name: 'Mine' }, 'ana'),
    () => confirm(ready, 'ana'),
    () => as('ana').call(listInboxDrafts),
    () => as('ana').call(getInboxDraft, { params: { draft: ready.id } }),
    () => as('ana').call(removeInboxDraft, { params: { draft: ready.id } }),
    () => as('ana').call(listInboxOverviews),
  ])
    await expect(act()).rejects.toMatchObject(refused('forbidden'));

  const ana = await clients.join('ana');
  const rita = await clients.join('rita');
  const done = await confirm(ready);
  expect(done).toMatchObject({ state: 'done', issues: [], inboxId: expect.any(String) });
  const inbox = done.inboxId ?? '';
  await shows('it is there for its member', ana.inboxes, (all) =>
    all.some((one) => one.id === inbox && one.colour === '#b8860b'),
  );
  expect(rita.inboxes.getSnapshot().some((one) => one.id === inbox)).toBe(false);
  // M10: by its code.
  expect(await as('ana').call(getInbox, { params: { inbox: 'glaze-desk' } })).toMatchObject({
    id: inbox,
    name: 'Glaze desk',
  });
  const { numbers } = await as('ana').call(listNumbers, { params: { inbox } });
  expect(numbers).toMatchObject([
    { e164: number, primary: true, voiceForward: '+447700900999', registration: 'not_needed' },
  ]);
  const { members } = await as('ana').call(listMembers, { params: { inbox } });
  expect(members.map(({ name, capability }) => `${name} ${capability}`)).toEqual(['ana reply', 'mia manage']);
  expect((await as('mia').call(listInboxDrafts)).drafts).toEqual([]);
  // Done is done: asked again it answers the same.
  expect(await confirm(ready)).toMatchObject({ state: 'done', inboxId: inbox });
  await expect(change(done, { name: 'Other' })).rejects.toMatchObject(refused('conflict'));
  await expect(as('mia').call(removeInboxDraft, { params: { draft: done.id } })).rejects.toMatchObject(
    refused('conflict'),
  );

  const { entries } = await as('mia').call(listAudit, { query: { limit: 40 } });
  const lines = entries.map(({ action, actor }) => `${actor?.name} ${action}`);
  for (const line of [
    'mia inbox.created',
    'mia number.bought',
    'mia inbox.member_put',
    'mia inbox_draft.confirmed',
    'max inbox_draft.changed',
    'ana inbox_draft.confirmed.refused',
  ])
    expect(lines).toContain(line);
});

test('M1: two who confirm the same draft make one inbox; one number is bought for one inbox; what somebody else has is told, and the draft goes on', async () => {
  const number = free();
  const draft = await begin({ name: 'Twice', number });
  const both = await Promise.allSettled(['mia', 'max', 'mia', 'max'].map((who) => confirm(draft, who)));
  const inboxes = new Set(
    both.flatMap((one) =>
      one.status === 'fulfilled' && one.value.inboxId !== null ? [one.value.inboxId] : [],
    ),
  );
  expect(inboxes.size).toBe(1);
  for (const one of both)
    if (one.status === 'rejected') expect(one.reason).toMatchObject(refused('conflict'));
  const all = await as('mia').call(listInboxes, { query: { scope: 'all' } });
  expect(all.inboxes.filter(({ name }) => name === 'Twice')).toHaveLength(1);

  // The number of an inbox of ours is refused when it is chosen,
  await expect(begin({ name: 'Another', number })).rejects.toMatchObject(rule('number_in_use'));
  // one that is chosen twice is bought once,
  const wanted = free();
  const rivals = [
    await begin({ name: 'Rival', number: wanted }),
    await begin({ name: 'Rival', number: wanted }),
  ];
  const outcomes = await Promise.allSettled(rivals.map((one) => confirm(one)));
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const { numbers } = await as('mia').call(getCarrier);
  expect(numbers.filter(({ e164 }) => e164 === wanted)).toHaveLength(1);
  // and one that the provider has given to somebody else is told; another one is chosen.
  const gone = await begin({ name: 'Gone', number: '+15005550000' });
  await expect(confirm(gone)).rejects.toMatchObject(rule('number_gone'));
  const open = await as('mia').call(getInboxDraft, { params: { draft: gone.id } });
  expect(open).toMatchObject({
    state: 'open',
    name: 'Gone',
    problem: expect.stringContaining('Somebody else has this number'),
  });
  const other = await change(open, { number: free() });
  expect(other.problem).toBeNull();
  expect(await confirm(other)).toMatchObject({ state: 'done' });
  // The loser of the rivals is free for another number too, or to be given up.
  const { drafts } = await as('mia').call(listInboxDrafts);
  expect(drafts).toMatchObject([{ name: 'Rival', state: 'open' }]);
  await as('mia').call(removeInboxDraft, { params: { draft: drafts[0]?.id ?? '' } });
  expect((await as('mia').call(listInboxDrafts)).drafts).toEqual([]);
});

test('M1: what became wrong since it was filled in is told when it is confirmed, and nothing is bought', async () => {
  const number = free();
  const members = [{ agentId: id('rita'), capability: 'reply' as const }];
  const draft = await begin({ name: 'Stale', apiCode: 'stale', number, members });
  await as('mia').call(createInbox, { body: { name: 'Faster', apiCode: 'stale' } });
  await expect(confirm(draft)).rejects.toMatchObject(invalidAt('apiCode'));
  const { numbers } = await as('mia').call(getCarrier);
  expect(numbers.map(({ e164 }) => e164)).not.toContain(number);
  const again = await as('mia').call(getInboxDraft, { params: { draft: draft.id } });
  expect(again).toMatchObject({ state: 'open', issues: [{ step: 'inbox', path: 'apiCode' }] });
  await as('mia').call(removeInboxDraft, { params: { draft: draft.id } });
});

test('M4: the first texting inbox of a team waits for its registration, says so before it is created, and so do those that follow; a rejection is told with its reason; admins get mail when it is registered', async () => {
  const { id: team } = await as('mia').call(createTeam, { body: { name: 'Workshop' } });
  for (const name of ['ana', 'mia']) await as('mia').call(addToTeam, { params: { team, agent: id(name) } });
  const members = [{ agentId: id('ana'), capability: 'reply' }];
  const [first = '', second = '', third = ''] = await found('510');
  const draft = await begin({ name: 'Kiln', teamId: team });
  expect(draft).toMatchObject({ first: true, waits: false, registration: { state: 'none' } });
  const chosen = await change(draft, { number: first });
  expect(chosen).toMatchObject({ first: true, waits: true });
  await expect(change(chosen, { members })).rejects.toMatchObject(refused('not_registered'));
  // Chosen before the number that needs it.
  const early = await begin({ name: 'Early', teamId: team, members });
  const blocked = await change(early, { number: second });
  expect(blocked.issues).toMatchObject([{ step: 'members', path: 'members' }]);
  await expect(confirm(blocked)).rejects.toMatchObject(refused('not_registered'));

  const { inboxId: kiln } = await confirm(chosen);
  const inbox = kiln ?? '';
  await confirm(await change(blocked, { members: [] }));
  const overview = async () =>
    (await as('max').call(listInboxOverviews)).inboxes.filter((one) => one.team.id === team);
  expect(await overview()).toMatchObject([
    { name: 'Early', waits: true, registration: { state: 'none' } },
    { name: 'Kiln', waits: true, registration: { state: 'none' }, members: 0 },
  ]);
  const add = (who: string) =>
    as('mia').call(putMember, { params: { inbox, agent: id(who) }, body: { capability: 'reply' } });
  await expect(add('ana')).rejects.toMatchObject(refused('not_registered'));
  expect(await as('mia').call(listCandidates, { params: { inbox } })).toMatchObject({ waits: true });
  const { accounts } = await as('ana').call(listAccounts, {});
  expect(accounts.some(({ inboxId }) => inboxId === inbox)).toBe(false);

  const told: string[] = [];
  const mia = await clients.join('mia');
  watchNotifications(mia, {
    added: ({ notification }) => told.push(notification.kind),
    read: (ids) => told.push(`read ${ids.length}`),
  });
  const params = { team };
  await as('mia').call(putCampaign, { params, body: FIELDS });
  await as('mia').call(submitCampaign, { params });
  expect((await overview())[0]).toMatchObject({ registration: { state: 'pending' } });
  const decide = async (reason: string | null) => {
    const campaign = await eventually('the carriers look at it', async () =>
      (await as('mia').call(getCarrier)).campaigns.find(({ status }) => status === 'IN_PROGRESS'),
    );
    await as('mia').call(carrierVerdict, { params: { sid: campaign.sid }, body: { reason } });
  };
  await decide('The samples do not name the shop.');
  const mailTo = (subject: RegExp) =>
    eventually(`both admins have mail of ${String(subject)}`, () => {
      const mails = sink.mails.filter(({ parsed }) => subject.test(parsed.subject ?? ''));
      return mails.length === 2 ? mails : undefined;
    });
  const rejected = await mailTo(/rejected the registration of Workshop/);
  expect(rejected.flatMap(({ to }) => to).toSorted()).toEqual(
    ['mia', 'max'].map((who) => `${id(who).toLowerCase()}@shop.example`).toSorted(),
  );
  const [mail] = rejected;
  expect(mail?.parsed.text).toContain('The samples do not name the shop.');
  expect(mail?.parsed.text).toContain(`https://desk.fernhill.example/settings/registrations/${team}`);
  expect(mail?.parsed.from?.text).toContain('no-reply@desk.fernhill.example');
  expect(mail?.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  expect((await overview())[0]).toMatchObject({
    waits: true,
    registration: { state: 'rejected', reason: expect.stringContaining('do not name the shop') },
  });
  // Whoever sets up one more is told how it stands.
  expect(await begin({ name: 'Third', teamId: team, number: third })).toMatchObject({
    first: false,
    waits: true,
    registration: { state: 'rejected', reason: expect.stringContaining('do not name the shop') },
  });

  const samples = ['Fernhill Paper: your notebook is ready.', 'Fernhill Paper: open until six today.'];
  await as('mia').call(putCampaign, { params, body: { ...FIELDS, samples } });
  await as('mia').call(submitCampaign, { params });
  await decide(null);
  await mailTo(/Workshop can send texts now/);
  // What the mail invites to can be done by then.
  expect(await overview()).toMatchObject([
    { waits: false, registration: { state: 'registered' } },
    { waits: false, registration: { state: 'registered' } },
  ]);
  expect((await as('mia').call(getCampaign, { params })).campaign).toMatchObject({ state: 'registered' });
  const ana = await clients.join('ana');
  await add('ana');
  await shows('whoever is added sees it', ana.inboxes, (all) => all.some((one) => one.id === inbox));
  await eventually('the open page was told of both', () => told.length === 2);
  expect(told).toEqual(['campaign_rejected', 'campaign_registered']);

  // A registered team takes further numbers in by itself, and their members need not wait for another act.
  const { drafts } = await as('mia').call(listInboxDrafts);
  const later = drafts.find(({ name }) => name === 'Third');
  if (later === undefined) throw new Error('the draft is gone');
  expect(later.waits).toBe(false);
  const { inboxId: last } = await confirm(await change(later, { members }));
  await shows('it is there once its number may send', ana.inboxes, (all) =>
    all.some((one) => one.id === last),
  );
});

test('notifications: a page of them, the count of unread ones, read one by one or all at once and in every tab, and nobody else’s', async () => {
  const list = (who = 'mia', query = {}) => as(who).call(listNotifications, { query });
  const { notifications, unread, next } = await list();
  expect({ unread, next }).toEqual({ unread: 2, next: null });
  expect(notifications.map(({ notification }) => notification)).toMatchObject([
    { kind: 'campaign_registered', team: 'Workshop' },
    { kind: 'campaign_rejected', team: 'Workshop', reason: expect.stringContaining('samples') },
  ]);
  const page = await list('mia', { limit: 1 });
  expect(page.notifications).toHaveLength(1);
  expect((await list('mia', { after: page.next ?? '', limit: 1 })).notifications).toEqual([notifications[1]]);
  expect(await list('ana')).toEqual({ notifications: [], unread: 0, next: null });

  const tab = await clients.join('mia');
  const read: string[] = [];
  watchNotifications(tab, { added: () => undefined, read: (ids) => read.push(...ids) });
  const [newest] = notifications;
  const mark = (who: string, body: object) => as(who).call(readNotifications, { body });
  expect((await mark('ana', { ids: [newest?.id] })).unread).toBe(0);
  expect((await mark('mia', { ids: [newest?.id] })).unread).toBe(1);
  expect((await mark('mia', {})).unread).toBe(0);
  await eventually('the other tab knows', () => read.length === 2);
  expect((await list()).notifications.every(({ readAt }) => readAt !== null)).toBe(true);
  await expect(mark('mia', { ids: [] })).rejects.toMatchObject(refused('invalid'));
  await expect(world.rest('mia').call(listNotifications, { query: { after: 'x' } })).rejects.toMatchObject(
    refused('invalid'),
  );
});

test('W1: members are looked for in the team, added, changed and taken out by who manages the inbox; who loses it is out of it at once, with lock and draft', async () => {
  const inbox = world.seeded.inboxes['orders']?.inboxId ?? '';
  const params = (who: string) => ({ inbox, agent: id(who) });
  const put = (by: string, who: string, capability: 'read' | 'reply' | 'manage') =>
    as(by).call(putMember, { params: params(who), body: { capability } });
  const candidates = async (who: string) =>
    (await as(who).call(listCandidates, { params: { inbox } })).people.map(({ name }) => name);
  await expect(candidates('ana')).rejects.toMatchObject(refused('forbidden'));
  await expect(as('ana').call(listCandidates, { params: { inbox: 'ibx_none' } })).rejects.toMatchObject(
    refused('not_found'),
  );
  await put('mia', 'ana', 'manage');
  expect(await candidates('ana')).toEqual([]);
  const team = world.seeded.inboxes['orders']?.teamId ?? '';
  await as('mia').call(addToTeam, { params: { team, agent: id('max') } });
  expect(await candidates('ana')).toEqual(['max']);
  await put('ana', 'max', 'read');
  expect(await candidates('mia')).toEqual([]);
  await expect(put('rita', 'max', 'reply')).rejects.toMatchObject(refused('forbidden'));

  const conversation = world.conversation('orders');
  const rita = await clients.join('rita');
  await put('ana', 'rita', 'reply');
  await as('ana').call(removeMember, { params: params('rita') });
  await shows('it has left the open page', rita.inboxes, (all) => all.every((one) => one.id !== inbox));
  await expect(as('rita').call(getConversation, { params: { conversation } })).rejects.toMatchObject(
    refused('not_found'),
  );
  await expect(as('ana').call(removeMember, { params: params('rita') })).rejects.toMatchObject(
    refused('not_found'),
  );
});
