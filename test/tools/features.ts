/**
 * Checks the ledger `docs/features.md` against the newest test runs: every row of the requirements is there once, a `done` or
 * `part` row names tests, and each named test exists and passed. `default` and `long` judge the tests of that run alone (of the other
 * one only that the file is there). `--json` prints `{id, state, tests}` a line.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLong } from './long-tests.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const LEDGER = join(top, 'docs/features.md');
const REPORTS = { default: 'vitest.json', long: 'vitest-long.json' };
const REQUIREMENTS = join(top, '../shared/REQUIREMENTS.md');
const STATES = ['done', 'part', 'missing'] as const;

export interface LedgerRow {
  readonly id: string;
  readonly state: (typeof STATES)[number];
  /** `file › full name of the test`. */
  readonly tests: readonly string[];
}

/** The rows of the ledger's tables. Throws an `Error` naming the line that is not as it must be. */
export function readLedger(text: string): LedgerRow[] {
  const rows: LedgerRow[] = [];
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const id = cells[1] ?? '';
    if (!line.startsWith('|') || !/^[A-Z]\d+$/.test(id)) continue;
    const state = STATES.find((known) => known === cells[2]);
    if (state === undefined || cells.length !== 6)
      throw new Error(`the ledger's line of ${id} is not "| id | state | what | tests |"`);
    if (rows.some((row) => row.id === id)) throw new Error(`${id} stands twice in the ledger`);
    const tests = (cells[4] ?? '')
      .split('<br>')
      .map((test) => test.trim())
      .filter((test) => test !== '');
    rows.push({ id, state, tests });
  }
  return rows;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The state of every test of a run by `file › full name`. */
export function readReport(report: Report): Map<string, string> {
  const states = new Map<string, string>();
  for (const file of report.testResults) {
    const path = file.name.startsWith(top) ? file.name.slice(top.length) : file.name;
    for (const test of file.assertionResults) states.set(`${path} › ${test.fullName}`, test.status);
  }
  return states;
}

/** What is wrong with the ledger, in sentences. */
export function judgeLedger(
  rows: readonly LedgerRow[],
  ran: ReadonlyMap<string, string>,
  required: readonly string[],
): string[] {
  const wrong: string[] = [];
  for (const id of required) if (!rows.some((row) => row.id === id)) wrong.push(`${id} is not in the ledger`);
  for (const row of rows) {
    if (row.state !== 'missing' && row.tests.length === 0)
      wrong.push(`${row.id} is ${row.state} and names no test`);
    for (const test of row.tests) {
      const state = ran.get(test);
      if (state === undefined) wrong.push(`${row.id}: no such test ran: ${test}`);
      else if (state !== 'passed') wrong.push(`${row.id}: ${state}: ${test}`);
    }
  }
  return wrong;
}

function requiredIds(): string[] {
  if (!existsSync(REQUIREMENTS)) return [];
  return [...readFileSync(REQUIREMENTS, 'utf8').matchAll(/^\| ([A-Z]\d+) \|/gm)].map(
    (match) => match[1] ?? '',
  );
}

const fileOf = (test: string): string => test.split(' › ', 1)[0] ?? '';

/** What a run played; nothing when it was not played yet. */
function playedBy(run: keyof typeof REPORTS): Map<string, string> {
  const path = join(top, 'test/.output', REPORTS[run]);
  return existsSync(path) ? readReport(JSON.parse(readFileSync(path, 'utf8')) as Report) : new Map();
}

/** The tests that are not judged now are as good as their files, which are there or not. */
function unjudged(rows: readonly LedgerRow[], run: keyof typeof REPORTS): Map<string, string> {
  const others = rows
    .flatMap(({ tests }) => tests)
    .filter((test) => isLong(fileOf(test)) === (run === 'default'));
  return new Map(
    others.filter((test) => existsSync(join(top, fileOf(test)))).map((test) => [test, 'passed']),
  );
}

function main(): void {
  const rows = readLedger(readFileSync(LEDGER, 'utf8'));
  if (process.argv.includes('--json')) {
    for (const row of rows)
      process.stdout.write(`${JSON.stringify({ id: row.id, state: row.state, tests: row.tests })}\n`);
  }
  const required = requiredIds();
  if (required.length === 0)
    process.stderr.write(
      'features: the list of requirements is not beside this checkout; its ids were not compared\n',
    );
  const only = (['default', 'long'] as const).find((run) => process.argv.includes(run));
  const ran = new Map<string, string>();
  for (const run of only === undefined ? (['default', 'long'] as const) : [only]) {
    for (const [test, state] of playedBy(run)) ran.set(test, state);
  }
  if (only !== undefined) for (const [test, state] of unjudged(rows, only)) ran.set(test, state);
  const wrong = judgeLedger(rows, ran, required);
  for (const sentence of wrong) process.stderr.write(`features: ${sentence}\n`);
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  process.stderr.write(
    `features: ${count('done')} done, ${count('part')} part, ${count('missing')} missing, ${wrong.length} wrong\n`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
