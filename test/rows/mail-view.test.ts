import { getConversation } from '@latchbox/shared/http/conversations';
import { getEntryHtml, getEntryRaw } from '@latchbox/shared/http/entry-mails';
import { linkAttachment } from '@latchbox/shared/http/files';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../tools/scenario.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type MailWorld, startMailWorld } from './mail-stage.ts';

let mail: MailWorld;

beforeAll(async () => {
  mail = await startMailWorld();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A mail with a picture in its text, a tracking picture, a script and a file. */
function newsletter(subject: string): string {
  return [
    'From: Cora <cora@quist.example>',
    'To: orders@shop.example',
    `Subject: ${subject}`,
    `Message-ID: <${subject.replaceAll(' ', '-')}@quist.example>`,
    'Content-Type: multipart/mixed; boundary=m',
    '',
    '--m',
    'Content-Type: multipart/related; boundary=r',
    '',
    '--r',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html><head><style>p{color:red}</style></head><body onload="alert(1)"><script>alert(2)</script>',
    '<p style="color:#123456;background:url(https://t.example/bg)">Größe <a href="https://x.example/?a=1&amp;b=2">here</a></p>',
    '<img src="cid:photo@x" alt="Photo"><img src="https://t.example/1.gif" width="1"></body></html>',
    '--r',
    'Content-Type: image/png; name=photo.png',
    'Content-ID: <photo@x>',
    'Content-Disposition: inline; filename=photo.png',
    'Content-Transfer-Encoding: base64',
    '',
    PNG.toString('base64'),
    '--r--',
    '--m',
    'Content-Type: text/html; name="evil.html"',
    'Content-Disposition: attachment; filename="evil.html"',
    '',
    '<script>alert(3)</script>',
    '--m--',
    '',
  ].join('\r\n');
}

async function given(subject: string) {
  await sendMail(mail.port, { to: 'orders@shop.example' }, newsletter(subject));
  const { row, messages } = await mail.thread(subject);
  const [entry] = messages;
  if (entry === undefined) throw new Error('no message');
  return { entry, params: { conversation: row.id, position: '1' } };
}

test('T5: HTML is shown without what acts, with its own pictures, and with those of other servers only when asked for', async () => {
  const { entry, params } = await given('Our news');
  expect(entry.mail?.html).toBe(true);
  const rest = mail.world.rest('rita');
  const { html, remoteImages } = await rest.call(getEntryHtml, { params });
  expect(remoteImages).toBe(1);
  expect(html).not.toMatch(/script|onload|<style|t\.example|cid:/);
  expect(html).toContain(
    '<p style="color:#123456">Größe <a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">here</a></p>',
  );
  const [, link = ''] = /<img alt="Photo" src="(\/files\/[^"]+)"/.exec(html) ?? [];
  const picture = await fetch(mail.world.server().url + link);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(PNG.equals(Buffer.from(await picture.arrayBuffer()))).toBe(true);

  const wanted = await rest.call(getEntryHtml, { params, query: { images: 1 } });
  const [, remote = ''] = /src="\/files\/images\/[^"]+\/([^"/]+)"/.exec(wanted.html) ?? [];
  expect(Buffer.from(remote, 'base64url').toString()).toBe('https://t.example/1.gif');
  expect(wanted.html).not.toContain('t.example');
  expect(wanted.html).not.toMatch(/t\.example\/bg|background/);
  const [kept] = mail.world.rows<{ html: string }>(
    `SELECT html FROM mails WHERE conversation_id = ?`,
    params.conversation,
  );
  expect(kept?.html).not.toMatch(/script|\/files\//);
});

test('T5: what was made by older rules is made again', async () => {
  const { params } = await given('By older rules');
  const rest = mail.world.rest('ana');
  const first = await rest.call(getEntryHtml, { params });
  await mail.world.server().kill9();
  const { DatabaseSync } = await import('node:sqlite');
  const file = new DatabaseSync(mail.world.database);
  file.exec(`UPDATE mails SET html = '<script>old</script>', html_rules = 0`);
  file.close();
  await mail.world.server().restart();
  expect((await mail.world.rest('ana').call(getEntryHtml, { params })).html).toHaveLength(first.html.length);
});

test('T5: files of a mail are handed out to be saved, and only those that its HTML shows are inline', async () => {
  const { entry } = await given('With a file');
  expect(entry.attachments).toMatchObject([
    { name: 'photo.png', type: 'image/png', size: PNG.length, inline: true },
    { name: 'evil.html', type: 'text/html' },
  ]);
  const evil = entry.attachments?.find(({ name }) => name === 'evil.html');
  const { url } = await mail.world
    .rest('rita')
    .call(linkAttachment, { params: { attachment: evil?.id ?? '' } });
  const answer = await fetch(mail.world.server().url + url);
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  expect((await answer.text()).trim()).toBe('<script>alert(3)</script>');
});

test('T5: HTML, original and files are for members alone, and an entry without one has none', async () => {
  const { entry, params } = await given('For members');
  const attachment = entry.attachments?.[0]?.id ?? '';
  const stranger = mail.world.rest('mia');
  await refusal('not_found', stranger.call(getEntryHtml, { params }));
  await refusal('not_found', stranger.call(getEntryRaw, { params }));
  await refusal('not_found', stranger.call(linkAttachment, { params: { attachment } }));
  const member = mail.world.rest('ana');
  const plain = mail.world.conversation('orders');
  expect((await member.call(getConversation, { params: { conversation: plain } })).entries).toHaveLength(1);
  for (const position of ['1', '2', '9007199254740991']) {
    await refusal('not_found', member.call(getEntryHtml, { params: { conversation: plain, position } }));
    await refusal('not_found', member.call(getEntryRaw, { params: { conversation: plain, position } }));
  }
  await refusal('invalid', member.call(getEntryHtml, { params: { conversation: plain, position: '0' } }));
});
