/** T14 over REST: accounts from their invitation to their end, with everything that is refused on the way. */
import { listAudit } from '@latchbox/shared/http/audit';
import { changeAgent } from '@latchbox/shared/http/agents';
import { changeContact, getContact } from '@latchbox/shared/http/contacts';
import { getConversation, setAssignee } from '@latchbox/shared/http/conversations';
import { listInboxes } from '@latchbox/shared/http/inboxes';
import { listNotifications } from '@latchbox/shared/http/notifications';
import { saveDraft } from '@latchbox/shared/http/replies';
import * as security from '@latchbox/shared/http/security';
import { signIn } from '@latchbox/shared/http/sign-in';
import * as users from '@latchbox/shared/http/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RestClient } from '../tools/rest-client.ts';
import { refusal, toldEnd } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { OTHER, PASSWORD, ruled, tokenIn, usersOf } from './users-stage.ts';

let world: World;
const { anyone, admin, at, emailOf, signedIn, invited, joined } = usersOf(() => world);

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        front: { lockOn: 'compose', times: SHORT, conversations: 6 },
        back: { lockOn: 'compose', times: SHORT, conversations: 1 },
      },
      agents: {
        ana: { inboxes: ['front'], password: PASSWORD },
        ben: { inboxes: ['front', 'back'], password: PASSWORD },
        cem: { inboxes: ['front', 'back'] },
        mia: { role: 'admin', capability: 'manage', password: PASSWORD },
      },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

test('T14: an invited person chooses a name and a password, once, and finds the inboxes that were given', async () => {
  const { user, email, token, mailed, link, params } = await invited('ida', {
    role: 'agent',
    byHand: false,
    inboxes: [{ inbox: world.seeded.inboxes['front']?.apiCode, capability: 'reply' }],
  });
  // No mail leaves this server: whoever invites hands the link over, and nothing is proved by that.
  expect([mailed, link?.startsWith('/invitation#')]).toEqual([false, true]);
  expect(user).toMatchObject({ email, state: 'invited', invitation: { sentTo: email }, verified: null });
  const early = { email, password: PASSWORD };
  await refusal('unauthenticated', anyone().call(signIn, { body: early }));
  expect(await anyone().call(users.readInvitation, { body: { token } })).toEqual({
    organisation: 'Test',
    email,
    name: '',
    invitedBy: 'mia',
  });
  const accept = (password: string, by = token) =>
    anyone().call(users.acceptInvitation, { body: { token: by, name: 'Ida Lund', password } });
  await refusal('invalid', accept('short'));
  await refusal('not_found', accept(PASSWORD, 'x'.repeat(43)));
  // Of two who come with the same link at once, one gets the account.
  const outcomes = await Promise.allSettled([accept(PASSWORD), accept(OTHER)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await refusal('not_found', accept(PASSWORD));
  await refusal('not_found', anyone().call(users.readInvitation, { body: { token } }));
  const ida = await signedIn(email, outcomes[0].status === 'fulfilled' ? PASSWORD : OTHER);
  expect((await ida.call(listInboxes)).inboxes).toMatchObject([{ name: 'front', capability: 'reply' }]);
  expect(await admin().call(users.getUser, { params })).toMatchObject({
    name: 'Ida Lund',
    state: 'active',
    invitation: null,
    verified: null,
    inboxes: [{ name: 'front', capability: 'reply' }],
    signIns: 1,
  });
  const { entries } = await admin().call(listAudit, { query: { actor: user.id } });
  expect(entries.map(({ action }) => action)).toContain('user.accepted');
});

test('T14: an invitation is sent again with a fresh link, withdrawn, and refused where it makes no sense', async () => {
  const first = await invited('jon');
  const { params } = first;
  const again = await admin().call(users.sendInvitation, { params, body: {} });
  await refusal('not_found', anyone().call(users.readInvitation, { body: { token: first.token } }));
  const fresh = tokenIn(again.link);
  expect(await anyone().call(users.readInvitation, { body: { token: fresh } })).toMatchObject({
    email: first.email,
  });
  expect(await admin().call(users.withdrawInvitation, { params })).toMatchObject({
    state: 'deactivated',
    invitation: null,
  });
  await refusal('not_found', anyone().call(users.readInvitation, { body: { token: fresh } }));
  await ruled('user_is_deactivated', admin().call(users.withdrawInvitation, { params }));
  await ruled('user_never_accepted', admin().call(users.reactivateUser, { params }));
  const third = await admin().call(users.sendInvitation, { params, body: {} });
  expect(third.user.state).toBe('invited');
  for (const route of [users.lockUser, users.unlockUser, users.reactivateUser])
    await ruled('user_is_invited', admin().call(route, { params }));
  await ruled('user_is_invited', admin().call(users.deactivateUser, { params, body: {} }));
  const mia = await signedIn(emailOf('mia'));
  await ruled('user_is_invited', mia.call(users.sendPasswordReset, { params, body: {} }));
  await ruled('user_is_active', admin().call(users.sendInvitation, { ...at('ana'), body: {} }));
  await ruled('user_is_active', admin().call(users.withdrawInvitation, at('ana')));
  await ruled('user_no_mail', admin().call(users.sendVerification, { ...at('ana'), body: {} }));
  const taken = await refusal('invalid', invited('jon'));
  expect(taken.details.issues).toEqual([{ path: 'email', message: 'is already in use' }]);
  await refusal('invalid', invited('kai', { inboxes: [{ inbox: 'nowhere', capability: 'reply' }] }));
  await refusal('invalid', invited('kai', { teamIds: ['tea_nowhere'] }));
  // Nothing of a refused one stays.
  expect((await admin().call(users.listUsers)).users.some(({ name }) => name === 'kai')).toBe(false);
});

test('T14: a locked seat is signed out and stays so, keeps what it has, and is unlocked again', async () => {
  const leo = await joined('leo', {
    inboxes: [{ inbox: world.seeded.inboxes['front']?.inboxId, capability: 'reply' }],
  });
  const { params } = leo;
  await leo.rest.call(listInboxes);
  expect(await admin().call(users.lockUser, { params })).toMatchObject({ state: 'locked' });
  await refusal('unauthenticated', leo.rest.call(listInboxes));
  const credentials = { email: leo.email, password: PASSWORD };
  await refusal('unauthenticated', anyone().call(signIn, { body: credentials }));
  await ruled('user_is_locked', admin().call(users.lockUser, { params }));
  await ruled('user_is_locked', admin().call(users.reactivateUser, { params }));
  expect((await admin().call(users.getUser, { params })).inboxes).toHaveLength(1);
  expect(await admin().call(users.unlockUser, { params })).toMatchObject({ state: 'active' });
  await ruled('user_is_active', admin().call(users.unlockUser, { params }));
  await signedIn(leo.email);
  await ruled('user_is_yourself', admin().call(users.lockUser, at('mia')));
});

test('T14: the last admin stays, also when two lower each other at once', async () => {
  const change = (who: RestClient, name: string, body: object) =>
    who.call(users.changeUser, { ...at(name), body });
  await ruled('user_last_admin', change(admin(), 'mia', { role: 'agent' }));
  await ruled(
    'user_last_admin',
    admin().call(changeAgent, { params: { agent: world.agent('mia').id }, body: { role: 'agent' } }),
  );
  await change(admin(), 'ben', { role: 'admin' });
  const outcomes = await Promise.allSettled([
    change(admin(), 'ben', { role: 'agent' }),
    change(world.rest('ben'), 'mia', { role: 'agent' }),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const won = outcomes[0].status === 'fulfilled' ? admin() : world.rest('ben');
  const admins = (await won.call(users.listUsers)).users.filter(({ role }) => role === 'admin');
  expect(admins).toHaveLength(1);
  if (admins[0]?.id !== world.agent('mia').id) {
    await change(won, 'mia', { role: 'admin' });
    await change(admin(), 'ben', { role: 'agent' });
  }
});

test('T14: whoever is deactivated hands on locks, assignments and drafts; what remains is shown first', async () => {
  const [held, own, drafted, backs] = [
    world.conversation('front', 0),
    world.conversation('front', 1),
    world.conversation('front', 2),
    world.conversation('back', 0),
  ];
  const ben = world.rest('ben');
  const cem = world.agent('cem');
  for (const conversation of [own, backs])
    await ben.call(setAssignee, {
      params: { conversation },
      body: { assigneeId: world.agent('ben').id },
    });
  await ben.call(saveDraft, {
    params: { conversation: drafted, kind: 'reply' },
    body: { body: 'Half a sent', revision: 0 },
  });
  // A customer whose contact is Ben's is for Ben to answer, where nobody else has it.
  const { row: theirs } = await ben.call(getConversation, {
    params: { conversation: world.conversation('front', 5) },
  });
  const { version } = await admin().call(getContact, { params: { contact: theirs.contact.id } });
  await admin().call(changeContact, {
    params: { contact: theirs.contact.id },
    body: { version, ownerId: world.agent('ben').id },
  });
  const wire = await world.connect('ben');
  const { fence } = await wire.acquire(held);
  const looker = await world.connect('cem');
  await looker.wire.subscribe(world.stream('front'));
  const params = { user: world.agent('ben').id };
  expect(await admin().call(users.getHoldings, { params })).toMatchObject({
    locks: 1,
    assigned: { open: 2, snoozed: 0, archived: 0 },
    drafts: 1,
    contacts: 1,
    scheduled: 0,
    mailboxes: 0,
    apiKeys: 1,
  });
  const deactivate = (body: object, user = params.user) =>
    admin().call(users.deactivateUser, { params: { user }, body });
  await refusal('invalid', deactivate({ locksTo: params.user }));
  await refusal('invalid', deactivate({ assignmentsTo: 'agt_nobody' }));
  await ruled('user_is_yourself', deactivate({}, world.agent('mia').id));
  const done = await deactivate({
    locksTo: cem.id,
    assignmentsTo: cem.id,
    draftsTo: cem.id,
    contactsTo: cem.id,
  });
  expect(done).toMatchObject({
    user: { state: 'deactivated' },
    locks: { handed: 1, released: 0 },
    done: true,
    assigned: 2,
    cleared: 0,
    drafts: 1,
    contacts: 1,
  });
  const ended = await toldEnd(looker, held, fence);
  expect(ended).toMatchObject({ reason: 'handed_over', by: { name: 'mia' } });
  expect(ended.row.lock).toMatchObject({ status: 'held', holder: { id: cem.id } });
  const conversation = (id: string) =>
    world.rest('cem').call(getConversation, { params: { conversation: id } });
  const [news] = (await world.rest('cem').call(listNotifications)).notifications;
  const from = { id: params.user, name: 'ben' };
  expect(news?.notification).toEqual({ kind: 'handed_on', conversations: 2, from });
  expect((await conversation(own)).row.assignee?.id).toBe(cem.id);
  expect((await conversation(backs)).row.assignee?.id).toBe(cem.id);
  expect((await conversation(theirs.id)).row).toMatchObject({ assignee: { id: cem.id }, byOwner: true });
  expect((await conversation(drafted)).drafts).toMatchObject([{ kind: 'reply', body: 'Half a sent' }]);
  await refusal('unauthenticated', ben.call(listInboxes));
  await ruled('user_is_deactivated', deactivate({}));
  expect(await admin().call(users.reactivateUser, { params })).toMatchObject({ state: 'active' });
  await signedIn(emailOf('ben'));
});

test('T14: what nobody is named for is free: locks are released, assignments cleared, drafts stay', async () => {
  const [held, own] = [world.conversation('front', 3), world.conversation('front', 4)];
  const nia = await joined('nia', {
    inboxes: [{ inbox: world.seeded.inboxes['front']?.inboxId, capability: 'reply' }],
  });
  await nia.rest.call(setAssignee, { params: { conversation: own }, body: { assigneeId: nia.id } });
  const looker = await world.connect('ana');
  await looker.wire.subscribe(world.stream('front'));
  const draft = { body: 'Mine', revision: 0 };
  await nia.rest.call(saveDraft, { params: { conversation: held, kind: 'reply' }, body: draft });
  const done = await admin().call(users.deactivateUser, { params: nia.params, body: {} });
  expect(done).toMatchObject({ done: true, assigned: 0, cleared: 1, drafts: 0 });
  const { row } = await world.rest('ana').call(getConversation, { params: { conversation: own } });
  expect(row.assignee).toBeNull();
  expect((await admin().call(users.getHoldings, { params: nia.params })).drafts).toBe(1);
});

test('T14: nobody but an admin administers users, and every refusal is in the audit', async () => {
  const ana = world.rest('ana');
  const params = { user: world.agent('cem').id };
  const body = {};
  const tries = [
    () => ana.call(users.listUsers),
    () => ana.call(users.getUser, { params }),
    () => ana.call(users.inviteUser, { body: { email: 'x@shop.example' } }),
    () => ana.call(users.sendInvitation, { params, body }),
    () => ana.call(users.withdrawInvitation, { params }),
    () => ana.call(users.changeUser, { params, body: { name: 'X' } }),
    () => ana.call(users.getHoldings, { params }),
    () => ana.call(users.deactivateUser, { params, body }),
    () => ana.call(users.reactivateUser, { params }),
    () => ana.call(users.lockUser, { params }),
    () => ana.call(users.unlockUser, { params }),
    () => ana.call(users.sendPasswordReset, { params, body }),
    () => ana.call(users.sendVerification, { params, body }),
    () => ana.call(users.verifyUser, { params, body: { reason: 'x' } }),
    () => ana.call(users.requireFactor, { params, body: { required: true } }),
    () => ana.call(users.resetFactor, { params }),
    () => ana.call(users.listUserSignIns, { params }),
    () => ana.call(users.endUserSignIns, { params }),
  ];
  for (const attempt of tries) await refusal('forbidden', attempt());
  await refusal('not_found', admin().call(users.getUser, { params: { user: 'agt_nobody' } }));
  await refusal('not_found', admin().call(users.lockUser, { params: { user: 'agt_nobody' } }));
  const { entries } = await admin().call(listAudit, {
    query: { actor: world.agent('ana').id, limit: 200 },
  });
  const refused = entries.map(({ action }) => action).filter((action) => action.endsWith('.refused'));
  for (const action of ['invited', 'deactivated', 'locked', 'changed', 'factor_required', 'signed_out'])
    expect(refused).toContain(`user.${action}.refused`);
  // A key may do little to its owner's own account.
  await refusal(
    'forbidden',
    ana.call(security.changeMyPassword, { body: { current: PASSWORD, password: OTHER } }),
  );
  await refusal('forbidden', ana.call(security.beginFactor, { body: { password: PASSWORD } }));
  await refusal('forbidden', ana.call(security.endMyOtherSignIns));
});
