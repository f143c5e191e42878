/** Mutations: faults put into a copy of the sources on purpose. Tests that stay green on one of them prove nothing. */

import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './server-process.ts';
import type { Patch } from './source-copy.ts';

/** Some tests, as Vitest selects them. */
export interface Selection {
  /** From the top of the repository. */
  readonly file: string;
  /** Only tests whose names have this in them; plain words, as Vitest takes it for a regular expression. */
  readonly pattern: string;
}

export interface Mutation {
  readonly name: string;
  readonly what: string;
  readonly patches: readonly Patch[];
  /** What must notice it. */
  readonly noticedBy: Selection;
  /** What the failure must say: the invariant that broke, or what the test found instead. Anything else is the wrong reason. */
  readonly says: RegExp;
  /** Not among the tests of every day, only in `node --run faults:mutations`. */
  readonly rare?: boolean;
  /** A Postgres server, named by `LATCHBOX_TEST_POSTGRES_URL`: PGlite has one connection. */
  readonly needs?: 'postgres';
}

export interface TestRun {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  /** What Vitest said, for when nothing ran. */
  readonly output: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Longer than the slowest test and its hooks may take: whoever says nothing for so long hangs, ms. */
const SILENCE = 400_000;

/** Runs a program to its end, whatever that is, and answers what it said. One that is silent for `silence` ms is ended. */
export async function outputOf(
  command: string,
  args: readonly string[],
  cwd: string,
  silence = SILENCE,
): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  const goOn = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      output += `\nended after ${silence / 1_000} s of silence`;
      child.kill('SIGTERM');
    }, silence);
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      goOn();
    });
  goOn();
  await new Promise((done) => {
    child.once('error', done);
    child.once('exit', done);
  });
  clearTimeout(timer);
  return output;
}

/**
 * Runs some selections of tests of the copy at `top` together, in a process of its own, and answers what came of each, in
 * their order. It may take as long as it goes on: on a busy machine every test is slow.
 */
export async function runSelections(top: string, selections: readonly Selection[]): Promise<TestRun[]> {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const report = join(top, 'test/.output/vitest.json');
  await rm(report, { force: true });
  const files = new Set(selections.map(({ file }) => file));
  const names = selections.map(({ pattern }) => pattern).join('|');
  // `verbose` has a line for each test when it is over: that is how its progress is seen.
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
  const args = [vitest, 'run', '--root', top, '--testNamePattern', names, ...reporters, ...files];
  // It ends with an error where tests fail: what failed stands in the report.
  const output = await outputOf(process.execPath, args, top);
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  const { testResults } = JSON.parse(text) as Report;
  return selections.map(({ file, pattern }) => {
    const tests = testResults
      .filter(({ name }) => name === join(top, file))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.includes(pattern));
    return {
      passed: tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
      failed: tests
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({ name: fullName, message: failureMessages?.[0] ?? '' })),
      output,
    };
  });
}

/** How a mutation fared. `unfit`: the tests fail without it, or there is none of that name. */
export type Fate = 'caught' | 'survived' | 'wrong reason' | 'unfit';

export interface Verdict {
  readonly fate: Fate;
  /** The test that failed, and the line in which it says why. */
  readonly by: string;
}

/** The line of a failure that says what a mutation is expected to bring about; else its first one. */
function lineOf(message: string, says: RegExp): string {
  const lines = message.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => says.test(line));
  // A violation's story stands under the line that names its invariant.
  return (at < 0 ? [lines[0] ?? ''] : lines.slice(at, at + 2)).join(' ').slice(0, 240);
}

/** Holds what came of a mutation's tests against what came of the same tests without it. */
export function verdictOf({ says }: Pick<Mutation, 'says'>, without: TestRun, withIt: TestRun): Verdict {
  if (without.failed.length > 0 || without.passed.length === 0)
    return {
      fate: 'unfit',
      by: without.failed[0]?.message.slice(0, 500) ?? `no test ran: ${without.output.slice(-2_000)}`,
    };
  const [failed] = withIt.failed;
  if (failed === undefined) {
    // All passed, or it did not even load.
    const survived = withIt.passed.length === without.passed.length;
    return survived
      ? { fate: 'survived', by: withIt.passed.join(', ') }
      : { fate: 'wrong reason', by: `the tests did not run: ${withIt.output.slice(-2_000)}` };
  }
  const right = withIt.failed.find(({ message }) => says.test(message));
  if (right === undefined)
    return { fate: 'wrong reason', by: `${failed.name}: ${failed.message.slice(0, 500)}` };
  return { fate: 'caught', by: `${right.name}: ${lineOf(right.message, says)}` };
}
