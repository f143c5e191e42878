import { expect, test } from 'vitest';
import { isAutomatic } from '../in/automatic.ts';
import { readMail } from '../in/read-mail.ts';
import { automaticHeaders } from './automatic-headers.ts';

test.each(['answer', 'notice'] as const)(
  'an automatic %s is known as such by its headers alone',
  async (kind) => {
    const head = Object.entries(automaticHeaders(kind)).map(([name, value]) => `${name}: ${value}`);
    const { headers, type } = await readMail(
      Buffer.from(['From: orders@shop.example', ...head, '', 'Hello'].join('\r\n')),
    );
    const known = { headers, type, sender: 'orders@shop.example', from: 'orders@shop.example' };
    expect(isAutomatic(known)).toBe(true);
    const plain = await readMail(Buffer.from('From: orders@shop.example\r\n\r\nHello'));
    expect(isAutomatic({ ...known, headers: plain.headers, type: plain.type })).toBe(false);
    expect(headers.text('auto-submitted')).toBe(kind === 'answer' ? 'auto-replied' : 'auto-generated');
  },
);
