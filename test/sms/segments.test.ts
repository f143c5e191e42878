/** Our count of segments against the public calculator. */
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, test } from 'vitest';
import { smartEncoded, smsSegments } from '@latchbox/shared/sms-segments';

const gsm = fc.constantFrom(...'abcXYZ 0129@£ñÇ\n^{}\\[~]|€'.split(''));
const letters = fc.oneof({ weight: 20, arbitrary: gsm }, fc.constantFrom('я', '你', 'ç', 'é', '–', '“'));
const pictures = fc.constantFrom('🙂', '🎉', '𝄞', 'я', 'a', '\u{20000}');
const text = (one: fc.Arbitrary<string>) =>
  fc.array(one, { minLength: 1, maxLength: 400, size: 'max' }).map((all) => all.join(''));

test.each([
  ['GSM-7', text(gsm)],
  ['mixed', text(letters)],
  ['pairs of surrogates', text(pictures)],
])('counts as the calculator does: %s', (_, texts) => {
  fc.assert(
    fc.property(texts, (body) => {
      const theirs = new SegmentedMessage(body);
      const { encoding, segments } = smsSegments(body);
      expect([encoding, segments]).toEqual([theirs.encodingName, theirs.segmentsCount]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

// Without the three dots, which it counts as one when it has put them in, and the space that does not break, which it counts as two.
test('what the calculator makes plain by smart encoding, ours makes plain too', () => {
  const fancy = fc.constantFrom(...'“”‘’–—«»‐―‚ʼ`´abc 12'.split(''));
  fc.assert(
    fc.property(text(fancy), (body) => {
      const theirs = new SegmentedMessage(body, 'auto', true);
      const { encoding, segments } = smsSegments(smartEncoded(body));
      expect([encoding, segments]).toEqual([theirs.encodingName, theirs.segmentsCount]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
