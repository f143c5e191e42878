/** Mailboxes of people's own: requested, checked and decided. */
import { listAgents } from '@latchbox/shared/http/agents';
import {
  getMailboxRequest,
  getMailboxSeat,
  grantMailboxLimit,
  listMailboxRequests,
  proveMailboxAddress,
  sendMailboxCode,
} from '@latchbox/shared/http/mailbox-requests';
import { createMailbox } from '@latchbox/shared/http/mailboxes';
import { changeOrganisation, getOrganisation } from '@latchbox/shared/http/organisation';
import { deactivateUser, inviteUser, lockUser, unlockUser } from '@latchbox/shared/http/users';
import { LatchboxError, RULES } from '@latchbox/shared';
import { refusal } from '../tools/scenario.ts';
import { smtpClient } from '../tools/smtp-client.ts';
import { mailOf } from './mailbox-stage.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, MAIL, rule, type SeatStage, startSeatStage } from './seats-stage.ts';

const DESK = 'desk@shop.example';
const SHED = 'shed@shop.example';

let stage: SeatStage;
beforeAll(async () => {
  stage = await startSeatStage([SHED, DESK]);
}, 60_000);
afterAll(async () => await stage[Symbol.asyncDispose]());

test('O1: two mailboxes and no third, also of three that are asked for at once; an admin grants another limit by contract', async () => {
  const three = ['one', 'two', 'three'].map((place) => stage.ask('bob', `bob@${place}.example`));
  const answers = await Promise.allSettled(three);
  const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as LatchboxError] : []));
  expect(refused).toMatchObject([
    { code: 'refused', details: { rule: 'mailbox_limit_reached' }, message: RULES.mailbox_limit_reached },
  ]);
  const seat = { params: { agent: stage.idOf('bob') } };
  expect(await stage.as('bob').call(getMailboxSeat, seat)).toMatchObject({
    limit: 2,
    used: 2,
    granted: null,
  });
  expect(await rule(stage.ask('ada', 'bob@four.example', { ownerId: stage.idOf('bob') }))).toBe(
    'mailbox_limit_reached',
  );

  const contract = { granted: { limit: 3, contract: 'Contract 2026-17' } };
  await refusal('forbidden', stage.as('bob').call(grantMailboxLimit, { ...seat, body: contract }));
  await refusal('forbidden', stage.as('ann').call(getMailboxSeat, seat));
  const nobody = { params: { agent: 'agt_nobody' }, body: contract };
  await refusal('not_found', stage.as('ada').call(grantMailboxLimit, nobody));
  expect(await stage.as('ada').call(grantMailboxLimit, { ...seat, body: contract })).toMatchObject({
    limit: 3,
    granted: { limit: 3, contract: 'Contract 2026-17', by: { name: 'ada' } },
  });
  await stage.ask('bob', 'bob@four.example');
  expect(await rule(stage.ask('bob', 'bob@five.example'))).toBe('mailbox_limit_reached');
  // What is there stays when the contract ends.
  const ended = { ...seat, body: { granted: null } };
  expect(await stage.as('ada').call(grantMailboxLimit, ended)).toMatchObject({ limit: 2, used: 3 });
  // Withdrawing makes room only below the limit.
  await stage.clear('bob');
  expect((await stage.ask('bob', 'bob@six.example')).state).toBe('approved');
  await stage.clear('bob');
  const lines = await stage.audited('seat.limit_granted');
  expect(lines).toMatchObject([
    { details: { before: { limit: 3 }, after: { limit: null } } },
    { details: { before: { limit: null }, after: { limit: 3, contract: 'Contract 2026-17' } } },
  ]);
});

test('O2: a group’s and a colleague’s address are refused; one’s own is approved by its name, and any other by an admin with a reason', async () => {
  expect(await rule(stage.ask('cy', 'sales@shop.example'))).toBe('mailbox_group_address');
  expect(await rule(stage.ask('cy', 'Info+berlin@shop.example'))).toBe('mailbox_group_address');
  expect(await rule(stage.ask('cy', 'ann@shop.example'))).toBe('mailbox_colleague_address');
  expect(await rule(stage.ask('ada', 'bob@shop.example', { ownerId: stage.idOf('cy') }))).toBe(
    'mailbox_colleague_address',
  );
  const system = await stage.as('ada').call(listAgents);
  expect(system.agents.length).toBeGreaterThan(0);

  expect(await stage.ask('cy', 'cy@shop.example')).toMatchObject({ state: 'approved', identifiedBy: 'name' });
  const asked = await stage.ask('cy', 'quay@shop.example', { note: 'The desk at the quay.' });
  expect(asked).toMatchObject({ state: 'requested', identifiedBy: null, note: 'The desk at the quay.' });
  expect(await rule(stage.approve(asked))).toBe('mailbox_reason_missing');
  await refusal('forbidden', stage.approve(asked, 'Mine.', 'cy'));
  await refusal('not_found', stage.approve(asked, 'Not mine.', 'bob'));
  await refusal('not_found', stage.as('bob').call(getMailboxRequest, at(asked)));
  const approved = await stage.approve(asked, 'She sits there.');
  expect(approved).toMatchObject({
    state: 'approved',
    identifiedBy: 'admin',
    reason: 'She sits there.',
    decidedBy: { name: 'ada' },
  });
  expect((await stage.audited('mailbox_request.approved'))[0]?.details).toMatchObject({
    before: { state: 'requested' },
    after: { state: 'approved', reason: 'She sits there.' },
  });
  await stage.clear('cy');

  // The organisation may permit what is a group's; it is still nobody's by its name.
  await refusal(
    'forbidden',
    stage.as('cy').call(changeOrganisation, { body: { groupAddressesAllowed: true } }),
  );
  await stage.organisation({ groupAddressesAllowed: true });
  expect((await stage.ask('cy', 'sales@shop.example')).state).toBe('requested');
  await stage.organisation({ groupAddressesAllowed: false, groupAddresses: ['Crew'] });
  await stage.clear('cy');
  expect((await stage.as('cy').call(getOrganisation)).groupAddresses).toEqual(['crew']);
  expect(await rule(stage.ask('cy', 'crew@shop.example'))).toBe('mailbox_group_address');
  expect((await stage.ask('cy', 'sales@shop.example')).state).toBe('requested');
  await stage.clear('cy');
});

test('O6: of two who ask for one address at once one gets it; whose seat has it is told to admins alone', async () => {
  const both = await Promise.allSettled([
    stage.ask('cy', 'pier@shop.example'),
    stage.ask('dee', 'pier@shop.example'),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const won = both.findIndex(({ status }) => status === 'fulfilled') === 0 ? 'cy' : 'dee';
  const lost = won === 'cy' ? 'dee' : 'cy';
  const asUser = await refusal('refused', stage.ask(lost, 'pier@shop.example'));
  const asStranger = await refusal('refused', stage.ask('bob', 'pier@shop.example'));
  expect(asUser.details.rule).toBe('mailbox_in_use');
  expect([asUser.message, asStranger.message]).toEqual([RULES.mailbox_in_use, RULES.mailbox_in_use]);
  const asAdmin = await refusal(
    'refused',
    stage.ask('ada', 'pier@shop.example', { ownerId: stage.idOf('bob') }),
  );
  expect(asAdmin.details.rule).toBe('mailbox_in_use');
  expect(asAdmin.message).toContain(`on the seat of ${won}, who is active`);
  expect(await rule(stage.ask(won, 'pier@shop.example'))).toBe('mailbox_requested_already');
  // Nor does it become a shared mailbox meanwhile.
  const body = { inbox: 'front', ...stage.provider.account(DESK), address: 'pier@shop.example' };
  const inbox = stage.inboxId('front');
  const shared = stage.as('ann').call(createMailbox, { body: { ...body, inbox } });
  expect(await rule(shared)).toBe('mailbox_in_use');
  await stage.clear(won);
  expect((await stage.ask(lost, 'pier@shop.example')).state).toBe('requested');
  await stage.clear(lost);
});

test('O6, O1: the seat may be locked too, which admins alone are told; who is invited, locked or deactivated gets no mailbox', async () => {
  const ada = stage.as('ada');
  const eve = stage.idOf('eve');
  const forEve = (address: string) => stage.ask('ada', address, { ownerId: eve });
  const asked = await forEve('harbour@shop.example');
  expect(asked.state).toBe('requested');
  await ada.call(lockUser, { params: { user: eve } });
  const asAdmin = await refusal(
    'refused',
    stage.ask('ada', 'harbour@shop.example', { ownerId: stage.idOf('bob') }),
  );
  expect(asAdmin.message).toContain('on the seat of eve, whose seat is locked');
  const asUser = await refusal('refused', stage.ask('bob', 'harbour@shop.example'));
  expect([asUser.details.rule, asUser.message]).toEqual(['mailbox_in_use', RULES.mailbox_in_use]);
  expect(await rule(forEve('eve@shop.example'))).toBe('mailbox_seat_locked');
  expect(await rule(stage.approve(asked, 'Hers.'))).toBe('mailbox_seat_locked');
  await ada.call(unlockUser, { params: { user: eve } });
  expect((await stage.approve(asked, 'Hers.')).state).toBe('approved');
  await ada.call(deactivateUser, { params: { user: eve }, body: {} });
  expect(await rule(forEve('eve@shop.example'))).toBe('mailbox_seat_ended');
  expect((await stage.decline(asked, 'She has left.')).state).toBe('declined');
  const { user } = await ada.call(inviteUser, { body: { email: 'fay@shop.example', byHand: true } });
  expect(await rule(stage.ask('ada', 'fay@shop.example', { ownerId: user.id }))).toBe('mailbox_seat_invited');
});

test('O3: the terms are confirmed as they stand; admins ask for others; every state has its own refusals', async () => {
  const { termsVersion } = await stage.organisation({ terms: 'Customers first.' });
  expect(await rule(stage.ask('dee', 'dee@one.example'))).toBe('mailbox_terms_unconfirmed');
  const stale = { confirmedTerms: termsVersion - 1 };
  expect(await rule(stage.ask('dee', 'dee@one.example', stale))).toBe('mailbox_terms_changed');
  const confirmedTerms = termsVersion;
  await refusal(
    'forbidden',
    stage.ask('bob', 'dee@one.example', { confirmedTerms, ownerId: stage.idOf('dee') }),
  );
  await refusal('not_found', stage.ask('ada', 'dee@one.example', { confirmedTerms, ownerId: 'agt_nobody' }));
  const forDee = await stage.ask('ada', 'quay@shop.example', { confirmedTerms, ownerId: stage.idOf('dee') });
  expect(forDee).toMatchObject({
    owner: { name: 'dee' },
    requestedBy: { name: 'ada' },
    state: 'requested',
    terms: { version: termsVersion, by: { name: 'ada' } },
  });
  await stage.organisation({ terms: '' });

  expect(await rule(stage.configure(forDee, 'dee'))).toBe('mailbox_request_waiting');
  await refusal('forbidden', stage.decline(forDee, 'No.', 'dee'));
  await refusal('invalid', stage.decline(forDee, ' '));
  expect(await stage.decline(forDee, 'It is the quay’s.')).toMatchObject({
    state: 'declined',
    reason: 'It is the quay’s.',
  });
  expect(await rule(stage.approve(forDee, 'Yes.'))).toBe('mailbox_request_declined');
  expect(await rule(stage.decline(forDee, 'Again.'))).toBe('mailbox_request_declined');
  expect(await rule(stage.withdraw(forDee, 'dee'))).toBe('mailbox_request_declined');
  expect(await rule(stage.configure(forDee, 'dee'))).toBe('mailbox_request_declined');

  const own = await stage.ask('dee', 'dee@one.example');
  expect(await rule(stage.approve(own, 'Yes.'))).toBe('mailbox_request_decided');
  await refusal('forbidden', stage.withdraw(own, 'ada'));
  expect((await stage.withdraw(own, 'dee')).state).toBe('withdrawn');
  expect(await rule(stage.approve(own, 'Yes.'))).toBe('mailbox_request_withdrawn');
  expect(await rule(stage.configure(own, 'dee'))).toBe('mailbox_request_withdrawn');
  const all = await stage.as('ada').call(listMailboxRequests, { query: { owner: stage.idOf('dee') } });
  expect(all.requests.length).toBeGreaterThan(1);
  await refusal('forbidden', stage.as('bob').call(listMailboxRequests, { query: { scope: 'all' } }));
  await refusal(
    'forbidden',
    stage.as('bob').call(listMailboxRequests, { query: { owner: stage.idOf('dee') } }),
  );
});

/** The code on its line; ids of mail servers in the headers look like one. */
const codeIn = (raw: string): string => /^ {4}([A-Z0-9]{4}-[A-Z0-9]{4})\s*$/m.exec(raw)?.[1] ?? '';

test('O2, H3: a code that was sent to the address shows who reads its mail', { timeout: MAIL }, async () => {
  const asked = await stage.ask('dee', SHED);
  expect(asked.state).toBe('requested');
  const prove = (code: string, who = 'dee') =>
    stage.as(who).call(proveMailboxAddress, { ...at(asked), body: { code } });
  expect(await rule(prove('AAAA-AAAA'))).toBe('mailbox_code_not_sent');
  await refusal('not_found', stage.as('bob').call(sendMailboxCode, at(asked)));
  expect((await stage.as('dee').call(sendMailboxCode, at(asked))).codeUntil).toBeGreaterThan(asked.createdAt);
  const mail = await stage.provider.mail(SHED, (raw) => raw.includes('wants to use'));
  const code = codeIn(mail);
  // Who administers reads it nowhere, and cannot answer for others.
  await refusal('forbidden', prove(code, 'ada'));
  await refusal('not_found', prove(code, 'bob'));
  for (let nth = 0; nth < 5; nth += 1) expect(await rule(prove('AAAA-AAAA'))).toBe('mailbox_code_wrong');
  expect(await rule(prove(code))).toBe('mailbox_code_over');

  await stage.as('dee').call(sendMailboxCode, at(asked));
  const again = await stage.provider.mail(SHED, (raw) => raw.includes('wants to use') && !raw.includes(code));
  const fresh = codeIn(again);
  expect(await rule(prove(code))).toBe('mailbox_code_wrong');
  expect(await prove(fresh.toLowerCase().replace('-', ' '))).toMatchObject({
    state: 'approved',
    identifiedBy: 'code',
  });
  expect(await rule(prove(fresh))).toBe('mailbox_request_decided');
  expect(await rule(stage.as('dee').call(sendMailboxCode, at(asked)))).toBe('mailbox_request_decided');
  expect(JSON.stringify(stage.world.rows('SELECT * FROM mailbox_requests'))).not.toContain(fresh);
  await stage.clear('dee');
});

test('O3: a request by mail counts only from the account’s own address, and an admin decides it', async () => {
  await stage.organisation({ requestAddress: 'mailboxes@latchbox.example' });
  await using client = await smtpClient(stage.smtp);
  const { agents } = await stage.as('ada').call(listAgents);
  const account = agents.find(({ id }) => id === stage.idOf('cy'))?.email ?? '';
  const send = (from: string, subject: string, envelope = from) =>
    client.send(
      { from: envelope, to: 'mailboxes@latchbox.example' },
      Buffer.from(mailOf({ from, to: 'mailboxes@latchbox.example', subject, body: 'Please.' })),
    );
  await send('cy@elsewhere.example', 'Mailbox pond@shop.example');
  await send(account, 'Mailbox pond@shop.example', 'cy@elsewhere.example');
  await send(account, 'A mailbox, please');
  await send(account, 'Mailbox ann@shop.example');
  await send(account, 'Mailbox cy@shop.example');
  const { requests } = await stage.as('cy').call(listMailboxRequests, { query: { state: 'requested' } });
  // By its name it would be hers; but anybody can write a name into From.
  expect(requests).toMatchObject([
    { address: 'cy@shop.example', via: 'mail', state: 'requested', note: 'Please.' },
  ]);
  const refused = await stage.audited('mailbox_request.created.refused');
  const rules = refused.map(({ details }) => details['rule']).filter((one) => one !== undefined);
  expect(rules).toEqual([
    'mailbox_colleague_address',
    'mailbox_mail_no_address',
    'mailbox_mail_not_account',
    'mailbox_mail_not_account',
  ]);
  await stage.organisation({ requestAddress: null });
  await expect(send(account, 'Mailbox pond@shop.example')).rejects.toMatchObject({ code: 550 });
  await stage.clear('cy');
});
