import type { Entry } from '@latchbox/client';
import { expect, test } from 'vitest';
import { factLines } from './fact-lines.ts';

const reply = (failedAt: number): Entry => ({
  id: 'e',
  conversationId: 'c',
  position: 2,
  at: 1_000,
  kind: 'reply',
  author: { id: 'ana', name: 'Ana' },
  body: '',
  clientId: 'x',
  fence: 1,
  lateSend: false,
  delivery: {
    state: 'failed',
    at: failedAt,
    reason: '550',
    recipients: [
      { address: 'a@x.example', kind: 'to', state: 'failed', at: failedAt, reason: '550 No such' },
    ],
  },
});

test('what comes back later is an event; a refusal while it is sent is told at the reply alone', () => {
  expect(factLines([reply(2_000)], [], 'Rosa')).toEqual([]);
  expect(factLines([reply(90_000)], [], 'Rosa')).toMatchObject([
    { at: 90_000, who: 'Mail to a@x.example', words: 'came back: 550 No such' },
  ]);
});

test('STOP is an event of its contact', () => {
  const stop = { address: '+44', what: 'opted_out', at: 5 } as const;
  expect(factLines([], [stop, { ...stop, what: 'gone' }], 'Mara')).toMatchObject([
    { who: 'Mara', what: 'opted_out' },
  ]);
});
