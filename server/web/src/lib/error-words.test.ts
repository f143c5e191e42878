import { LatchboxError } from '@latchbox/client';
import { expect, it } from 'vitest';
import { errorReference, errorWords } from './error-words.ts';

it('says what went wrong, and never a code', () => {
  expect(errorWords(new LatchboxError('not_connected', {}))).toBe('This inbox has nothing to send from.');
  expect(errorWords(new TypeError('x is undefined'))).toBe('Something went wrong on this page.');
});

it('names who is replying, where that is known', () => {
  const held = { since: 1, holder: { id: 'a', name: 'Ana Brandt' } };
  expect(errorWords(new LatchboxError('lock_held', held))).toBe('Ana is replying.');
  expect(errorWords(new LatchboxError('lock_held', { since: null, holder: null }))).toBe(
    'A colleague is replying.',
  );
});

it('gives the reference of a failure on the server', () => {
  expect(errorReference(new LatchboxError('internal', { ref: 'req_7f3a' }))).toBe('req_7f3a');
  expect(errorReference(new LatchboxError('internal', { ref: '' }))).toBeNull();
  expect(errorReference(new LatchboxError('timeout', {}))).toBeNull();
});
