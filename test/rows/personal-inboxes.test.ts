/** Mailboxes of people's own: connected, changed and switched; and personal inboxes, which are their owners' alone. */
import {
  type ContactImport,
  getImport,
  type ImportPlan,
  startImport,
  undoImport,
} from '@latchbox/shared/http/contact-imports';
import { getContact, listContactConversations, listContacts } from '@latchbox/shared/http/contacts';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { listAddresses, putAddress } from '@latchbox/shared/http/inbox-addresses';
import {
  changeInbox,
  getInbox,
  listInboxes,
  listMembers,
  putMember,
  removeMember,
} from '@latchbox/shared/http/inboxes';
import { getMailboxRequest } from '@latchbox/shared/http/mailbox-requests';
import {
  changeMailbox,
  checkMailbox,
  connectMailbox,
  createMailbox,
  disconnectMailbox,
  getMailbox,
  getMailboxProgress,
  listMailboxes,
  removeMailbox,
  switchMailbox,
} from '@latchbox/shared/http/mailboxes';
import {
  endReading,
  listPersonalInboxes,
  listReadings,
  readPersonalInbox,
} from '@latchbox/shared/http/personal-inboxes';
import { getUser, inviteUser } from '@latchbox/shared/http/users';
import { LatchboxError } from '@latchbox/shared';
import { HTTP } from '@latchbox/shared/http/index';
import { eventually } from '../tools/eventually.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { CORA, mailOf } from './mailbox-stage.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, MAIL, rule, type SeatStage, startSeatStage } from './seats-stage.ts';

const ANN = 'ann@shop.example';
const DESK = 'desk@shop.example';

let stage: SeatStage;
beforeAll(async () => {
  stage = await startSeatStage([ANN, DESK]);
}, 60_000);
afterAll(async () => await stage[Symbol.asyncDispose]());

test('O3, H1, H2, H4: wrong settings say which part failed; connected it is in an inbox that nobody else sees; switched, its history stays', {
  timeout: 3 * MAIL,
}, async () => {
  const asked = await stage.ask('ann', ANN);
  expect(asked).toMatchObject({ state: 'approved', identifiedBy: 'name' });
  await refusal('not_found', stage.configure(asked, 'bob'));
  const wrong = await stage.configure(asked, 'ann', { password: 'wrong' });
  expect(wrong).toMatchObject({
    request: { state: 'approved' },
    mailbox: null,
    check: { ok: false, incoming: { part: 'credentials' }, outgoing: { part: 'credentials' } },
  });
  expect(await rule(stage.configure(asked, 'ann', { aliases: ['bob@shop.example'] }))).toBe(
    'mailbox_colleague_address',
  );
  expect(await rule(stage.configure(asked, 'ann', { aliases: ['sales@shop.example'] }))).toBe(
    'mailbox_group_address',
  );
  expect(await rule(stage.configure(asked, 'ann', { aliases: [DESK] }))).toBe('mailbox_alias_unknown');
  await refusal('invalid', stage.configure(asked, 'ann', { inbox: stage.inboxId('front') }));
  // Twice at once, as by two tabs: one mailbox.
  const twice = await Promise.allSettled([stage.configure(asked, 'ann'), stage.configure(asked, 'ann')]);
  const both = twice.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const connected = both.filter(({ mailbox }) => mailbox !== null);
  expect(connected).toHaveLength(1);
  const made = connected[0]!;
  expect(made).toMatchObject({
    request: { state: 'configured' },
    check: { ok: true },
    mailbox: { ownerId: stage.idOf('ann') },
  });
  expect(await rule(stage.configure(asked, 'ann'))).toBe('mailbox_request_configured');
  expect(await rule(stage.ask('ann', ANN))).toBe('mailbox_yours_already');
  const mailbox = { params: { mailbox: made.mailbox?.id ?? '' } };
  const inbox = made.mailbox?.inboxId ?? '';
  await stands('connected', mailbox);

  const mine = (await stage.as('ann').call(listInboxes)).inboxes.find(({ id }) => id === inbox);
  expect(mine).toMatchObject({ kind: 'personal', capability: 'manage', name: ANN });
  await stage.provider.append(ANN, 'INBOX', mailOf({ to: ANN, subject: 'Between us' }));
  const row = await eventually(
    'it comes in',
    async () => {
      const { rows } = await stage.as('ann').call(listConversations, { query: { inbox, limit: 10 } });
      return rows.find(({ subject }) => subject === 'Between us');
    },
    MAIL,
    50,
  );
  await hidden(inbox, row.id);
  await closedToOthers(inbox, mailbox);
  await openedToAdmins(inbox, row.id);
  await changed(mailbox);
  await switched(inbox, row.id, mailbox);
});

interface At {
  readonly params: { readonly mailbox: string };
}

const stands = (status: string, mailbox: At) =>
  eventually(
    `the mailbox is ${status}`,
    async () => (await stage.as('ann').call(getMailbox, mailbox)).state.status === status,
    MAIL,
    50,
  );

/** What the server says to `who` at a path, without the number of the request. */
async function answer(who: string, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${stage.world.agent(who).token}` };
  const response = await fetch(stage.world.server().url + path, { headers });
  expect(response.status, path).not.toBe(429);
  return `${response.status} ${(await response.text()).replaceAll(/"requestId":"[^"]*"/g, '')}`;
}

/** What tells admins of mailboxes and of what was administered. */
const NAMES_IT = new Set([
  '/api/mailboxes',
  '/api/mailboxes/masters',
  '/api/masters',
  '/api/audit',
  '/api/audit.csv',
]);

/** To everybody else, admins too, it is as if it were not there: word by word. */
async function hidden(inbox: string, conversation: string): Promise<void> {
  const paths = Object.values(HTTP).flatMap(({ method, path }) => (method === 'GET' ? [path] : []));
  const of = (path: string, at: string, id: string) =>
    path
      .replace('{inbox}', at)
      .replace('{conversation}', id)
      .replace(/\{\w+\}/, 'x_nothere');
  const about = paths.filter((path) => /\{(inbox|conversation)\}/.test(path));
  expect(about.length).toBeGreaterThan(20);
  for (const path of [...about, '/api/mailboxes?inbox={inbox}', '/api/conversations?inbox={inbox}']) {
    for (const who of ['ada', 'bob']) {
      const there = await answer(who, of(path, inbox, conversation));
      expect(there, `${who} ${path}`).toBe(await answer(who, of(path, 'ibx_nothere', 'cnv_nothere')));
    }
  }
  // In no list either; admins see whose mailboxes there are, and in the audit that an inbox was opened.
  for (const path of paths.filter((one) => !one.includes('{') && !NAMES_IT.has(one))) {
    for (const who of ['ada', 'bob']) {
      const said = await answer(who, path);
      for (const secret of [inbox, conversation, 'Between us', CORA])
        expect(said, `${who} ${path}`).not.toContain(secret);
    }
  }
  const { inboxes } = await stage.as('ada').call(listInboxes, { query: { scope: 'all' } });
  expect(inboxes.map(({ id }) => id)).not.toContain(inbox);
  await refusal(
    'not_found',
    stage.as('ada').call(changeInbox, { params: { inbox }, body: { name: 'Mine' } }),
  );
  const ann = await stage.as('ada').call(getUser, { params: { user: stage.idOf('ann') } });
  expect(ann.inboxes.map(({ id }) => id)).toEqual([stage.inboxId('front')]);
  // Nor does an invitation lead into it, nor the address book to what stands there.
  const invitation = { email: 'new@shop.example', inboxes: [{ inbox, capability: 'read' as const }] };
  await refusal('invalid', stage.as('ada').call(inviteUser, { body: invitation }));
  const { row } = await stage.as('ann').call(getConversation, { params: { conversation } });
  const contact = { params: { contact: row.contact.id } };
  const found = async (search: string) =>
    (await stage.as('ada').call(listContacts, { query: { search } })).contacts.map(({ id }) => id);
  expect(await found('Cora')).toEqual([]);
  // Who knows the whole address can find it, so that whoever asks for it is erased.
  expect(await found(CORA)).toEqual([row.contact.id]);
  await imported(`email\n${CORA}`, async () => expect(await found('Cora')).toEqual([row.contact.id]));
  expect(await found('Cora')).toEqual([]);
  const known = await stage.as('ada').call(listContactConversations, contact);
  expect(known).toEqual({ conversations: [], elsewhere: 0 });
  expect((await stage.as('ada').call(getContact, contact)).conversations).toBe(0);
  const headers = { authorization: `Bearer ${stage.world.agent('ada').token}` };
  const url = `${stage.world.server().url}/api/address-book/${row.contact.id}/export`;
  const exported = await (await fetch(url, { headers })).text();
  expect(exported).toContain(row.contact.id);
  expect(exported).not.toContain('Between us');
}

/** Ada imports contacts, and takes it back once they are there. */
async function imported(csv: string, there: () => Promise<void>): Promise<void> {
  const ada = stage.as('ada');
  const upload = await fetch(`${stage.world.server().url}/api/contact-imports?name=people.csv`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.world.agent('ada').token}`,
      'content-type': 'application/octet-stream',
    },
    body: csv,
  });
  const { id, suggestion } = (await upload.json()) as { id: string; suggestion: ImportPlan };
  const params = { import: id };
  const until = (state: ContactImport['state']) =>
    eventually(
      `the import is ${state}`,
      async () => (await ada.call(getImport, { params })).state === state,
      MAIL,
    );
  await ada.call(startImport, { params, body: suggestion });
  await until('done');
  await there();
  await ada.call(undoImport, { params });
  await until('undone');
}

/** Nobody is added; a mailbox is an account that admins may see and end, and not where it leads to. */
async function closedToOthers(inbox: string, mailbox: At): Promise<void> {
  const bob = { params: { inbox, agent: stage.idOf('bob') } };
  expect(await rule(stage.as('ann').call(putMember, { ...bob, body: { capability: 'read' } }))).toBe(
    'inbox_personal_alone',
  );
  const ann = { params: { inbox, agent: stage.idOf('ann') } };
  expect(await rule(stage.as('ann').call(removeMember, ann))).toBe('inbox_personal_alone');
  await refusal('not_found', stage.as('ada').call(putMember, { ...bob, body: { capability: 'read' } }));
  const address = { params: { inbox, address: 'boss@shop.example' }, body: {} };
  expect(await rule(stage.as('ann').call(putAddress, address))).toBe('inbox_personal_addresses');
  expect((await stage.as('ann').call(listAddresses, { params: { inbox } })).addresses).toMatchObject([
    { address: ANN },
  ]);
  expect((await stage.as('ann').call(listMembers, { params: { inbox } })).members).toHaveLength(1);
  const direct = stage.as('ann').call(createMailbox, { body: { inbox, ...stage.provider.account(DESK) } });
  expect(await rule(direct)).toBe('mailbox_request_first');
  // Nor does anybody own one of a shared inbox, whoever says so.
  for (const who of ['ada', 'ann']) {
    const body = {
      inbox: stage.inboxId('front'),
      ...stage.provider.account(DESK),
      ownerId: stage.idOf('ann'),
    };
    expect(await rule(stage.as(who).call(createMailbox, { body }))).toBe('mailbox_shared_no_owner');
  }

  const { mailboxes } = await stage.as('ada').call(listMailboxes);
  expect(mailboxes.map(({ id }) => id)).toContain(mailbox.params.mailbox);
  await refusal('not_found', stage.as('bob').call(getMailbox, mailbox));
  await refusal('not_found', stage.as('bob').call(disconnectMailbox, mailbox));
  const { incoming } = stage.provider.account(ANN);
  const elsewhere = { ...mailbox, body: { incoming, password: 'x' } };
  expect(await rule(stage.as('ada').call(changeMailbox, elsewhere))).toBe('mailbox_owner_only');
  expect(await rule(stage.as('ada').call(getMailboxProgress, mailbox))).toBe('mailbox_owner_only');
  const tried = { mailbox: mailbox.params.mailbox, ...stage.provider.account(ANN), inbox };
  await refusal('not_found', stage.as('ada').call(checkMailbox, { body: tried }));
}

/** Where the organisation allows it, an admin reads for a while, with a reason that the owner sees; and it ends at once. */
async function openedToAdmins(inbox: string, conversation: string): Promise<void> {
  const ada = stage.as('ada');
  const params = { inbox };
  const reason = { params, body: { reason: 'Ann is ill, and a customer waits.' } };
  expect(await rule(ada.call(readPersonalInbox, reason))).toBe('inbox_personal_closed');
  const notThere = { params: { inbox: 'ibx_nothere' }, body: reason.body };
  expect(await rule(ada.call(readPersonalInbox, notThere))).toBe('inbox_personal_closed');
  expect(await rule(ada.call(listPersonalInboxes))).toBe('inbox_personal_closed');
  await stage.organisation({ adminsMayReadPersonal: true });
  await refusal('forbidden', stage.as('bob').call(listPersonalInboxes));
  await refusal('forbidden', stage.as('bob').call(readPersonalInbox, reason));
  await refusal('not_found', ada.call(readPersonalInbox, notThere));
  const front = { params: { inbox: stage.inboxId('front') }, body: reason.body };
  await refusal('not_found', ada.call(readPersonalInbox, front));
  await refusal('invalid', ada.call(readPersonalInbox, { params, body: { reason: ' ' } }));
  const { inboxes } = await ada.call(listPersonalInboxes);
  expect(inboxes).toMatchObject([{ id: inbox, owner: { name: 'ann' }, addresses: [ANN] }]);

  const socket = await stage.world.connect('ada');
  await ada.call(readPersonalInbox, reason);
  expect((await ada.call(getConversation, { params: { conversation } })).row.subject).toBe('Between us');
  expect((await ada.call(getInbox, { params })).capability).toBe('read');
  await refusal('forbidden', ada.call(changeInbox, { params, body: { name: 'Mine' } }));
  const { readings } = await stage.as('ann').call(listReadings, { params });
  expect(readings).toMatchObject([{ by: { name: 'ada' }, reason: reason.body.reason, endedAt: null }]);
  await refusal('not_found', stage.as('bob').call(listReadings, { params }));
  await ada.call(endReading, { params });
  await refusal('not_found', ada.call(endReading, { params }));
  await refusal('not_found', ada.call(getConversation, { params: { conversation } }));

  // The organisation takes it back while it is open, in a page as well.
  await ada.call(readPersonalInbox, reason);
  await socket.wire.call('conversation.open', { conversationId: conversation, view: true, limit: 10 });
  const began = performance.now();
  await stage.organisation({ adminsMayReadPersonal: false });
  const opening = () =>
    socket.wire.call('conversation.open', { conversationId: conversation, view: true, limit: 10 });
  await eventually(
    'it is gone',
    async () =>
      await opening().then(
        () => false,
        (error: unknown) => LatchboxError.is(error, 'not_found'),
      ),
    1_000,
    20,
  );
  expect(performance.now() - began).toBeLessThan(1_500);
  expect((await stage.as('ann').call(listMembers, { params })).members).toHaveLength(1);
  expect((await stage.audited('personal_inbox.opened')).map(({ details }) => details['reason'])).toContain(
    reason.body.reason,
  );
}

/** Another address or host of one's own mailbox passes the checks of a new one. */
async function changed(mailbox: At): Promise<void> {
  const change = (body: object, who = 'ann') => stage.as(who).call(changeMailbox, { ...mailbox, body });
  expect(await rule(change({ address: 'bob@shop.example', password: 'x' }))).toBe('mailbox_check_failed');
  const { incoming, outgoing } = stage.provider.account(ANN);
  const closed = { ...incoming, port: await freePort() };
  const failed = await refusal('refused', change({ incoming: closed, outgoing, password: `pw-${ANN}` }));
  expect(failed.details.rule).toBe('mailbox_check_failed');
  expect(failed.message).toContain('port');
  const desk = stage.provider.account(DESK);
  const asDesk = { address: DESK, incoming: desk.incoming, outgoing: desk.outgoing, password: desk.password };
  expect(await rule(change(asDesk))).toBe('mailbox_needs_approval');
  expect(await rule(change({ aliases: ['bob@shop.example'] }))).toBe('mailbox_colleague_address');
  expect(await rule(change({ aliases: ['spare@shop.example'] }))).toBe('mailbox_alias_unknown');
  // An admin may add it: it is then told to be hers, and could become a mailbox of its own.
  expect((await change({ aliases: [DESK] }, 'ada')).aliases).toEqual([DESK]);
  const asked = await stage.ask('ann', DESK);
  expect(asked).toMatchObject({ state: 'approved', identifiedBy: 'alias' });
  const made = await stage.configure(asked, 'ann');
  expect(made.mailbox?.address).toBe(DESK);
  expect((await stage.as('ann').call(getMailbox, mailbox)).aliases).toEqual([]);
  expect(await rule(stage.ask('ann', 'ann@three.example'))).toBe('mailbox_limit_reached');
  // An admin takes it off the seat; the request is over, and the address free.
  await stage.as('ada').call(removeMailbox, { params: { mailbox: made.mailbox?.id ?? '' } });
  expect((await stage.as('ann').call(getMailboxRequest, at(asked))).state).toBe('ended');
  expect(await rule(stage.configure(asked, 'ann'))).toBe('mailbox_request_ended');
}

/** From personal to shared and back, disconnected first; conversations stay where they are. */
async function switched(personal: string, conversation: string, mailbox: At): Promise<void> {
  const front = stage.inboxId('front');
  const to = (body: { to: 'shared'; inbox: string } | { to: 'personal'; ownerId?: string }, who = 'ann') =>
    stage.as(who).call(switchMailbox, { ...mailbox, body });
  const shared = { to: 'shared', inbox: front } as const;
  expect(await rule(to(shared))).toBe('mailbox_still_connected');
  expect(await rule(to({ to: 'personal' }))).toBe('mailbox_personal_already');
  const patched = stage.as('ann').call(changeMailbox, { ...mailbox, body: { inbox: front } });
  expect(await rule(patched)).toBe('mailbox_switch_type');
  await stage.as('ann').call(disconnectMailbox, mailbox);
  expect(await rule(to(shared, 'ada'))).toBe('mailbox_owner_only');
  await refusal('not_found', to(shared, 'bob'));
  await refusal('not_found', to({ to: 'shared', inbox: stage.inboxId('back') }));
  await refusal('invalid', to({ to: 'shared', inbox: personal }));
  expect(await to(shared)).toMatchObject({ inboxId: front, ownerId: null });
  await stage.as('ann').call(connectMailbox, mailbox);
  await stands('connected', mailbox);
  await stage.provider.append(ANN, 'INBOX', mailOf({ to: ANN, subject: 'For everybody' }));
  await eventually(
    'it comes into the shared inbox',
    async () => {
      const { rows } = await stage.as('bob').call(listConversations, { query: { inbox: front, limit: 50 } });
      return rows.some(({ subject }) => subject === 'For everybody');
    },
    MAIL,
    50,
  );
  const { row } = await stage.as('ann').call(getConversation, { params: { conversation } });
  expect(row.inboxId).toBe(personal);
  await refusal('not_found', stage.as('bob').call(getConversation, { params: { conversation } }));

  expect(await rule(to(shared))).toBe('mailbox_shared_already');
  expect(await rule(to({ to: 'personal' }))).toBe('mailbox_still_connected');
  await stage.as('ann').call(disconnectMailbox, mailbox);
  await refusal('forbidden', to({ to: 'personal', ownerId: stage.idOf('bob') }));
  expect(await rule(to({ to: 'personal', ownerId: stage.idOf('bob') }, 'ada'))).toBe(
    'mailbox_colleague_address',
  );
  // It goes on where it was before.
  expect(await to({ to: 'personal' })).toMatchObject({ inboxId: personal, ownerId: stage.idOf('ann') });
  const { rows } = await stage.as('bob').call(listConversations, { query: { inbox: front, limit: 50 } });
  expect(rows.some(({ subject }) => subject === 'For everybody')).toBe(true);
}
