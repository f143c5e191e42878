import { expect, test } from 'vitest';
import { previewOf } from './preview.ts';

test('a preview is one line', () => {
  expect(previewOf('  Dear all,\n\n\tthe   page\r\nis torn.  ')).toBe('Dear all, the page is torn.');
});

test('a long text is cut to 160 units with an ellipsis', () => {
  expect(previewOf('x'.repeat(160))).toBe('x'.repeat(160));
  const cut = previewOf('x'.repeat(161));
  expect(cut).toBe(`${'x'.repeat(159)}…`);
  expect(cut).toHaveLength(160);
});

test('a character outside the basic plane is not cut in two', () => {
  const cut = previewOf(`${'x'.repeat(158)}🦊🦊`);
  expect(cut).toBe(`${'x'.repeat(158)}…`);
  expect(cut.isWellFormed()).toBe(true);
  // The cut that bounds the work can fall into a pair, too.
  const late = previewOf(`x${' '.repeat(998)}🦊 and on`);
  expect(late.isWellFormed()).toBe(true);
});
