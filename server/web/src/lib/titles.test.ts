import { expect, test } from 'vitest';
import { ownNumber, titleOf } from './titles.ts';

const contact = { id: 'c', name: 'Mara Keane', address: '+447700900774' };

test('a text is called by whom it is with, a mail by its subject', () => {
  const text = { channel: 'sms', contact, subject: 'Texts on +44 7700 900112' } as const;
  expect(titleOf(text)).toBe('Mara Keane');
  expect(ownNumber(text)).toBe('+44 7700 900112');
  const mail = { channel: 'email', contact, subject: 'Two journals' } as const;
  expect(titleOf(mail)).toBe('Two journals');
  expect(ownNumber(mail)).toBe('');
});
