import { describe, expect, test } from 'vitest';
import { isAutomatic } from './automatic.ts';
import { cleanLine, cleanText, cutToBytes } from './clean-text.ts';
import { contactOf, fromOf } from './contact.ts';
import { mailHeaders, messageIds } from './headers.ts';
import { bodyOf } from './message.ts';
import { readMail } from './read-mail.ts';
import { plainSubject } from './threading.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const text = async (raw: Buffer | string) => bodyOf(await readMail(Buffer.from(raw))).text;
const head = 'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n';

describe('charsets', () => {
  test.each([
    [
      'as it says',
      latin1(`${head}Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\u00f6\u00dfe`),
      'Größe',
    ],
    ['UTF-8 that says nothing', `${head}\r\nGröße`, 'Größe'],
    [
      'UTF-8 that says ASCII',
      `${head}Content-Type: text/plain; charset=us-ascii\r\n\r\nGröße – „ja“`,
      'Größe – „ja“',
    ],
    ['UTF-8 that says Latin-1', `${head}Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGröße`, 'Größe'],
    [
      'Latin-1 that says UTF-8',
      latin1(`${head}Content-Type: text/plain; charset=utf-8\r\n\r\nGr\u00f6\u00dfe`),
      'Größe',
    ],
    ['Latin-1 that says nothing', latin1(`${head}\r\nGr\u00f6\u00dfe`), 'Größe'],
    [
      'an unknown one',
      latin1(`${head}Content-Type: text/plain; charset=x-unheard-of\r\n\r\nGr\u00f6\u00dfe`),
      'Größe',
    ],
    [
      'of Windows in Japan',
      Buffer.concat([
        Buffer.from(`${head}Content-Type: text/plain; charset=cp932\r\n\r\n`),
        Buffer.from([0x93, 0xfa, 0x96, 0x7b]),
      ]),
      '日本',
    ],
    [
      'of China',
      Buffer.concat([
        Buffer.from(`${head}Content-Type: text/plain; charset=x-gbk\r\n\r\n`),
        Buffer.from([0xd6, 0xd0, 0xce, 0xc4]),
      ]),
      '中文',
    ],
    [
      'flowed',
      `${head}Content-Type: text/plain; format=flowed\r\n\r\none \r\nline\r\nanother`,
      'one line\nanother',
    ],
    [
      'with a real "Ã¼" in it',
      `${head}Content-Type: text/plain; charset=utf-8\r\n\r\nIt says Ã¼ 日 here`,
      'It says Ã¼ 日 here',
    ],
  ])('%s', async (_what, raw, expected) => {
    expect(await text(raw)).toBe(expected);
  });

  test('bare 8-bit headers are read as the charset of the text', async () => {
    const cyrillic = Buffer.from([0xd2, 0xe5, 0xf1, 0xf2]);
    const raw = Buffer.concat([
      Buffer.from('From: a@b.example\r\nSubject: '),
      cyrillic,
      Buffer.from('\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n'),
      cyrillic,
    ]);
    const mail = await readMail(raw);
    expect([mail.subject, mail.text.trim()]).toEqual(['Тест', 'Тест']);
    expect((await readMail(Buffer.from('Subject: Größe\r\n\r\nx'))).subject).toBe('Größe');
    expect(
      (await readMail(Buffer.from('Subject: =?utf-8?B?R3LDtg==?= =?utf-8?Q?=C3=9Fe?=\r\n\r\nx'))).subject,
    ).toBe('Größe');
  });
});

describe('broken mail', () => {
  test.each([
    ['nothing', ''],
    ['one byte', '\u0000'],
    ['line ends alone', '\r\n\r\n\r\n'],
    ['headers alone', 'From: a@b.example'],
    ['a boundary that never comes', `${head}Content-Type: multipart/mixed; boundary=x\r\n\r\ntext`],
    ['a multipart without one', `${head}Content-Type: multipart/mixed\r\n\r\ntext`],
    ['base64 that is none', `${head}Content-Transfer-Encoding: base64\r\n\r\n%%%%===`],
    ['quoted-printable that is none', `${head}Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n==`],
    ['endless references', `${head}References: ${'<a@b> '.repeat(50_000)}\r\n\r\nx`],
    ['an endless header', `X: ${'x'.repeat(3_000_000)}\r\n\r\nx`],
  ])('%s is read or said to be unreadable', async (_what, raw) => {
    const mail = await readMail(Buffer.from(raw));
    expect(mail.headers.ids('references').length).toBeLessThanOrEqual(100);
    expect(bodyOf(mail).text.includes('\u0000')).toBe(false);
  });

  test('any bytes at all', async () => {
    let seed = 7;
    for (let round = 0; round < 150; round += 1) {
      const raw = Buffer.from(
        Array.from({ length: 400 }, () => (seed = (seed * 48_271) % 2_147_483_647) % 256),
      );
      await readMail(
        Buffer.concat([
          Buffer.from(round % 2 === 0 ? '' : `${head}Content-Type: multipart/mixed; boundary="`),
          raw,
        ]),
      );
    }
  });

  test('empty lines above the headers, and line ends of old Macintoshes', async () => {
    expect((await readMail(Buffer.from('\r\n\nSubject: below\r\n\r\nx'))).subject).toBe('below');
    const old = await readMail(Buffer.from('From: a@b.example\rSubject: old\r\rone\rtwo\r\n'));
    expect([old.subject, old.text.trim()]).toEqual(['old', 'one\ntwo']);
  });
});

test('the text is the text part, or what the HTML says where there is none or only a word about it', async () => {
  const both = (plain: string) =>
    `${head}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n<style>p{}</style><h1>Hello</h1><p>See <a href="https://x.example/y">this</a></p>\r\n--b--`;
  expect(await text(both('Plain'))).toBe('Plain');
  const html = 'Hello\n\nSee this [https://x.example/y]';
  expect(await text(both(' \r\n'))).toBe(html);
  expect(await text(both('Please view this mail in HTML mode.'))).toBe(html);
  expect(await text(both('Our HTML course\r\n\r\nbegins on Monday.'))).toContain('Monday');
});

test('large mails are read in a thread of their own, with the same result', async () => {
  const file = Buffer.alloc(2 * 1_024 * 1_024, 'large ');
  const large = (content: string) =>
    Buffer.from(
      `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nGröße\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${content}\r\n--b--`,
    );
  const read = await Promise.all([1, 2, 3].map(() => readMail(large(file.toString('base64')))));
  for (const mail of read) {
    expect(mail.text.trim()).toBe('Größe');
    expect(mail.files).toMatchObject([{ name: 'a.pdf', type: 'application/pdf' }]);
    expect(file.equals(mail.files[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
  }
  const deep = Array.from(
    { length: 300 },
    (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
  );
  const broken = await readMail(
    Buffer.from(`Content-Type: multipart/mixed; boundary=b0\r\n\r\n${deep.join('')}${'x'.repeat(2_000_000)}`),
  );
  expect(broken.problem).toMatch(/could not be read/);
});

test('names of files are shown without paths and tricks', async () => {
  const named = (name: string) =>
    readMail(
      Buffer.from(
        `${head}Content-Type: application/pdf; ${name}\r\nContent-Disposition: attachment\r\n\r\nx`,
      ),
    );
  for (const [given, shown] of [
    ['name="..\\\\..\\\\a.pdf"', 'a.pdf'],
    ['name="/etc/passwd"', 'passwd'],
    ["name*=utf-8''%E2%82%AC%E2%80%AEfdp.exe", '€fdp.exe'],
    ['name="=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?="', 'Größe.pdf'],
    ['x=y', 'file-1.pdf'],
  ] as const) {
    expect((await named(given)).files[0]?.name, given).toBe(shown);
  }
});

test('ids are taken as mail programs write them', () => {
  expect(messageIds('<a@b> <c@d>')).toEqual(['a@b', 'c@d']);
  expect(messageIds('<a@b>,<c@d>;x')).toEqual(['a@b', 'c@d']);
  expect(messageIds('a@b c@d, none')).toEqual(['a@b', 'c@d']);
  expect(messageIds('"Ann" <a@b>')).toEqual(['a@b']);
  expect(messageIds(`<${'x'.repeat(2_000)}@b>`)).toEqual([]);
  expect(messageIds('')).toEqual([]);
});

test('subjects are compared without marks of answers, in any language', () => {
  for (const subject of [
    'Re: Re[2]: Linen',
    'AW: WG: LINEN ',
    'Sv: Antw: [shop] linen',
    'RE：回复：Linen',
    'Fwd: R: Linen',
    'Odp.: Linen'.replace('.', ''),
  ]) {
    expect(plainSubject(subject).text, subject).toBe('linen');
  }
  expect(plainSubject('Re: Linen').isReply).toBe(true);
  expect(plainSubject('Fwd: Linen').isReply).toBe(false);
  expect(plainSubject('Reply to: Linen')).toEqual({ text: 'reply to: linen', isReply: false });
});

const headers = (lines: Record<string, string>) =>
  mailHeaders(
    Object.entries(lines).map(([originalKey, value]) => ({
      originalKey,
      key: originalKey.toLowerCase(),
      value,
    })),
  );

test('what a machine wrote is known by its headers, never by its subject', () => {
  const automatic = (
    lines: Record<string, string>,
    more: { type?: string; sender?: string; from?: string } = {},
  ) =>
    isAutomatic({
      headers: headers(lines),
      type: more.type ?? 'text/plain',
      sender: more.sender,
      from: more.from ?? 'cora@quist.example',
    });
  for (const lines of [
    { 'Auto-Submitted': 'auto-replied; owner-email="a@b"' },
    { 'Return-Path': '<>' },
    { 'X-Autoreply': 'yes' },
    { Precedence: 'Bulk' },
    { 'List-Unsubscribe': '<mailto:x@y.example>' },
    { 'Feedback-ID': 'x' },
  ]) {
    expect(automatic(lines as Record<string, string>), JSON.stringify(lines)).toBe(true);
  }
  expect(automatic({}, { sender: '' })).toBe(true);
  expect(automatic({}, { type: 'multipart/report' })).toBe(true);
  for (const from of [
    'no-reply@x.example',
    'MAILER-DAEMON@x.example',
    'donotreply@x.example',
    'bounce+7@x.example',
  ]) {
    expect(automatic({}, { from }), from).toBe(true);
  }
  for (const lines of [
    {},
    { 'Auto-Submitted': 'no' },
    { 'X-Auto-Response-Suppress': 'All' },
    { Subject: 'Out of office: automatic reply' },
    { 'List-Id': '<team.groups.example>', Precedence: 'list', 'X-Original-Sender': 'ann@x.example' },
  ]) {
    expect(automatic(lines as Record<string, string>), JSON.stringify(lines)).toBe(false);
  }
  for (const from of ['noreen@x.example', 'postman@x.example', 'bouncer@x.example']) {
    expect(automatic({}, { from }), from).toBe(false);
  }
});

test('a contact has a name and an address in lower case, whatever the mail says', () => {
  const isOwn = (address: string) => address === 'orders@shop.example';
  const contact = (lines: Record<string, string>, automatic = false) => {
    const read = headers(lines);
    return contactOf(read, fromOf(read, 'env@quist.example'), { automatic, isOwn });
  };
  expect(contact({ From: '"Quist, Cora" <Cora@Quist.Example>' })).toEqual({
    name: 'Quist, Cora',
    address: 'cora@quist.example',
  });
  expect(contact({ From: 'pete(his account)@silly.test' }).address).toBe('pete@silly.test');
  expect(contact({ From: 'Team: a@b.example, c@d.example;' }).address).toBe('a@b.example');
  expect(contact({ From: 'nobody' })).toEqual({ name: 'env@quist.example', address: 'env@quist.example' });
  expect(contactOf(headers({}), fromOf(headers({}), ''), { automatic: false, isOwn })).toEqual({
    name: 'Unknown sender',
    address: '',
  });
  expect(contact({ From: 'a@b.example', 'Reply-To': 'Ann <Ann@Home.example>' })).toEqual({
    name: 'Ann',
    address: 'ann@home.example',
  });
});

test('of HTML that is too deep or too long the beginning is read, and it says so', async () => {
  const read = async (html: string) =>
    bodyOf(await readMail(Buffer.from(`${head}Content-Type: text/html\r\n\r\n${html}`)));
  expect(await read('<div><p>All of it</div>')).toEqual({ text: 'All of it', cut: false });
  // What reads it says itself that there is more.
  expect(await read(`Begins ${'<div>'.repeat(5_000)}ends`)).toEqual({ text: 'Begins\n...', cut: true });
  expect(await read(`Begins <!--${'-'.repeat(400_000)}-->ends`)).toEqual({ text: 'Begins', cut: true });
});

test('texts are cleaned and cut where characters end', () => {
  expect(cleanText('a\u0000b\r\nc\rd\u001b[0m\t-- \n\ud800')).toBe('ab\nc\nd[0m\t-- \n\ufffd');
  expect(cleanLine(' a\n b\u0085c ', 10)).toBe('a b c');
  expect(cleanLine('x'.repeat(9) + '😀😀', 11)).toBe(`${'x'.repeat(9)}…`);
  expect(cutToBytes('😀😀', 7)).toEqual({ text: '😀', cut: true });
  expect(cutToBytes('äää', 6)).toEqual({ text: 'äää', cut: false });
});
