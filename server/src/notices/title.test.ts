import { expect, test } from 'vitest';
import { titleOf } from './title.ts';

test('a conversation is called by its subject; texts, and what has none, by whom they are with', () => {
  const contact = { id: 'ctc_1', name: 'Cora Quist', address: '+12125550123' };
  expect(titleOf({ channel: 'email', contact, subject: 'A bent nib' })).toBe('A bent nib');
  expect(titleOf({ channel: 'email', contact, subject: '' })).toBe('Cora Quist');
  expect(titleOf({ channel: 'sms', contact, subject: 'Texts to +1 212 555 0100' })).toBe('Cora Quist');
});
