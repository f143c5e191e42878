import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanText } from '../../server/src/channels/email/in/clean-text.ts';
import { forwardedFrom } from '../../server/src/channels/email/in/forwarded.ts';
import { hasMailFixtures, mailCases } from '../tools/mail-fixtures.ts';
import { EMAIL_PAGE, printFigures } from '../tools/visible-doc.ts';
import { READERS, visibleReplySets, wrongOf } from '../tools/visible-replies.ts';

describe.skipIf(!hasMailFixtures)('the visible part of a reply', () => {
  const sets = hasMailFixtures ? Object.entries(visibleReplySets()) : [];

  test.each(sets)(
    'T5: %s: found as well as by the best of two public libraries, or better',
    (set, trials) => {
      const wrong = READERS.map((reader) => wrongOf(reader, trials));
      const right = wrong.map((ids) => trials.length - ids.length);
      const [ours = 0, ...theirs] = right;
      process.stdout.write(
        `${set}: ${READERS.map(({ name }, at) => `${name} ${right[at] ?? 0}`).join(', ')} of ${trials.length}\n`,
      );
      expect(trials.length).toBeGreaterThan(2);
      expect(ours, `wrong here: ${wrong[0]?.join(', ') ?? ''}`).toBeGreaterThanOrEqual(Math.max(...theirs));
    },
  );

  test('T5: forwards: who wrote what is passed on, and no other mail is taken for one', () => {
    interface Forward {
      readonly id: string;
      readonly text: string;
      readonly subject: string | null;
      readonly expected: { readonly forwarded: boolean; readonly from_address?: string };
    }
    const all = mailCases<Forward[]>('forwards.json').map((one) => ({
      ...one,
      found: forwardedFrom(cleanText(one.text).trim(), one.subject ?? '')?.from.address.toLowerCase(),
    }));
    const forwards = all.filter(({ expected }) => expected.forwarded);
    const right = forwards.filter(({ found, expected }) => found === expected.from_address?.toLowerCase());
    process.stdout.write(`forwards: the sender of ${right.length} of ${forwards.length}\n`);
    expect(right.length).toBeGreaterThan(0.85 * forwards.length);
    expect(all.filter(({ found, expected }) => found !== undefined && !expected.forwarded)).toEqual([]);
  });

  test('docs/email.md has these figures; "node test/tools/visible-doc.ts" prints them anew', () => {
    const page = readFileSync(EMAIL_PAGE, 'utf8');
    expect(printFigures(page)).toBe(page);
  });
});
