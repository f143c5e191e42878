/** C47, C51, C58: mail that is made to break something on its way in, and answers whose bytes must hold nothing but what was meant. */

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Entry } from '@latchbox/shared';
import { getConversation } from '@latchbox/shared/http/conversations';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { freePort } from '../tools/server-process.ts';
import { SmtpRefusal, smtpClient } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { freshId } from './authorisation-sockets.ts';
import { type Stage, startStage } from './stage.ts';

const ORDERS = 'orders@shop.example';

let stage: Stage;
let sink: SmtpSink;
let port = 0;
let count = 0;

beforeAll(async () => {
  sink = await startSmtpSink();
  port = await freePort();
  stage = await startStage({ env: { SMTP_PORT: String(port), SMTP_URL: sink.url } });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

/** Sends bytes as they are, from an address of their own; answers the code, and the id of what was filed. */
async function send(
  head: string,
  text = 'Text\r\n',
): Promise<{ code: number; conversation: string; from: string }> {
  const from = `c${(count += 1)}@quist.example`;
  const raw = Buffer.from(`${head.replaceAll('$FROM', from)}\r\n\r\n${text}`, 'latin1');
  await using client = await smtpClient(port);
  const code = await client.send({ from, to: ORDERS }, raw).then(
    () => 250,
    (error: unknown) => (error instanceof SmtpRefusal ? error.code : 0),
  );
  return { code, conversation: conversationOf(raw), from };
}

/** The conversation of the newest mail, when it has this size. */
function conversationOf(raw: Buffer): string {
  const [row] = stage.world.rows<{ id: string; size: number }>(
    `SELECT conversation_id AS id, size FROM mails ORDER BY rowid DESC LIMIT 1`,
  );
  return row !== undefined && Math.abs(row.size - raw.length) <= 2 ? row.id : '';
}

const head = (...lines: string[]): string =>
  ['From: Cora <$FROM>', `To: ${ORDERS}`, `Message-ID: <${freshId()}@quist.example>`, ...lines].join('\r\n');

const thread = async (conversation: string) =>
  await stage.world.rest('ann').call(getConversation, { params: { conversation } });

/** Replies over REST, and the mail that leaves. */
async function answer(conversation: string, body: string, attachments: string[] = []): Promise<SunkMail> {
  const marker = freshId();
  const said = await stage.ask('POST', `/api/conversations/${conversation}/replies`, {
    token: stage.key('ann'),
    body: { clientId: freshId(), body: `${body}\n${marker}`, attachments },
  });
  expect(said.code).toBe('ok');
  return await sink.mail(
    `the reply ${marker}`,
    ({ parsed }) => parsed.text?.includes(marker) ?? false,
    15_000,
  );
}

/** Names of the headers of a mail, those of its parts not. */
function headersOf({ raw }: SunkMail): string[] {
  const text = raw.toString('latin1');
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  return lines.filter((line) => !/^[ \t]/.test(line)).map((line) => line.slice(0, line.indexOf(':')));
}

describe('in: what is huge, deep or broken (C51)', () => {
  const nested = (depth: number): string =>
    Array.from(
      { length: depth },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    ).join('');
  const forwarded = 'Content-Type: message/rfc822\r\n\r\n'.repeat(100);
  const parts = `${Array.from({ length: 10_000 }, () => '--b\r\nContent-Type: text/plain; name=x.txt\r\n\r\nx\r\n').join('')}--b--\r\n`;
  const mixed = 'Content-Type: multipart/mixed; boundary=b';
  const cases: Readonly<Record<string, readonly [string, string?]>> = {
    'a header of 1 MB': [head(`Subject: ${'x'.repeat(1_000_000)}`)],
    'a header of 1 MB, folded': [head(`Subject: x${'\r\n x'.repeat(250_000)}`)],
    '10 000 headers': [head('Subject: many', ...Array.from({ length: 10_000 }, (_, at) => `X-${at}: x`))],
    '10 000 references': [
      head('Subject: refs', `References: ${'<a@b.example>\r\n '.repeat(10_000)}<z@b.example>`),
    ],
    '10 000 recipients': [head('Subject: to', `Cc: ${'x@y.example, '.repeat(10_000)}x@y.example`)],
    '10 000 parts': [head('Subject: parts', mixed), parts],
    'parts in parts, 1 000 deep': [
      head('Subject: deep', 'MIME-Version: 1.0').concat('\r\n', nested(1_000).slice(0, -2)),
    ],
    'mails in mails, 100 deep': [head('Subject: nested').concat('\r\n', forwarded.slice(0, -4))],
    'a boundary that is none': [
      head('Subject: open', 'Content-Type: multipart/mixed; boundary=""'),
      '--\r\n----\r\n',
    ],
    'base64 that is none': [
      head('Subject: b64', 'Content-Transfer-Encoding: base64'),
      '%%%%====\r\n'.repeat(1_000),
    ],
    'an encoding that is none': [
      head('Subject: enc', 'Content-Type: text/plain; charset=no-such', 'Content-Transfer-Encoding: x'),
    ],
    'NUL and controls': [head('Subject: a\u0000b\u0007c', 'X-\u0000: x'), 'a\u0000b\u001b[31m\r\n'],
    'a bomb of tags': [head('Subject: tags', 'Content-Type: text/html'), `${'<div>'.repeat(50_000)}x`],
    'a bomb of quotes': [head('Subject: quotes'), `${'>'.repeat(5_000)} x\r\n`.repeat(200)],
    'an encoded word without end': [head(`Subject: ${'=?utf-8?q?'.repeat(5_000)}`)],
    'an address that is none': [head('Subject: addr', `Reply-To: ${'<'.repeat(5_000)}@"\\"(((`)],
    'no header at all': ['', 'only text\r\n'],
    'nothing but dots': [head('Subject: dots'), '..\r\n...\r\n'.repeat(1_000)],
  };

  test('is filed or refused, kept as it came, and shown', async () => {
    const before = await memory();
    const wrong: string[] = [];
    for (const [name, [headers, text]] of Object.entries(cases)) {
      const { code, conversation } = await send(headers, text);
      if (code !== 250 && (code < 500 || code > 559)) wrong.push(`${name}: ${code}`);
      if (code !== 250) continue;
      if (conversation === '') wrong.push(`${name}: accepted, and not there`);
      else {
        const { row, entries } = await thread(conversation);
        const line = /[\u0000-\u001f\u2028\u2029]/.test(row.subject) ? 'a subject of more than a line' : '';
        if (line !== '' || row.subject.length > 2_000 || entries.length !== 1)
          wrong.push(`${name}: ${line} ${row.subject.length}`);
      }
    }
    expect(wrong).toEqual([]);
    expect((await memory()) - before).toBeLessThan(400);
    await stage.alive();
  }, 60_000);
});

async function memory(): Promise<number> {
  const { text } = await stage.ask('GET', '/metrics');
  return Number(/^latchbox_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20;
}

describe('in: SMTP that lies', () => {
  test.each([
    ['\\n.\\n', '\n.\n'],
    ['\\n.\\r\\n', '\n.\r\n'],
    ['\\r.\\r', '\r.\r'],
    ['\\r\\n.\\r', '\r\n.\r'],
    ['\\n..\\r\\n', '\n..\r\n'],
  ])('%s ends no mail, so that none is smuggled in behind it', async (_name, end) => {
    await using client = await smtpClient(port);
    const before = stage.ledger();
    for (const line of ['MAIL FROM:<a@quist.example>', `RCPT TO:<${ORDERS}>`, 'DATA'])
      await client.command(line);
    const subject = `Outer ${freshId()}`;
    const smuggled = `MAIL FROM:<evil@quist.example>\r\nRCPT TO:<${ORDERS}>\r\nDATA\r\nSubject: Smuggled\r\n\r\nx`;
    client.socket.write(
      `Subject: ${subject}\r\nMessage-ID: <${freshId()}@quist.example>\r\n\r\nText${end}${smuggled}\r\n.\r\n`,
    );
    await eventually('one mail is filed', () => stage.ledger()['mails'] === (before['mails'] ?? 0) + 1);
    expect(await client.command('NOOP')).toMatch(/^250/);
    // Answers that were too many would stand before it.
    expect(await client.command('VRFY x')).toMatch(/^25[02]|^50/);
    expect(stage.ledger()['mails']).toBe((before['mails'] ?? 0) + 1);
    expect(stage.world.rows(`SELECT 1 FROM conversations WHERE subject = 'Smuggled'`)).toEqual([]);
  });

  test('commands without end, out of order, and with lines in them', async () => {
    const before = stage.ledger();
    for (const text of [
      'x'.repeat(2_000_000),
      `${'NOOP\r\n'.repeat(2_000)}`,
      `MAIL FROM:<${'x'.repeat(100_000)}@y.example>\r\n`,
      'EHLO x\r\nMAIL FROM:<a@b.example\u0000>\r\nRCPT TO:<../../etc/passwd>\r\n',
      'EHLO x\r\nMAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\nDATA\nSubject: x\n\n.\n',
      'DATA\r\nBDAT 99999999999\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.resume();
      socket.write(text);
      socket.end('\r\nQUIT\r\n');
      await Promise.race([
        once(socket, 'close'),
        eventually('it is over', () => socket.destroyed, 3_000).catch(() => undefined),
      ]);
      socket.destroy();
    }
    await using client = await smtpClient(port);
    await client.command('MAIL FROM:<a@b.example>');
    const answers = new Set<string>();
    for (let at = 0; at < 300; at += 1)
      answers.add((await client.command(`RCPT TO:<${ORDERS}>`)).slice(0, 3));
    expect([...answers].every((code) => ['250', '452', '421', '503'].includes(code))).toBe(true);
    expect(stage.ledger()).toEqual(before);
    await stage.alive();
  }, 40_000);

  test('a thread that was guessed is not entered, and nothing that comes in is a reply (C58)', async () => {
    const first = await send(head('Subject: Mine'));
    const guesses = [
      `<c.${first.conversation}.AAAAAAAAAAAAAAAAAAAAAA@shop.example>`,
      `<m.ent_x.y@shop.example>`,
      `<${first.conversation}>`,
    ];
    for (const guess of guesses) {
      const { conversation } = await send(
        head('Subject: Re: Mine', `In-Reply-To: ${guess}`, `References: ${guess}`, 'X-Latchbox-Agent: ann'),
      );
      expect(conversation).not.toBe(first.conversation);
      const { entries } = await thread(conversation);
      expect(entries.map((entry: Entry) => entry.kind)).toEqual(['message']);
    }
    expect((await thread(first.conversation)).entries).toHaveLength(1);
  });
});

describe('out: headers that nobody meant (C47)', () => {
  test('are not in the answer, whatever the customer’s own held', async () => {
    const plain = await answer((await send(head('Subject: Plain'))).conversation, 'Fine');
    const expected = headersOf(plain).toSorted();
    expect(expected).toContain('Message-ID');
    const word = (text: string): string =>
      `=?utf-8?q?${Buffer.from(text).toString('hex').replaceAll(/../g, '=$&').toUpperCase()}?=`;
    const evil = 'x\r\nBcc: evil@evil.example\r\nX-Evil: 1\r\n\r\n<b>body</b>';
    const hostile = [
      [`Subject: ${word(evil)}`],
      [`Subject: =?utf-8?b?${Buffer.from(evil).toString('base64')}?=`],
      [`Subject: ${word('a\u0000b\u2028c\u2029d\u0085e')}`],
      ['Subject: x', `Reply-To: ${word(evil)} <reply@quist.example>`],
      ['Subject: x', `From: ${word('"<evil@evil.example>,\r\nBcc: evil@evil.example')} <$FROM>`],
      [
        'Subject: x',
        'Message-ID: <a\u0000b c>\r\n <evil@evil.example>',
        'References: <x@y.example>\r\n\t=?utf-8?q?=0D=0ABcc:_evil?=',
      ],
      ['Subject: x', 'Message-ID: <"a\rBcc: evil@evil.example"@y.example>'],
      [`Subject: ${'ü'.repeat(400)}${word('\r\n').repeat(40)}`],
    ];
    for (const lines of hostile) {
      const own = lines.some((line) => line.startsWith('Message-ID'))
        ? lines
        : [...lines, `Message-ID: <${freshId()}@quist.example>`];
      const from = own.some((line) => line.startsWith('From:')) ? own : ['From: Cora <$FROM>', ...own];
      const { code, conversation, from: address } = await send(from.join('\r\n'));
      expect(code).toBe(250);
      const mail = await answer(conversation, 'Fine');
      expect([lines[0]?.slice(0, 60), headersOf(mail).toSorted()]).toEqual([
        lines[0]?.slice(0, 60),
        expected,
      ]);
      expect(mail.to).toHaveLength(1);
      expect([address, 'reply@quist.example']).toContain(mail.to[0]);
      expect(mail.raw.includes('\nBcc:')).toBe(false);
      // Lines end as mail has them, and none is longer than a mail server takes.
      const text = mail.raw.toString('latin1');
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    }
  }, 60_000);

  test('a text with lines that end a mail, and names of files with lines in them, arrive whole', async () => {
    const { conversation } = await send(head('Subject: Dots'));
    const upload = await stage.ask(
      'POST',
      `/api/attachments?name=${encodeURIComponent('a\r\nBcc: evil@evil.example\r\n\r\n"x";.txt')}`,
      {
        token: stage.key('ann'),
        raw: '.\r\n..\r\n',
        headers: { 'content-type': 'application/octet-stream' },
      },
    );
    const { id, name } = JSON.parse(upload.text) as { id: string; name: string };
    expect(name).not.toMatch(/[\r\n]/);
    const body = [
      '.',
      '..',
      '.\r',
      'QUIT',
      'MAIL FROM:<evil@evil.example>',
      '',
      'Bcc: evil@evil.example',
      '\u2028.\u2028',
    ].join('\n');
    const mail = await answer(conversation, body, [id]);
    const { text = '', attachments } = mail.parsed;
    for (const line of ['.', '..', 'QUIT', 'Bcc: evil@evil.example'])
      expect(text.split(/\r?\n/)).toContain(line);
    expect(attachments.map(({ content }) => content.toString())).toEqual(['.\r\n..\r\n']);
    expect(headersOf(mail)).not.toContain('Bcc');
    expect(sink.mails.filter(({ from }) => from.includes('evil'))).toEqual([]);
    await stage.alive();
  });
});
