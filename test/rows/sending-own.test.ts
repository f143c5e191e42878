/** What an author has of a reply: from which address, under which signature, with which pictures, and for a moment the choice to take it back. */
import { randomBytes } from 'node:crypto';
import { getConversation } from '@latchbox/shared/http/conversations';
import { prepareReply, undoReply } from '@latchbox/shared/http/replies';
import {
  changeSending,
  putInboxSignature,
  putMySignature,
  removeMySignature,
} from '@latchbox/shared/http/sending';
import { expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { BOARD, HELLO, ORDERS, mailDesk } from './sending-stage.ts';

const { world, sink, customer, started, sendBody, replies, entryAt, delivered, sunk, upload } = mailDesk();

test('T13: a reply leaves from the address that was written to, or from another one of the inbox that is chosen', async () => {
  const conversation = await started({ to: HELLO });
  const usual = await replies(conversation);
  expect(usual.mail?.from.address).toBe(HELLO);
  const chosen = await replies(conversation, { from: ORDERS.toUpperCase() });
  expect(chosen.mail?.from.address).toBe(ORDERS);
  const mail = await sunk(({ to, from }) => to.includes(customer()) && from === ORDERS);
  expect(mail.parsed.from?.value[0]?.address).toBe(ORDERS);
  for (const from of [BOARD, 'ceo@bank.example', `${ORDERS}\r\nBcc: x@evil.example`]) {
    await refusal('invalid', sendBody(conversation, { from }));
  }
});

test('T13: a picture that stands in the text is shown where it stands', async () => {
  const conversation = await started();
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const { id } = await upload('page 12.png', png);
  await replies(conversation, {
    body: `As it should be:\n\n![the whole page](cid:${id})\n\nand not ![this](cid:att_none)`,
    attachments: [id],
  });
  const mail = await sunk(({ to }) => to.includes(customer()));
  const source = mail.raw.toString('latin1').replaceAll('=\r\n', '');
  expect(source).toMatch(
    new RegExp(`<img src=3D"cid:${id}@fernhill.example"|<img src="cid:${id}@fernhill.example"`),
  );
  expect(mail.parsed.attachments[0]).toMatchObject({
    cid: `${id}@fernhill.example`,
    contentDisposition: 'inline',
  });
  expect(mail.parsed.text).toContain('[the whole page]');
});

const setUndo = async (who: string, mine: number | null) =>
  (await world().rest(who).call(changeSending, { body: { mine } })).undoFor;

test('T6: a reply waits a moment, is taken back by its author alone, and stands in the draft again', async () => {
  const conversation = await started();
  await using ana = await world().connect('ana');
  const { fence } = await ana.acquire(conversation);
  await ana.wire.subscribe(world().stream('orders'));
  const set = await setUndo('ana', 30_000);
  expect(set).toBe(30_000);
  const file = await upload('page.png', randomBytes(50));
  const { entry } = await ana.wire.call('reply.send', {
    conversationId: conversation,
    clientId: newClientId(),
    fence,
    lastSeen: 1,
    body: 'Never mind.',
    attachments: [file.id],
    then: 'archive',
  });
  expect(entry).toMatchObject({ delivery: { state: 'queued' }, undoUntil: entry.at + 30_000 });
  const at = { conversation, position: String(entry.position) };
  await refusal('forbidden', world().rest('ben').call(undoReply, { params: at }));
  const undone = await ana.wire.call('reply.undo', {
    conversationId: conversation,
    position: entry.position,
  });
  expect(undone).toMatchObject({ draft: { body: 'Never mind.' }, attachments: [{ name: 'page.png' }] });
  expect(await entryAt(conversation, entry.position)).toMatchObject({ delivery: { state: 'withdrawn' } });
  const opened = await world().rest('ana').call(getConversation, { params: { conversation } });
  expect(opened.row.status).toBe('open');
  expect(opened.drafts).toMatchObject([{ kind: 'reply', body: 'Never mind.' }]);
  await refusal('conflict', world().rest('ana').call(undoReply, { params: at }));
  // It may be sent again, with the copies of its files; without a wait it leaves at once.
  await setUndo('ana', 0);
  await replies(conversation, { body: 'After all.', attachments: undone.attachments.map(({ id }) => id) });
  const mail = await sunk(({ to }) => to.includes(customer()));
  expect(mail.parsed.text).toContain('After all.');
  expect(mail.parsed.attachments).toHaveLength(1);
  expect(sink().mails.filter(({ to }) => to.includes(customer()))).toHaveLength(1);
});

test('T6: what has left cannot be taken back, and the refusal says so', async () => {
  const conversation = await started();
  const entry = await replies(conversation);
  await delivered(conversation, entry, 'sent');
  const params = { conversation, position: String(entry.position) };
  await refusal('conflict', world().rest('ana').call(undoReply, { params }));
});

test('T13: the agent’s signature, else the inbox’s, stands below the text when it leaves, and not in what the team reads', async () => {
  const conversation = await started();
  const inbox = { params: { inbox: world().seeded.inboxes['orders']?.apiCode ?? '' } };
  await world()
    .rest('mo')
    .call(putInboxSignature, { ...inbox, body: { body: 'Fernhill Books\nMain St 1' } });
  await refusal(
    'forbidden',
    world()
      .rest('ana')
      .call(putInboxSignature, { ...inbox, body: { body: 'Mine' } }),
  );
  expect((await replies(conversation)).body).toBe('A new page is in the post.');
  const first = await sunk(({ to }) => to.includes(customer()));
  expect(first.parsed.text).toBe('A new page is in the post.\n\n-- \nFernhill Books\nMain St 1');
  expect(first.parsed.html).toContain('Fernhill Books<br>\nMain St 1');

  const html = '<b>Ana</b><script>x()</script><img src="https://spy.example/a.png">';
  const { signature } = await world()
    .rest('ana')
    .call(putMySignature, { query: {}, body: { body: 'Ana', html } });
  expect(signature?.html).toContain('<b>Ana</b>');
  expect(signature?.html).not.toMatch(/script|src=/);
  expect((await world().rest('ana').call(prepareReply, { params: { conversation } })).signature).toEqual(
    signature,
  );
  await replies(conversation, { body: 'Second' });
  const second = await sunk(
    (mail) => mail.to.includes(customer()) && mail.parsed.text?.startsWith('Second') === true,
  );
  expect(second.parsed.text).toBe('Second\n\n-- \nAna');
  expect(second.parsed.html).toContain('<b>Ana</b>');
  // None at all in this inbox, and none of the inbox's instead.
  await world()
    .rest('ana')
    .call(putMySignature, {
      query: { inbox: world().seeded.inboxes['orders']?.apiCode ?? '' },
      body: { body: '' },
    });
  await replies(conversation, { body: 'Third' });
  const third = await sunk(
    (mail) => mail.to.includes(customer()) && mail.parsed.text?.startsWith('Third') === true,
  );
  expect(third.parsed.text).toBe('Third');
  await world()
    .rest('ana')
    .call(removeMySignature, { query: { inbox: world().seeded.inboxes['orders']?.apiCode ?? '' } });
  await world().rest('ana').call(removeMySignature, { query: {} });
  await world()
    .rest('mo')
    .call(putInboxSignature, { ...inbox, body: { body: '' } });
});
