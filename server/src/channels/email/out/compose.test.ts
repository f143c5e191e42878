import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeMail, type MailContent } from './compose.ts';

const plain: MailContent = {
  from: { name: 'Anna Berg (Orders)', address: 'orders@fernhill.example' },
  to: [{ name: 'Cora Quist', address: 'cora@quist.example' }],
  cc: [],
  replyTo: undefined,
  subject: 'Re: A torn page',
  date: Date.UTC(2026, 10, 22, 9, 30),
  messageId: 'm.ent_1.mac@fernhill.example',
  inReplyTo: 'second@quist.example',
  thread: [],
  references: ['c.cnv_1.mac@fernhill.example', 'first@quist.example', 'second@quist.example'],
  text: 'It left today.',
  html: '<p>It left today.</p>',
  files: [],
};
const made = (content: Partial<MailContent> = {}) => buffer(composeMail({ ...plain, ...content }));
const parsed = async (content: Partial<MailContent> = {}) => await PostalMime.parse(await made(content));

/** The header block as it stands, folded lines put together: what a relay believes. */
function headersOf(raw: Buffer): string[] {
  const block = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  return block.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n');
}

describe('a mail that leaves', () => {
  it('has the headers that put it into its thread', async () => {
    const raw = await made();
    const mail = await PostalMime.parse(raw);
    expect(mail).toMatchObject({
      from: plain.from,
      to: plain.to,
      subject: plain.subject,
      messageId: `<${plain.messageId}>`,
      inReplyTo: '<second@quist.example>',
      references: '<c.cnv_1.mac@fernhill.example> <first@quist.example> <second@quist.example>',
      date: '2026-11-22T09:30:00.000Z',
    });
    expect(headersOf(raw)).toContain(`Message-ID: <${plain.messageId}>`);
    expect(mail.text?.trim()).toBe(plain.text);
    expect(mail.html).toContain('>It left today.</p>');
    const names = mail.headers.map(({ key }) => key);
    for (const mark of ['auto-submitted', 'precedence', 'x-auto-response-suppress', 'list-id']) {
      expect(names).not.toContain(mark);
    }
  });

  it('keeps every line short enough for every relay', async () => {
    const references = Array.from({ length: 21 }, (_, at) => `${'x'.repeat(300)}${at}@far.example`);
    const raw = await made({
      references,
      subject: `Re: ${'Übergrößenträger '.repeat(28)}`,
      text: `${'word '.repeat(5_000)}\n${'x'.repeat(3_000)}`,
    });
    const lines = raw.toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998);
    expect((await PostalMime.parse(raw)).references?.split(' ')).toHaveLength(21);
    expect(lines.join('\r\n')).not.toMatch(/[^\r]\n|\r[^\n]/);
  });

  it.each(['plain', 'with ümlauts', 'wörd '.repeat(90), 'word '.repeat(300)])(
    'ends every line as a mail does, whatever ended it before: %s',
    async (words) => {
      const text = [words, '\n', words, '\r', words, '\r\n', words, '\n\n', words].join('');
      const raw = await made({ text, html: `<p>${text}</p>` });
      expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/);
      const mail = await PostalMime.parse(raw);
      expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text.replaceAll(/\r\n?/g, '\n').trimEnd());
    },
  );

  it('carries any text and any file unchanged', async () => {
    const text = 'Grüße 😀\n.\n..\nFrom here\n> not a quote\n  indented  twice\n\nשלום';
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 256));
    const file = {
      name: 'Rechnung "März".pdf',
      type: 'application/pdf',
      open: () => Promise.resolve(Readable.from([bytes])),
    };
    const mail = await parsed({ text, files: [file] });
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text);
    expect(mail.attachments).toMatchObject([
      { filename: file.name, mimeType: 'application/pdf', disposition: 'attachment' },
    ]);
    expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer).equals(bytes)).toBe(true);
  });

  it('breaks off where a file cannot be read', async () => {
    const broken = { name: 'x', type: 'text/plain', open: () => Promise.reject(new Error('disk gone')) };
    await expect(made({ files: [broken] })).rejects.toThrow('disk gone');
  });

  it('has no header and no recipient but its own, whatever is written into it', async () => {
    const wild = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({
        unit: fc.constantFrom('\r', '\n', '\0', ':', ' ', '<', '>', '"', ',', 'B', 'c', '@', '\u2028'),
      }),
      fc.constantFrom(
        'a\r\nBcc: evil@evil.example',
        '"\r\n\r\nbody',
        'x@y.example\r\nX-Evil: 1',
        '=?utf-8?q?=0D=0AX-Evil:_1?=',
      ),
    );
    const expected = new Set(
      headersOf(await made()).map((line) => line.slice(0, line.indexOf(':')).toLowerCase()),
    );
    const property = fc.asyncProperty(wild, wild, wild, wild, async (name, subject, id, text) => {
      const raw = await made({
        from: { name, address: 'orders@fernhill.example' },
        to: [{ name: subject, address: 'cora@quist.example' }],
        subject,
        text,
        inReplyTo: id,
        thread: [
          ['Thread-Topic', subject],
          ['Thread-Index', name],
        ],
        references: [plain.references[0] ?? '', id],
        files: [{ name, type: 'text/plain', open: () => Promise.resolve(Readable.from([Buffer.from('x')])) }],
      });
      for (const line of headersOf(raw)) {
        expect([...expected, 'in-reply-to', 'thread-topic', 'thread-index']).toContain(
          line.slice(0, line.indexOf(':')).toLowerCase(),
        );
      }
      const mail = await PostalMime.parse(raw);
      expect(mail.from?.address).toBe('orders@fernhill.example');
      expect(mail.to?.map(({ address }) => address)).toEqual(['cora@quist.example']);
      expect(mail.attachments).toHaveLength(1);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
