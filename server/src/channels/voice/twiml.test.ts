import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTwiml } from '../sms/carrier/twiml-document.ts';
import { say, twiml, verb } from './twiml.ts';

test('whatever is to be said is a document that is read back as it was', async () => {
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 60 })
    .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}\p{Cn}]/gu, ''));
  await fc.assert(
    fc.asyncProperty(plain, plain, async (words, url) => {
      const text = await twiml(say(words), verb('Dial', { action: url }, [verb('Number', {}, '+1')])).text();
      const [spoken, dial] = readTwiml(text);
      expect(spoken?.text).toBe(words.trim());
      expect(dial?.attributes['action']).toBe(url);
      expect(dial?.children.map(({ name }) => name)).toEqual(['Number']);
    }),
  );
});

test('what no document may hold is left out, and what is no document is refused', async () => {
  expect(readTwiml(await twiml(say('a\u0000b\ud800c\ufffe')).text())[0]?.text).toBe('abc');
  expect(readTwiml('<?xml version="1.0"?><!-- hi --><Response/>')).toEqual([]);
  for (const wrong of [
    '',
    'Hello',
    '<Response>',
    '<Response></Say>',
    '<Say/>',
    '<Response/><Response/>',
    '<Response a=1/>',
  ])
    expect(() => readTwiml(wrong)).toThrow('Document parse failure');
});
