/** Mails that are small to send and large to read (C51). */

const head = (...lines: string[]): string => ['From: a@b.example', ...lines, '', ''].join('\r\n');
const mixed = head('Content-Type: multipart/mixed; boundary=b');

function nested(depth: number): string {
  let text = 'Content-Type: text/plain\r\n\r\nx';
  for (let at = 0; at < depth; at += 1)
    text = `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n${text}\r\n--b${at}--\r\n`;
  return text;
}

const numbered = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join(',\r\n ');

const report = `${head('Content-Type: multipart/report; boundary=b')}--b\r\nContent-Type: message/delivery-status\r\n\r\n`;

/** By what is too much of them. */
export const BOMBS: Readonly<Record<string, string>> = {
  'parts with files': `${mixed}${'--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n'.repeat(10_000)}--b--`,
  'parts of HTML': `${mixed}${'--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n'.repeat(10_000)}--b--`,
  parts: `${mixed}${'--b\r\n\r\nx\r\n'.repeat(30_000)}--b--`,
  'parts in parts': `From: a@b.example\r\n${nested(1_000)}`,
  'mails in mails': `${'Content-Type: message/rfc822\r\n\r\n'.repeat(5_000)}Subject: x\r\n\r\nx`,
  'one header': head(`X: ${'x'.repeat(1_000_000)}`),
  headers: head(...Array.from({ length: 100_000 }, () => 'X: y')),
  'a folded header': head(`Subject: x${'\r\n x'.repeat(100_000)}`),
  references: head(`References: ${numbered(10_000, (at) => `<${at}@x.example>`)}`),
  recipients: head(`To: ${numbered(20_000, (at) => `a${at}@x.example`)}`),
  comments: head(`Reply-To: ${'('.repeat(200_000)}`),
  'encoded words': head(`Subject: ${'=?utf-8?q?x?= '.repeat(60_000)}`),
  'base64 of nothing': `${head('Content-Type: a/b', 'Content-Transfer-Encoding: base64')}${'\r\n'.repeat(500_000)}`,
  'soft breaks': `${head('Content-Transfer-Encoding: quoted-printable')}${'=\r\n'.repeat(200_000)}`,
  'elements in elements': `${head('Content-Type: text/html')}${'<div>'.repeat(60_000)}`,
  'tables in tables': `${head('Content-Type: text/html')}${'<table><tr><td>'.repeat(15_000)}`,
  attributes: `${head('Content-Type: text/html')}<p ${'a '.repeat(300_000)}>`,
  'empty lines': head() + '\r\n'.repeat(50_000),
  'quote marks': head() + '> '.repeat(500_000),
  attributions: head() + 'On Mon 2020 a@b.example wrote:\r\n'.repeat(50_000),
  'a rule': head() + '-'.repeat(1_000_000),
  'recipients of a report': `${report}${'Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n'.repeat(20_000)}--b--`,
  'a diagnostic': `${report}Final-Recipient: rfc822; a@b.example\r\nDiagnostic-Code: smtp; ${'5.1.1.'.repeat(40_000)}\r\n\r\n--b--`,
};
