/** One story through programs that others wrote: swaks and mutt as the customer, Exim and Dovecot between them and us (T1, T6, A1). */
import type { ReplyEntry } from '@latchbox/shared';
import { visibleText } from '@latchbox/shared';
import { sendReply } from '@latchbox/shared/http/replies';
import { listConversations } from '@latchbox/shared/http/conversations';
import {
  connectMailbox,
  disconnectMailbox,
  type Mailbox,
  switchMailbox,
} from '@latchbox/shared/http/mailboxes';
import { setMaster } from '@latchbox/shared/http/masters';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { answerWithMutt } from '../tools/mail/mutt.ts';
import { CORA, type MailboxStage, type MessageEntry, startMailboxStage } from './mailbox-stage.ts';

/** Both are Ann's: answers to the first are wanted at the second, which is read by OAuth2. */
const ANN = 'ann@shop.example';
const DESK = 'desk@shop.example';
/** In the customers' domain, where nobody has this name. */
const NOBODY = 'nobody@quist.example';

let stage: MailboxStage;

beforeAll(async () => {
  stage = await startMailboxStage(['ann', 'desk'], [ANN, DESK]);
}, 60_000);
afterAll(async () => await stage[Symbol.asyncDispose]());

/** An admin connects a mailbox, and gives it to Ann: then it is in a personal inbox of hers. */
async function connectForAnn(inbox: string, address: string, more: object): Promise<Mailbox> {
  const { world } = stage;
  const { id } = await stage.connect(inbox, address, more, 'ada');
  const params = { mailbox: id };
  await world.rest('ada').call(disconnectMailbox, { params });
  const body = { to: 'personal', ownerId: world.agent('ann').id } as const;
  await world.rest('ada').call(switchMailbox, { params, body });
  await world.rest('ada').call(connectMailbox, { params });
  return await stage.stands(id, ({ state }) => state.status === 'connected', 'ann');
}

/** One by password and one by OAuth2, each with its inbox; answers to the first are wanted at the second. */
async function connectBoth(): Promise<{ readonly own: string; readonly desk: string }> {
  const { provider, world } = stage;
  const { incoming } = provider.account(DESK);
  const oauth2 = {
    tokenUrl: `${provider.tokens.url}/token`,
    clientId: 'latchbox',
    clientSecret: 'app-geheim',
    refreshToken: provider.tokens.grant(DESK),
  };
  const signed = { incoming: { ...incoming, auth: 'oauth2' }, oauth2 };
  const desk = await connectForAnn('desk', DESK, signed);
  const own = await connectForAnn('ann', ANN, {});
  const body = { masterId: desk.id };
  await world.rest('ada').call(setMaster, { params: { mailbox: own.id }, body });
  return { own: own.inboxId, desk: desk.inboxId };
}

test('T1, T6, A1: written by swaks, answered, read by IMAP, answered by mutt where answers are wanted, threaded; and a bounce', {
  timeout: 120_000,
}, async () => {
  const { provider, world } = stage;
  const inboxes = await connectBoth();

  // A new mail is a conversation.
  await provider.swaks({ from: CORA, to: ANN, subject: 'A torn page', body: 'Page 12 came torn.' });
  const { row, entries } = await stage.thread('A torn page');
  expect(row.inboxId).toBe(inboxes.own);
  expect(entries).toMatchObject([{ kind: 'message', author: { address: CORA }, body: 'Page 12 came torn.' }]);

  // An answer lies in the customer's mailbox, and asks for hers elsewhere.
  const params = { conversation: row.id };
  const rest = world.rest('ann');
  const body = 'A new page is on its way.\n\nIt comes by post.';
  await rest.call(sendReply, { params, body: { clientId: newClientId(), body } });
  const arrived = await simpleParser(await provider.mail(CORA, (raw) => raw.includes('A new page is on')));
  expect(arrived.from?.value[0]?.address).toBe(ANN);
  expect(arrived.replyTo?.value[0]?.address).toBe(DESK);
  expect(arrived.text?.trim()).toBe(body);

  // Mutt follows Reply-To and quotes; it is the same thread, of which only what is new is shown.
  await answerWithMutt({ provider, address: CORA, name: 'Cora Quist' }, 'Thank you, Ann!');
  const raw = await provider.mail(DESK, (mail) => mail.includes('Thank you, Ann!'));
  const written = await simpleParser(raw);
  expect(written.headers.get('user-agent')).toMatch(/^Mutt\//);
  expect(written.inReplyTo).toBe(arrived.messageId);
  expect(written.text).toContain('> A new page is on its way.\n> \n> It comes by post.');
  const answered = await stage.thread('A torn page', (all) => all.length > 2);
  expect(answered.row).toMatchObject({ id: row.id, inboxId: inboxes.desk });
  expect(answered.entries.map(({ kind }) => kind)).toEqual(['message', 'reply', 'message']);
  const last = answered.entries[2] as MessageEntry;
  expect(last.author).toMatchObject({ address: CORA });
  expect(last.body).toContain('> It comes by post.');
  expect(visibleText(last.body, last.folds)).toBe('Thank you, Ann!');

  // One recipient of the next answer does not exist: their mail server says so later, and it stands at that recipient.
  const recipients = { to: [{ address: CORA }], cc: [{ address: NOBODY }] };
  const more = { clientId: newClientId(), body: 'Posted today.', recipients };
  const { entry } = await rest.call(sendReply, { params, body: more });
  await provider.mail(CORA, (mail) => mail.includes('Posted today.'));
  const bounced = await stage.thread('A torn page', (all) =>
    all.some((one) => one.position === entry.position && (one as ReplyEntry).delivery.state === 'failed'),
  );
  const reply = bounced.entries.find(({ position }) => position === entry.position) as ReplyEntry;
  expect(reply.delivery).toMatchObject({
    state: 'failed',
    recipients: [
      { address: CORA, state: 'sent' },
      { address: NOBODY, state: 'failed', reason: expect.stringMatching(/unrouteable address/i) },
    ],
  });
  // The bounce itself is an event in the thread, which wakes nobody.
  const report = bounced.entries.at(-1);
  expect(report).toMatchObject({ kind: 'message', mail: { automatic: true } });
  expect(bounced.row.newestIncoming).toBe(last.position);
  const { rows } = await rest.call(listConversations, { query: { inbox: `${inboxes.own},${inboxes.desk}` } });
  expect(rows).toHaveLength(1);
});
