/** What is wrong with the settings of a mailbox (H4, O3), signing in by OAuth2, and the way of an answer to the customer and back. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import {
  changeMailbox,
  checkMailbox,
  connectMailbox,
  disconnectMailbox,
  createMailbox,
  removeMailbox,
} from '@latchbox/shared/http/mailboxes';
import { sendReply } from '@latchbox/shared/http/replies';
import { visibleText } from '@latchbox/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../../server/src/http/testing/make-certificate.ts';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { restClient } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { CORA, type MailboxStage, mailOf, type MessageEntry, startMailboxStage } from './mailbox-stage.ts';

const HELP = 'help@shop.example';
const SIGNED = 'signed@shop.example';
const OTHER = 'other@shop.example';

let stage: MailboxStage;
const servers: Server[] = [];

beforeAll(async () => {
  stage = await startMailboxStage(['help', 'signed'], [HELP, SIGNED, OTHER]);
}, 60_000);
afterAll(async () => {
  for (const server of servers) server.close();
  await stage[Symbol.asyncDispose]();
});

/** Port of a server that says this to whoever connects, and answers nothing more. */
async function saying(text: string, answers: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(text);
    socket.on('data', (data) => {
      const [tag = '', command = ''] = data.toString().trim().split(' ');
      socket.write((answers[command.toUpperCase()] ?? 'TAG BAD\r\n').replaceAll('TAG', tag));
    });
  });
  return await listening(server);
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Ends the connection of a mailbox, and makes a new one. */
async function anew(id: string): Promise<void> {
  const rest = stage.world.rest('mona');
  const { state } = await rest.call(disconnectMailbox, { params: { mailbox: id } });
  expect(state.status).toBe('disconnected');
  await rest.call(connectMailbox, { params: { mailbox: id } });
}

/** What the check says: `ok`, `skipped`, or `part: code`, of address, incoming and outgoing. */
async function checked(more: object, address = HELP): Promise<string[]> {
  // Longer than the check may take.
  const rest = restClient(stage.world.server().url, stage.world.agent('mona').token, 25_000);
  const body = { inbox: stage.inboxId('help'), ...stage.provider.account(address), ...more };
  const answer = await rest.call(checkMailbox, { body });
  const parts = [answer.address, answer.incoming, answer.outgoing];
  expect(answer.ok).toBe(parts.every(({ status }) => status !== 'failed'));
  for (const part of parts) if (part.status === 'failed') expect(part.reason).toMatch(/^.{10,}[.\w)]$/);
  return parts.map((part) => (part.status === 'failed' ? `${part.part}: ${part.code}` : part.status));
}

test('H4: the connection check says which part is wrong, each by its own code', {
  timeout: 60_000,
}, async () => {
  const { dovecot, exim } = stage.provider;
  const { incoming, outgoing } = stage.provider.account(HELP);
  const { cert, key } = makeCertificate('localhost');
  const stranger = await listening(createTlsServer({ cert, key }, (socket) => socket.write('* OK hi\r\n')));
  const silent = await saying('');
  const noTls = await saying('* OK hi\r\n', {
    CAPABILITY: '* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n',
    LOGOUT: '* BYE\r\nTAG OK\r\n',
  });
  const closed = await freePort();
  const wrong: [string, object][] = [
    ['host: host_unknown', { host: 'imap.nowhere.invalid' }],
    ['host: host_private', { host: '10.0.0.1' }],
    ['port: port_closed', { port: closed }],
    ['port: port_silent', { port: silent, security: 'starttls' }],
    ['port: wrong_service', { port: exim.smtps }],
    ['tls: tls_not_spoken', { port: dovecot.imap }],
    ['tls: tls_wanted', { security: 'starttls' }],
    ['tls: tls_not_offered', { port: noTls, security: 'starttls' }],
    ['tls: tls_certificate', { port: stranger }],
    ['credentials: credentials_refused', { user: 'nobody@shop.example' }],
    ['folder: folder_missing', { folders: ['INBOX', 'Nowhere'] }],
    ['folder: folder_missing', { sentFolder: 'Nowhere' }],
  ];
  const intoAll = Promise.all(
    wrong.map(
      async ([, server]) => (await checked({ incoming: { ...incoming, ...server }, outgoing: null }))[1],
    ),
  );

  const wrongOut: [string, object][] = [
    ['host: host_unknown', { host: 'smtp.nowhere.invalid' }],
    ['port: port_closed', { port: closed }],
    ['port: wrong_service', { port: dovecot.imaps, security: 'tls' }],
    ['tls: tls_not_spoken', { port: exim.smtp, security: 'tls' }],
    ['tls: tls_wanted', { port: exim.smtps }],
    ['tls: tls_certificate', { port: stranger, security: 'tls' }],
    ['credentials: credentials_refused', { user: 'nobody@shop.example' }],
    ['ok', { port: exim.smtps, security: 'tls' }],
  ];
  const out = await Promise.all(
    wrongOut.map(async ([, server]) => await checked({ outgoing: { ...outgoing, ...server } })),
  );
  expect(await intoAll).toEqual(wrong.map(([code]) => code));
  expect(out.map(([, , said]) => said)).toEqual(wrongOut.map(([code]) => code));
  // One direction keeps the other from nothing.
  expect(new Set(out.map(([, said]) => said))).toEqual(new Set(['ok']));
  expect(await checked({ password: 'wrong' })).toEqual(
    ['skipped', 'credentials: credentials_refused', 'credentials: credentials_refused'].with(0, 'ok'),
  );
});

test('H4, O3: an address that is another account’s, or connected already, is told apart; a change passes the same checks', {
  timeout: 60_000,
}, async () => {
  const { provider, world } = stage;
  expect(await checked({})).toEqual(['ok', 'ok', 'ok']);
  // The provider lets nobody write as somebody else.
  expect(await checked({ address: OTHER })).toEqual(['skipped', 'ok', 'address: address_mismatch']);
  expect(await checked({ address: OTHER, outgoing: null })).toEqual([
    'address: address_mismatch',
    'ok',
    'skipped',
  ]);
  const { id } = await stage.connect('help', OTHER);
  expect(await checked({}, OTHER)).toEqual(['elsewhere: connected_elsewhere', 'ok', 'ok']);
  // Under another name it is still the same account.
  expect((await checked({ address: 'alias@shop.example' }, OTHER))[0]).toBe('elsewhere: connected_elsewhere');
  const rest = world.rest('mona');
  const again = { inbox: stage.inboxId('signed'), ...provider.account(OTHER) };
  const { details } = await refusal('refused', rest.call(createMailbox, { body: again }));
  expect(details.rule).toBe('mailbox_in_use');
  // One's own is not elsewhere, and its stored secret counts as long as it goes where it was given for.
  expect(await checked({ mailbox: id, password: undefined }, OTHER)).toEqual(['ok', 'ok', 'ok']);
  const { incoming } = provider.account(OTHER);
  const elsewhere = checked(
    { mailbox: id, password: undefined, incoming: { ...incoming, host: '127.0.0.1' } },
    OTHER,
  );
  await refusal('invalid', elsewhere);
  // A password that changes is seen and told, and the mailbox goes on when it is given anew.
  await rest.call(changeMailbox, { params: { mailbox: id }, body: { password: 'wrong' } });
  const failed = await stage.stands(id, ({ state }) => state.status === 'failed');
  expect(failed.state).toMatchObject({ part: 'credentials', code: 'credentials_refused' });
  await rest.call(changeMailbox, {
    params: { mailbox: id },
    body: { password: provider.account(OTHER).password },
  });
  await stage.stands(id, ({ state }) => state.status === 'connected');
  await rest.call(removeMailbox, { params: { mailbox: id } });
  expect(await checked({}, OTHER)).toEqual(['ok', 'ok', 'ok']);
});

test('O3: with OAuth2 tokens are fetched, kept sealed, changed for fresh ones, and a withdrawn grant is told', {
  timeout: 60_000,
}, async () => {
  const { provider, world } = stage;
  const { tokens } = provider;
  const account = provider.account(SIGNED);
  const refreshToken = tokens.grant(SIGNED);
  const oauth2 = {
    tokenUrl: `${tokens.url}/token`,
    clientId: 'latchbox',
    clientSecret: 'app-geheim',
    refreshToken,
  };
  const settings = {
    incoming: { ...account.incoming, auth: 'oauth2' as const },
    outgoing: null,
    password: undefined,
    oauth2,
  };
  expect(await checked({ ...settings, oauth2: { ...oauth2, clientSecret: 'x' } }, SIGNED)).toEqual([
    'ok',
    'credentials: token_refused',
    'skipped',
  ]);
  // The provider takes each refresh token once: connecting goes on with what the check was given.
  expect(await checked(settings, SIGNED)).toEqual(['ok', 'ok', 'skipped']);
  const { id } = await stage.connect('signed', SIGNED, settings);
  await provider.append(SIGNED, 'INBOX', mailOf({ to: SIGNED, subject: 'With a token' }));
  await stage.thread('With a token');
  const stored = JSON.stringify(world.rows('SELECT * FROM mailboxes'));
  for (const secret of [refreshToken, 'app-geheim', 'pw-']) expect(stored).not.toContain(secret);

  // An access token that the provider no longer takes is changed for another, whatever was said about its life.
  const before = tokens.changed.length;
  tokens.expire(SIGNED);
  await anew(id);
  await provider.append(SIGNED, 'INBOX', mailOf({ to: SIGNED, subject: 'With a fresh token' }));
  await stage.thread('With a fresh token');
  expect(tokens.changed.length).toBe(before + 1);

  tokens.withdraw(SIGNED);
  await anew(id);
  const failed = await stage.stands(
    id,
    ({ state }) => state.status === 'failed' && state.part === 'credentials',
  );
  expect(failed.state).toMatchObject({ code: 'token_refused' });
});

test('T1: from a mailbox an answer reaches the customer, and the customer’s answer with quotes its thread', {
  timeout: 60_000,
}, async () => {
  const { provider, world } = stage;
  const { id } = await stage.connect('help', HELP);
  await provider.swaks({ from: CORA, to: HELP, subject: 'A torn page', body: 'Page 12 came torn.' });
  const { row } = await stage.thread('A torn page');
  const rest = world.rest('ann');
  const reply = { clientId: newClientId(), body: 'A new page is on its way.' };
  await rest.call(sendReply, { params: { conversation: row.id }, body: reply });
  const arrived = await provider.mail(CORA, (raw) => raw.includes('A new page is on its way.'));
  const [, messageId = ''] = /^message-id: (<\S+>)/im.exec(arrived) ?? [];
  expect(arrived).toMatch(/^from: .*<help@shop\.example>/im);
  expect(arrived).toMatch(/^subject: Re: A torn page/im);
  expect(messageId).not.toBe('');

  // A copy lies where the colleagues' mail programs show it, once.
  await provider.mail(HELP, (raw) => raw.includes('A new page is on its way.'), 'Sent');
  const answer = {
    Subject: 'Re: A torn page',
    'In-Reply-To': messageId,
    References: messageId,
  };
  const quoted =
    'Thank you!\n\nOn Tue, 3 Mar 2026, Help <help@shop.example> wrote:\n> A new page is on its way.\n';
  await provider.swaks({ from: CORA, to: HELP, subject: 'Re: A torn page', body: quoted, headers: answer });
  const { row: same, entries } = await stage.thread('A torn page', (all) => all.length > 2);
  expect(same.id).toBe(row.id);
  expect(entries.map(({ kind }) => kind)).toEqual(['message', 'reply', 'message']);
  const last = entries[2] as MessageEntry;
  expect(visibleText(last.body, last.folds)).toBe('Thank you!');
  // Our own copy in the Sent folder is known by its id, and put there no second time.
  await eventually(
    'the Sent folder was looked at',
    () =>
      world.rows(
        "SELECT 1 FROM mailbox_mails WHERE mailbox_id = ? AND folder = 'Sent' AND outcome = 'own'",
        id,
      ).length > 0,
  );
  expect(await provider.mails(HELP, 'Sent')).toHaveLength(1);
  expect(world.rows('SELECT 1 FROM mailbox_copies')).toEqual([]);
  expect((await stage.thread('A torn page')).entries).toHaveLength(3);
});
