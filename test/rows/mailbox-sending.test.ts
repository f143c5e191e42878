/** How mail leaves from a mailbox: signed in by OAuth2, at its rate, and what is seen while its server cannot be reached. */
import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import { changeMailbox, checkMailbox, getMailbox } from '@latchbox/shared/http/mailboxes';
import { sendReply } from '@latchbox/shared/http/replies';
import type { ReplyEntry } from '@latchbox/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../../server/src/http/testing/make-certificate.ts';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { CORA, type MailboxStage, MAIL, startMailboxStage } from './mailbox-stage.ts';

const SIGNED = 'signed@shop.example';
const SLOW = 'slow@shop.example';
const OPEN = 'open@shop.example';

let stage: MailboxStage;
/** Mail servers of other providers than the stage's: one that takes OAuth2 alone, and one without TLS. */
let modern: SmtpSink;
let bare: SmtpSink;
/** Who signed in, and by what. */
const signedIn: string[] = [];

/** Whether the place where tokens are given says that this one is theirs. */
async function owns(address: string, token: string): Promise<boolean> {
  const response = await fetch(`${stage.provider.tokens.url}/introspect?token=${token}`);
  return ((await response.json()) as { email?: string }).email === address;
}

beforeAll(async () => {
  stage = await startMailboxStage(['signed', 'slow', 'open'], [SIGNED, SLOW, OPEN]);
  bare = await startSmtpSink();
  modern = await startSmtpSink({
    server: {
      ...stage.provider.certificate,
      authOptional: false,
      disabledCommands: [],
      authMethods: ['XOAUTH2'],
      onAuth: ({ method, username = '', accessToken = '' }, _session, done) => {
        const answer = (good: boolean) => {
          signedIn.push(`${method} ${username} ${good ? 'in' : 'out'}`);
          if (good) done(null, { user: username });
          else done(null, { data: { status: '401', schemes: 'bearer', scope: 'https://mail.example/' } });
        };
        void owns(username, accessToken).then(answer);
      },
    },
  });
}, 60_000);
afterAll(async () => {
  await modern[Symbol.asyncDispose]();
  await bare[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

const oauth2Of = (address: string) => ({
  tokenUrl: `${stage.provider.tokens.url}/token`,
  clientId: 'latchbox',
  clientSecret: 'app-geheim',
  refreshToken: stage.provider.tokens.grant(address),
});

/** A conversation of an inbox with Cora, begun by her mail. */
async function begun(address: string, subject: string): Promise<string> {
  await stage.provider.swaks({ from: CORA, to: address, subject });
  return (await stage.thread(subject)).row.id;
}

async function answered(conversation: string, body: string): Promise<ReplyEntry> {
  const rest = stage.world.rest('ann');
  const reply = { clientId: newClientId(), body };
  return (await rest.call(sendReply, { params: { conversation }, body: reply })).entry as ReplyEntry;
}

const deliveryOf = async (subject: string) => {
  const { entries } = await stage.thread(subject);
  const reply = entries.findLast((entry) => entry.kind === 'reply');
  return reply?.kind === 'reply' ? reply.delivery : undefined;
};

test('O3: an answer leaves by XOAUTH2, also when the access token has ended meanwhile', {
  timeout: 60_000,
}, async () => {
  const account = stage.provider.account(SIGNED);
  const outgoing = {
    host: 'localhost',
    port: modern.port,
    security: 'starttls' as const,
    user: SIGNED,
    auth: 'oauth2' as const,
  };
  const given = { ...account, outgoing, oauth2: oauth2Of(SIGNED) };
  const rest = stage.world.rest('mona');
  const checked = await rest.call(checkMailbox, { body: { inbox: stage.inboxId('signed'), ...given } });
  expect(checked.outgoing).toEqual({ status: 'ok' });
  await stage.connect('signed', SIGNED, given);
  const conversation = await begun(SIGNED, 'By token');
  await answered(conversation, 'It left by a token.');
  await modern.mail('the answer arrives', ({ raw }) => raw.includes('It left by a token.'), MAIL);
  expect(new Set(signedIn)).toEqual(new Set([`XOAUTH2 ${SIGNED} in`]));

  // Its provider ends the token early: it is refused once, changed for another, and the mail leaves.
  stage.provider.tokens.expire(SIGNED);
  await answered(conversation, 'It left by the next token.');
  await modern.mail('the next answer arrives', ({ raw }) => raw.includes('by the next token'), MAIL);
  expect(modern.mails.filter(({ raw }) => raw.includes('by the next token'))).toHaveLength(1);
});

test('T6: a mailbox sends no more in a minute than it may; the rest says why it waits, and leaves when more is allowed', {
  timeout: 60_000,
}, async () => {
  const { provider, world } = stage;
  const { id } = await stage.connect('slow', SLOW, { ratePerMinute: 1 });
  const [first, second] = [await begun(SLOW, 'First'), await begun(SLOW, 'Second')];
  await answered(first, 'The first answer.');
  await provider.mail(CORA, (raw) => raw.includes('The first answer.'));
  await answered(second, 'The second answer.');
  await eventually(
    'it says why it waits',
    async () => {
      const delivery = await deliveryOf('Second');
      return delivery?.state === 'queued' && delivery.reason?.includes('mails a minute');
    },
    MAIL,
  );
  await world.rest('mona').call(changeMailbox, { params: { mailbox: id }, body: { ratePerMinute: 60 } });
  await provider.mail(CORA, (raw) => raw.includes('The second answer.'));
});

test('H4: TLS that is wanted and not offered is said by the check and by what waits, with the cure; mended, it leaves', {
  timeout: 60_000,
}, async () => {
  const { world, provider } = stage;
  const { id } = await stage.connect('open', OPEN);
  const rest = world.rest('mona');
  const outgoing = { ...provider.account(OPEN).outgoing!, port: bare.port };
  const { address, incoming, password } = provider.account(OPEN);
  const tried = { inbox: stage.inboxId('open'), mailbox: id, address, incoming, outgoing, password };
  expect((await rest.call(checkMailbox, { body: tried })).outgoing).toMatchObject({
    status: 'failed',
    code: 'tls_not_offered',
  });
  // A certificate that nobody signed, where the operator allows the host: only if it is asked for.
  await using unsigned = await startSmtpSink({
    server: {
      ...makeCertificate('localhost'),
      disabledCommands: [],
      onAuth: ({ username }, _session, done) => done(null, { user: username }),
    },
  });
  const there = { ...outgoing, port: unsigned.port };
  expect((await rest.call(checkMailbox, { body: { ...tried, outgoing: there } })).outgoing).toMatchObject({
    status: 'failed',
    code: 'tls_certificate',
  });
  const asked = { ...tried, outgoing: { ...there, verify: false } };
  expect((await rest.call(checkMailbox, { body: asked })).outgoing).toEqual({ status: 'ok' });

  await rest.call(changeMailbox, { params: { mailbox: id }, body: { outgoing, password } });
  const subjects = ['one', 'two', 'three', 'four', 'five'];
  for (const subject of subjects) await answered(await begun(OPEN, subject), `Answer ${subject}.`);
  const paused = await eventually(
    'the mailbox says that it cannot send',
    async (): Promise<Mailbox['sendingPaused']> =>
      (await rest.call(getMailbox, { params: { mailbox: id } })).sendingPaused,
    MAIL,
  );
  expect(paused?.reason).toMatch(/offers no TLS .* TLS policy/);
  await eventually(
    'each reply says it',
    async () => {
      const all = await Promise.all(subjects.map(deliveryOf));
      return all.every((one) => one?.state === 'queued' && one.reason?.includes('offers no TLS'));
    },
    MAIL,
  );
  expect(bare.mails).toEqual([]);
  await rest.call(changeMailbox, {
    params: { mailbox: id },
    body: { outgoing: provider.account(OPEN).outgoing!, password },
  });
  for (const subject of subjects) await provider.mail(CORA, (raw) => raw.includes(`Answer ${subject}.`));
  expect((await rest.call(getMailbox, { params: { mailbox: id } })).sendingPaused).toBeNull();
});
