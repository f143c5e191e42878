import { expect, test } from 'vitest';
import { smartEncoded, smsSegments } from './sms-segments.ts';

const counted = (text: string) => {
  const { encoding, segments } = smsSegments(text);
  return [encoding, segments];
};

test('160 characters of GSM-7 are one part, the next one makes two of 153', () => {
  expect(smsSegments('')).toEqual({ encoding: 'GSM-7', segments: 0, units: 0, left: 160 });
  expect(smsSegments('a'.repeat(160))).toEqual({ encoding: 'GSM-7', segments: 1, units: 160, left: 0 });
  expect(smsSegments('a'.repeat(161))).toEqual({ encoding: 'GSM-7', segments: 2, units: 161, left: 145 });
  expect(counted('a'.repeat(306))).toEqual(['GSM-7', 2]);
  expect(counted('a'.repeat(307))).toEqual(['GSM-7', 3]);
});

test('characters of the extension table count twice and are not split', () => {
  expect(counted('€'.repeat(80))).toEqual(['GSM-7', 1]);
  expect(counted('€'.repeat(81))).toEqual(['GSM-7', 2]);
  // 152 units, then one that needs two: it moves to the next part as a whole.
  expect(smsSegments(`${'a'.repeat(152)}€${'a'.repeat(20)}`)).toMatchObject({ segments: 2, left: 131 });
});

test('one character outside the table makes all of it UCS-2; pairs of surrogates are not split', () => {
  expect(counted('ç')).toEqual(['UCS-2', 1]);
  expect(counted('Ç')).toEqual(['GSM-7', 1]);
  expect(counted('я'.repeat(70))).toEqual(['UCS-2', 1]);
  expect(counted('я'.repeat(71))).toEqual(['UCS-2', 2]);
  expect(counted('🙂'.repeat(35))).toEqual(['UCS-2', 1]);
  // 66 units, then a pair: the first part keeps one unit empty.
  expect(smsSegments('🙂'.repeat(36))).toMatchObject({ segments: 2, left: 61 });
});

test('smart encoding puts plain characters in place of what programs insert', () => {
  const typed = '“It’s here” – at last… 10\u00a0€';
  expect(counted(typed)).toEqual(['UCS-2', 1]);
  expect(smartEncoded(typed)).toBe(`"It's here" - at last... 10 €`);
  expect(counted(smartEncoded(typed))).toEqual(['GSM-7', 1]);
  expect(smartEncoded('Grüße, 你好 🙂')).toBe('Grüße, 你好 🙂');
});
