/** Mails that no mail program would write, the same ones for the same random numbers. */

import type { Random } from '../hostile/fuzz.ts';

const TYPES = [
  'text/plain',
  'text/html',
  'text/plain; charset=utf-8; format=flowed; delsp=yes',
  'text/html; charset="x-unknown"',
  'text/plain; charset=iso-2022-jp',
  'text/calendar; method=REQUEST',
  'multipart/mixed',
  'multipart/alternative',
  'multipart/related',
  'multipart/report; report-type=delivery-status',
  'message/rfc822',
  'message/delivery-status',
  'message/feedback-report',
  'text/rfc822-headers',
  'application/octet-stream; name="=?utf-8?q?=00=0D=0A?="',
  'application/ms-tnef; name=winmail.dat',
  'image/png',
  "x/y; a*0*=utf-8''%00; a*1=b; a*99999999=c",
  ';;;',
  'text',
];
const ENCODINGS = ['7bit', '8bit', 'base64', 'quoted-printable', 'x-uuencode', 'binary', '=?x?=', ''];
const NAMES = [
  'From',
  'To',
  'Cc',
  'Reply-To',
  'Subject',
  'Message-ID',
  'In-Reply-To',
  'References',
  'Date',
  'Return-Path',
  'Auto-Submitted',
  'Precedence',
  'List-Id',
  'X-Failed-Recipients',
  'X-Original-From',
  'Content-Disposition',
  'Content-ID',
  'Received',
];
const VALUES = [
  'Rosa <rosa@quist.example>',
  '"a@b" <c@d.example>, undisclosed:;',
  '<>',
  '=?utf-8?B?4pyTIPCfkqk=?= =?utf-8?Q?=F0=9F?= =?utf-8?Q?=92=A9?=',
  '=?utf-8?q?=0D=0ABcc:x@y?=',
  '<m.ent_x.AAAAAAAAAAAAAAAAAAAAAA@shop.example>',
  '<a@b> <c@d>,,<e@f',
  'bounce+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@shop.example',
  'Re: AW: [x] Fwd: Re[2]: hello',
  'Thu, 99 Foo 20260 25:61:61 +9999',
  'auto-replied; x (y)',
  "inline; filename*=utf-8''..%2f..%2fetc%2fpasswd",
  '(((((((((((((((((((((((((',
  '\u0000\u0001\u2028\ud800',
  '',
];
const TEXTS = [
  'Hello,\r\n\r\nthe vase came cracked.\r\n\r\n-- \r\nRosa\r\n',
  'Yes.\r\n\r\nOn Mon, Mar 2, 2026 at 9:15 AM Ann <ann@shop.example> wrote:\r\n> One\r\n>> Two\r\n',
  '---------- Forwarded message ----------\r\nFrom: A <a@b.example>\r\nDate: x\r\nSubject: y\r\nTo: z\r\n\r\nText\r\n',
  '<p>Hi <img src="https://t.example/1.gif"><img src="cid:x@y"><blockquote type="cite">old</blockquote>',
  '<table><tr><td><div class="gmail_quote"><svg><style><!--</style><img src=x onerror=1>-->',
  'Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n',
  'Feedback-Type: abuse\r\nOriginal-Rcpt-To: <a@b.example>\r\n',
  '<a@b.example>:\r\n550 5.1.1 User unknown\r\n\r\n--- Below this line is a copy\r\n',
  'begin 644 x\r\n#0V%T\r\n`\r\nend\r\n',
  '=E4=BD=A0=\r\n=zz=0=',
  'SGVsbG8gd29ybGQ==\r\n=\r\n====',
  '',
];

const repeated = (text: string, times: number): string =>
  text.repeat(Math.min(times, 200_000 / Math.max(1, text.length)));

function text(random: Random): string {
  const plain = random.pick(TEXTS);
  if (random.chance(0.1)) return repeated(plain, 1 + Math.floor(random() * 400));
  if (random.chance(0.05))
    return repeated(
      random.pick([
        '>',
        '<div>',
        '<b',
        '&#',
        '(',
        '\r\n> ',
        '=',
        'a ',
        '* ',
        '\t',
        '--\r\n',
        '- wrote:\r\n',
        '<a@b.example> ',
        'On ',
      ]),
      20_000,
    );
  return random.chance(0.2) ? plain + random.pick(TEXTS) : plain;
}

function header(random: Random): string {
  const value = random.chance(0.04)
    ? repeated(
        random.pick(['a', '<a@b> ', '=?utf-8?q?x?= ', '(', '"', 'a@b.example, ', '\r\n x', '\\']),
        30_000,
      )
    : random.pick(VALUES);
  return `${random.pick(NAMES)}${random.pick([': ', ':', ' : ', ':\r\n\t'])}${value}\r\n`;
}

function headers(random: Random): string {
  return Array.from({ length: Math.floor(random() * 8) }, () => header(random)).join('');
}

/** A part with its headers; multiparts hold others, down to any depth. */
function part(random: Random, depth: number): string {
  const type = random.pick(TYPES);
  const head = `${headers(random)}Content-Type: ${type}`;
  if (type.startsWith('multipart/') && depth > 0) {
    const boundary = random.pick(['b', 'b b', '=_1', "a'()+_,-./:=?", 'x'.repeat(70), `n${depth}`, 'b']);
    const count = random.chance(0.01) ? 2_000 : Math.floor(random() * 4);
    const parts = Array.from(
      { length: count },
      () => `--${boundary}\r\n${part(random, count > 10 ? 0 : depth - 1)}\r\n`,
    );
    const end = random.chance(0.8) ? `--${boundary}--\r\n` : '';
    const quoted = random.chance(0.8) ? `"${boundary}"` : boundary;
    return `${head}; boundary=${quoted}\r\n\r\n${parts.join('')}${end}`;
  }
  if (type === 'message/rfc822' && depth > 0) return `${head}\r\n\r\n${part(random, depth - 1)}`;
  const encoding = random.chance(0.6) ? `Content-Transfer-Encoding: ${random.pick(ENCODINGS)}\r\n` : '';
  return `${head}\r\n${encoding}\r\n${text(random)}`;
}

/** The port takes 30 MiB; what costs is in the first two. */
const MOST_BYTES = 2 * 1_024 * 1_024;

/** One mail: made up, or one of `known`, with some of its bytes changed. */
export function oddMail(random: Random, known: readonly Buffer[]): Buffer {
  const depth = random.chance(0.02) ? 130 : 1 + Math.floor(random() * 5);
  const made = () =>
    Buffer.from(headers(random) + part(random, depth), random.chance(0.7) ? 'utf8' : 'latin1');
  const mail = known.length > 0 && random.chance(0.5) ? random.pick(known) : made();
  return (random.chance(0.7) ? spoilt(mail, random, known) : mail).subarray(0, MOST_BYTES);
}

const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '--',
  '\u0000',
  '=',
  '?=',
  '=?',
  ';',
  '"',
  '<',
  '>',
  ' ',
  '\t',
  ':',
  '(',
  '\\',
  '\xff',
  '\xc3',
];

function spoilt(mail: Buffer, random: Random, known: readonly Buffer[]): Buffer {
  let bytes = mail;
  for (let change = Math.floor(random() * 6); change >= 0; change -= 1) {
    const at = Math.floor(random() * (bytes.length + 1));
    const to = Math.min(bytes.length, at + Math.floor(random() * random() * 400));
    const [before, cut, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const kind = random();
    if (kind < 0.25) bytes = Buffer.concat([before, after]);
    else if (kind < 0.5) bytes = Buffer.concat([before, Buffer.from(random.pick(TOKENS), 'latin1'), after]);
    else if (kind < 0.65) bytes = Buffer.concat([before, cut, cut, after]);
    else if (kind < 0.8)
      bytes = Buffer.concat([
        before,
        Buffer.from(cut.map((byte) => byte ^ Math.floor(random() * 256))),
        after,
      ]);
    else if (kind < 0.9 && known.length > 0)
      bytes = Buffer.concat([before, random.pick(known).subarray(0, 2_000), after]);
    else bytes = Buffer.concat([before, Buffer.from(header(random)), after]);
  }
  return bytes;
}
