import { expect, test } from 'vitest';
import { isProviderStatus, newsOf, rankOf } from './delivery-status.ts';

test('a message goes up, and a failure is the end of it', () => {
  const way = ['accepted', 'queued', 'sending', 'sent', 'delivered', 'failed'] as const;
  const ranks = way.map(rankOf);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(ranks.length);
  expect(rankOf('undelivered')).toBe(rankOf('failed'));
});

test('agents hear of arrival and failure only', () => {
  expect(newsOf('sent')).toBe('none');
  expect(newsOf('delivered')).toBe('delivered');
  expect(newsOf('read')).toBe('delivered');
  for (const status of ['undelivered', 'failed', 'canceled'] as const) expect(newsOf(status)).toBe('failed');
});

test('a status that a provider invents is none', () => {
  expect(isProviderStatus('delivered')).toBe(true);
  for (const text of ['', 'DELIVERED', 'toString', 'receiving', '__proto__'])
    expect(isProviderStatus(text)).toBe(false);
});
