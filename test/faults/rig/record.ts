/** The table of runs in `docs/faults.md`: what the rig was asked for, on which commit, and what came of it. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../tools/server-process.ts';
import type { Summary } from './play.ts';

export const FAULTS_PAGE = join(repository, 'docs/faults.md');
const HEAD = '## Runs of the rig';
/** Lines that are kept, the newest first. */
const MOST = 20;

/** One run in words. */
export interface RigRun {
  /** As the command line says it. */
  readonly asked: string;
  readonly commit: string;
  readonly date: string;
  readonly summary: Summary;
}

function line({ asked, commit, date, summary }: RigRun): string {
  const { seed, seconds, operations, faults, violations } = summary;
  const counts = Object.entries(faults).map(([name, count]) => `${name} ${count}`);
  const found =
    violations.length === 0
      ? 'none'
      : `**${violations.length}**: ${[...new Set(violations.map(({ invariant }) => invariant))].join(', ')}`;
  return `| ${date} | ${commit} | ${asked} | ${seed} | ${seconds} | ${operations} | ${counts.join(', ')} | ${found} |`;
}

/** The section as it stands in `page`, with its table; empty without one. */
export function rigRuns(page: string): string {
  const at = page.indexOf(HEAD);
  if (at < 0) return '';
  const next = page.indexOf('\n## ', at + HEAD.length);
  return `${page.slice(at, next < 0 ? undefined : next + 1).trimEnd()}\n`;
}

/** `page` with these runs before those that stand there; they come before the last run of the rest, or at the end. */
export function withRuns(page: string, runs: readonly RigRun[]): string {
  const section = rigRuns(page);
  const before = section.split('\n').filter((row) => /^\| \d{4}-/.test(row));
  const rows = [...runs.map(line), ...before].slice(0, MOST);
  const written = `${HEAD}

What was played with \`--write\`, the newest first. The seconds are those of the faults; before them comes the warm-up, after them the judgement.

| date | commit | asked for | seed | s | operations | faults | violations |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
  if (section !== '') return page.replace(section, () => written);
  const last = page.indexOf('\n## The last run');
  return last < 0
    ? `${page.trimEnd()}\n\n${written}`
    : `${page.slice(0, last + 1)}${written}${page.slice(last)}`;
}

/** Writes the runs into the page. */
export function recordRuns(asked: string, summaries: readonly Summary[]): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repository, encoding: 'utf8' });
  const date = new Date().toISOString().slice(0, 10);
  const runs = summaries.map((summary) => ({ asked, commit: commit.trim(), date, summary }));
  writeFileSync(FAULTS_PAGE, withRuns(readFileSync(FAULTS_PAGE, 'utf8'), runs));
}
