import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasMailFixtures } from '../tools/mail-fixtures.ts';
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

  test('docs/email.md has these figures; "node test/tools/visible-doc.ts" prints them anew', () => {
    const page = readFileSync(EMAIL_PAGE, 'utf8');
    expect(printFigures(page)).toBe(page);
  });
});
