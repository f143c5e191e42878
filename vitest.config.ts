import { accessSync, constants, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longOnes, quickOnes } from './test/tools/long-tests.ts';

/**
 * Where tests put their databases. Every commit waits for the disk (`synchronous=FULL`); in memory it does not, and a process
 * that is killed loses nothing there either. A small `/dev/shm`, as containers have it, is left alone.
 */
function quickFolder(): string {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 2 * 2 ** 30 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Files that are played side by side. */
const WORKERS = Math.min(2, availableParallelism());

/** These take long: whoever begins them last waits for them alone. */
const FIRST = [
  'browser/contacts.test.ts',
  'browser/every-page.test.ts',
  'browser/filters.test.ts',
  'browser/mail-frame.test.ts',
  'browser/new-inboxes.test.ts',
  'browser/play.test.ts',
  'browser/samples.test.ts',
  'browser/seats.test.ts',
  'browser/states.test.ts',
  'browser/users.test.ts',
  'faults/chaos.test.ts',
  'faults/failpoints.test.ts',
  'faults/mutations.test.ts',
  'faults/rig.test.ts',
  'rows/mailbox-servers.test.ts',
  'rows/running.test.ts',
  '/scenarios/',
];

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number =>
      2 * project.config.sequence.groupOrder - (FIRST.some((name) => moduleId.includes(name)) ? 1 : 0);
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** What comes by itself is waited for as long as a busy machine may take, in ms; the default of Vitest is a second. */
const PATIENT = { expect: { poll: { timeout: 20_000 } } };

/** Tests beside the sources: quick, side by side. */
function unit(name: string, root: string) {
  return {
    test: {
      name,
      root,
      include: ['src/**/*.test.{ts,tsx}'],
      // A first PGlite takes seconds to start on a machine that does a lot else.
      testTimeout: 40_000,
      hookTimeout: 40_000,
      ...PATIENT,
    },
  };
}

/**
 * Tests that start whole servers or Redis. They wait more than they compute: one file more than there are processors, but not beside the
 * unit tests, which would take the time that their short deadlines count on.
 */
function whole(name: string, testTimeout: number) {
  return {
    test: {
      name,
      root: 'test',
      include: [`${name}/**/*.test.ts`],
      sequence: { groupOrder: 2 },
      maxWorkers: WORKERS + 1,
      testTimeout,
      hookTimeout: testTimeout,
      ...PATIENT,
    },
  };
}

/** Tests in browsers, and those that start hundreds of servers: they keep the processors busy all the time. Those of a short run only. */
function busy(name: string, testTimeout: number) {
  const { test } = whole(name, testTimeout);
  const include = quickOnes(name).map((file) => `${name}/${file}`);
  return { test: { ...test, include, sequence: { groupOrder: 1 }, maxWorkers: WORKERS } };
}

/** All others of them, which `npm run test:long` plays. */
function long(name: string, testTimeout: number) {
  const { test } = busy(name, testTimeout);
  const { include: exclude } = test;
  return { test: { ...test, name: `${name}-long`, include: [`${name}/**/*.test.ts`], exclude } };
}

/** Those that start whole servers, and mostly wait: of a short run, and for `npm run test:long`. */
function waiting(name: string, testTimeout: number) {
  const { test } = whole(name, testTimeout);
  const include = longOnes(name).map((file) => `${name}/${file}`);
  return {
    short: { test: { ...test, exclude: include } },
    long: { test: { ...test, name: `${name}-long`, include } },
  };
}

/** Tests that want the machine for themselves: one file after the other, when all others are over. */
function alone(name: string, testTimeout: number) {
  const { test } = whole(name, testTimeout);
  return { test: { ...test, sequence: { groupOrder: 3 }, maxWorkers: 1, fileParallelism: false } };
}

/** What concerns the whole process: to put something else in the place of a module, and to measure what the process has used. */
const CONCERNS_ALL = /vi\.mock\(|process\.(cpu|memory)Usage\(/;

/** Test files below a folder that cannot share a process. */
function lonely(root: string, folder: string): string[] {
  const files = readdirSync(join(import.meta.dirname, root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`);
  return files.filter((file) =>
    CONCERNS_ALL.test(readFileSync(join(import.meta.dirname, root, file), 'utf8')),
  );
}

/** Files that share processes: what they import is read once, and a Postgres in the process starts once, which takes longer than most tests. */
function sharing<T extends { readonly name: string; readonly root: string; readonly exclude?: string[] }>(
  { test }: { readonly test: T },
  folder: string,
) {
  const apart = lonely(test.root, folder);
  const shared = { test: { ...test, exclude: [...(test.exclude ?? []), ...apart], isolate: false } };
  if (apart.length === 0) return [shared];
  return [shared, { test: { ...test, name: `${test.name}-apart`, include: apart } }];
}

const SCENARIOS = waiting('scenarios', 120_000);

export default defineConfig({
  test: {
    env: { TMPDIR: quickFolder() },
    maxWorkers: WORKERS,
    sequence: { sequencer: LongOnesFirst },
    passWithNoTests: true,
    reporters: ['default', 'json'],
    // Where the ledger finds what a run played; the long run names another file.
    outputFile: { json: 'test/.output/vitest.json' },
    projects: [
      unit('shared', 'shared'),
      ...sharing(unit('server', 'server'), 'src'),
      unit('web', 'server/web'),
      unit('client', 'client-sdk'),
      {
        test: {
          name: 'test',
          root: 'test',
          include: ['**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            '.output/**',
            'browser/**',
            'faults/**',
            'hostile/**',
            'load/**',
            'races/**',
            'rows/**',
            'scenarios/**',
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          ...PATIENT,
        },
      },
      busy('browser', 60_000),
      long('browser', 60_000),
      busy('faults', 180_000),
      long('faults', 180_000),
      whole('hostile', 60_000),
      whole('load', 60_000),
      ...sharing(whole('rows', 60_000), 'rows'),
      ...sharing(SCENARIOS.short, 'scenarios'),
      SCENARIOS.long,
      alone('races', 180_000),
    ],
  },
});
