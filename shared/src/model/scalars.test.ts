import { expect, test } from 'vitest';
import { DraftBody, FenceNumber, isVisible, MAX_BODY_BYTES, MessageBody } from './scalars.ts';

const accepts = (text: string) => MessageBody.safeParse(text).success;

test.each([
  ['a tab and lines', 'a\tb\r\nc'],
  ['a family of five in one sign', '👨‍👩‍👧‍👦 hi'],
  ['a right-to-left override inside a text', 'a\u202eb'],
  ['a letter with a hundred marks', `e${'\u0301'.repeat(100)}`],
  ['exactly the most bytes', 'x'.repeat(MAX_BODY_BYTES)],
])('takes %s, unchanged', (_name, text) => {
  expect(MessageBody.parse(text)).toBe(text);
});

test.each([
  ['nothing', ''],
  ['only spaces', ' \n\t '],
  ['only zero-width characters', '\u200b\u200d\ufeff\u2060'],
  ['NUL', 'a\u0000b'],
  ['another control character', 'a\u001bb'],
  ['a high surrogate alone', 'a\ud800'],
  ['a low surrogate alone', '\udc00a'],
  ['a byte too many', `${'x'.repeat(MAX_BODY_BYTES - 1)}é`],
])('refuses %s', (_name, text) => {
  expect(accepts(text)).toBe(false);
});

test('a draft may be empty, a message may not', () => {
  expect(DraftBody.safeParse('').success).toBe(true);
  expect(isVisible('\u00a0')).toBe(false);
});

test.each([0, -1, 1.5, 2 ** 53, '5', Number.NaN])('%s is no fence', (fence) => {
  expect(FenceNumber.safeParse(fence).success).toBe(false);
});
