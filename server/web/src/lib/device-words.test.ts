import { expect, it } from 'vitest';
import { deviceWords } from './device-words.ts';

it('names browser and system by what they say of themselves', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(deviceWords(chrome)).toBe('Chrome on Linux');
  expect(deviceWords(`${chrome} Edg/140.0`)).toBe('Edge on Linux');
  expect(
    deviceWords(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1',
    ),
  ).toBe('Safari on iOS');
  expect(deviceWords('curl/8.5.0')).toBe('Another program');
  expect(deviceWords('')).toBe('Another program');
});
