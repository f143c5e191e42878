/** Prints the figures of the visible reply into docs/email.md: `node test/tools/visible-doc.ts`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './server-process.ts';
import { READERS, visibleReplySets, wrongOf } from './visible-replies.ts';

export const EMAIL_PAGE = join(repository, 'docs/email.md');

const BEGIN = '<!-- printed by test/tools/visible-doc.ts -->';
const END = '<!-- end -->';

/** The page with the table as it is measured now. */
export function printFigures(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END).slice(1).join(END);
  if (before === undefined || after === undefined)
    throw new Error(`no place for the figures in ${EMAIL_PAGE}`);
  return `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`;
}

function table(): string {
  const head = ['mails', 'how many', ...READERS.map(({ name }) => name)];
  const rows = Object.entries(visibleReplySets()).map(([set, trials]) => [
    set,
    String(trials.length),
    ...READERS.map((reader) => String(trials.length - wrongOf(reader, trials).length)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

if (import.meta.main) writeFileSync(EMAIL_PAGE, printFigures(readFileSync(EMAIL_PAGE, 'utf8')));
