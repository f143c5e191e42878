/** Replies that are sent at a time: through the one door, once, and not past anybody. On a started server with a mail server beside it. */
import { getConversation } from '@latchbox/shared/http/conversations';
import { listNotifications } from '@latchbox/shared/http/notifications';
import {
  cancelScheduled,
  changeScheduled,
  listScheduled,
  listScheduledOf,
  scheduleReply,
} from '@latchbox/shared/http/scheduled';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { mailDesk } from './sending-stage.ts';

const { world, sink, customer, started, writes, thread, sunk, upload } = mailDesk();

/** Server time; far enough ahead that a slow machine has done what comes before. */
const soon = (ms: number) => Date.now() + ms;

async function schedules(conversation: string, more: Record<string, unknown> = {}, who = 'ana') {
  const body = { clientId: newClientId(), lastSeen: 1, body: 'As promised.', sendAt: soon(1_500), ...more };
  return (await world().rest(who).call(scheduleReply, { params: { conversation }, body })).scheduled;
}
const replies = async (conversation: string) =>
  (await thread(conversation)).filter((entry) => entry.kind === 'reply');
const mine = async (id: string, who = 'ana') =>
  (await world().rest(who).call(listScheduled)).scheduled.find((one) => one.id === id);
/** Answers with what it became: told in the author's own stream, and only there. */
const waitsFor = (id: string, state: string) =>
  eventually(
    `${id} is ${state}`,
    async () => {
      const [row] = world().rows<{ state: string; reason: string | null; position: number | null }>(
        'SELECT state, reason, position FROM scheduled_replies WHERE id = ?',
        id,
      );
      return row?.state === state && row;
    },
    30_000,
  );

test('T6: a reply leaves at its time, with its files, to whom it was for, and needs nobody there', async () => {
  const conversation = await started();
  const { id: file } = await upload('page.pdf', Buffer.from('%PDF'), 'application/pdf');
  const cc = [{ address: `copy.${customer()}` }];
  const scheduled = await schedules(conversation, {
    attachments: [file],
    recipients: { to: [{ address: customer() }], cc },
    then: 'archive',
  });
  expect(scheduled).toMatchObject({
    state: 'waiting',
    author: { name: 'ana' },
    attachments: [{ name: 'page.pdf' }],
  });
  expect(await replies(conversation)).toEqual([]);
  // Its colleagues see that something waits; only its author can change it.
  const ofConversation = await world().rest('ben').call(listScheduledOf, { params: { conversation } });
  expect(ofConversation.scheduled).toEqual([scheduled]);
  const params = { scheduled: scheduled.id };
  await refusal('not_found', world().rest('ben').call(cancelScheduled, { params }));

  const mail = await sunk(({ to }) => to.includes(customer()));
  expect(mail.to).toEqual([customer(), `copy.${customer()}`]);
  expect(mail.parsed.attachments).toHaveLength(1);
  const { position } = await waitsFor(scheduled.id, 'sent');
  const [entry] = await replies(conversation);
  expect(entry).toMatchObject({ position, body: 'As promised.', author: { name: 'ana' } });
  expect((await world().rest('ana').call(getConversation, { params: { conversation } })).row.status).toBe(
    'archived',
  );
  expect(await mine(scheduled.id)).toBeUndefined();
  await refusal('conflict', world().rest('ana').call(cancelScheduled, { params }));
});

test('T6: canceled is not sent; changed and sent now leaves as it is then; the same id is kept once', async () => {
  const conversation = await started();
  const clientId = newClientId();
  const sendAt = soon(3_600_000);
  const first = await schedules(conversation, { clientId, sendAt });
  expect(await schedules(conversation, { clientId, sendAt })).toEqual(first);
  const other = { clientId, lastSeen: 1, body: 'Another text.', sendAt };
  await refusal(
    'idempotency_mismatch',
    world().rest('ana').call(scheduleReply, { params: { conversation }, body: other }),
  );
  const second = await schedules(conversation, { sendAt });
  await world()
    .rest('ana')
    .call(cancelScheduled, { params: { scheduled: first.id } });
  await world()
    .rest('ana')
    .call(changeScheduled, { params: { scheduled: second.id }, body: { body: 'Sooner.', sendAt: 0 } });
  const mail = await sunk(({ to }) => to.includes(customer()));
  expect(mail.parsed.text).toBe('Sooner.');
  await waitsFor(second.id, 'sent');
  expect(await replies(conversation)).toHaveLength(1);
  await refusal(
    'conflict',
    world()
      .rest('ana')
      .call(changeScheduled, { params: { scheduled: first.id }, body: {} }),
  );
});

test('T6: the thread moved on since it was written: stopped, its author told why, and sent only when it was looked at', async () => {
  const conversation = await started();
  await using ana = await world().connect('ana');
  await ana.wire.subscribe(`agent:${world().agent('ana').id}`);
  const { id } = await schedules(conversation, { sendAt: soon(2_500) });
  const [message] = await thread(conversation);
  expect(message?.kind).toBe('message');
  const [{ id: messageId } = { id: '' }] = world().rows<{ id: string }>(
    'SELECT message_id AS id FROM mail_ids WHERE conversation_id = ? AND position = 1',
    conversation,
  );
  await writes({ headers: [`In-Reply-To: <${messageId}>`], text: 'Never mind, I found it.' });
  expect(await waitsFor(id, 'stopped')).toMatchObject({ reason: 'thread_moved_on' });
  expect(await replies(conversation)).toEqual([]);
  expect(await mine(id)).toMatchObject({ state: 'stopped', reason: 'thread_moved_on' });
  // Whoever sends later is often not there at that time: the bell tells, and a mail.
  const [news] = (await world().rest('ana').call(listNotifications)).notifications;
  expect(news?.notification).toMatchObject({
    kind: 'reply_stopped',
    scheduledId: id,
    conversationId: conversation,
    reason: 'thread_moved_on',
  });
  const mail = await sunk(({ parsed }) => parsed.subject?.endsWith('was not sent') === true);
  expect(mail.to).toEqual([world().seeded.agents['ana']?.email]);
  expect(mail.parsed.text).toContain('Something new came in that you had not seen.');
  await world()
    .rest('ana')
    .call(changeScheduled, { params: { scheduled: id }, body: { lastSeen: 2, sendAt: 0 } });
  await waitsFor(id, 'sent');
  expect(await replies(conversation)).toHaveLength(1);
});

test('L8: a scheduled reply waits while somebody else holds the conversation, and goes by the same door after that', async () => {
  const conversation = await started();
  await using ben = await world().connect('ben');
  const { fence } = await ben.acquire(conversation);
  const { id } = await schedules(conversation, { sendAt: soon(200) });
  await eventually('it waits for the holder', async () => (await mine(id))?.reason === 'lock_held', 20_000);
  expect(await replies(conversation)).toEqual([]);
  await ben.wire.call('lock.release', { conversationId: conversation, fence, reason: 'released' });
  await waitsFor(id, 'sent');
  const [entry] = await replies(conversation);
  // An epoch of its own, minted and ended in the same step, so that whoever held it before is fenced.
  expect(entry?.kind === 'reply' && entry.fence).toBeGreaterThan(fence);
  const [epoch] = world().rows<{ reason: string }>(
    'SELECT end_reason AS reason FROM lock_epochs WHERE conversation_id = ? ORDER BY epoch DESC LIMIT 1',
    conversation,
  );
  expect(epoch?.reason).toBe('one_shot');

  // What came in while the holder wrote is news to the author of the next one.
  const second = await schedules(conversation, { lastSeen: 2, sendAt: soon(1_500) });
  const held = await ben.acquire(conversation);
  await ben.wire.call('reply.send', {
    conversationId: conversation,
    clientId: newClientId(),
    fence: held.fence,
    lastSeen: 2,
    body: 'I answered this.',
    then: 'stay',
  });
  await ben.wire.call('lock.release', {
    conversationId: conversation,
    fence: held.fence,
    reason: 'released',
  });
  expect(await waitsFor(second.id, 'stopped')).toMatchObject({ reason: 'thread_moved_on' });
});

test('L8: a server that is killed at its time sends it once', { timeout: 120_000 }, async () => {
  const conversation = await started();
  const ids: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    const { id } = await schedules(conversation, { body: `Part ${at}`, sendAt: soon(300) + at * 40 });
    ids.push(id);
  }
  // In the middle of them.
  await waitsFor(ids[0] ?? '', 'sent');
  await world().server().kill9();
  await world().server().restart();
  // One that was on its way when the server died is taken up again when the claim on it has run out: that minute goes by at once.
  await world().server().moveClock(60_000);
  for (const id of ids) await waitsFor(id, 'sent');
  const bodies = (await replies(conversation)).map(({ body }) => body);
  expect(bodies.toSorted()).toEqual(['Part 0', 'Part 1', 'Part 2', 'Part 3', 'Part 4']);
  await eventually(
    'all are there',
    () => {
      const mails = sink().mails.filter(({ to }) => to.includes(customer()));
      return Promise.resolve(new Set(mails.map(({ parsed }) => parsed.text)).size === 5);
    },
    30_000,
  );
});
