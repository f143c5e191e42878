import { expect, it } from 'vitest';
import { isPicture, sizeWords } from './file-words.ts';

it.each([
  [0, '0 B'],
  [840, '840 B'],
  [84_300, '84 kB'],
  [999_600, '1.0 MB'],
  [1_234_567, '1.2 MB'],
  [25 * 1_024 * 1_024, '26 MB'],
])('%i bytes are %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

it('knows which files are pictures that may be shown', () => {
  expect(isPicture('image/PNG')).toBe(true);
  expect(isPicture('image/svg+xml')).toBe(false);
  expect(isPicture('text/html')).toBe(false);
});
