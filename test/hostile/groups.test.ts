/** The groups of bad inputs (C01 to C59): each is named by a test of this folder, stands in another one, or has nothing to apply to yet. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';

const GROUPS = [
  1, 2, 5, 6, 7, 10, 12, 13, 14, 16, 17, 18, 20, 21, 23, 25, 26, 28, 29, 30, 31, 33, 34, 35, 37, 38, 39, 41,
  42, 43, 44, 45, 47, 48, 50, 51, 53, 54, 55, 57, 58, 59,
];

/** Where a test that this folder does not repeat is, and what it is called. */
const ELSEWHERE: Readonly<Record<number, readonly [string, string]>> = {
  6: ['server/src/realtime/faults.test.ts', 'a command fails with a reference, and the next one works'],
  45: ['test/browser/mail-html.test.ts', 'nothing of a list of attacks runs, loads or stays in the page'],
  59: [
    'server/src/channels/email/out/relay.test.ts',
    'the relay certainly has nothing, and the mail is tried again',
  ],
};

/** What does not exist here, and why nothing of it can be tried. */
const NOT_HERE: Readonly<Record<number, string>> = {
  38: 'conversations are archived, never closed, deleted or merged; an archived one may be answered; inboxes are not deleted',
  42: 'nothing is removed from a log, so no cursor is older than it; one that is too far behind is answered with `resync`',
  57: 'no webhooks come in: mail comes by SMTP alone, and there is no SMS',
};

const folder = join(repository, 'test/hostile');
const written = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts') && name !== 'groups.test.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

/** Numbers that stand as C16, or between those of C23–C26, in titles and in the first line of a file. */
function named(): Set<number> {
  const titles = written.match(/^(?:\/\*\*.*| *(?:test|describe)(?:\.each.*)?\(.*|.*\(C\d\d.*)$/gm) ?? [];
  const numbers = new Set<number>();
  for (const title of titles) {
    for (const [, from, to] of title.matchAll(/C(\d\d)(?:(?:–| to )C(\d\d))?/g))
      for (let at = Number(from); at <= Number(to ?? from); at += 1) numbers.add(at);
  }
  return numbers;
}

test('every group is tried here, tried elsewhere, or not here', () => {
  const tried = named();
  const missing = GROUPS.filter(
    (group) => !tried.has(group) && ELSEWHERE[group] === undefined && NOT_HERE[group] === undefined,
  );
  expect(missing.map((group) => `C${group}`)).toEqual([]);
});

test.each(Object.entries(ELSEWHERE))('C%s is where this says', (_group, [file, title]) => {
  expect(readFileSync(join(repository, file), 'utf8')).toContain(title);
});
