import { describe, expect, test } from 'vitest';
import { readBounce } from './bounce.ts';
import { readComplaint } from './complaint.ts';
import { readMail } from './read-mail.ts';

const mail = (...lines: string[]) => readMail(Buffer.from(lines.join('\r\n')));
const bounced = async (...lines: string[]) => await readBounce(await mail(...lines));

/** A report by RFC 3464 with these fields for its recipients. */
const report = (...blocks: string[][]) =>
  bounced(
    'From: MAILER-DAEMON@mx.example',
    'Subject: Undelivered',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Sorry.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    ...blocks.flatMap((block) => ['', ...block]),
    '',
    '--b--',
    '',
  );

/** A text of a server without such a part. */
const text = (...lines: string[]) =>
  bounced('From: MAILER-DAEMON@mx.example', 'To: us@shop.example', 'Subject: failure notice', '', ...lines);

describe('a report (RFC 3464)', () => {
  test('says for each recipient what became of it', async () => {
    const news = await report(
      [
        'Final-Recipient: rfc822; Gone@Quist.example',
        'Action: failed',
        'Status: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1 no',
        ' such user',
      ],
      [
        'Original-Recipient: rfc822;a@x.example',
        'Final-Recipient: rfc822;b@x.example',
        'Action: delayed',
        'Status: 4.2.2',
      ],
      ['Final-Recipient: rfc822; here@x.example', 'Action: delivered', 'Status: 2.0.0'],
      ['Final-Recipient: rfc822; list@x.example', 'Action: expanded', 'Status: 2.0.0'],
    );
    expect(news).toMatchObject([
      {
        addresses: ['gone@quist.example'],
        news: 'failed',
        status: '5.1.1',
        code: '550',
        reason: '550 5.1.1 no such user',
        hard: true,
      },
      {
        addresses: ['a@x.example', 'b@x.example'],
        news: 'delayed',
        status: '4.2.2',
        code: null,
        hard: false,
      },
      { addresses: ['here@x.example'], news: 'delivered' },
    ]);
  });

  test('a server that gives up on what is temporary has failed, and not for ever', async () => {
    const [news] = await report(['Final-Recipient: rfc822; a@x.example', 'Action: failed', 'Status: 4.4.1']);
    expect(news).toMatchObject({ news: 'failed', hard: false });
  });

  test('without an action its status decides; without a recipient it says nothing', async () => {
    expect(await report(['Original-Recipient: rfc822;a@x.example', 'Status: 4.0.0'])).toMatchObject([
      { news: 'delayed' },
    ]);
    expect(await report(['Action: failed', 'Status: 5.1.1'])).toEqual([]);
  });

  test('words of a server are read in their charset and stay one line', async () => {
    const [news] = await report([
      'Final-Recipient: rfc822; a@x.example',
      'Action: failed',
      'Diagnostic-Code: smtp; 550 Größe überschritten\u0007',
    ]);
    expect(news?.reason).toBe('550 Größe überschritten');
  });
});

describe('a text', () => {
  test('names its recipients, each with its own reason', async () => {
    const news = await text(
      "Hi. This is the qmail-send program at mx.example. I'm afraid I wasn't able to deliver your message.",
      '',
      '<one@x.example>:',
      '192.0.2.7 does not like recipient.',
      'Remote host said: 550 5.1.1 <one@x.example>: User unknown',
      '',
      '<two@x.example>:',
      'I tried for 3 days, and gave up.',
      '',
      '--- Below this line is a copy of the message.',
      '',
      'To: three@x.example',
    );
    expect(news).toMatchObject([
      { addresses: ['one@x.example'], status: '5.1.1', code: '550', hard: true },
      { addresses: ['two@x.example'], status: null, code: null, hard: false },
    ]);
  });

  test('of a warning is about a delay', async () => {
    const [news] = await text('THIS IS A WARNING MESSAGE ONLY.', '', '<a@x.example>: 451 try again later');
    expect(news).toMatchObject({ news: 'delayed', code: '451' });
  });

  test('of a person, of an out-of-office, or without a recipient is no bounce', async () => {
    const body = ['', '<a@x.example>: 550 5.1.1 User unknown'];
    expect(await bounced('From: ann@x.example', 'Subject: Fwd', ...body)).toEqual([]);
    expect(
      await bounced('Return-Path: <>', 'From: ann@x.example', 'Auto-Submitted: auto-replied', ...body),
    ).toEqual([]);
    expect(await text('The message could not be delivered.')).toEqual([]);
  });

  test('who took the recipient and refused the text has the address', async () => {
    const [news] = await text('<a@x.example>:', '>>> DATA', '<<< 550 Unknown user a@x.example');
    expect(news).toMatchObject({ code: '550', hard: false });
  });

  test('a refused sender, a full mailbox or words without a code do not end an address', async () => {
    for (const said of [
      '550 Sender verify failed: unrouteable address',
      '552 5.2.2 Mailbox full',
      '550 5.7.1 User unknown to our policy',
      'User unknown',
      '450 4.1.1 User unknown',
    ]) {
      expect((await text(`<a@x.example>: ${said}`))[0]?.hard, said).toBe(false);
    }
    for (const said of [
      '550 5.1.1 gone',
      '550 No such user here',
      '550 5.4.4 Host not found',
      '553 mailbox does not exist',
    ]) {
      expect((await text(`<a@x.example>: ${said}`))[0]?.hard, said).toBe(true);
    }
  });
});

describe('a complaint (RFC 5965)', () => {
  const complaint = (...fields: string[]) =>
    mail(
      'From: fbl@x.example',
      'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
      '',
      '--b',
      'Content-Type: message/feedback-report',
      '',
      ...fields,
      '',
      '--b--',
      '',
    ).then(readComplaint);

  test('names who complains, where their provider says so', async () => {
    expect(
      await complaint(
        'Feedback-Type: abuse',
        'Original-Rcpt-To: <A@x.example>',
        'Original-Rcpt-To: b@x.example',
      ),
    ).toEqual({ type: 'abuse', addresses: ['a@x.example', 'b@x.example'] });
    expect(await complaint('Feedback-Type: fraud')).toEqual({ type: 'fraud', addresses: [] });
  });

  test('that something is no spam is none, nor is a report about a domain', async () => {
    expect(await complaint('Feedback-Type: not-spam', 'Original-Rcpt-To: a@x.example')).toBeUndefined();
    expect(await complaint('Feedback-Type: auth-failure')).toBeUndefined();
    expect(await mail('From: a@x.example', '', 'x').then(readComplaint)).toBeUndefined();
  });
});
