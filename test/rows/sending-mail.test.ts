/** To whom replies go, and what becomes of each: on a started server with a mail server beside it. */
import { prepareReply, retryReply } from '@latchbox/shared/http/replies';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { BOARD, HELLO, ORDERS, headerBlock, mailDesk } from './sending-stage.ts';

const { world, sink, customer, count, writes, started, sendBody, replies, thread, entryAt, delivered, sunk } =
  mailDesk();

test('T11: To, Cc and Bcc get the same mail, and nobody reads in it who got a blind copy', async () => {
  const conversation = await started();
  const bcc = `boss-${count()}@fernhill-owners.example`;
  const entry = await replies(conversation, {
    recipients: {
      to: [{ name: 'Cora, the "customer"', address: customer() }],
      cc: [{ address: `ben-${count()}@quist.example` }, { address: customer().toUpperCase() }],
      bcc: [{ address: bcc }],
    },
  });
  expect(entry.mail).toMatchObject({
    to: [{ address: customer() }],
    cc: [{ address: `ben-${count()}@quist.example` }],
    bcc: [{ address: bcc }],
  });
  const mail = await sunk(({ to }) => to.includes(customer()));
  expect(mail.to).toEqual([customer(), `ben-${count()}@quist.example`, bcc]);
  expect(mail.raw.toString('latin1')).not.toContain('boss-');
  expect([mail.parsed.to ?? []].flat()[0]?.value).toEqual([
    { name: 'Cora, the "customer"', address: customer() },
  ]);
  expect([mail.parsed.cc ?? []].flat()[0]?.text).toBe(`ben-${count()}@quist.example`);
  const delivery = await delivered(conversation, entry, 'sent');
  expect(delivery).toMatchObject({
    recipients: [
      { address: customer(), kind: 'to', state: 'sent' },
      { address: `ben-${count()}@quist.example`, kind: 'cc', state: 'sent' },
      { address: bcc, kind: 'bcc', state: 'sent' },
    ],
  });
});

test('T6: one of three is refused and one comes later: each is told of, and only who lacks the mail gets it again', async () => {
  const conversation = await started();
  const address = (name: string) => `${name}-${count()}@quist.example`;
  sink().next(
    { at: 'recipient', says: '550 5.1.1 Nobody of that name', of: address('ben') },
    { at: 'recipient', says: '450 4.2.1 Come again', of: address('eva') },
  );
  const entry = await replies(conversation, {
    recipients: {
      to: [{ address: customer() }],
      cc: [{ address: address('ben') }, { address: address('eva') }],
    },
  });
  const delivery = await delivered(conversation, entry, 'failed');
  expect(delivery).toMatchObject({
    reason: expect.stringContaining('550 5.1.1 Nobody of that name'),
    recipients: [
      { address: customer(), state: 'sent' },
      { address: address('ben'), state: 'failed', code: '5.1.1' },
      { address: address('eva') },
    ],
  });
  await sunk(({ to }) => to.includes(address('eva')));
  const at = { conversation, position: String(entry.position) };
  await eventually('all are done', async () => {
    const now = await entryAt(conversation, entry.position);
    if (now?.kind !== 'reply' || !('recipients' in now.delivery)) return false;
    return now.delivery.recipients?.every(({ state }) => state !== 'queued');
  });
  await world().rest('ana').call(retryReply, { params: at });
  await delivered(conversation, entry, 'sent');
  const mails = sink().mails.filter(({ to }) => to.some((one) => one.endsWith(`-${count()}@quist.example`)));
  expect(mails.map(({ to }) => to)).toEqual([[customer()], [address('eva')], [address('ben')]]);
  expect(new Set(mails.map(({ raw }) => raw.toString('latin1'))).size).toBe(1);
});

test('T11: a reply to all goes to whoever was written to, and never to an address of ours', async () => {
  const conversation = await started({
    headers: [
      `To: Orders <${ORDERS}>, "Ben Quist" <ben-${count()}@quist.example>`,
      `Cc: ${BOARD.toUpperCase()}, orders+x@fernhill.example, eva-${count()}@quist.example, ${customer()}`,
    ],
  });
  const others = [
    { name: 'Ben Quist', address: `ben-${count()}@quist.example` },
    { name: '', address: `eva-${count()}@quist.example` },
  ];
  const offered = await world().rest('ana').call(prepareReply, { params: { conversation } });
  expect(offered).toMatchObject({
    from: [{ address: ORDERS }, { address: HELLO }],
    reply: { to: [{ address: customer() }], cc: [] },
    all: { to: [{ name: 'Cora Quist', address: customer() }], cc: others },
    undoFor: 0,
  });
  const { mail } = await replies(conversation, { recipients: 'all' });
  expect(mail).toMatchObject({ to: [{ address: customer() }], cc: others });
  expect((await sunk(({ to }) => to.includes(customer()))).to).toEqual([
    customer(),
    ...others.map(({ address }) => address),
  ]);
});

test('T11: a message is passed on to an outsider whole, and the answer comes back from somebody who is not verified', async () => {
  const text = [
    'Page 12 came torn.',
    '',
    'On Sun, Nov 22, 2026 at 9:30 AM Orders <orders@fernhill.example> wrote:',
    '',
    '> Here is your book.',
  ];
  const boundary = 'b1';
  const conversation = await started({
    headers: ['MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary=${boundary}`],
    text: [
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      ...text,
      `--${boundary}`,
      'Content-Type: application/pdf; name=page.pdf',
      'Content-Disposition: attachment; filename=page.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('%PDF torn').toString('base64'),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  });
  expect((await thread(conversation))[0]).toMatchObject({ folds: [{ what: 'quote' }] });
  const printer = `printer-${count()}@press.example`;
  const entry = await replies(conversation, {
    body: '',
    forward: { position: 1 },
    recipients: { to: [{ address: printer }] },
  });
  expect(entry).toMatchObject({ forward: { position: 1 }, mail: { subject: `Fwd: A torn page ${count()}` } });
  const mail = await sunk(({ to }) => to.includes(printer));
  expect(mail.to).toEqual([printer]);
  expect(mail.parsed.text).toContain(`From: Cora Quist <${customer()}>`);
  for (const line of text) expect(mail.parsed.text).toContain(line);
  expect(mail.parsed.html).toContain('Here is your book.');
  expect(mail.parsed.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
    ['page.pdf', '%PDF torn'],
  ]);
  expect(mail.parsed.inReplyTo).toBeUndefined();

  for (const answer of ['We print it again.', 'It is on its way.']) {
    await writes({ from: printer, headers: [`In-Reply-To: ${mail.parsed.messageId}`], text: answer });
    const last = (await thread(conversation)).at(-1);
    expect(last).toMatchObject({ kind: 'message', body: answer, mail: { newParticipant: true } });
  }
  // The next reply is the customer's again, and answers the customer's mail.
  const next = await replies(conversation, { recipients: 'all', body: 'A new one comes.' });
  expect(next.mail?.to).toEqual([{ name: 'Cora Quist', address: customer() }]);
  expect(next.mail?.cc).toBeUndefined();
  const answered = await sunk((one) => one.to.includes(customer()));
  expect(answered.parsed.inReplyTo).toMatch(/@quist\.example>$/);
});

test('T11: notes are never passed on, nothing is passed on to nobody, and other channels have none of it', async () => {
  const conversation = await started();
  const simulated = world().conversation('orders');
  const recipients = { to: [{ address: customer() }] };
  const refused = [
    [conversation, { forward: { position: 1 } }],
    [conversation, { forward: { position: 99 }, recipients }],
    [simulated, { recipients }],
    [simulated, { from: ORDERS }],
    [conversation, { body: ' ' }],
    [conversation, { recipients: { to: [] } }],
  ] as const;
  for (const [at, more] of refused) await refusal('invalid', sendBody(at, more));
});

test('T11: nothing that is written as an address becomes a header or another recipient', async () => {
  const conversation = await started();
  const bad = [
    'eve@evil.example\r\nBcc: all@evil.example',
    'eve@evil.example>, <all@evil.example',
    '"a b"@evil.example',
    'a@b@evil.example',
    'eve@evil.example,all@evil.example',
    'eve@-evil.example',
    'eve@evil',
    '@evil.example',
    'eve\u200b@evil.example',
  ];
  for (const address of bad)
    await refusal('invalid', sendBody(conversation, { recipients: { to: [{ address }] } }));
  const name = 'Eve <all@evil.example>, "x" (y);:';
  await replies(conversation, { recipients: { to: [{ name, address: customer() }] } });
  const mail = await sunk(({ to }) => to.includes(customer()));
  expect(mail.to).toEqual([customer()]);
  expect([mail.parsed.to ?? []].flat()[0]?.value).toEqual([{ name, address: customer() }]);
  expect(headerBlock(mail).match(/^(bcc|cc):/gim)).toBeNull();
  const many = Array.from({ length: 51 }, (_, at) => ({ address: `a${at}@quist.example` }));
  await refusal('invalid', sendBody(conversation, { recipients: { to: many } }));
});

test('T11: a domain of other letters is written in ASCII; a name before the @ that cannot be is refused, and said why', async () => {
  const conversation = await started();
  const entry = await replies(conversation, {
    recipients: {
      to: [{ address: `jörg-${count()}@quist.example` }, { address: `info-${count()}@bücher.example` }],
    },
  });
  const mail = await sunk(({ to }) => to.some((one) => one.startsWith(`info-${count()}@`)));
  expect(mail.to).toHaveLength(1);
  const { recipients = [] } = await delivered(conversation, entry, 'failed');
  expect(recipients).toHaveLength(2);
  expect(recipients).toContainEqual(
    expect.objectContaining({ address: `info-${count()}@bücher.example`, state: 'sent' }),
  );
  expect(recipients).toContainEqual(
    expect.objectContaining({
      address: `jörg-${count()}@quist.example`,
      state: 'failed',
      reason: expect.stringContaining('SMTPUTF8'),
    }),
  );
});

test('T11: the same id for other recipients is another request', async () => {
  const conversation = await started();
  const clientId = newClientId();
  const to = [{ address: customer() }];
  const first = await sendBody(conversation, { clientId, recipients: { to } });
  expect(await sendBody(conversation, { clientId, recipients: { to } })).toEqual(first);
  for (const more of [{}, { recipients: { to, bcc: [{ address: BOARD }] } }, { recipients: 'all' }])
    await refusal('idempotency_mismatch', sendBody(conversation, { clientId, ...more }));
});
